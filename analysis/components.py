"""How answers go together: weighted covariances, correlations and principal components."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from analysis.model_errors import ModelError
from analysis.weighted import Missing, check_option
from sampling.design import Design
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """Components of k items, the one that explains most first.

    Attributes
    ----------
    eigenvalues : ndarray, shape (k,)
        Variance of each component; they add up to k for correlations.
    loadings : ndarray, shape (k, k)
        A column of length 1 for each component. Its sign says nothing; here the largest loading is
        positive.
    """

    eigenvalues: Floats
    loadings: Floats

    @property
    def explained(self) -> Floats:
        """Share of the total variance that each component explains: (k,)."""
        return np.asarray(self.eigenvalues / self.eigenvalues.sum(), dtype=float)


def covariance(y: ArrayLike, design: Design, *, missing: Missing = "propagate") -> Floats:
    """Estimate the covariances of k items in the population.

    Parameters
    ----------
    y : array_like, shape (n, k)
        Items, in the row order of `design`.
    design : Design
        Of which only the weights count.
    missing : {"propagate", "drop"}
        With "propagate" a missing answer (NaN) makes its row and column of the matrix NaN; with
        "drop" only rows that answered all items count.

    Returns
    -------
    ndarray, shape (k, k)
        Weighted squares and products times ``n / (n - 1)``, n the rows that count.

    Raises
    ------
    ModelError
        If items and design differ in length or fewer than two rows count.
    EstimationError
        If the option is unknown.

    References
    ----------
    Lumley (2010), Complex Surveys, section 2.2; Särndal, Swensson and Wretman (1992), Model
    Assisted Survey Sampling, section 5.9.
    """
    check_option("missing", missing, get_args(Missing))
    items = np.asarray(y, dtype=float)
    weight = design.weight
    if items.ndim != 2 or items.shape[0] != weight.size:
        raise ModelError("uneven_model", name="y", shape=items.shape, rows=weight.size)
    counts = weight > 0
    if missing == "drop":
        counts &= ~np.isnan(items).any(axis=1)
    n = int(counts.sum())
    if n < 2:
        raise ModelError("too_few_answers", rows=n)
    items, weight = items[counts], weight[counts]
    share = weight / weight.sum()
    # From the first row on, for then an item that never changes has no variance at all.
    apart = items - items[0]
    centred = apart - share @ apart
    return np.asarray(centred.T @ (share[:, None] * centred) * (n / (n - 1)), dtype=float)


def correlation(matrix: Floats, names: Sequence[str] = ()) -> Floats:
    """Turn covariances into correlations.

    Parameters
    ----------
    matrix : ndarray, shape (k, k)
        Covariances; NaN stays NaN.
    names : sequence of str, length k, optional
        What the items are called, for errors.

    Returns
    -------
    ndarray, shape (k, k)
        With ones on the diagonal.

    Raises
    ------
    ModelError
        If an item does not vary; the error names it.

    References
    ----------
    Lohr (2010), Sampling: Design and Analysis, section 11.2.
    """
    spread = np.sqrt(np.diag(matrix))
    still = spread <= 0
    if still.any():
        raise ModelError("constant_item", item=item_name(int(np.argmax(still)), names))
    scaled = matrix / np.outer(spread, spread)
    np.fill_diagonal(scaled, np.where(np.isnan(spread), np.nan, 1.0))
    return np.asarray(scaled, dtype=float)


def principal_components(matrix: Floats, names: Sequence[str] = ()) -> PrincipalComponents:
    """Find the directions in which items vary most.

    Parameters
    ----------
    matrix : ndarray, shape (k, k)
        Correlations, or covariances of items in the same units.
    names : sequence of str, length k, optional
        What the items are called, for errors.

    Returns
    -------
    PrincipalComponents
        Of the k items.

    Raises
    ------
    ModelError
        If the matrix has a NaN: an item has missing answers.

    References
    ----------
    Jolliffe (2002), Principal Component Analysis, chapters 2 and 3.
    """
    check_whole(matrix, names)
    values, axes = np.linalg.eigh(matrix)
    values, axes = values[::-1], axes[:, ::-1]
    # Rounding must not choose between two loadings of one size: the first one counts.
    size = np.abs(axes)
    largest = np.argmax(size >= size.max(axis=0) * (1 - 1e-9), axis=0)
    sign = np.sign(axes[largest, np.arange(axes.shape[1])])
    return PrincipalComponents(values.copy(), axes * sign)


def check_whole(matrix: Floats, names: Sequence[str]) -> None:
    """Refuse a matrix that a missing answer has spoilt."""
    gaps = np.isnan(np.diag(matrix))
    if gaps.any():
        raise ModelError("missing_item", item=item_name(int(np.argmax(gaps)), names))


def item_name(place: int, names: Sequence[str]) -> str:
    """Name of an item, or its number from 1."""
    return names[place] if names else str(place + 1)
