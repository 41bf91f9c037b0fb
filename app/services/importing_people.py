"""Taking over a list of people: all or nothing, and the same list again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import writing
from app.models import Account, Unit
from app.queries import office
from app.queries.people import Grant, as_person
from app.services import account_links, accounts, grants, recording, separation
from app.services.account_links import IssuedLink
from app.services.errors import InvalidInputError
from app.services.leases import Concluding, open_end
from app.services.people_lists import ListedPerson, PersonFault, read_people
from app.services.recording import Actor
from sampling.errors import Fault, in_file_order


@dataclass(frozen=True)
class PeopleImport:
    """What an import did.

    Attributes
    ----------
    links : tuple of IssuedLink
        An invitation for each person who was added.
    extended, unchanged : int
        How many had an account and got further roles, or had everything already.
    """

    links: tuple[IssuedLink, ...]
    extended: int
    unchanged: int


def import_people(
    actor: Actor,
    content: bytes,
    filename: str,
    conclude: Concluding[PeopleImport] = open_end,
) -> PeopleImport:
    """Invite everybody on a list who has no account, and give the others the roles they lack.

    Nothing is taken away from anybody.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator (any more).
    InvalidInputError
        If the list has faults; then nothing is stored.
    """
    with writing() as session:
        grants.require_administrator(actor)
        grants.serialise(session)
        units = {row.code: row.id for row in session.execute(select(Unit.code, Unit.id))}
        listed, faults = read_people(content, filename, units)
        known = _known(session)
        faults += [fault for person in listed for fault in _faults(person, known)]
        if faults:
            raise InvalidInputError(faults=in_file_order(faults))
        done = _take_over(session, actor, listed, known)
        recording.record(
            session,
            actor,
            "people.imported",
            "people",
            added=len(done.links),
            extended=done.extended,
            unchanged=done.unchanged,
        )
        conclude(session, done)
    return done


def _known(session: Session) -> dict[str, Account]:
    query = select(Account).execution_options(populate_existing=True)
    return {account.email: account for account in session.scalars(query)}


def _faults(person: ListedPerson, known: dict[str, Account]) -> list[Fault]:
    """List what the office has against a person of the list."""
    found: list[Fault] = []
    account = known.get(person.email)
    held: frozenset[Grant] = as_person(account).grants if account else frozenset()
    if account is not None and account.name != person.name:
        found.append(PersonFault(person.number, "", "", "other_name"))
    if account is not None and not account.active:
        found.append(PersonFault(person.number, "", "", "disabled_person"))
    small = office.small_office().on
    if separation.conflicts(held | set(person.grants), small_office=small):
        found.append(PersonFault(person.number, "", "", "conflicting_roles"))
    return found


def _take_over(
    session: Session, actor: Actor, listed: Sequence[ListedPerson], known: dict[str, Account]
) -> PeopleImport:
    links: list[IssuedLink] = []
    extended = 0
    for person in listed:
        account = known.get(person.email)
        if account is None:
            granted = list(person.grants)
            account = accounts.new_row(session, actor, person.email, person.name, granted)
            links.append(account_links.issue_in(session, actor, account))
            continue
        lacking = [grant for grant in person.grants if grant not in as_person(account).grants]
        for grant in lacking:
            grants.grant(session, actor, account.id, grant.role, grant.unit_id)
        extended += bool(lacking)
    return PeopleImport(tuple(links), extended, len(listed) - len(links) - extended)
