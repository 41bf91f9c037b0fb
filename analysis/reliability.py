"""Whether the items of a scale measure one thing: Cronbach's alpha."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.components import check_whole, covariance, item_name
from analysis.model_errors import ModelError
from analysis.weighted import Missing
from sampling.design import Design
from sampling.stages import Floats

# Variance of a sum, as a share of its items' variances, that is no more than rounding noise.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Reliability:
    """Reliability of the sum of k items.

    Attributes
    ----------
    alpha : float
        At most 1; negative where items contradict each other, as when one is keyed in reverse.
    without : ndarray, shape (k,)
        Alpha of the other items; above `alpha`, the item does not fit. NaN with two items.
    item_rest : ndarray, shape (k,)
        Correlation of each item with the sum of the others.
    """

    alpha: float
    without: Floats
    item_rest: Floats


def cronbach(
    y: ArrayLike, design: Design, *, names: Sequence[str] = (), missing: Missing = "propagate"
) -> Reliability:
    """Estimate Cronbach's alpha in the population.

    Parameters
    ----------
    y : array_like, shape (n, k)
        Items, keyed alike, in the row order of `design`.
    design : Design
        Of which only the weights count.
    names : sequence of str, length k, optional
        What the items are called, for errors.
    missing : {"propagate", "drop"}
        A missing answer (NaN) is an error; with "drop" only rows that answered all items count.

    Returns
    -------
    Reliability
        Of the sum of the items.

    Raises
    ------
    ModelError
        If there are fewer than two items or answers, an item does not vary or has missing answers,
        or the items cancel out.

    References
    ----------
    Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16.
    """
    matrix = covariance(y, design, missing=missing)
    items = matrix.shape[0]
    if items < 2:
        raise ModelError("too_few_items", items=items)
    check_whole(matrix, names)
    own = np.diag(matrix)
    if (own <= 0).any():
        raise ModelError("constant_item", item=item_name(int(np.argmax(own <= 0)), names))
    total, with_all = float(matrix.sum()), matrix.sum(axis=1)
    if total <= ROUNDING * own.sum():
        raise ModelError("items_cancel_out")
    rest = total - 2 * with_all + own
    with np.errstate(divide="ignore", invalid="ignore"):
        # The others may cancel out; then they have no reliability of their own.
        rest = np.where(rest > ROUNDING * own.sum(), rest, np.nan)
        item_rest = (with_all - own) / np.sqrt(own * rest)
        without = (items - 1) / np.float64(items - 2) * (1 - (own.sum() - own) / rest)
    return Reliability(
        alpha=items / (items - 1) * (1 - float(own.sum()) / total),
        without=np.where(items > 2, without, np.nan),
        item_rest=item_rest,
    )
