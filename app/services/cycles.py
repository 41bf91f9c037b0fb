"""Index years: making one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import CriteriaSet, Cycle, CycleRound, Round
from app.services import recording
from app.services.audiences import audience
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import Actor
from app.texts import N_

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class NewCycle:
    """What a new index year needs; without a round all survey points are imported."""

    year: int
    name: str
    criteria_set_id: int
    round_ids: tuple[int, ...] = ()


def create(actor: Actor, new: NewCycle) -> int:
    """Make an index year.

    Returns
    -------
    int
        Number of the cycle.

    Raises
    ------
    InvalidInputError
        If an entry cannot be used, a round is a dry run, or two rounds ask the same people.
    """
    if not new.name.strip() or not FIRST_YEAR <= new.year <= LAST_YEAR:
        raise InvalidInputError(N_("Enter a name and a year such as 2026."))
    with writing() as session:
        if session.get(CriteriaSet, new.criteria_set_id) is None:
            raise InvalidInputError(N_("Choose a criteria set."))
        check_rounds(session, new.round_ids)
        cycle = Cycle(
            year=new.year,
            name=new.name.strip(),
            criteria_set_id=new.criteria_set_id,
            created_at=clock.now(),
        )
        session.add(cycle)
        session.flush()
        session.add_all(CycleRound(cycle_id=cycle.id, round_id=found) for found in new.round_ids)
        recording.record(
            session,
            actor,
            "cycle.created",
            f"cycle:{cycle.id}",
            year=new.year,
            criteria=new.criteria_set_id,
            rounds=sorted(new.round_ids),
        )
        return cycle.id


def check_rounds(session: Session, round_ids: Sequence[int]) -> None:
    """Refuse a round that is not there or was only a dry run, and two that ask the same people."""
    found = [session.get(Round, round_id) for round_id in round_ids]
    rounds = [each for each in found if each is not None]
    if len(rounds) < len(found):
        raise InvalidInputError(N_("Choose a survey round."))
    if any(each.dry_run for each in rounds):
        raise InvalidInputError(N_("A dry run never enters an index: choose another round."))
    asked = [audience(each.questionnaire_code) for each in rounds]
    if len(set(asked)) < len(asked):
        raise InvalidInputError(
            N_("Two of these rounds ask the same people: choose one for each audience.")
        )


def cycle_row(session: Session, cycle_id: int) -> Cycle:
    """Find a cycle under the write lock."""
    cycle = session.get(Cycle, cycle_id, with_for_update=True, populate_existing=True)
    if cycle is None:
        raise NotFoundError()
    return cycle
