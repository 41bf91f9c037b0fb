"""The small-office mode: one person may hold several roles, and everybody can see it.

Two persons decide on it. Whatever the mode, three different persons stand behind a
publication.
"""

from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import OfficeSetting
from app.queries import office
from app.queries.people import Person
from app.services import four_eyes, grants, recording, separation
from app.services.errors import WrongStateError
from app.services.four_eyes import OFFICE_MODE
from app.services.recording import Actor
from app.texts import N_


def ask_switch(actor: Actor, on: bool, reason: str) -> int:
    """Ask another person to approve switching the small-office mode on or off.

    Raises
    ------
    WrongStateError
        If it stands that way already, or people hold roles that the normal mode refuses.
    """
    check_wanted(on)
    return four_eyes.ask(actor, OFFICE_MODE, name(on), digest(on, reason.strip()), reason)


def switch(actor: Actor, on: bool, reason: str) -> None:
    """Switch the mode as another person has approved it.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator.
    WrongStateError
        If nobody approved exactly this, or the normal mode would refuse what people hold.
    """
    with writing() as session:
        grants.require_administrator(actor)
        grants.serialise(session)
        check_wanted(on)
        reason = reason.strip()
        approval = four_eyes.use(session, OFFICE_MODE, name(on), digest(on, reason))
        store(session, {"on": on, "reason": reason, "since": clock.now().isoformat()})
        recording.record(
            session, actor, "office.mode_changed", "office", small_office=on, approval=approval
        )


def check_wanted(on: bool) -> None:
    """Refuse a switch that changes nothing, or that leaves roles which exclude each other."""
    if office.small_office().on == on:
        raise WrongStateError(N_("The office works in this mode already."))
    if not on and several_hats():
        raise WrongStateError(
            N_("Some people still hold roles that exclude each other: take those away first.")
        )


def several_hats() -> list[Person]:
    """List whoever holds roles together that only the small-office mode allows."""
    return [
        person
        for person in office.holders_of_roles()
        if separation.conflicts(person.grants, small_office=False)
    ]


def name(on: bool) -> str:
    """Name the switch for approvals."""
    return "small_office:on" if on else "small_office:off"


def digest(on: bool, reason: str) -> str:
    """Hash what the second person decides about."""
    return four_eyes.digest(small_office=on, reason=reason)


def store(session: Session, value: dict[str, object]) -> None:
    """Keep the present choice; the log keeps the former ones."""
    row = session.get(OfficeSetting, office.SMALL_OFFICE, populate_existing=True)
    if row is None:
        session.add(OfficeSetting(name=office.SMALL_OFFICE, value=value))
    else:
        row.value = value
