"""Units drawn one by one with unequal probabilities, without replacement.

With all joint probabilities the variance is that of Horvitz and Thompson, or of Yates, Grundy and
Sen. Without them, Brewer's and Hartley and Rao's approximations need the probabilities of the
drawn units only, and no table of pairs.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.design import Pairs, Unequal
from sampling.errors import SchemeError
from sampling.stages import Codes, Floats

# Relative, for tables that were written with few digits.
ROUNDING = 1e-6


def pairs(probability: ArrayLike, joint: ArrayLike, *, yates_grundy: bool = False) -> Pairs:
    """Take the joint probabilities of the drawn units.

    Parameters
    ----------
    probability : array_like, shape (n,)
        Inclusion probabilities pi of the rows; weights of the design are 1 / pi.
    joint : array_like, shape (n, n)
        Probability that both are drawn; pi on the diagonal.
    yates_grundy : bool
        Whether pairs are compared, as Yates, Grundy and Sen do. It wants a sample of fixed size,
        and is then steadier than the form of Horvitz and Thompson.

    Returns
    -------
    Pairs
        Of n^2 numbers.

    Raises
    ------
    SchemeError
        If a probability is impossible: outside (0, 1], not symmetric, above that of either unit,
        or 0, as for pairs that a systematic draw never takes together.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, results 2.8.1 and 2.8.2.
    """
    single, table = probabilities(probability), np.asarray(joint, dtype=float)
    n = single.size
    if table.shape != (n, n):
        raise SchemeError("uneven_replicates", name="joint", shape=table.shape, expected=(n, n))
    least = np.minimum.outer(single, single)
    fine = (table > 0) & (table <= least * (1 + ROUNDING))
    fine &= np.isclose(table, table.T, rtol=ROUNDING, atol=0)
    if not fine.all():
        first, second = map(int, np.argwhere(~fine)[0])
        raise SchemeError(
            "impossible_pair", first=first, second=second, joint=float(table[first, second])
        )
    differs = ~np.isclose(np.diag(table), single, rtol=ROUNDING, atol=0)
    if differs.any():
        place = int(np.argmax(differs))
        raise SchemeError(
            "unequal_diagonal",
            place=place,
            joint=float(table[place, place]),
            probability=float(single[place]),
        )
    excess = 1 - np.outer(single, single) / table
    if yates_grundy:
        np.fill_diagonal(excess, 0.0)
        np.fill_diagonal(excess, -excess.sum(axis=1))
    else:
        np.fill_diagonal(excess, 1 - single)
    return Pairs(excess)


def brewer(probability: ArrayLike, stratum: ArrayLike | None = None) -> Unequal:
    """Approximate by Brewer's formula for a sample of fixed size.

    Parameters
    ----------
    probability : array_like, shape (n,)
        Inclusion probabilities of the rows.
    stratum : array_like, shape (n,), optional
        Strata that were drawn from apart. Units certain to be drawn add nothing and do not count.

    Returns
    -------
    Unequal
        n_h / (n_h - 1) (1 - pi) times the squared distance of a contribution from their mean.

    Raises
    ------
    SchemeError
        If a probability is impossible or a stratum has a single unit that was not certain.

    References
    ----------
    Brewer (2002), Combined Survey Sampling Inference, chapter 9, with c = (n - 1) / (n - pi).
    """
    single = probabilities(probability)
    code, n, drawn = sizes(single, stratum)
    share = np.where(drawn, (1 - single) * (n / np.maximum(n - 1, 1))[code], 0.0)
    factors = np.column_stack([share, np.where(drawn, 1 / np.maximum(n, 1)[code], 0.0)])
    core = np.zeros((n.size, 2, 2))
    core[:, 0, 1] = core[:, 1, 0] = -1.0
    core[:, 1, 1] = np.bincount(code, share, minlength=n.size)
    return Unequal(code, share, factors, core)


def hartley_rao(
    probability: ArrayLike,
    stratum: ArrayLike | None = None,
    *,
    spread: ArrayLike | None = None,
    yates_grundy: bool = False,
) -> Unequal:
    """Approximate joint probabilities as Hartley and Rao do for randomised systematic draws.

    Parameters
    ----------
    probability, stratum
        As for `brewer`.
    spread : array_like, shape () or (H,), optional
        Sum of pi^2 over the whole frame divided by n, for each stratum in the order of their
        names. Left out: estimated by the sum of the sample's pi divided by n.
    yates_grundy : bool
        As for `pairs`.

    Returns
    -------
    Unequal
        1 - pi_i pi_j / pi_ij is taken to be -(1 - pi_i - pi_j + spread) / (n - 1).

    Raises
    ------
    SchemeError
        As `brewer` does, or if the spread is not from 0 to 1.

    References
    ----------
    Hartley and Rao (1962), Annals of Mathematical Statistics 33, 350; Berger (2004), Computational
    Statistics 19, 305.
    """
    single = probabilities(probability)
    code, n, drawn = sizes(single, stratum)
    below = np.maximum(n - 1, 1)
    added = np.bincount(code, np.where(drawn, single, 0.0), minlength=n.size)
    around = added / np.maximum(n, 1) if spread is None else np.broadcast_to(spread, n.shape)
    wrong = ~((around >= 0) & (around <= 1))
    if wrong.any():
        raise SchemeError("bad_spread", spread=float(around[np.argmax(wrong)]))
    core = np.zeros((n.size, 2, 2))
    core[:, 0, 0] = -(1 + around) / below
    core[:, 0, 1] = core[:, 1, 0] = 1 / below
    with_itself = core[code, 0, 0] + 2 * single / below[code]
    whole = 1 - single
    if yates_grundy:
        whole = (1 + around)[code] - single - (added[code] - single) / below[code]
    factors = np.column_stack([drawn, np.where(drawn, single, 0.0)]).astype(float)
    return Unequal(code, np.where(drawn, whole - with_itself, 0.0), factors, core)


def probabilities(probability: ArrayLike) -> Floats:
    """Refuse what are no probabilities of inclusion."""
    single = np.asarray(probability, dtype=float)
    if single.ndim != 1 or single.size == 0:
        raise SchemeError("no_weights")
    wrong = ~((single > 0) & (single <= 1))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise SchemeError("bad_inclusion", place=place, probability=float(single[place]))
    return single


def sizes(single: Floats, stratum: ArrayLike | None) -> tuple[Codes, Floats, NDArray[np.bool_]]:
    """Code the strata and count the units of each that chance drew."""
    names, code = np.zeros(1, np.intp), np.zeros(single.size, np.intp)
    if stratum is not None:
        labels = np.asarray(stratum)
        if labels.shape != single.shape:
            raise SchemeError("uneven_design", name="stratum", shape=labels.shape, rows=single.size)
        names, code = np.unique(labels, return_inverse=True)
    drawn = single < 1
    n = np.bincount(code[drawn], minlength=names.size).astype(float)
    if (n == 1).any():
        raise SchemeError("lonely_unit", stratum=str(names[np.argmax(n == 1)]))
    return code, n, drawn
