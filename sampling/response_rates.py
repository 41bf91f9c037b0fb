"""How many of those drawn answered: outcome rates as survey offices publish them."""

from dataclasses import dataclass

from sampling.errors import OutcomeError


@dataclass(frozen=True)
class Outcomes:
    """What became of the cases drawn, each in exactly one class.

    Attributes
    ----------
    complete, partial : int
        Interviews, I and P.
    refused, not_reached, other : int
        Eligible cases without an interview, R, NC and O.
    unknown_place, unknown_other : int
        Cases of which nobody knows whether they are eligible, UH and UO.
    not_eligible : int
        Cases that turned out not to belong to the population, NE.

    Raises
    ------
    OutcomeError
        If a count is negative.
    """

    complete: int = 0
    partial: int = 0
    refused: int = 0
    not_reached: int = 0
    other: int = 0
    unknown_place: int = 0
    unknown_other: int = 0
    not_eligible: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that cannot be."""
        if min(vars(self).values()) < 0:
            raise OutcomeError("negative_outcome")

    @property
    def interviews(self) -> int:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> int:
        """I + P + R + NC + O."""
        return self.interviews + self.refused + self.not_reached + self.other

    @property
    def unknown(self) -> int:
        """UH + UO."""
        return self.unknown_place + self.unknown_other


@dataclass(frozen=True)
class Rates:
    """Outcome rates, shares from 0 to 1; None where nothing stands below the line.

    Attributes
    ----------
    rr1, rr2 : float or None
        Response rates that count every unknown case as eligible; rr2 takes partial ones too.
    rr3, rr4 : float or None
        The same with the estimated share `eligibility` of the unknown cases.
    rr5, rr6 : float or None
        The same with none of them.
    coop1, ref1, con1 : float or None
        Cooperation among those reached, refusal and contact rate, cautious forms.
    eligibility : float or None
        Share e of eligible among the cases whose eligibility is known.
    """

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    ref1: float | None
    con1: float | None
    eligibility: float | None


def rates(outcomes: Outcomes) -> Rates:
    """Work out the rates of a sample or of one stratum of it.

    Parameters
    ----------
    outcomes : Outcomes
        All cases drawn; none is missing, for what is not known has a class of its own.

    Returns
    -------
    Rates
        Unweighted. Without any case of known eligibility, rates that need its share are None.

    References
    ----------
    AAPOR (2023), Standard Definitions: Final Dispositions of Case Codes and Outcome Rates
    for Surveys, 10th edition; `eligibility` by proportional allocation, as CASRO does.

    Examples
    --------
    >>> found = rates(Outcomes(complete=50, refused=10, unknown_other=40))
    >>> found.rr1, found.rr3, found.coop1
    (0.5, 0.5, 0.8333333333333334)
    """
    known = outcomes.eligible + outcomes.not_eligible
    share = outcomes.eligible / known if known else None
    everybody = outcomes.eligible + outcomes.unknown
    likely = None if share is None else outcomes.eligible + share * outcomes.unknown
    reached = outcomes.interviews + outcomes.refused + outcomes.other
    return Rates(
        rr1=_share(outcomes.complete, everybody),
        rr2=_share(outcomes.interviews, everybody),
        rr3=_share(outcomes.complete, likely),
        rr4=_share(outcomes.interviews, likely),
        rr5=_share(outcomes.complete, outcomes.eligible),
        rr6=_share(outcomes.interviews, outcomes.eligible),
        coop1=_share(outcomes.complete, reached),
        ref1=_share(outcomes.refused, everybody),
        con1=_share(reached, everybody),
        eligibility=share,
    )


def _share(part: int, whole: float | None) -> float | None:
    return part / whole if whole else None
