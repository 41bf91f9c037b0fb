"""Index years: making one, and taking a merged one back to the council."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import CriteriaSet, Cycle, Round
from app.services import recording
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.services.states import CYCLE_EDGES, step
from app.texts import N_
from app.vocabulary import CycleState

SHORTEST_REASON, LONGEST_REASON = 10, 1000
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class NewCycle:
    """What a new index year needs; without a round all survey points are imported."""

    year: int
    name: str
    criteria_set_id: int
    round_id: int | None


def create(actor: Actor, new: NewCycle) -> int:
    """Make an index year.

    Returns
    -------
    int
        Number of the cycle.

    Raises
    ------
    InvalidInputError
        If an entry cannot be used, or the round is a dry run.
    """
    if not new.name.strip() or not FIRST_YEAR <= new.year <= LAST_YEAR:
        raise InvalidInputError(N_("Enter a name and a year such as 2026."))
    with writing() as session:
        if session.get(CriteriaSet, new.criteria_set_id) is None:
            raise InvalidInputError(N_("Choose a criteria set."))
        if new.round_id is not None:
            check_round(session, new.round_id)
        cycle = Cycle(
            year=new.year,
            name=new.name.strip(),
            criteria_set_id=new.criteria_set_id,
            round_id=new.round_id,
            created_at=clock.now(),
        )
        session.add(cycle)
        session.flush()
        recording.record(
            session,
            actor,
            "cycle.created",
            f"cycle:{cycle.id}",
            year=new.year,
            criteria=new.criteria_set_id,
            round=new.round_id,
        )
        return cycle.id


def check_round(session: Session, round_id: int) -> None:
    """Refuse a round that is not there, or that was only a dry run."""
    found = session.get(Round, round_id)
    if found is None:
        raise InvalidInputError(N_("Choose a survey round."))
    if found.dry_run:
        raise InvalidInputError(N_("A dry run never enters an index: choose another round."))


def reopen(actor: Actor, cycle_id: int, reason: str) -> None:
    """Take a merged index back to the council; the next merge makes a new version.

    Raises
    ------
    InvalidInputError
        If no reason is given.
    WrongStateError
        If the index is not merged, or approved already.
    """
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise InvalidInputError(N_("Give the reason in 10 to 1000 characters."))
    with writing() as session:
        cycle = cycle_row(session, cycle_id)
        # Only a merged index goes back; the way from inspection to the council is another act.
        if cycle.state is not CycleState.MERGED:
            raise WrongStateError()
        cycle.state = step(CYCLE_EDGES, cycle.state, CycleState.COUNCIL)
        recording.record(session, actor, "cycle.reopened", f"cycle:{cycle_id}", reason=reason)


def cycle_row(session: Session, cycle_id: int) -> Cycle:
    """Find a cycle under the write lock."""
    cycle = session.get(Cycle, cycle_id, with_for_update=True, populate_existing=True)
    if cycle is None:
        raise NotFoundError()
    return cycle
