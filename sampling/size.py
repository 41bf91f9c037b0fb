"""How many to ask, before any response is known."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf, isfinite, sqrt
from statistics import NormalDist
from typing import Literal

from sampling.errors import SizeError

Interval = Literal["wald", "wilson"]


@dataclass(frozen=True)
class Size:
    """A sample size in the steps in which a plan explains it; none of them is rounded.

    Attributes
    ----------
    simple : float
        Answers of a simple random sample from a population without end.
    corrected : float
        The same from the population at hand (finite population correction).
    answers : float
        Times the design effect: what the design needs. It may exceed the population, which
        then must be asked as a whole and still cannot give what was wanted.
    invited : float
        Divided by the response rate: how many to ask.
    """

    simple: float
    corrected: float
    answers: float
    invited: float

    def dossiers(self, population: int | None = None) -> int:
        """Round up what to ask; all of a population that has no more."""
        wanted = ceil(self.invited - 1e-9)
        return wanted if population is None else min(wanted, population)


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
    response_rate: float = 1.0,
    interval: Interval = "wald",
) -> Size:
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
    response_rate : float
        Share of the invited who will answer, above 0.
    interval : {"wald", "wilson"}
        The interval that will be published; Wilson's keeps its level for shares near 0 or 1.

    Returns
    -------
    Size
        Its steps, not rounded; with a population n0 / (1 + (n0 - 1) / N).

    Raises
    ------
    SizeError
        If a share, the margin, the confidence or the response rate is impossible, if the design
        effect is not positive, or if a margin for Wilson's interval reaches one half.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, sections 4.4 and 15.4. Wilson (1927),
    Journal of the American Statistical Association 22, 209-212; solved for n.

    Examples
    --------
    >>> proportion(1200, 0.05, design_effect=1.8, response_rate=0.7).dossiers()
    749
    """
    check_inside("margin", margin)
    check_inside("share", share)
    z, variance = normal_quantile(confidence), share * (1 - share)
    if interval == "wilson":
        if margin >= 0.5:
            raise SizeError("margin_too_wide", margin=margin)
        simple = z**2 / wilson_root(margin**2, variance)
    else:
        simple = z**2 * variance / margin**2
    corrected = finite(simple, simple - 1, population)
    return enlarged(simple, corrected, design_effect, response_rate)


def mean(
    population: int | None,
    margin: float,
    *,
    deviation: float,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> Size:
    """Answers needed to know a mean within a margin.

    Parameters
    ----------
    population, confidence, design_effect, response_rate
        As for `proportion`.
    margin : float
        Half the width of the interval, in the units of what is measured.
    deviation : float
        Standard deviation expected in the population, with N - 1 below the line.

    Returns
    -------
    Size
        Its steps, not rounded; with a population n0 / (1 + n0 / N).

    Raises
    ------
    SizeError
        If the margin or the deviation is not positive, or as for `proportion`.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 4.6.

    Examples
    --------
    >>> mean(900, 2.5, deviation=30).dossiers()
    343
    """
    check_positive("margin", margin)
    check_positive("deviation", deviation)
    simple = (normal_quantile(confidence) * deviation / margin) ** 2
    return enlarged(simple, finite(simple, simple, population), design_effect, response_rate)


def wilson_root(squared_margin: float, variance: float) -> float:
    """Solve Wilson's half-width for u = z^2 / n.

    e (1 + u) = sqrt(u p q + u^2 / 4) becomes (1/4 - e^2) u^2 + (p q - 2 e^2) u - e^2 = 0; the
    form of the positive root depends on the sign of its middle term, so that nothing cancels.
    """
    first, middle = 0.25 - squared_margin, variance - 2 * squared_margin
    discriminant = sqrt(middle**2 + 4 * first * squared_margin)
    if middle > 0:
        return 2 * squared_margin / (middle + discriminant)
    return (discriminant - middle) / (2 * first)


def finite(simple: float, spared: float, population: int | None) -> float:
    """Correct for a finite population: n0 / (1 + spared / N)."""
    if population is None:
        return simple
    check_population(population)
    return simple / (1 + spared / population) if population else 0.0


def enlarged(simple: float, corrected: float, design_effect: float, response_rate: float) -> Size:
    """Add what the design and silence cost."""
    check_design_effect(design_effect)
    check_response_rate(response_rate)
    answers = corrected * design_effect
    return Size(simple, corrected, answers, answers / response_rate)


def normal_quantile(confidence: float) -> float:
    """Two-sided quantile z of the normal distribution, 1.96 for 0.95."""
    check_inside("confidence", confidence)
    return -NormalDist().inv_cdf((1 - confidence) / 2)


def check_population(population: int) -> None:
    """Refuse a negative number of dossiers."""
    if population < 0:
        raise SizeError("bad_population", population=population)


def check_inside(name: str, value: float) -> None:
    """Refuse what does not lie strictly between 0 and 1."""
    if not 0 < value < 1:
        raise SizeError("not_a_share", name=name, value=value)


def check_positive(name: str, value: float) -> None:
    """Refuse what is not a finite number above 0."""
    if not 0 < value < inf:
        raise SizeError("not_positive", name=name, value=value)


def check_design_effect(value: float) -> None:
    """Refuse a design effect that is not a finite number above 0."""
    if not (isfinite(value) and value > 0):
        raise SizeError("bad_design_effect", value=value)


def check_response_rate(value: float) -> None:
    """Refuse a response rate that is not above 0 and at most 1."""
    if not 0 < value <= 1:
        raise SizeError("bad_response_rate", value=value)
