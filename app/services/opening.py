"""Opening a round: every cell that answers are sealed for gets its key."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.database import writing
from app.extensions import db
from app.models import MixingKey, Round
from app.queries import boxes
from app.services import keys, recording, volunteers
from app.services.errors import NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.recording import SYSTEM, Actor
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
    cells = boxes.sealed_cells(round_id)
    with new_keys(len(cells)) as publics, writing() as session:
        found = session.get(Round, round_id, with_for_update=True, populate_existing=True)
        if found is None:
            raise NotFoundError()
        found.state = step(ROUND_EDGES, found.state, RoundState.OPEN)
        if not cells or cells != boxes.sealed_cells(round_id):
            raise WrongStateError()
        _store(session, cells, publics)
        recording.record(session, actor, "round.opened", f"round:{round_id}", keys=len(cells))
        conclude(session, len(cells))
    return len(cells)


def _store(session: Session, cells: Sequence[int], publics: Sequence[bytes]) -> None:
    session.execute(
        insert(MixingKey),
        [
            {"cell_id": cell, "public": public, "retired": False}
            for cell, public in zip(cells, publics, strict=True)
        ],
    )


def complete(round_id: int) -> int:
    """Give an open round the cells and keys that it lacks; how many keys it got.

    One that was drawn by an earlier version lacks all cells but those of drawn dossiers; a unit
    whose first dossier came after the draw lacks its own (0033).
    """
    if boxes.lacks_cells(round_id):
        with writing() as session:
            volunteers.cells_of(session, round_id)
    missing = boxes.without_key(round_id)
    db.session.rollback()
    if not missing:
        return 0
    with new_keys(len(missing)) as publics, writing() as session:
        found = session.get(Round, round_id, with_for_update=True, populate_existing=True)
        # Only the worker with the keys makes any, but the clock may have been before a job.
        if found is None or found.state is not RoundState.OPEN:
            return 0
        if missing != boxes.without_key(round_id):
            return 0
        _store(session, missing, publics)
        recording.record(session, SYSTEM, "round.keys_added", f"round:{round_id}", cells=missing)
    return len(missing)
