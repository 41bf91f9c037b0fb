"""Opening a round: every leaf cell gets the key that its answers are sealed under."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert
from sqlalchemy.exc import OperationalError

from app.database import writing
from app.models import MixingKey, Round
from app.queries import boxes
from app.services import keys, recording
from app.services.errors import NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.services.states import ROUND_EDGES, step
from app.vocabulary import RoundState


@contextmanager
def new_keys(count: int) -> Iterator[list[bytes]]:
    """Make key pairs for a transaction; those it did not store are destroyed.

    After a failure of the database itself the files stay until the mixer tidies up: a commit
    whose reply was lost may yet succeed, and then boxes are sealed under these keys.
    """
    made = [keys.make() for _ in range(count)]
    try:
        yield made
    except OperationalError:
        made = []
        raise
    finally:
        for public in set(made) - boxes.known_keys(made):
            keys.destroy(public)


def open_round(actor: Actor, round_id: int, conclude: Concluding[int] = open_end) -> int:
    """Let the drawn dossiers of a round answer. Runs in the worker, which keeps the keys.

    Parameters
    ----------
    conclude : callable
        Ends the job that asked for it, in the same transaction.

    Returns
    -------
    int
        How many cells got a key.

    Raises
    ------
    NotFoundError
        If there is no such round.
    WrongStateError
        If it is not drawn, or has no cells.
    """
    cells = boxes.leaf_cells(round_id)
    with new_keys(len(cells)) as publics, writing() as session:
        found = session.get(Round, round_id, with_for_update=True, populate_existing=True)
        if found is None:
            raise NotFoundError()
        found.state = step(ROUND_EDGES, found.state, RoundState.OPEN)
        if not cells or cells != boxes.leaf_cells(round_id):
            raise WrongStateError()
        session.execute(
            insert(MixingKey),
            [
                {"cell_id": cell, "public": public, "retired": False}
                for cell, public in zip(cells, publics, strict=True)
            ],
        )
        recording.record(session, actor, "round.opened", f"round:{round_id}", keys=len(cells))
        conclude(session, len(cells))
    return len(cells)
