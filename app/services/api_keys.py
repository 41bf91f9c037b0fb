"""Keys of other software: shown once, kept as hashes, revoked at once."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, update

from app import clock
from app.database import writing
from app.extensions import db
from app.models import ApiKey, Unit
from app.queries import api_keys as key_rows
from app.queries.api_keys import Holder
from app.services import recording
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.texts import N_

START = "khs_"
KEY_BYTES = 32
# Whatever else comes is not even looked up.
KEY = re.compile(rf"{START}[A-Za-z0-9_-]{{43}}")
LONGEST_NAME = 100
NO_NAME = N_("Say in 1 to 100 characters which software uses the key.")


@dataclass(frozen=True)
class NewKey:
    """A key that was just made; nobody can show it again."""

    id: int
    name: str
    key: str = field(repr=False)


def make(actor: Actor, name: str, unit_id: int | None = None) -> NewKey:
    """Make a key for a piece of software, for all units or one.

    Raises
    ------
    InvalidInputError
        If it has no name.
    NotFoundError
        If there is no such unit.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInputError(NO_NAME)
    key = START + secrets.token_urlsafe(KEY_BYTES)
    with writing() as session:
        if unit_id is not None and session.get(Unit, unit_id) is None:
            raise NotFoundError()
        row = ApiKey(
            name=name,
            hash=_hash(key),
            unit_id=unit_id,
            created_by=actor.account_id,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        recording.record(session, actor, "api_key.made", f"api_key:{row.id}", unit=unit_id)
        return NewKey(row.id, name, key)


def revoke(actor: Actor, key_id: int) -> None:
    """End a key.

    Raises
    ------
    NotFoundError
        If there is no such key.
    WrongStateError
        If it was ended before.
    """
    with writing() as session:
        row = session.get(ApiKey, key_id, with_for_update=True, populate_existing=True)
        if row is None:
            raise NotFoundError()
        if row.revoked_at is not None:
            raise WrongStateError()
        row.revoked_at = clock.now()
        recording.record(session, actor, "api_key.revoked", f"api_key:{key_id}")


def holder(key: str) -> Holder | None:
    """Find out whose key this is, and note the day.

    What is compared is a hash of 256 random bits: how long it takes tells nothing about a key.
    """
    if KEY.fullmatch(key) is None:
        return None
    found = key_rows.holder(_hash(key))
    if found is not None and found.last_used_on != clock.today():
        with writing() as session:
            used = update(ApiKey).where(ApiKey.id == found.key_id)
            session.execute(used.values(last_used_on=clock.today()))
        db.session.rollback()
    return found


class RevokedKeyError(Exception):
    """A key that was right a while ago does not hold any more."""


_remembered: WeakKeyDictionary[Engine, dict[bytes, Holder]] = WeakKeyDictionary()


def remembered(key: str) -> Holder | None:
    """Find out whose key this is, or was when it was last used today.

    For acts that ask in their own transaction whether the key still holds, and `forget` it if
    not: a query of its own costs a call at the counter more than everything that it writes.
    """
    if KEY.fullmatch(key) is None:
        return None
    known, hashed = _remembered.setdefault(db.engine, {}), _hash(key)
    found = known.get(hashed)
    if found is not None and found.last_used_on == clock.today():
        return found
    found = holder(key)
    if found is not None:
        found = known[hashed] = replace(found, last_used_on=clock.today())
    return found


def forget(key: str) -> None:
    """Remember a key no more."""
    _remembered.setdefault(db.engine, {}).pop(_hash(key), None)


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("ascii")).digest()
