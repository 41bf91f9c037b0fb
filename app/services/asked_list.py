"""The shared list of owners who were asked: keyed hashes and days, forgotten after a year (0052).

It is written in the transaction of the draw. It has no phone, and nothing in it tells who answered.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import AskedOwner, Contact, FrozenList, Round
from app.queries import asked
from app.queries.asked import OWNER
from app.services import contacts, data_keys, recording
from app.services.data_keys import CONTACT_INDEX
from app.services.inserting import insert_new
from app.services.recording import Actor
from sampling.coordination import Asked, list_hash

AT_ONCE = 400


def add(session: Session, drawn: Round, dossiers: Sequence[int]) -> int:
    """Put the owners of drawn dossiers on the list, in the transaction that draws them.

    Returns
    -------
    int
        Owners who were not on it with this day.
    """
    if drawn.dry_run:  # a rehearsal asks nobody
        return 0
    found: set[bytes] = set()
    for some in _parts(dossiers):
        query = select(OWNER).where(Contact.dossier_id.in_(some), OWNER.is_not(None))
        found |= {owner for owner in session.scalars(query) if owner}
    return _store(session, ((owner, clock.today()) for owner in sorted(found)), drawn.id)


def take_over(actor: Actor, phones: Iterable[tuple[str, date]], groups: Sequence[Asked]) -> int:
    """Add whom another body has asked.

    Parameters
    ----------
    phones : iterable of (str, date)
        Numbers as `sampling.listing.phones.read_phone` writes them; hashed here and not kept.
    groups : sequence of Asked
        Owners told as phone groups of minimised lists.

    Returns
    -------
    int
        Owners who were not on the list with their day.
    """
    with writing() as session:
        key = data_keys.present(session, CONTACT_INDEX, actor)
        pairs = [(contacts.phone_index(key, phone), day) for phone, day in phones]
        pairs += [(contacts.group_index(key, one.owner), one.on) for one in groups]
        kept = sorted({(owner, day) for owner, day in pairs if day > asked.since(clock.today())})
        added = _store(session, kept, None)
        recording.record(session, actor, "asked.taken_over", "asked", owners=added)
    return added


def _store(session: Session, pairs: Iterable[tuple[bytes, date]], round_id: int | None) -> int:
    rows: list[dict[str, Any]] = [
        {"owner": owner, "day": day, "round_id": round_id} for owner, day in pairs
    ]
    parts = (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
    return sum(insert_new(session, AskedOwner, part) for part in parts)


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def forget() -> None:
    """Erase whoever may be asked again, and the lists of commitments as old; for the clock."""
    last = asked.since(clock.today())
    with writing() as session:
        session.execute(delete(AskedOwner).where(AskedOwner.day <= last))
        old = (FrozenList.day <= last, FrozenList.listed != "")
        session.execute(update(FrozenList).where(*old).values(listed=""))


def present_hash() -> str:
    """SHA-256 of the list of today."""
    return list_hash(asked.listed(clock.today()))
