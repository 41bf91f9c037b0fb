"""Acts that need a second person: one asks, another one decides, then it is done once.

An approval holds for exactly what was shown, named by a digest: whoever changes anything
since needs a new one.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock, exact
from app.database import writing
from app.models import Approval
from app.queries import people
from app.queries.approvals import LASTING
from app.queries.people import Person
from app.services import recording
from app.services.errors import (
    FieldFault,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStateError,
)
from app.services.recording import Actor
from app.services.rights import require
from app.texts import N_
from app.vocabulary import Role

SHORTEST_REASON, LONGEST_REASON = 10, 1000


@dataclass(frozen=True)
class Act:
    """An act that needs a second person, who may ask for it and who may decide."""

    title: str
    askers: frozenset[Role]
    deciders: frozenset[Role]


OFFICE_MODE = "office.mode"
RESET_SECOND_FACTOR = "account.second_factor_reset"
REOPEN = "cycle.reopen"
RELEASE_RESERVES = "round.reserves"

LEADERS = frozenset({Role.ADMINISTRATOR, Role.HOME_AFFAIRS, Role.APPROVER})
ACTS: dict[str, Act] = {
    OFFICE_MODE: Act(
        N_("Change of the small-office mode"), frozenset({Role.ADMINISTRATOR}), LEADERS
    ),
    RESET_SECOND_FACTOR: Act(
        N_("Reset of a person's second factor"), frozenset({Role.ADMINISTRATOR}), LEADERS
    ),
    REOPEN: Act(N_("Reopening of a checked index"), frozenset({Role.HOME_AFFAIRS}), LEADERS),
    RELEASE_RESERVES: Act(N_("Use of reserves"), frozenset({Role.COORDINATOR}), LEADERS),
}


def digest(**what: Any) -> str:
    """Hash all that a decision is about; any change needs a new decision."""
    return exact.canonical_hash(what)


def ask(actor: Actor, act: str, obj: str, digest: str, reason: str) -> int:
    """Ask another person to approve an act; asking the same again gives the same number.

    Parameters
    ----------
    act : str
        One of `ACTS`.
    obj : str
        What it is done to, such as "cycle:3".
    digest : str
        Hash of all that the decision is about.

    Raises
    ------
    ForbiddenError
        If the person may not ask for this act.
    InvalidInputError
        If no reason is given.
    WrongStateError
        If something else is asked for the same object already.
    """
    reason = checked_reason(reason)
    try:
        with writing() as session:
            person = require(actor, ACTS[act].askers)
            close_expired(session, act, obj)
            same = open_question(session, act, obj)
            if same is not None and same.digest == digest and same.asked_by == person.id:
                return same.id
            if same is not None:
                raise WrongStateError(ALREADY_ASKED)
            row = Approval(
                act=act,
                object=obj,
                digest=digest,
                reason=reason,
                asked_by=person.id,
                asked_at=clock.now(),
            )
            session.add(row)
            session.flush()
            note(session, actor, "approval.asked", row)
            return row.id
    except IntegrityError as error:
        raise WrongStateError(ALREADY_ASKED) from error


ALREADY_ASKED = N_("This was asked for already: it waits for a decision.")


def decide(actor: Actor, approval_id: int, approve: bool, reason: str = "") -> None:
    """Approve or refuse what another person asked for.

    Parameters
    ----------
    reason : str
        Needed for a refusal.

    Raises
    ------
    ForbiddenError
        If the person asked for it, or may not decide this act.
    InvalidInputError
        If a refusal gives no reason.
    WrongStateError
        If it was decided or withdrawn meanwhile, or waited too long.
    """
    reason = checked_reason(reason) if reason.strip() or not approve else ""
    with writing() as session:
        row = undecided(session, approval_id)
        person = require(actor, ACTS[row.act].deciders)
        if row.asked_by == person.id:
            raise ForbiddenError(N_("Whoever asked cannot decide: another person does."))
        if row.asked_at + LASTING <= clock.now():
            raise WrongStateError(N_("This waited too long: it must be asked for again."))
        row.decided_by, row.decided_at = person.id, clock.now()
        row.approved, row.answer = approve, reason
        note(session, actor, "approval.given" if approve else "approval.refused", row)


def withdraw(actor: Actor, approval_id: int) -> None:
    """Take back what one asked for and nobody has decided yet.

    Raises
    ------
    ForbiddenError
        If somebody else asked for it.
    WrongStateError
        If it was decided meanwhile.
    """
    with writing() as session:
        row = undecided(session, approval_id)
        if actor.account_id != row.asked_by:
            raise ForbiddenError()
        row.decided_at, row.approved = clock.now(), False
        note(session, actor, "approval.withdrawn", row)


def use(session: Session, act: str, obj: str, digest: str) -> int:
    """Use up the approval of exactly this, inside the transaction of the act itself.

    Returns
    -------
    int
        Number of the approval, for the log entry of the act.

    Raises
    ------
    WrongStateError
        If nobody approved exactly this, it was used before, it is too old, or who approved
        it may not decide any more.
    """
    query = (
        select(Approval)
        .where(Approval.act == act, Approval.object == obj, Approval.digest == digest)
        .where(Approval.approved.is_(True), Approval.used_at.is_(None))
        .where(Approval.decided_at > clock.now() - LASTING)
        .order_by(Approval.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.scalar(query)
    decider = people.person(row.decided_by) if row and row.decided_by is not None else None
    if row is None or decider is None or not decider.may(ACTS[act].deciders):
        raise WrongStateError(N_("This needs the approval of another person first."))
    row.used_at = clock.now()
    return row.id


def may_decide(person: Person, act: str, asked_by: int) -> bool:
    """Whether a person could decide; `decide` checks again."""
    return person.id != asked_by and person.may(ACTS[act].deciders)


def checked_reason(reason: str) -> str:
    """Return a reason without outer blanks, if there is one."""
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        text = N_("Give the reason in 10 to 1000 characters.")
        raise InvalidInputError(text, [FieldFault("reason", text)])
    return reason


def open_question(session: Session, act: str, obj: str) -> Approval | None:
    """Find what is asked for an object and not decided."""
    return session.scalar(
        select(Approval)
        .where(Approval.act == act, Approval.object == obj, Approval.decided_at.is_(None))
        .execution_options(populate_existing=True)
    )


def undecided(session: Session, approval_id: int) -> Approval:
    """Find what waits for a decision, under its lock."""
    row = session.get(Approval, approval_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError()
    if row.decided_at is not None:
        raise WrongStateError(N_("This was decided or withdrawn already."))
    return row


def close_expired(session: Session, act: str, obj: str) -> None:
    """Close what waited too long, so that it can be asked for again."""
    session.execute(
        update(Approval)
        .where(Approval.act == act, Approval.object == obj, Approval.decided_at.is_(None))
        .where(Approval.asked_at <= clock.now() - LASTING)
        .values(decided_at=clock.now(), approved=False)
    )


def note(session: Session, actor: Actor, step: str, row: Approval) -> None:
    """Put a step into the log; reasons may name people, so they stay out of it."""
    details = {"of": row.act, "on": row.object, "digest": row.digest}
    recording.record(session, actor, step, f"approval:{row.id}", **details)
