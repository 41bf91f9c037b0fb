"""How many have answered, told so that nobody's answering can be worked out.

While a round is open its figures are those of the last full hour (0028): a page that is
reloaded after somebody answers shows no change that could be theirs. Afterwards they are
exact. Counts below the disclosure floor are hidden in both.

All of it is of drawn dossiers alone; what came in beside them is told apart (`volunteers`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models import Cell, Unit
from app.queries import answers, field_counts
from app.queries.field_counts import DayCount
from app.thresholds import present
from app.vocabulary import CellLevel, RoundState
from sampling.response_rates import Outcomes, Rates, rates

FEWEST_HIDDEN = 2


@dataclass(frozen=True)
class Count:
    """A number of answers: exact, or only known to be at least so many.

    A count of at least 0 that is not exact lies below the disclosure floor.
    """

    at_least: int
    exact: bool


@dataclass(frozen=True)
class StratumTally:
    """How a stratum answers.

    Attributes
    ----------
    invited : int
        Ballots that a code was issued for.
    outcomes : Outcomes or None
        What became of its ballots; None where the number of answers is hidden.
    """

    label: str
    unit_name: str
    population: int
    drawn: int
    invited: int
    answered: Count
    outcomes: Outcomes | None

    @property
    def rates(self) -> Rates | None:
        """Outcome rates, where the number of answers is shown."""
        return rates(self.outcomes) if self.outcomes else None


@dataclass(frozen=True)
class Day:
    """Answers of one day."""

    day: date
    answered: Count


@dataclass(frozen=True)
class Fieldwork:
    """How a round answers.

    Attributes
    ----------
    counted_at : datetime or None
        When an open round was last counted; None when it has closed.
    """

    strata: tuple[StratumTally, ...]
    drawn: int
    invited: int
    answered: Count
    outcomes: Outcomes | None
    mixed: int
    days: tuple[Day, ...]
    counted_at: datetime | None

    @property
    def rates(self) -> Rates | None:
        """Outcome rates of the round, where its number of answers is shown."""
        return rates(self.outcomes) if self.outcomes else None


def disclosed(counts: Sequence[int]) -> list[Count]:
    """Hide small counts, and as many more as it takes that their sum gives none away.

    Whoever knows the total and all counts shown knows the sum of those hidden: that sum is
    of two counts or more and reaches 10, unless there is nothing left to hide.
    """
    floor = present.disclosure_n
    order = sorted(range(len(counts)), key=lambda place: counts[place])
    hidden = [place for place in order if counts[place] < floor]
    rest = order[len(hidden) :]
    while (
        hidden
        and rest
        and (len(hidden) < FEWEST_HIDDEN or sum(counts[place] for place in hidden) < floor)
    ):
        hidden.append(rest.pop(0))
    told = [Count(count, True) for count in counts]
    for place in hidden:
        told[place] = Count(floor if counts[place] >= floor else 0, False)
    return told


def of_round(round_id: int, state: RoundState) -> Fieldwork | None:
    """Tell how a round answers; None while an open round has not been counted."""
    counted_at = None
    if state is RoundState.OPEN:
        hourly = field_counts.hourly(round_id)
        if hourly is None:
            return None
        counted_at, spent = hourly.counted_at, hourly.by_cell
    else:
        spent = field_counts.ballots_by_cell(round_id)
    strata = _strata(round_id, spent, field_counts.invited_by_cell(round_id))
    drawn = sum(stratum.drawn for stratum in strata)
    invited = sum(stratum.invited for stratum in strata)
    total = sum(spent.values())
    shown = total >= present.disclosure_n
    return Fieldwork(
        strata=strata,
        drawn=drawn,
        invited=invited,
        answered=Count(total, True) if shown else Count(0, False),
        outcomes=outcomes(drawn, invited, total) if shown else None,
        mixed=answers.opened(round_id),
        days=tuple(curve(field_counts.days(round_id))),
        counted_at=counted_at,
    )


def outcomes(drawn: int, invited: int, answered: int) -> Outcomes:
    """Class the ballots of a round: nothing is kept of who began or declined (0028)."""
    reached = max(invited, answered)
    return Outcomes(
        complete=answered, unknown_other=reached - answered, unknown_place=drawn - reached
    )


def curve(counts: Sequence[DayCount]) -> list[Day]:
    """Tell what each day brought; days below the floor are hidden, and others with them."""
    brought = [
        late.spent - (counts[place - 1].spent if place else 0) for place, late in enumerate(counts)
    ]
    told = disclosed(brought)
    return [Day(late.day, count) for late, count in zip(counts, told, strict=True)]


def _strata(
    round_id: int, spent: Mapping[int, int], invited: Mapping[int, int]
) -> tuple[StratumTally, ...]:
    query = (
        select(Cell.id, Cell.level, Cell.parent_id, Cell.label, Cell.population, Cell.drawn)
        .add_columns(func.coalesce(Unit.name, "").label("unit_name"))
        .outerjoin(Unit, Unit.id == Cell.unit_id)
        .where(Cell.round_id == round_id)
    )
    cells = db.session.execute(query).all()
    answered, asked = Counter[int](), Counter[int]()
    for cell in cells:
        stratum = cell.parent_id if cell.level is CellLevel.MIXING else cell.id
        answered[stratum] += spent.get(cell.id, 0)
        asked[stratum] += invited.get(cell.id, 0)
    strata = sorted(
        (cell for cell in cells if cell.level is CellLevel.STRATUM), key=lambda cell: cell.label
    )
    told = disclosed([answered[cell.id] for cell in strata])
    return tuple(
        StratumTally(
            label=cell.label,
            unit_name=cell.unit_name,
            population=cell.population,
            drawn=cell.drawn,
            invited=asked[cell.id],
            answered=count,
            outcomes=outcomes(cell.drawn, asked[cell.id], count.at_least) if count.exact else None,
        )
        for cell, count in zip(strata, told, strict=True)
    )
