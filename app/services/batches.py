"""One batch of the mixer: boxes become answers in a single transaction.

Until its commit nothing has happened; after it the boxes are gone and their answers are
there, sorted by random numbers, with nothing that says which ballot one came from.
"""

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from app.database import writing
from app.models import Box, MixingKey
from app.queries.boxes import MixedRound
from app.services import batch_writing, box_reading, receipt_lists, recording, sealing
from app.services.batch_writing import Opened
from app.services.box_reading import SealedBox
from app.services.coarsening import Group
from app.services.opening import new_keys
from app.services.recording import SYSTEM
from app.services.sealing import Content

LARGEST = 1000
_random = secrets.SystemRandom()


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


@dataclass(frozen=True)
class Choice:
    """A share of whole boxes, what lies in those taken, and how many damaged ones there are."""

    share: Share
    contents: Mapping[str, Content]
    damaged: int


def open_batch(mixed: MixedRound, group: Group, reserve: int) -> int:
    """Open the boxes of a group but for a random reserve, which moves under a new key.

    Parameters
    ----------
    mixed : MixedRound
        Fewer than its `k` boxes never open together.
    group : Group
        With a reserve it is one leaf cell.
    reserve : int
        k while the round is open, 0 once it has closed.

    Returns
    -------
    int
        How many opened; 0 when there are too few. More than 1,000 take several calls.

    Raises
    ------
    UnfaithfulBatchError
        If the tables do not take the answers as they were; then nothing has happened.
    """
    wanted = len(group.leaves) if reserve else 0
    with new_keys(wanted) as publics, writing() as session:
        choice = _choose(session, group, mixed.k, reserve)
        if choice is None:
            return 0
        share, opened = choice.share, list(choice.contents.values())
        new = batch_writing.write(session, Opened(mixed.id, group.cell_id, opened, choice.damaged))
        session.execute(delete(Box).where(Box.id.in_(choice.contents)))
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
            opened=new,
            damaged=choice.damaged,
        )
        receipt_lists.record_if_final(session, mixed.id)
    return len(opened)


def _choose(session: Session, group: Group, k: int, reserve: int) -> Choice | None:
    """Choose what opens. A damaged box counts neither among those that open nor in the reserve."""
    boxes = box_reading.openable(session, group.leaves)
    whole: dict[str, Content] = {}
    damaged: set[str] = set()
    while len(boxes) >= reserve + k:
        share = divide(boxes, k, reserve)
        looked_at = [*share.taken, *(share.left if share.last else ())]
        unknown = [box for box in looked_at if box.id not in whole]
        whole |= box_reading.contents(session, unknown)
        found = {box.id for box in unknown} - whole.keys()
        damaged |= found
        if not found:
            return Choice(share, {box.id: whole[box.id] for box in share.taken}, len(damaged))
        boxes = [box for box in boxes if box.id not in damaged]
    return None


def divide(boxes: Sequence[SealedBox], k: int, reserve: int) -> Share:
    """Choose at random what one transaction opens: never fewer than k, nor leaving fewer."""
    shuffled = _random.sample(boxes, len(boxes))
    available = len(boxes) - reserve
    parts = max(1, min(math.ceil(available / LARGEST), available // k))
    size = math.ceil(available / parts)
    return Share(shuffled[:size], shuffled[size:], last=parts == 1)


def _retire(session: Session, group: Group) -> None:
    session.execute(
        update(MixingKey).where(MixingKey.cell_id.in_(group.leaves)).values(retired=True)
    )


def _reseal(session: Session, round_id: int, boxes: Sequence[SealedBox], public: bytes) -> None:
    """Move the reserve under the next key, in boxes of new names."""
    ciphertexts = box_reading.ciphertexts(session, boxes)
    cell_id = boxes[0].cell_id
    key_id = session.scalar(
        insert(MixingKey)
        .values(cell_id=cell_id, public=public, retired=False)
        .returning(MixingKey.id)
    )
    moved = [
        (box.id, secrets.token_hex(16), sealing.reseal(box.secret, public, ciphertexts[box.id]))
        for box in boxes
    ]
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
