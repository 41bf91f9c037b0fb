"""Counters: added, changed, switched off, taken over from a list."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import one_writer, writing
from app.models import Counter, OfficeSetting, Unit
from app.queries import units as unit_rows
from app.queries.counters import HOTLINE, plain
from app.services import recording
from app.services.counter_lists import CounterRow, is_code, read_counters
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import Actor
from app.texts import N_

# Crockford's: no letter that is taken for a digit, and no U.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6
LONGEST_HOTLINE = 60


@dataclass(frozen=True)
class CounterImport:
    """What an import did."""

    added: int
    changed: int


def add(actor: Actor, unit_id: int, name: str, address: str = "", code: str = "") -> int:
    """Add a counter and return its number; without a code it gets one.

    Raises
    ------
    InvalidInputError
        If another counter has that code, or one that looks like it, or it is none.
    NotFoundError
        If there is no such unit.
    """
    with writing() as session:
        one_writer(session, Counter)
        unit = session.get(Unit, unit_id)
        if unit is None:
            raise NotFoundError()
        taken = _codes(session)
        made = _added(session, unit, CounterRow(unit.code, name, address, code.upper()), taken)
        session.flush()
        recording.record(
            session, actor, "counter.added", f"counter:{made.id}", unit=unit_id, code=made.code
        )
        return made.id


def change(actor: Actor, counter_id: int, name: str, address: str) -> None:
    """Give a counter another name or address; its code stays, for it hangs on the wall.

    Raises
    ------
    NotFoundError
        If there is no such counter.
    """
    with writing() as session:
        counter = _locked(session, counter_id)
        counter.name, counter.address = name, address
        recording.record(session, actor, "counter.changed", f"counter:{counter_id}")


def switch(actor: Actor, counter_id: int, *, active: bool) -> None:
    """Switch a counter off or on; while it is off its poster leads nowhere.

    Raises
    ------
    NotFoundError
        If there is no such counter.
    """
    with writing() as session:
        counter = _locked(session, counter_id)
        if counter.active != active:
            counter.active = active
            act = "counter.switched_on" if active else "counter.switched_off"
            recording.record(session, actor, act, f"counter:{counter_id}")


def import_counters(actor: Actor, content: bytes, filename: str) -> CounterImport:
    """Add the counters of a list, or bring those that are there up to date.

    A row with a code is about the counter that has it; one without is about the counter of that
    name in its unit.

    Raises
    ------
    InvalidInputError
        If the list has faults; then nothing is stored.
    """
    known_units = {unit.code for unit in unit_rows.all_units()}
    rows, faults = read_counters(content, filename, known_units)
    if faults:
        raise InvalidInputError(faults=faults)
    with writing() as session:
        one_writer(session, Counter)
        units = {unit.code: unit for unit in session.scalars(select(Unit))}
        taken, added = _codes(session), 0
        by_name = {(each.unit_id, each.name): each for each in taken.values()}
        for row in rows:
            unit = units[row.unit_code]
            known = taken.get(plain(row.code)) or by_name.get((unit.id, row.name))
            if known is None or (row.code and row.code != known.code):
                _added(session, unit, row, taken)
                added += 1
            else:
                known.unit_id, known.name = unit.id, row.name
                known.address = row.address or known.address
        done = CounterImport(added, len(rows) - added)
        recording.record(
            session, actor, "counters.imported", "counters", added=added, changed=done.changed
        )
    return done


def set_hotline(actor: Actor, number: str) -> None:
    """Say which number posters show for questions; "" for none."""
    number = " ".join(number.split())
    if len(number) > LONGEST_HOTLINE:
        raise InvalidInputError(N_("The hotline has at most 60 characters."))
    with writing() as session:
        session.merge(OfficeSetting(name=HOTLINE, value=number))
        recording.record(session, actor, "office.hotline_changed", "office", given=bool(number))


def new_code(taken: Mapping[str, object]) -> str:
    """Make a code that no counter has: short enough to type, and to be told on the phone."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if code not in taken:
            return code


def _codes(session: Session) -> dict[str, Counter]:
    return {plain(counter.code): counter for counter in session.scalars(select(Counter))}


def _added(session: Session, unit: Unit, row: CounterRow, taken: dict[str, Counter]) -> Counter:
    """Add a counter to the session and to the codes that are taken."""
    code = row.code or new_code(taken)
    if not is_code(code):
        raise InvalidInputError(
            N_("A code has 2 to 16 letters without marks, digits and hyphens, such as TB-01.")
        )
    if plain(code) in taken:
        raise InvalidInputError(
            N_("Another counter has the code %(code)s, or one that looks like it."), code=code
        )
    made = Counter(
        code=code,
        unit_id=unit.id,
        name=row.name,
        address=row.address,
        active=True,
        created_at=clock.now(),
    )
    session.add(made)
    taken[plain(code)] = made
    return made


def _locked(session: Session, counter_id: int) -> Counter:
    found = session.get(Counter, counter_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError()
    return found
