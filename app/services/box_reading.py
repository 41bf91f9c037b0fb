"""Which boxes can be opened here, and what lies in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nacl.public import PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Box, MixingKey
from app.services import keys, sealing
from app.services.sealing import Content, UnreadableBoxError

AT_ONCE = 500


@dataclass(frozen=True)
class SealedBox:
    """A box and the secret half that opens it."""

    id: str
    cell_id: int
    secret: PrivateKey = field(repr=False)


def openable(session: Session, cells: Sequence[int]) -> list[SealedBox]:
    """List the boxes whose secret halves are here, holding off everybody who seals or mixes."""
    # In one order, or two mixers could wait for each other.
    session.execute(
        select(MixingKey.id)
        .where(MixingKey.cell_id.in_(cells))
        .order_by(MixingKey.id)
        .with_for_update()
    ).all()
    rows = session.execute(
        select(Box.id, Box.cell_id, MixingKey.public)
        .join(MixingKey, MixingKey.id == Box.key_id)
        .where(Box.cell_id.in_(cells))
    ).all()
    halves = _secret_halves(row.public for row in rows)
    return [
        SealedBox(row.id, row.cell_id, secret)
        for row in rows
        if (secret := halves[row.public]) is not None
    ]


def _secret_halves(publics: Iterable[bytes]) -> dict[bytes, PrivateKey | None]:
    return {public: keys.secret_half(public) for public in set(publics)}


def contents(session: Session, boxes: Sequence[SealedBox]) -> dict[str, Content]:
    """Open boxes; a damaged one is passed over and stays where it is."""
    found: dict[str, Content] = {}
    sealed = ciphertexts(session, boxes)
    for box in boxes:
        try:
            found[box.id] = sealing.open_box(box.secret, sealed[box.id])
        except UnreadableBoxError:
            continue
    return found


def ciphertexts(session: Session, boxes: Sequence[SealedBox]) -> Mapping[str, bytes]:
    """Read what is sealed in boxes."""
    query = select(Box.id, Box.ciphertext).where(Box.id.in_([box.id for box in boxes]))
    return {row.id: row.ciphertext for row in session.execute(query)}


def readable(round_id: int) -> Counter[int]:
    """Count for each leaf cell the boxes that open here and are whole, by opening each.

    A damaged box must not make up a crowd: it would leave the others of its cell below k.
    """
    publics = db.session.scalars(
        select(MixingKey.public).where(
            select(Box.id).where(Box.key_id == MixingKey.id, Box.round_id == round_id).exists()
        )
    ).all()
    halves = _secret_halves(publics)
    rows = db.session.execute(
        select(Box.cell_id, Box.ciphertext, MixingKey.public)
        .join(MixingKey, MixingKey.id == Box.key_id)
        .where(Box.round_id == round_id)
        .execution_options(yield_per=AT_ONCE)
    )
    return Counter(
        cell_id for cell_id, sealed, public in rows if _is_whole(halves.get(public), sealed)
    )


def _is_whole(secret: PrivateKey | None, sealed: bytes) -> bool:
    if secret is None:
        return False
    try:
        sealing.open_box(secret, sealed)
    except UnreadableBoxError:
        return False
    return True
