"""Wrong digits are counted for each dossier, under a keyed hash of its code.

A count is taken before the digits are looked at, in the transaction that looks: many at once
cannot slip by. After the fifth miss even right digits are refused, for otherwise each further
guess would still tell.
"""

from datetime import date, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.database import is_sqlite, writing
from app.extensions import db
from app.models import DoorTry
from app.services import recording, secrets
from app.services.recording import Actor
from sampling.listing import typed_codes

ALLOWED = 5
KEPT = timedelta(days=7)


def key_of(code: str) -> bytes:
    """Hash a dossier code, however it is typed; it tells nothing without the secret."""
    return secrets.tag("door-try", typed_codes.bare(code).encode())


def used_up(session: Session, key: bytes) -> bool:
    """Whether no try is left, and hold the count until the caller's transaction ends."""
    today = clock.today()
    _clear(session, today)
    dialect = sqlite if is_sqlite(session) else postgresql
    insert = dialect.insert(DoorTry).values(key=key, tries=0, last_on=today)
    # Writing what is there already locks it.
    kept = insert.on_conflict_do_update(
        index_elements=[DoorTry.key], set_={"tries": DoorTry.tries}
    ).returning(DoorTry.tries, DoorTry.last_on)
    tries, last_on = session.execute(kept).one()
    if last_on <= today - KEPT:
        _set(session, key, 0, today)
        return False
    return bool(tries >= ALLOWED)


def missed(session: Session, key: bytes) -> None:
    """Count a miss; once no try is left, further ones do not prolong that."""
    query = update(DoorTry).where(DoorTry.key == key, DoorTry.tries < ALLOWED)
    session.execute(query.values(tries=DoorTry.tries + 1, last_on=clock.today()))


def forget(session: Session, key: bytes) -> None:
    """Let the count of a dossier start anew, for somebody knew the digits."""
    session.execute(delete(DoorTry).where(DoorTry.key == key))


def release(actor: Actor, code: str) -> bool:
    """Forget the misses of a dossier for somebody who stands at the counter.

    Returns
    -------
    bool
        Whether there were any.
    """
    with writing() as session:
        gone = delete(DoorTry).where(DoorTry.key == key_of(code)).returning(DoorTry.tries)
        found = session.scalar(gone) is not None
        recording.record(session, actor, "door_tries.released", "door_tries", found=found)
    return found


def closed() -> int:
    """Count the dossiers that posters refuse now; a heap of them means that somebody guesses."""
    query = select(func.count()).where(
        DoorTry.tries >= ALLOWED, DoorTry.last_on > clock.today() - KEPT
    )
    return db.session.scalar(query) or 0


def _set(session: Session, key: bytes, tries: int, day: date) -> None:
    session.execute(update(DoorTry).where(DoorTry.key == key).values(tries=tries, last_on=day))


def _clear(session: Session, today: date) -> None:
    """Delete counts that are forgotten, but for those that somebody holds."""
    old = select(DoorTry.key).where(DoorTry.last_on <= today - KEPT)
    old = old.with_for_update(skip_locked=True)
    session.execute(delete(DoorTry).where(DoorTry.key.in_(old)))
