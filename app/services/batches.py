"""One batch of the mixer: boxes become answers in a single transaction.

Until its commit nothing has happened; after it the boxes are gone and their answers are
there, sorted by random numbers, with nothing that says which ballot one came from.
"""

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nacl.public import PrivateKey
from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.database import is_sqlite, writing
from app.models import Answer, Box, Cell, Comment, MixingKey, Receipt
from app.queries.boxes import MixedRound
from app.services import keys, recording, sealing
from app.services.coarsening import Group
from app.services.opening import new_keys
from app.services.recording import SYSTEM
from app.services.sealing import Content, UnreadableBoxError

LARGEST = 1000
_random = secrets.SystemRandom()


@dataclass(frozen=True)
class SealedBox:
    """A box and the secret half that opens it."""

    id: str
    cell_id: int
    secret: PrivateKey = field(repr=False)


@dataclass(frozen=True)
class Share:
    """What one batch takes out of the boxes that wait.

    Attributes
    ----------
    last : bool
        Whether nothing but the reserve stays behind.
    """

    taken: Sequence[SealedBox]
    left: Sequence[SealedBox]
    last: bool


def open_batch(mixed: MixedRound, group: Group, reserve: int) -> int:
    """Open the boxes of a group but for a random reserve, which moves under a new key.

    Parameters
    ----------
    mixed : MixedRound
        Fewer than its `k` boxes never open together.
    group : Group
        With a reserve it is one stratum.
    reserve : int
        k while the round is open, 0 once it has closed.

    Returns
    -------
    int
        How many opened; 0 when there are too few. More than 1,000 take several calls.
    """
    wanted = len(group.strata) if reserve else 0
    with new_keys(wanted) as publics, writing() as session:
        boxes = _openable(session, group)
        if len(boxes) < reserve + mixed.k:
            return 0
        share = divide(boxes, mixed.k, reserve)
        contents = _read(session, share.taken)
        if len(contents) < mixed.k:
            return 0
        _store(session, mixed.id, group, list(contents.values()))
        session.execute(delete(Box).where(Box.id.in_(contents)))
        if share.last:
            _retire(session, group)
        if share.last and reserve:
            _reseal(session, mixed.id, share.left, publics[0])
        recording.record(
            session,
            SYSTEM,
            "round.mixed",
            f"round:{mixed.id}",
            cell=group.cell_id,
            opened=len(contents),
            damaged=len(share.taken) - len(contents),
        )
    return len(contents)


def _openable(session: Session, group: Group) -> list[SealedBox]:
    """List the boxes whose secret halves are here, holding off everybody who seals or mixes."""
    # In one order, or two mixers could wait for each other.
    session.execute(
        select(MixingKey.id)
        .where(MixingKey.cell_id.in_(group.strata))
        .order_by(MixingKey.id)
        .with_for_update()
    ).all()
    rows = session.execute(
        select(Box.id, Box.cell_id, Box.key_id, MixingKey.public)
        .join(MixingKey, MixingKey.id == Box.key_id)
        .where(Box.cell_id.in_(group.strata))
    ).all()
    halves = {public: keys.secret_half(public) for public in {row.public for row in rows}}
    return [
        SealedBox(row.id, row.cell_id, secret)
        for row in rows
        if (secret := halves[row.public]) is not None
    ]


def divide(boxes: Sequence[SealedBox], k: int, reserve: int) -> Share:
    """Choose at random what one transaction opens: never fewer than k, nor leaving fewer."""
    shuffled = _random.sample(boxes, len(boxes))
    available = len(boxes) - reserve
    parts = max(1, min(math.ceil(available / LARGEST), available // k))
    size = math.ceil(available / parts)
    return Share(shuffled[:size], shuffled[size:], last=parts == 1)


def _read(session: Session, boxes: Sequence[SealedBox]) -> dict[str, Content]:
    """Open boxes; a damaged one is passed over and stays where it is."""
    found: dict[str, Content] = {}
    ciphertexts = _ciphertexts(session, boxes)
    for box in boxes:
        try:
            found[box.id] = sealing.open_box(box.secret, ciphertexts[box.id])
        except UnreadableBoxError:
            continue
    return found


def _ciphertexts(session: Session, boxes: Sequence[SealedBox]) -> Mapping[str, bytes]:
    query = select(Box.id, Box.ciphertext).where(Box.id.in_([box.id for box in boxes]))
    return {row.id: row.ciphertext for row in session.execute(query)}


def _store(session: Session, round_id: int, group: Group, contents: Sequence[Content]) -> None:
    """Write answers, comments and receipts, each sorted by what says nothing."""
    unit_id = session.scalar(select(Cell.unit_id).where(Cell.id == group.cell_id))
    answers = [
        {
            "rid": content.rid,
            "round_id": round_id,
            "cell_id": group.cell_id,
            "answers": dict(content.answers),
        }
        for content in contents
    ]
    comments = [
        {
            "id": secrets.token_hex(16),
            "round_id": round_id,
            "unit_id": unit_id,
            "body": content.comment,
        }
        for content in contents
        if content.comment
    ]
    receipts = [{"hash": content.receipt, "round_id": round_id} for content in contents]
    for model, rows, order in (
        (Answer, answers, "rid"),
        (Comment, comments, "id"),
        (Receipt, receipts, "hash"),
    ):
        _insert_new(session, model.__table__, sorted(rows, key=lambda row: str(row[order])))


def _insert_new(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows, passing over what is there already.

    Somebody may send one nonce for two ballots, and so give two answers one receipt; that
    must not stop the mixer.
    """
    assert isinstance(table, Table)
    dialect = sqlite if is_sqlite(session) else postgresql
    if rows:
        session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def _retire(session: Session, group: Group) -> None:
    session.execute(
        update(MixingKey).where(MixingKey.cell_id.in_(group.strata)).values(retired=True)
    )


def _reseal(session: Session, round_id: int, boxes: Sequence[SealedBox], public: bytes) -> None:
    """Move the reserve under the next key, in boxes of new names."""
    ciphertexts = _ciphertexts(session, boxes)
    cell_id = boxes[0].cell_id
    key_id = session.scalar(
        insert(MixingKey)
        .values(cell_id=cell_id, public=public, retired=False)
        .returning(MixingKey.id)
    )
    moved = []
    for box in boxes:
        try:
            ciphertext = sealing.reseal(box.secret, public, ciphertexts[box.id])
        except UnreadableBoxError:
            continue
        moved.append((box.id, secrets.token_hex(16), ciphertext))
    session.execute(delete(Box).where(Box.id.in_([old for old, _, _ in moved])))
    session.execute(
        insert(Box),
        [
            {
                "id": new,
                "round_id": round_id,
                "cell_id": cell_id,
                "key_id": key_id,
                "ciphertext": ciphertext,
            }
            for _, new, ciphertext in sorted(moved, key=lambda item: item[1])
        ],
    )
