"""Lists that come while a round asks: each new dossier is stored, decided on and counted at once.

A part of a list is one short transaction. Every decision stands by itself, so half a list is no
danger: whatever stops an import, the same list sent again goes on where it stopped (0049).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Arrival, ArrivedList
from app.queries import units
from app.services import arriving_parts, crosswalks, frame_lists, recording
from app.services.errors import InvalidInputError
from app.services.frame_staging import taking_turns, tell_planner
from app.services.framing import Origin
from app.services.inserting import insert_new
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import ArrivalState
from sampling.listing.reading import ListReading

CHUNK = 1_000
SHOWN = 200
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Taken:
    """What became of a list.

    Attributes
    ----------
    dossiers : int
        New ones that this list brought.
    repeated : int
        Known before; they changed nothing but a missing day of the result.
    faults : int
        Dossiers that tell another unit or field than before, or belong to no stratum.
    unresolved : int
        Rows left out because their unit is not known.
    """

    round_id: int
    dossiers: int
    repeated: int
    faults: int
    unresolved: int = 0


@dataclass
class _Sum:
    read: int
    unplaced: int = 0
    faults: int = 0
    shown: list[dict[str, Any]] = field(default_factory=list)


def take(
    actor: Actor,
    round_id: int,
    content: bytes,
    filename: str,
    progress: Progress,
    origin: Origin | None = None,
    conclude: Concluding[Taken] = open_end,
) -> Taken:
    """Take a list of dossiers that arrived; a list that was taken before changes nothing.

    Parameters
    ----------
    progress : callable
        Told how many of how many rows are done, outside of transactions; may raise to stop.

    Raises
    ------
    InvalidInputError
        If the list has faults; then nothing of it is stored.
    NotFoundError, WrongStateError
        If there is no such round, or it takes no lists.
    """
    origin = origin or Origin()
    list_id, before = begin(round_id, content, filename, origin.job_id)
    if before is not None:
        with writing() as session:
            conclude(session, before)
        return before
    book = crosswalks.book()
    taken = frame_lists.read(
        content, filename, book, lambda done, total: progress(done, 2 * total), origin.mapping
    )
    reading = taken.reading
    if taken.faults or reading is None:
        note(list_id, ArrivalState.REFUSED, faults=len(taken.faults))
        raise InvalidInputError(
            N_("The list has faults; nothing was stored. Mend them where it was exported."),
            taken.faults,
        )
    found = _store(round_id, list_id, reading, progress)
    return _end(actor, round_id, list_id, found, reading.report.unresolved, conclude)


def begin(
    round_id: int, content: bytes, filename: str, job_id: int | None
) -> tuple[int, Taken | None]:
    """Note that a list came; what became of it if it was taken before.

    Raises
    ------
    NotFoundError, WrongStateError
        If there is no such round, or it takes no lists.
    """
    digest = hashlib.sha256(content).hexdigest()
    with writing() as session:
        arriving_parts.locked_period(session, round_id)
        row = {
            "round_id": round_id,
            "file_hash": digest,
            "filename": filename[:300],
            "state": ArrivalState.WAITING,
            "day": clock.today(),
            "dossiers": 0,
            "repeated": 0,
            "faults": 0,
            "shown": [],
        }
        insert_new(session, ArrivedList, [row])
        found = _of_file(session, round_id, digest)
        if found.state is ArrivalState.TAKEN:
            return found.id, Taken(round_id, 0, found.dossiers + found.repeated, found.faults)
        found.state, found.job_id = ArrivalState.WAITING, job_id
        return found.id, None


def _of_file(session: Session, round_id: int, digest: str) -> ArrivedList:
    query = select(ArrivedList).where(
        ArrivedList.round_id == round_id, ArrivedList.file_hash == digest
    )
    return session.scalars(query.with_for_update()).one()


def note(list_id: int, state: ArrivalState, **counts: Any) -> None:
    """Note how a list ended that was not taken."""
    with writing() as session:
        found = session.get_one(ArrivedList, list_id, populate_existing=True)
        found.state = state
        for name, value in counts.items():
            setattr(found, name, value)


def _store(round_id: int, list_id: int, reading: ListReading, progress: Progress) -> _Sum:
    ids = {unit.code: unit.id for unit in units.units_on(clock.today())}
    total = len(reading.dossiers)
    found = _Sum(total)
    for start in range(0, total, CHUNK):
        part = slice(start, start + CHUNK)
        with taking_turns(), writing() as session:
            period = arriving_parts.locked_period(session, round_id)
            done = arriving_parts.settle(
                session, period, list_id, reading.dossiers[part], reading.contacts[part], ids
            )
        if not start:
            tell_planner()  # every part asks which of its dossiers are known
        found.unplaced += done.unplaced
        found.faults += len(done.faults)
        found.shown = [*found.shown, *done.faults][:SHOWN]
        rows = reading.report.rows
        progress(rows + rows * min(start + CHUNK, total) // total, 2 * rows)
    return found


def _end(
    actor: Actor,
    round_id: int,
    list_id: int,
    found: _Sum,
    unresolved: int,
    conclude: Concluding[Taken],
) -> Taken:
    with writing() as session:
        arriving_parts.locked_period(session, round_id)
        listed = session.get_one(ArrivedList, list_id, populate_existing=True)
        brought = select(func.count()).where(Arrival.list_id == list_id)
        listed.dossiers = session.scalar(brought) or 0
        # Not counted on the way: what an attempt stored that was cut short is not repeated.
        listed.repeated = found.read - listed.dossiers - found.unplaced
        listed.faults, listed.shown = found.faults, found.shown
        listed.state = ArrivalState.TAKEN
        done = Taken(round_id, listed.dossiers, listed.repeated, found.faults, unresolved)
        recording.record(
            session,
            actor,
            "round.list_arrived",
            f"round:{round_id}",
            file=listed.file_hash,
            dossiers=done.dossiers,
            repeated=done.repeated,
            faults=done.faults,
            unresolved=unresolved,
        )
        conclude(session, done)
    return done
