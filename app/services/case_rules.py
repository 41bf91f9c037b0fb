"""What the outcome of a case counts as: for the AAPOR rates, and for the rule of reserves."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.queries.cases import Ended
from app.vocabulary import CaseChannel, CaseOutcome

NOT_ELIGIBLE = frozenset({CaseOutcome.TEST_DOSSIER, CaseOutcome.MOVED, CaseOutcome.DECEASED})
# Somebody not reached through an earlier channel is asked through the next one first.
LAST_CHANNELS = frozenset({CaseChannel.PHONE, CaseChannel.POST})
NOT_FOUND = frozenset({CaseOutcome.NOT_REACHED, CaseOutcome.WRONG_CONTACT})
ENDS_AT_ONCE = NOT_ELIGIBLE | {CaseOutcome.REFUSED}


@dataclass(frozen=True)
class Noted:
    """Cases that staff noted, in the classes of the AAPOR standard.

    Attributes
    ----------
    refused, not_reached, other : int
        Eligible, without an answer: R, NC, O.
    unknown : int
        Wrong contact: nobody knows whether the person belongs to the population (UO).
    not_eligible : int
        NE.
    """

    refused: int = 0
    not_reached: int = 0
    other: int = 0
    unknown: int = 0
    not_eligible: int = 0

    @property
    def all(self) -> int:
        """Cases that staff noted."""
        return sum(vars(self).values())

    def __add__(self, more: "Noted") -> "Noted":
        pairs = zip(vars(self).items(), vars(more).values(), strict=True)
        return Noted(**{name: count + other for (name, count), other in pairs})


def classed(ended: Mapping[Ended, int]) -> Noted:
    """Sort outcomes into classes."""
    found = Noted()
    for (outcome, _), count in ended.items():
        found += Noted(**{_class(outcome): count})
    return found


def _class(outcome: CaseOutcome) -> str:
    if outcome in NOT_ELIGIBLE:
        return "not_eligible"
    return {
        CaseOutcome.REFUSED: "refused",
        CaseOutcome.NOT_REACHED: "not_reached",
        CaseOutcome.WRONG_CONTACT: "unknown",
    }.get(outcome, "other")


def is_lost(outcome: CaseOutcome, channel: CaseChannel) -> bool:
    """Whether a case has ended so that a reserve may take its place.

    Not eligible and refused end it at once; not reached and a wrong contact end it with the
    last channel. Anything else does not.
    """
    return outcome in ENDS_AT_ONCE or (outcome in NOT_FOUND and channel in LAST_CHANNELS)


def lost(ended: Mapping[Ended, int]) -> int:
    """Count the cases that are lost."""
    return sum(count for how, count in ended.items() if is_lost(*how))


def planned(size: int, share: float) -> int:
    """Count the reserves that a plan allows a stratum with so many drawn dossiers, rounded down.

    Examples
    --------
    >>> planned(10, 0.3), planned(9, 0.3), planned(0, 0.3)
    (3, 2, 0)
    """
    # As the share is written: 0.3 of 10 is 3, whatever the nearest binary number says.
    return int(size * Fraction(str(share)))


@dataclass(frozen=True)
class Reserve:
    """The reserves of a stratum, and how many the rule lets go now.

    Attributes
    ----------
    size : int
        Dossiers that the draw gave it.
    left : int
        Dossiers of the list beyond those drawn and those released.
    stopped : bool
        Whether nobody of it is asked again (0050).
    """

    size: int
    planned: int
    released: int
    lost: int
    left: int
    stopped: bool = False

    @property
    def free(self) -> int:
        """As many as cases were lost, within what is planned and what the list has."""
        if self.stopped:
            return 0
        return max(0, min(self.lost, self.planned, self.released + self.left) - self.released)

    @property
    def why(self) -> str:
        """What holds the number down: "stopped", "lost", "planned" or "list"."""
        if self.stopped:
            return "stopped"
        within = {"planned": self.planned, "list": self.released + self.left, "lost": self.lost}
        return min(within, key=lambda name: within[name])
