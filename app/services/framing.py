"""Taking over the dossier list of a round, and taking it back before anybody drew from it."""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Dossier, Frame, FrameDraw, Round
from app.queries import units
from app.services import crosswalks, frame_lists, frame_staging, recording, rounds, states
from app.services.errors import InvalidInputError, WrongStateError
from app.services.frame_lists import Progress, TakenList
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import FrameState, RoundState
from sampling.frame import frame_hash
from sampling.listing.mapping import Mapping
from sampling.listing.reading import ListReading


@dataclass(frozen=True)
class Origin:
    """What led to an import.

    Attributes
    ----------
    mapping : Mapping or None
        How the columns are read; as their names suggest when there is none.
    source_id : int or None
        The remembered source that the mapping belongs to.
    job_id : int or None
        The job that imports; its next attempt clears away what this one left.
    """

    mapping: Mapping | None = None
    source_id: int | None = None
    job_id: int | None = None

    def of_job(self, job_id: int) -> "Origin":
        """Say which job imports."""
        return replace(self, job_id=job_id)


@dataclass(frozen=True)
class FrameImport:
    """What an import stored.

    Attributes
    ----------
    dossiers : int
        Dossiers of the list.
    hash : str
        Hash of the frame, which the draw is bound to.
    units : dict of str to int
        Dossiers of each unit, by unit code.
    ignored_columns : tuple of str
        Columns that were not read.
    unresolved : int
        Rows left out because their unit is not known.
    """

    dossiers: int
    hash: str
    units: dict[str, int]
    ignored_columns: tuple[str, ...]
    unresolved: int


@dataclass(frozen=True)
class Removal:
    """A list that was taken back."""

    round_id: int
    dossiers: int


def import_frame(
    actor: Actor,
    round_id: int,
    content: bytes,
    filename: str,
    progress: Progress,
    origin: Origin | None = None,
    conclude: Concluding[FrameImport] = open_end,
) -> FrameImport:
    """Read a dossier list and make it the frame of a round, as a whole or not at all.

    Its rows are stored in short transactions, under a frame that nobody sees; the last one
    lets it count (decision 0019). Phones are kept encrypted, names not at all (0018).

    Parameters
    ----------
    progress : callable
        Told how many of how many rows are done; called outside of transactions.

    Raises
    ------
    InvalidInputError
        If the list has faults; then nothing is stored.
    WrongStateError
        If the round has a frame already.
    """
    origin = origin or Origin()
    for left in frame_staging.of_job(origin.job_id) if origin.job_id else ():
        frame_staging.drop(left)
    book = crosswalks.book()
    check_planned(round_id)
    # Reading is the first half of the work.
    taken = frame_lists.read(
        content, filename, book, lambda done, total: progress(done, 2 * total), origin.mapping
    )
    reading = taken.reading
    if taken.faults or reading is None:
        raise InvalidInputError(
            N_("The list has faults; nothing was stored. Mend them where it was exported."),
            taken.faults,
        )
    done = _outcome(taken, reading)
    frame_id = _begin(round_id, filename, content, done, reading, origin)
    counts = False
    try:
        _store(frame_id, reading, progress)
        _let_count(actor, frame_id, done, conclude)
        counts = True
    finally:
        if not counts:
            frame_staging.drop(frame_id)
    return done


def check_planned(round_id: int) -> None:
    """See that a round may take a list.

    Raises
    ------
    NotFoundError, WrongStateError
        If there is no such round, or it has one.
    """
    with writing() as session:
        found = rounds.locked_round(session, round_id)
        states.step(states.ROUND_EDGES, found.state, RoundState.FRAMED)


def _outcome(taken: TakenList, reading: ListReading) -> FrameImport:
    counts = Counter(dossier.unit for dossier in reading.dossiers)
    return FrameImport(
        len(reading.dossiers),
        frame_hash(reading.dossiers),
        dict(sorted(counts.items())),
        taken.ignored_columns,
        reading.report.unresolved,
    )


def _begin(
    round_id: int,
    filename: str,
    content: bytes,
    done: FrameImport,
    reading: ListReading,
    origin: Origin,
) -> int:
    with writing() as session:
        frame = Frame(
            round_id=round_id,
            state=FrameState.STAGED,
            source_id=origin.source_id,
            job_id=origin.job_id,
            filename=filename[:300],
            file_hash=hashlib.sha256(content).hexdigest(),
            hash=done.hash,
            dossiers=done.dossiers,
            report=reading.report.to_document(),
            imported_at=clock.now(),
        )
        session.add(frame)
        session.flush()
        return frame.id


def _store(frame_id: int, reading: ListReading, progress: Progress) -> None:
    ids = {unit.code: unit.id for unit in units.units_on(clock.today())}
    read = reading.report.rows

    def report(stored: int, total: int) -> None:
        progress(read + stored, read + total)

    frame_staging.store(frame_id, reading.dossiers, reading.contacts, ids, report)


def _let_count(
    actor: Actor, frame_id: int, done: FrameImport, conclude: Concluding[FrameImport]
) -> None:
    with writing() as session:
        frame_staging.check(session, frame_id)
        frame = session.get_one(Frame, frame_id, populate_existing=True)
        found = rounds.locked_round(session, frame.round_id)
        found.state = states.step(states.ROUND_EDGES, found.state, RoundState.FRAMED)
        stored = select(func.count(Dossier.id)).where(Dossier.frame_id == frame_id)
        if session.scalar(stored) != done.dossiers:
            raise WrongStateError()
        frame.state, frame.imported_at = FrameState.CURRENT, clock.now()
        details = {"frame": done.hash, "file": frame.file_hash, "source": frame.source_id}
        recording.record(
            session,
            actor,
            "round.framed",
            f"round:{found.id}",
            dossiers=done.dossiers,
            units=len(done.units),
            unresolved=done.unresolved,
            **details,
        )
        conclude(session, done)


def remove_frame(actor: Actor, round_id: int, conclude: Concluding[Removal] = open_end) -> Removal:
    """Take back the list of a round that is not committed to a draw.

    From here on the list does not count, and the round may take another one. Its rows are
    deleted afterwards in short transactions; the clock finishes what a crash leaves.

    Raises
    ------
    NotFoundError
        If there is no such round.
    WrongStateError
        If the round has no list, or is committed to it.
    """
    with writing() as session:
        found = rounds.locked_round(session, round_id)
        frame = _removable(session, found)
        found.state = states.step(states.ROUND_EDGES, found.state, RoundState.PLANNED)
        frame.state, frame.removed_at = FrameState.REMOVED, clock.now()
        removal = Removal(round_id, frame.dossiers)
        details = {"dossiers": frame.dossiers, "frame": frame.hash}
        recording.record(session, actor, "round.frame_removed", f"round:{round_id}", **details)
        conclude(session, removal)
        frame_id = frame.id
    frame_staging.empty(frame_id)
    return removal


def _removable(session: Session, found: Round) -> Frame:
    current = select(Frame).where(Frame.round_id == found.id, Frame.state == FrameState.CURRENT)
    frame = session.scalar(current.with_for_update())
    if frame is None or found.state is not RoundState.FRAMED:
        raise WrongStateError()
    if session.scalar(select(FrameDraw.id).where(FrameDraw.round_id == found.id)):
        raise WrongStateError(
            N_("The round is committed to this list: nobody can take it back any more.")
        )
    return frame


def drop_abandoned() -> int:
    """Delete what dead imports and taken back lists left; the clock calls this.

    Returns
    -------
    int
        Frames that were cleared.
    """
    staged, removed = frame_staging.abandoned(), frame_staging.uncleared()
    for frame_id in staged:
        frame_staging.drop(frame_id)
    for frame_id in removed:
        frame_staging.empty(frame_id)
    return len(staged) + len(removed)
