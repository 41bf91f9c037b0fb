"""Sampling dossiers as they arrive: each decision follows from a secret committed to before."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sampling.draw_errors import DrawError
from sampling.seeding import tidy

BITS = 256


def exact_rate(rate: Fraction | int | str) -> Fraction:
    """Read a rate without rounding.

    Parameters
    ----------
    rate : Fraction, int or str
        From 0 to 1; a text may be "1/20" or "0.05". A float is refused: 0.1 as a float is
        another number than the 0.1 that was published.

    Raises
    ------
    DrawError
        If it is none of these.

    Examples
    --------
    >>> exact_rate("0.05")
    Fraction(1, 20)
    """
    try:
        share = Fraction(rate) if isinstance(rate, Fraction | int | str) else Fraction(-1)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1 or len(str(rate)) > 80:
        raise DrawError("bad_rate", rate=rate)
    return share


def is_drawn(seed: bytes, code: str, rate: Fraction | int | str) -> bool:
    """Decide on one dossier when it arrives.

    Parameters
    ----------
    seed : bytes
        The secret of the period; its SHA-256 was published before the period began.
    code : str
        The dossier's code; in whichever Unicode form, the same code gets the same decision.
    rate : Fraction, int or str
        Share of its stratum to be drawn, as `exact_rate` reads it, published with the commitment.

    Returns
    -------
    bool
        HMAC-SHA256(seed, code) / 2^256 < rate, compared exactly. Nothing else enters, so the
        order of arrival does not matter, and neither does how often a dossier is seen; one that
        is drawn at a rate is drawn at every higher one.

    Raises
    ------
    DrawError
        If the rate cannot be read.
    """
    return number_of(seed, code) < exact_rate(rate) * (1 << BITS)


def number_of(seed: bytes, code: str) -> int:
    """HMAC-SHA256(seed, code) as a whole number below 2^256."""
    return int.from_bytes(hmac.digest(seed, tidy(code).encode(), hashlib.sha256), "big")


def drawn_among(
    seed: bytes,
    codes: Sequence[str],
    strata: Sequence[str],
    rates: Mapping[str, Fraction | int | str],
) -> NDArray[np.bool_]:
    """Decide on many dossiers, each by itself.

    Parameters
    ----------
    seed : bytes
        As for `is_drawn`.
    codes, strata : sequence of str, length N
        Code and stratum of each dossier.
    rates : mapping of str to Fraction, int or str
        Rate of every stratum, fixed before the period.

    Returns
    -------
    ndarray of bool, shape (N,)
        Whether each is drawn.

    Raises
    ------
    DrawError
        If lengths differ, a stratum has no rate or a rate cannot be read.
    """
    if len(codes) != len(strata):
        raise DrawError("uneven_columns")
    limits = {stratum: exact_rate(rate) * (1 << BITS) for stratum, rate in rates.items()}
    missing = sorted({*strata} - {*limits})
    if missing:
        raise DrawError("rate_missing", stratum=missing[0])
    pairs = zip(codes, strata, strict=True)
    return np.fromiter((number_of(seed, code) < limits[of] for code, of in pairs), np.bool_)
