"""Giving personal data a new key: a thousand contacts at a time, and the old key destroyed."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.database import writing
from app.models import Contact, DataKey
from app.services import contacts, data_keys, recording
from app.services.data_keys import CONTACT
from app.services.leases import Concluding, open_end
from app.services.recording import Actor

Progress = Callable[[int, int], None]
CHUNK = 1_000


@dataclass(frozen=True)
class Rotation:
    """What a rotation did."""

    key: int
    contacts: int
    destroyed: int


def rotate(actor: Actor, progress: Progress, conclude: Concluding[Rotation] = open_end) -> Rotation:
    """Seal every phone anew under a fresh key and destroy the keys before it.

    Whatever stops it, the next call goes on where it stopped: phones under the old and the new
    key open all the while. The keyed hashes keep their key (decision 0018).

    Parameters
    ----------
    progress : callable
        Told contacts done and contacts in all, between transactions.
    """
    target = _begin(actor)
    total = _left(target)
    moved = 0
    while True:
        progress(moved, total)
        with writing() as session:
            part = _move(session, target)
            moved += part
            destroyed = None if part else _destroy_others(session, actor, target)
            if destroyed is not None:
                done = Rotation(target, moved, len(destroyed))
                details = {"contacts": moved, "destroyed": done.destroyed}
                recording.record(session, actor, "key.rotated", f"data_key:{target}", **details)
                conclude(session, done)
                return done


def _begin(actor: Actor) -> int:
    """Return the key to seal under: that of a rotation which was stopped, else a new one."""
    with writing() as session:
        living = sorted(data_keys.all_open(session, CONTACT))
        if len(living) > 1:
            return living[-1]
        made = data_keys.make(session, actor, CONTACT)
        return made.id


def _left(target: int) -> int:
    with writing() as session:
        query = select(func.count(Contact.dossier_id)).where(Contact.key_id != target)
        return session.scalar(query) or 0


def _move(session: Session, target: int) -> int:
    keys = data_keys.all_open(session, CONTACT)
    old = [key for key in keys if key != target]
    query = (
        select(Contact.dossier_id, Contact.key_id, Contact.phone_sealed)
        .where(Contact.key_id.in_(old))
        .limit(CHUNK)
        .with_for_update()
    )
    found = session.execute(query).all()
    if found:
        session.execute(
            update(Contact),
            [
                {
                    "dossier_id": row.dossier_id,
                    "key_id": target,
                    "phone_sealed": contacts.reseal(
                        keys[row.key_id], keys[target], row.dossier_id, row.phone_sealed
                    ),
                }
                for row in found
            ],
        )
    return len(found)


def _destroy_others(session: Session, actor: Actor, target: int) -> list[int] | None:
    """Destroy the keys before the target if nothing is sealed under them any more.

    Who seals holds the key's row until the end of that transaction, so what was stored in the
    meantime is seen here: then nothing is destroyed (None), and the caller moves it too.
    """
    query = select(DataKey.id).where(
        DataKey.purpose == CONTACT, DataKey.retired_at.is_(None), DataKey.id != target
    )
    others = list(session.scalars(query.with_for_update()))
    if session.scalar(select(Contact.dossier_id).where(Contact.key_id.in_(others)).limit(1)):
        return None
    for key in others:
        data_keys.destroy(session, actor, key)
    return others
