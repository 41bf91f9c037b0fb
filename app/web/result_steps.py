"""What the reader of a version could do with it now; the services decide again."""

from dataclasses import dataclass

from flask_login import current_user

from app.queries import approvals, results
from app.queries.approvals import ApprovalView
from app.queries.results import ResultHead
from app.services import publishing
from app.services.four_eyes import REOPEN
from app.vocabulary import CycleState


@dataclass(frozen=True)
class NextStep:
    """Which step of the three persons comes next, and whether the reader may take it."""

    checkable: bool = False
    approvable: bool = False
    publishable: bool = False
    # The reader took an earlier step of this version and so leaves the next one to others.
    own: bool = False


def next_step(head: ResultHead) -> NextStep:
    """Tell what comes next for a version; nothing for one that was merged again since."""
    person = current_user.person
    if results.versions(head.cycle_id)[0].id != head.id:
        return NextStep()
    merged = head.cycle_state is CycleState.MERGED
    checked = head.checked_by is not None
    own = person.id in {head.merged_by, head.checked_by}
    return NextStep(
        checkable=merged and not checked and not own and person.may(publishing.CHECKERS),
        approvable=merged and checked and not own and person.may(publishing.APPROVERS),
        publishable=head.cycle_state is CycleState.APPROVED and person.may(publishing.PUBLISHERS),
        own=own,
    )


def reopening_asked(head: ResultHead) -> ApprovalView | None:
    """Find the request to reopen a checked version that waits or was approved."""
    if head.checked_by is None or head.cycle_state is not CycleState.MERGED:
        return None
    return approvals.standing(REOPEN, f"cycle:{head.cycle_id}")
