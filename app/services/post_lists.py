"""Which dossiers a batch is for: sealed under a key of its own, opened by the worker alone.

The list is one of people who had not answered on a day. It is needed until the re-check is done;
then list and key are destroyed in this database (0051).
"""

import json
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import PostBatch, Token
from app.queries import post_batches
from app.services import data_keys
from app.services.errors import WrongStateError
from app.services.recording import SYSTEM, Actor
from app.texts import N_
from app.vocabulary import Door

# As long as a carrier may take, and the re-check after it.
KEPT = timedelta(days=60)
GONE = N_("The list of this batch is not kept any more: nothing can be re-checked.")


def seal(session: Session, actor: Actor, batch: PostBatch, dossiers: list[int]) -> None:
    """Seal the list of a new batch under a new key."""
    about = _about(batch)
    made = data_keys.make(session, actor, about)
    key = data_keys.all_open(session, about)[made.id]
    batch.key_id = made.id
    batch.sealed = key.seal(json.dumps(sorted(dossiers)).encode(), about)


def opened(session: Session, batch: PostBatch) -> list[int]:
    """Read the list of a batch; for the worker.

    Raises
    ------
    WrongStateError
        If it was destroyed.
    """
    if batch.sealed is None or batch.key_id is None:
        raise WrongStateError(GONE)
    key = data_keys.all_open(session, _about(batch))[batch.key_id]
    return [int(number) for number in json.loads(key.unseal(batch.sealed, _about(batch)))]


def void(session: Session, batch: PostBatch) -> int:
    """Delete the codes of a batch, so that its forms answer no more; how many."""
    ballots = list(post_batches.ballots(batch.round_id, opened(session, batch)).values())
    count = 0
    for start in range(0, len(ballots), post_batches.AT_ONCE):
        some = ballots[start : start + post_batches.AT_ONCE]
        gone = delete(Token).where(Token.door == Door.POST, Token.ballot_id.in_(some))
        count += len(session.scalars(gone.returning(Token.hash)).all())
    return count


def destroy(session: Session, actor: Actor, batch: PostBatch) -> None:
    """Forget the list of a batch for good."""
    if batch.key_id is None:
        return
    key_id, batch.key_id, batch.sealed = batch.key_id, None, None
    data_keys.destroy(session, actor, key_id)


def sweep() -> int:
    """Void and forget batches that nobody has finished within `KEPT`; how many."""
    over = select(PostBatch.id).where(
        PostBatch.day < clock.today() - KEPT, PostBatch.sealed.is_not(None)
    )
    with writing() as session:
        found = session.scalars(over).all()
        for batch_id in found:
            batch = session.get_one(PostBatch, batch_id, with_for_update=True)
            if batch.sealed is not None:
                void(session, batch)
                destroy(session, SYSTEM, batch)
    return len(found)


def _about(batch: PostBatch) -> str:
    return f"post-batch:{batch.id}"
