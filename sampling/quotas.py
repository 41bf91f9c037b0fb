"""Sizes that a plan fixes for each unit: by its kind, or for a least number of answers."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import SizeError
from sampling.size import check_response_rate

Counts = NDArray[np.int64]


def fixed_quotas(kinds: Sequence[str], populations: ArrayLike, table: Mapping[str, int]) -> Counts:
    """Give every unit the number that a circular fixes for its kind.

    Parameters
    ----------
    kinds : sequence of str, length U
        Kind of each unit, a key of `table`.
    populations : array_like of int, shape (U,)
        Dossiers of each unit.
    table : mapping of str to int
        Dossiers to ask in a unit of each kind.

    Returns
    -------
    ndarray of int, shape (U,)
        A unit with fewer dossiers is asked whole.

    Raises
    ------
    SizeError
        If a kind is not in the table, or a number is negative or not whole.

    Examples
    --------
    >>> fixed_quotas(["commune", "ward"], [50, 900], {"commune": 60, "ward": 100}).tolist()
    [50, 100]
    """
    held = counts(populations)
    if len(kinds) != held.size:
        raise SizeError("bad_strata")
    unknown = sorted(set(kinds) - set(table))
    if unknown:
        raise SizeError("unknown_kind", kind=unknown[0], known=", ".join(sorted(table)))
    return np.minimum(held, counts([table[kind] for kind in kinds]))


def dossiers_for(answers: ArrayLike, response_rates: ArrayLike, populations: ArrayLike) -> Counts:
    """Dossiers to draw in every unit for a least number of answers.

    Parameters
    ----------
    answers : array_like of int, shape (U,) or ()
        Answers wanted of each unit.
    response_rates : array_like of float, shape (U,) or ()
        Share of the invited who will answer, above 0.
    populations : array_like of int, shape (U,)
        Dossiers of each unit.

    Returns
    -------
    ndarray of int, shape (U,)
        Answers over response rate, rounded up; never more than the unit has.

    Raises
    ------
    SizeError
        If a number is negative or not whole, or a rate is not above 0 and at most 1.

    Examples
    --------
    >>> dossiers_for(30, [0.3, 0.6], [500, 40]).tolist()
    [100, 40]
    """
    held, wanted = counts(populations), counts(answers)
    rates = np.asarray(response_rates, dtype=float)
    for rate in rates.ravel().tolist():
        check_response_rate(rate)
    # A hair is taken off because 30 / 0.3 is a little more than 100 in binary.
    asked: Counts = np.ceil(wanted / rates - 1e-9).astype(np.int64)
    return np.minimum(held, asked)


def counts(given: ArrayLike) -> Counts:
    """Check that numbers are whole and not negative."""
    found = np.asarray(given, dtype=float)
    if not np.isfinite(found).all() or (found < 0).any() or (found % 1).any():
        raise SizeError("bad_counts")
    return found.astype(np.int64)
