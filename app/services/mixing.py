"""The mixer: opens sealed answers in crowds of at least k and destroys the keys. Worker only."""

import logging
import time
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import insert, update

from app.database import is_sqlite, writing
from app.extensions import db
from app.models import MixingKey, Round
from app.queries import boxes, tallies
from app.queries.boxes import CurrentKey, MixedRound
from app.services import (
    keys,
    matching,
    opening,
    pressure_reports,
    receipt_lists,
    recording,
    settling,
)
from app.services.batch_writing import UnfaithfulBatchError
from app.services.batches import open_batch
from app.services.box_reading import readable
from app.services.coarsening import Group, final_groups
from app.services.errors import NotFoundError
from app.services.opening import new_keys
from app.services.recording import SYSTEM, Actor
from app.services.states import ROUND_EDGES, step
from app.vocabulary import RoundState

# Longer than any transaction: a younger file may belong to one that has not committed yet.
ORPHAN_SECONDS = 24 * 3600.0
WIPING_MILLISECONDS = 100
logger = logging.getLogger("khaosat.mixer")


@dataclass(frozen=True)
class Mixed:
    """What a run of the mixer did."""

    opened: int
    sealed: int
    unreadable: int


def mix_open_rounds() -> None:
    """Mix every round that is open, and finish those whose closing was cut short.

    Open rounds first get the keys that they lack.
    """
    for round_id in boxes.open_rounds():
        opening.complete(round_id)
    for round_id in boxes.rounds_to_mix():
        mix_round(round_id)
    tidy_up()


def mix_round(round_id: int) -> Mixed:
    """Open what may be opened of a round now.

    Returns
    -------
    Mixed
        Answers opened now, boxes still sealed, and those among them whose key is not here.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    mixed = boxes.round_to_mix(round_id)
    if mixed is None:
        raise NotFoundError()
    opened = 0
    if mixed.state is RoundState.OPEN:
        replace_lost_keys(round_id)
        opened = sum(_mix_group(mixed, group, mixed.k) for group in _full_cells(mixed))
    elif mixed.state is RoundState.CLOSED:
        matching.match(round_id)
        groups = groups_to_open(mixed)
        opened = sum(_mix_group(mixed, group, 0) for group in groups)
        retire_idle_keys(round_id)
    tidy_up()
    still = boxes.waiting(round_id)
    here = keys.kept()
    return Mixed(
        opened,
        sealed=sum(row.boxes for row in still),
        unreadable=sum(row.boxes for row in still if row.public not in here),
    )


def close_round(actor: Actor, round_id: int) -> Mixed:
    """End the answering of a round and open what remains.

    A closing that was cut short is completed by calling it again, or by the clock.

    Raises
    ------
    NotFoundError, WrongStateError
        If there is no such round, or it was never open.
    """
    with writing() as session:
        found = session.get(Round, round_id, with_for_update=True, populate_existing=True)
        if found is None:
            raise NotFoundError()
        if found.state is not RoundState.CLOSED:
            found.state = step(ROUND_EDGES, found.state, RoundState.CLOSED)
            recording.record(session, actor, "round.closed", f"round:{round_id}")
            receipt_lists.record_if_final(session, round_id)
    return mix_round(round_id)


def groups_to_open(mixed: MixedRound) -> list[Group]:
    """Say what of a closed round can still be opened; damaged boxes make up no crowd.

    A cell that was opened before has kept k boxes. Where damage leaves fewer they stay sealed:
    the weights have no dossiers for answers of theirs in a wider cell (0011).
    """
    counts = readable(mixed.id)
    for cell in tallies.opened_cells(mixed.id):
        if counts[cell] < mixed.k:
            del counts[cell]
    return final_groups(boxes.tree(mixed.id), counts, mixed.k)


def openable(round_id: int) -> Counter[int]:
    """Count for each leaf cell the boxes whose secret halves are here."""
    here = keys.kept()
    counts: Counter[int] = Counter()
    for row in boxes.waiting(round_id):
        if row.public in here:
            counts[row.cell_id] += row.boxes
    return counts


def _full_cells(mixed: MixedRound) -> list[Group]:
    # Answers that wait for the list are never mixed among themselves.
    mixable = set(boxes.leaf_cells(mixed.id))
    return [
        Group(cell, (cell,))
        for cell, count in openable(mixed.id).items()
        if count >= 2 * mixed.k and cell in mixable
    ]


def _mix_group(mixed: MixedRound, group: Group, reserve: int) -> int:
    total = 0
    try:
        while opened := open_batch(mixed, group, reserve):
            total += opened
            wipe_wal()
            destroy_exhausted_keys()
    except UnfaithfulBatchError:
        # Nothing has happened to these boxes; the other cells need not wait for them.
        logger.error("cell %s was not opened: its answers did not read back", group.cell_id)
    return total


def wipe_wal() -> None:
    """Empty SQLite's log, which still holds the pages of deleted boxes.

    A reader may prevent it; the next run does it then. The boxes are unreadable without
    their key anyway. The wait for readers is short, for nobody can answer meanwhile.
    """
    sqlite = is_sqlite(db.session())
    db.session.rollback()
    if not sqlite:
        return
    # A raw connection, for a checkpoint cannot run inside a transaction.
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={WIPING_MILLISECONDS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        cursor.execute(f"PRAGMA busy_timeout={patience}")
    finally:
        connection.close()


def tidy_up() -> None:
    """Make up for what was cut short: reports without a round, keys that seal nothing."""
    settling.settle_stragglers()
    pressure_reports.drop_unknown()
    wipe_wal()
    destroy_exhausted_keys()
    kept = keys.kept()
    for public in kept - boxes.known_keys(kept):
        if time.time() - keys.made_at(public) > ORPHAN_SECONDS:
            keys.destroy(public)
    db.session.rollback()


def destroy_exhausted_keys() -> None:
    """Destroy the secret halves of retired keys that seal no box any more."""
    for public in boxes.exhausted_keys(keys.kept()):
        keys.destroy(public)


def replace_lost_keys(round_id: int) -> int:
    """Give cells a new key whose secret half is gone, as after a restore from a backup.

    Boxes under the lost key stay, and are listed; answers to come can be opened.
    """
    here = keys.kept()
    lost = [key for key in boxes.current_keys(round_id) if key.public not in here]
    for key in lost:
        _replace(round_id, key)
    return len(lost)


def _replace(round_id: int, lost: CurrentKey) -> None:
    with new_keys(1) as (public,), writing() as session:
        retired = session.execute(
            update(MixingKey)
            .where(MixingKey.id == lost.id, ~MixingKey.retired)
            .values(retired=True)
            .returning(MixingKey.id)
        ).all()
        if retired:
            session.execute(
                insert(MixingKey).values(cell_id=lost.cell_id, public=public, retired=False)
            )
            recording.record(
                session, SYSTEM, "round.key_replaced", f"round:{round_id}", cell=lost.cell_id
            )


def retire_idle_keys(round_id: int) -> None:
    """Retire the keys of a closed round that nothing waits under."""
    waiting = {row.key_id for row in boxes.waiting(round_id)}
    idle = [key.id for key in boxes.current_keys(round_id) if key.id not in waiting]
    if idle:
        with writing() as session:
            session.execute(update(MixingKey).where(MixingKey.id.in_(idle)).values(retired=True))
