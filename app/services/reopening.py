"""Taking a merged index back to the council; once it was checked, two persons decide."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import writing
from app.models import Cycle, IndexResult
from app.services import four_eyes, recording
from app.services.cycles import cycle_row
from app.services.errors import WrongStateError
from app.services.four_eyes import REOPEN
from app.services.recording import Actor
from app.services.states import CYCLE_EDGES, step
from app.vocabulary import CycleState


def reopen(actor: Actor, cycle_id: int, reason: str) -> None:
    """Take a merged index back to the council; the next merge makes a new version.

    Raises
    ------
    InvalidInputError
        If no reason is given.
    WrongStateError
        If the index is not merged, approved already, or checked and nobody else approved
        reopening it for this reason.
    """
    reason = four_eyes.checked_reason(reason)
    with writing() as session:
        cycle = cycle_row(session, cycle_id)
        result = merged_result(session, cycle)
        approval = None
        if result.checked_by is not None:
            what = digest(result, reason)
            approval = four_eyes.use(session, REOPEN, f"cycle:{cycle_id}", what)
        cycle.state = step(CYCLE_EDGES, cycle.state, CycleState.COUNCIL)
        recording.record(
            session, actor, "cycle.reopened", f"cycle:{cycle_id}", reason=reason, approval=approval
        )


def ask_reopening(actor: Actor, cycle_id: int, reason: str) -> int:
    """Ask another person to approve reopening a checked index.

    Raises
    ------
    InvalidInputError
        If no reason is given.
    WrongStateError
        If the index is not merged, or something else is asked for it already.
    """
    reason = four_eyes.checked_reason(reason)
    with writing() as session:
        what = digest(merged_result(session, cycle_row(session, cycle_id)), reason)
    return four_eyes.ask(actor, REOPEN, f"cycle:{cycle_id}", what, reason)


def merged_result(session: Session, cycle: Cycle) -> IndexResult:
    """Find the newest version of an index that waits for check or approval."""
    # Only a merged index goes back; the way from inspection to the council is another act.
    if cycle.state is not CycleState.MERGED:
        raise WrongStateError()
    query = select(IndexResult).where(IndexResult.cycle_id == cycle.id)
    newest = query.order_by(-IndexResult.version).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).one()


def digest(result: IndexResult, reason: str) -> str:
    """Hash what the second person decides about: this version, as checked, for this reason."""
    return four_eyes.digest(
        result=result.id, hash=result.hash, checked_by=result.checked_by, reason=reason
    )
