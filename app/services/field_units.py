"""A unit of a round and its strata, as far as the field monitor may tell of them."""

from dataclasses import dataclass

from app.queries.field_monitor import CodeState, SlipState
from app.services.case_rules import Noted
from app.services.field_flags import Flag
from app.services.field_forecast import Reach
from app.services.hiding import Share, Told, share
from app.vocabulary import UnitLevel
from sampling.response_rates import Outcomes, Rates, rates

NONE_NOTED = Noted()


def outcomes_of(
    drawn: int, invited: int, answered: Told, noted: Noted = NONE_NOTED
) -> Outcomes | None:
    """Class ballots by what became of them, where the number of answers is told.

    Nothing is kept of who began or declined (0028). What staff noted of people is counted as it
    stands, whether they answered all the same or not (0047); where both do not fit into the
    ballots, it is left out.
    """
    if not answered.exact:
        return None
    reached = max(invited, answered.low)
    left = drawn - answered.low - noted.all
    if left < 0:
        return outcomes_of(drawn, invited, answered)
    unasked = min(drawn - reached, left)
    return Outcomes(
        complete=answered.low,
        refused=noted.refused,
        not_reached=noted.not_reached,
        other=noted.other,
        unknown_other=left - unasked + noted.unknown,
        unknown_place=unasked,
        not_eligible=noted.not_eligible,
    )


@dataclass(frozen=True)
class Stratum:
    """How a stratum answers; `name` is its field of work, or that of its unit."""

    label: str
    name: str
    population: int
    drawn: int
    invited: int
    answered: Told
    noted: Noted = NONE_NOTED

    @property
    def outcomes(self) -> Outcomes | None:
        """What became of its ballots, where the number of answers is told."""
        return outcomes_of(self.drawn, self.invited, self.answered, self.noted)

    @property
    def rates(self) -> Rates | None:
        """Outcome rates, where the number of answers is told."""
        return rates(self.outcomes) if self.outcomes else None


@dataclass(frozen=True)
class UnitField:
    """How a unit answers and what its counters did.

    Attributes
    ----------
    opened : int or None
        Answers opened so far, where the number of all its answers is told.
    slips, codes : optional
        None where nothing of the kind is known.
    helped : Told or None
        Opened answers about drawn dossiers that staff helped with; they are among `answered` and
        count as volunteers' (0045). None where nobody in the round said so.
    volunteers, open : Told or None
        Answers about dossiers that were not drawn, and forms without a dossier; neither is among
        `answered`. None where the round takes none.
    """

    id: int
    code: str
    name: str
    level: UnitLevel | None
    population: int
    answered: Told
    strata: tuple[Stratum, ...]
    opened: int | None
    slips: SlipState | None
    codes: CodeState | None
    helped: Told | None = None
    volunteers: Told | None = None
    open: Told | None = None
    reach: Reach = Reach.UNKNOWN
    flags: tuple[Flag, ...] = ()

    @property
    def drawn(self) -> int:
        """Ballots of the unit."""
        return sum(stratum.drawn for stratum in self.strata)

    @property
    def invited(self) -> int:
        """Ballots with a code."""
        return sum(stratum.invited for stratum in self.strata)

    @property
    def noted(self) -> Noted:
        """What staff noted of its people."""
        return sum((stratum.noted for stratum in self.strata), NONE_NOTED)

    @property
    def rate(self) -> Share | None:
        """Response rate RR1, or what is known of it: of those that are not known to be outside."""
        eligible = max(self.drawn - self.noted.not_eligible, self.answered.low)
        return share(self.answered, eligible)
