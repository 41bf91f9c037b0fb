"""How many to ask, before any response is known."""

from fractions import Fraction
from math import ceil, isfinite
from statistics import NormalDist

from sampling.errors import SizeError


def yamane(population: int, error: float) -> int:
    """Size of a simple sample by the short formula that circulars quote.

    Parameters
    ----------
    population : int
        Dossiers on the frame.
    error : float
        Allowed error as a share, 0.05 for five points.

    Returns
    -------
    int
        N / (1 + N e^2), rounded up; exact for the error as written. It supposes a share of one
        half, 95 per cent confidence with z = 2, and everybody answering.

    Raises
    ------
    SizeError
        If the population is negative or the error does not lie between 0 and 1.

    References
    ----------
    Yamane (1967), Statistics: An Introductory Analysis, 2nd edition, p. 886.

    Examples
    --------
    >>> yamane(10_000, 0.05)
    385
    """
    check_population(population)
    check_inside("error", error)
    # The decimal as written, so that 1 + N e^2 has no binary residue to round up.
    squared = Fraction(repr(float(error))) ** 2
    return ceil(Fraction(population) / (1 + population * squared))


def proportion(
    population: int | None,
    margin: float,
    *,
    share: float = 0.5,
    confidence: float = 0.95,
    design_effect: float = 1.0,
) -> float:
    """Answers needed to know a share within a margin.

    Parameters
    ----------
    population : int or None
        Dossiers on the frame; None leaves the finite population correction out.
    margin : float
        Half the width of the interval, as a share.
    share : float
        The share expected; one half is the safe choice.
    confidence : float
        Level of the interval.
    design_effect : float
        Variance against a simple random sample of the same size.

    Returns
    -------
    float
        Not rounded. Divide by the response rate for the number to invite, then round up.

    Raises
    ------
    SizeError
        If a share, the margin or the confidence does not lie between 0 and 1.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 4.4.
    """
    check_inside("margin", margin)
    check_inside("share", share)
    check_inside("confidence", confidence)
    if not (isfinite(design_effect) and design_effect > 0):
        raise SizeError("bad_design_effect", value=design_effect)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    size = z**2 * share * (1 - share) / margin**2
    if population is not None:
        check_population(population)
        size = size / (1 + (size - 1) / population) if population else 0.0
    return size * design_effect


def check_population(population: int) -> None:
    """Refuse a negative number of dossiers."""
    if population < 0:
        raise SizeError("bad_population", population=population)


def check_inside(name: str, value: float) -> None:
    """Refuse what does not lie strictly between 0 and 1."""
    if not 0 < value < 1:
        raise SizeError("not_a_share", name=name, value=value)
