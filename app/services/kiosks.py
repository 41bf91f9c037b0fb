"""Kiosks: tablets that are set up at a counter, known again by a secret, and revoked.

A coordinator makes a key, which works once and for two days. The tablet swaps it for a secret of
its own, of which only the hash is kept. Of a tablet days are noted, never times.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Counter, Kiosk
from app.queries import kiosks as rows
from app.queries.kiosks import KioskView
from app.services import recording
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import SYSTEM, Actor
from app.texts import N_
from surveys.links import is_well_formed, new_token, token_hash
from surveys.short_codes import new_short_code, printed, read_short_code

LONGEST_NAME = 100
KEY_HOLDS = timedelta(days=1)
NO_NAME = N_("Enter a name for the tablet.")


@dataclass(frozen=True)
class NewKiosk:
    """A kiosk that waits to be set up, and its key, which is shown this once."""

    id: int
    name: str
    key: str


def add(actor: Actor, counter_id: int, name: str) -> NewKiosk:
    """Make a key that a tablet is set up with at a counter.

    Raises
    ------
    InvalidInputError
        If it has no name, or a very long one.
    NotFoundError
        If there is no such counter, or it is switched off.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInputError(NO_NAME)
    code = new_short_code(counter_id)
    with writing() as session:
        counter = session.get(Counter, counter_id)
        if counter is None or not counter.active:
            raise NotFoundError()
        row = Kiosk(counter_id=counter_id, name=name, key=token_hash(code), made_on=clock.today())
        session.add(row)
        session.flush()
        recording.record(session, actor, "kiosk.key_made", f"kiosk:{row.id}", counter=counter_id)
        return NewKiosk(row.id, name, printed(code))


def enrol(typed: str) -> str | None:
    """Set up a tablet with the key that was made for it, today or the day before.

    Returns
    -------
    str or None
        The secret that it shows itself with from now on; None if there is no such key.
    """
    code = read_short_code(typed)
    if code is None:
        return None
    secret, today = new_token(), clock.today()
    with writing() as session:
        found = session.scalar(
            update(Kiosk)
            .where(
                Kiosk.key == token_hash(code),
                Kiosk.enrolled_on.is_(None),
                Kiosk.revoked_on.is_(None),
                Kiosk.made_on >= today - KEY_HOLDS,
            )
            .values(key=token_hash(secret), enrolled_on=today, last_seen_on=today)
            .returning(Kiosk.id)
        )
        if found is None:
            return None
        recording.record(session, SYSTEM, "kiosk.enrolled", f"kiosk:{found}")
    return secret


def known(secret: str) -> KioskView | None:
    """Find the kiosk that shows itself with a secret.

    What is compared is a hash of 128 random bits: how long it takes tells nothing about a secret.
    """
    return rows.by_secret(token_hash(secret)) if is_well_formed(secret) else None


def used(found: KioskView) -> None:
    """Note the day on which somebody sent a page of a kiosk, once a day."""
    today = clock.today()
    if found.last_seen_on != today:
        with writing() as session:
            noted = update(Kiosk).where(Kiosk.id == found.id)
            session.execute(noted.values(last_seen_on=today))
        db.session.rollback()


def revoke(actor: Actor, kiosk_id: int) -> None:
    """End a kiosk, or the key of one that was never set up.

    Raises
    ------
    NotFoundError
        If there is no such kiosk.
    WrongStateError
        If it was ended before.
    """
    with writing() as session:
        row = session.get(Kiosk, kiosk_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFoundError()
        if row.revoked_on is not None:
            raise WrongStateError()
        row.revoked_on = clock.today()
        recording.record(session, actor, "kiosk.revoked", f"kiosk:{kiosk_id}")
