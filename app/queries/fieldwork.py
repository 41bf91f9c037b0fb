"""How many have answered, told so that nobody's answering can be worked out.

While a round is open counts are told in steps of the disclosure floor, ten: a page that is
reloaded after somebody answers shows no change that could be theirs. Afterwards counts are
exact, except small ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from app.extensions import db
from app.models import Answer, Ballot, Cell, Unit
from app.thresholds import present
from app.vocabulary import CellLevel, RoundState

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
    """How a stratum answers."""

    label: str
    unit_name: str
    population: int
    drawn: int
    answered: Count


@dataclass(frozen=True)
class Fieldwork:
    """How a round answers."""

    strata: tuple[StratumTally, ...]
    drawn: int
    answered: Count
    mixed: int


def in_steps(count: int) -> Count:
    """Tell only how many full steps of the disclosure floor there are."""
    return Count(count - count % present.disclosure_n, False)


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


def of_round(round_id: int, state: RoundState) -> Fieldwork:
    """Count answers of an open or closed round by stratum."""
    spent = func.count(Ballot.id)
    query = (
        select(Cell.label, Unit.name, Cell.population, Cell.drawn, spent)
        .outerjoin(Ballot, and_(Ballot.cell_id == Cell.id, Ballot.spent))
        .outerjoin(Unit, Unit.id == Cell.unit_id)
        .where(Cell.round_id == round_id, Cell.level == CellLevel.STRATUM)
        .group_by(Cell.id, Cell.label, Unit.name, Cell.population, Cell.drawn)
    )
    found = sorted(db.session.execute(query), key=lambda row: str(row[0]))
    counts = [row[4] for row in found]
    running = state is RoundState.OPEN
    told = [in_steps(count) for count in counts] if running else disclosed(counts)
    total = sum(counts)
    return Fieldwork(
        strata=tuple(
            StratumTally(label, name or "", population, drawn, count)
            for (label, name, population, drawn, _), count in zip(found, told, strict=True)
        ),
        drawn=sum(row[3] for row in found),
        answered=in_steps(total) if running or total < present.disclosure_n else Count(total, True),
        mixed=_mixed(round_id),
    )


def _mixed(round_id: int) -> int:
    return db.session.scalar(select(func.count(Answer.rid)).where(Answer.round_id == round_id)) or 0
