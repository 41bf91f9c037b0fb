"""Keys of personal data: in the database, encrypted under the installation's secret (0018).

A dump of the database opens nothing without the secret; a key that was destroyed makes every
older copy of what it sealed unreadable, wherever that copy lies.
"""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl.public import PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import DataKey, LogHead
from app.services import recording, secrets
from app.services.errors import ServiceError, WrongStateError
from app.services.recording import SYSTEM, Actor
from app.texts import N_

CONTACT = "contact"
CONTACT_INDEX = "contact-index"
OFFICE = "office"
KEY_BYTES, NONCE = 32, 12


class OtherSecretError(ServiceError):
    """A key was wrapped under another secret than the present one."""

    message = N_(
        "The keys of personal data were made under another secret: put it back, or run "
        "khaosat keys rewrap on the server."
    )


@dataclass(frozen=True)
class OpenKey:
    """A key ready for use; never shown, never stored like this."""

    id: int
    secret: bytes = field(repr=False)

    def seal(self, content: bytes, about: str) -> bytes:
        """Encrypt; the result opens only together with what it is `about`."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, content, about.encode())

    def unseal(self, sealed: bytes, about: str) -> bytes:
        """Decrypt what `seal` made.

        Raises
        ------
        cryptography.exceptions.InvalidTag
            If the bytes were changed, moved to something else, or sealed under another key.
        """
        return AESGCM(self.secret).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())


def present(session: Session, purpose: str, actor: Actor = SYSTEM) -> OpenKey:
    """Return the newest key of a purpose, made on first use.

    Until the caller's transaction ends nobody can retire it: what is sealed under it now will
    be found by whoever retires it later.
    """
    newest = (
        select(DataKey)
        .where(DataKey.purpose == purpose, DataKey.retired_at.is_(None))
        .order_by(DataKey.id.desc())
        .limit(1)
        .with_for_update(read=True)
    )
    found = session.scalar(newest)
    if found is None:
        # One writer at a time comes past here: two index keys would hide equal phones.
        session.execute(select(LogHead).with_for_update()).scalar_one()
        found = session.scalar(newest) or make(session, actor, purpose)
    return _opened(found)


def make(session: Session, actor: Actor, purpose: str) -> DataKey:
    """Add a key of a purpose; from now on it is the present one."""
    fresh = bytes(PrivateKey.generate()) if purpose == OFFICE else os.urandom(KEY_BYTES)
    made = DataKey(purpose=purpose, wrapped=_wrap(purpose, fresh), created_at=clock.now())
    session.add(made)
    session.flush()
    recording.record(session, actor, "key.made", f"data_key:{made.id}", purpose=purpose)
    return made


def all_open(session: Session, purpose: str) -> dict[int, OpenKey]:
    """Return every key of a purpose that was not destroyed, by its number."""
    query = select(DataKey).where(DataKey.purpose == purpose, DataKey.retired_at.is_(None))
    return {found.id: _opened(found) for found in session.scalars(query)}


def destroy(session: Session, actor: Actor, key_id: int) -> None:
    """Overwrite a key for good; its row stays and says when."""
    found = session.get_one(DataKey, key_id, with_for_update=True)
    found.wrapped = b"\0" * len(found.wrapped)
    found.retired_at = clock.now()
    recording.record(session, actor, "key.destroyed", f"data_key:{key_id}", purpose=found.purpose)


def rewrap(actor: Actor, old_secret: str) -> int:
    """Encrypt every key under the present secret, after the installation's secret changed.

    Returns
    -------
    int
        Keys that were still under the old secret.

    Raises
    ------
    WrongStateError
        If neither secret opens a key; then nothing is changed.
    """
    changed = 0
    with writing() as session:
        query = select(DataKey).where(DataKey.retired_at.is_(None)).with_for_update()
        for found in session.scalars(query):
            name = _wrapping(found.purpose)
            if _unwrap(secrets.purpose_key(name), found) is not None:
                continue
            key = _unwrap(secrets.derived(old_secret.encode(), name), found)
            if key is None:
                raise WrongStateError(
                    N_("Neither secret opens key %(key)s: nothing was changed."), key=found.id
                )
            found.wrapped = _wrap(found.purpose, key)
            changed += 1
        recording.record(session, actor, "keys.rewrapped", "data_keys", keys=changed)
    return changed


def office_public_key(actor: Actor) -> str:
    """Return the key under which lists are sealed for this office, in hexadecimal digits."""
    with writing() as session:
        return bytes(office_key(session, actor).public_key).hex()


def office_key(session: Session, actor: Actor = SYSTEM) -> PrivateKey:
    """Return the office's key pair, made on first use."""
    return PrivateKey(present(session, OFFICE, actor).secret)


def _opened(found: DataKey) -> OpenKey:
    key = _unwrap(secrets.purpose_key(_wrapping(found.purpose)), found)
    if key is None:
        raise OtherSecretError()
    return OpenKey(found.id, key)


def _wrapping(purpose: str) -> str:
    return f"data-key:{purpose}"


def _wrap(purpose: str, key: bytes) -> bytes:
    return secrets.seal(_wrapping(purpose), key)


def _unwrap(wrapping_key: bytes, found: DataKey) -> bytes | None:
    opened = OpenKey(found.id, wrapping_key)
    try:
        return opened.unseal(found.wrapped, _wrapping(found.purpose))
    except InvalidTag:
        return None
