"""Dossiers on their way into the tables: a thousand at a time, under a frame nobody sees.

Short transactions let answering citizens pass in between (decision 0019). What is staged
counts only once its frame becomes the current one of its round; until then it can be dropped.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, text, update
from sqlalchemy.orm import Session

from app import clock
from app.database import is_sqlite, writing
from app.extensions import db
from app.models import Dossier, Frame, Job
from app.services import contacts
from app.services.errors import WrongStateError
from app.vocabulary import FrameState, JobState
from sampling.dossier import Dossier as ListedDossier
from sampling.listing.contacts import Contact as ListedContact

Progress = Callable[[int, int], None]
CHUNK = 1_000
LONGEST_REST = 0.5
REMOVED = FrameState.REMOVED
# An import that no job leads has no lease to tell whether it still goes on.
LONGEST_WITHOUT_JOB = timedelta(hours=1)
UNITS = ("unit", "receiving_unit", "resolving_unit")


def store(
    frame_id: int,
    dossiers: Sequence[ListedDossier],
    contacted: Sequence[ListedContact],
    units: Mapping[str, int],
    progress: Progress,
) -> None:
    """Store the rows of a staged frame.

    Parameters
    ----------
    contacted : sequence of Contact
        One for each dossier, in the same order.
    units : mapping of str to int
        Numbers of units by code.
    progress : callable
        Told dossiers stored and dossiers in all, between transactions.

    Raises
    ------
    WrongStateError
        If the frame is no longer staged, or a unit is no longer known.
    """
    needed = {getattr(dossier, name) for dossier in dossiers for name in UNITS} - {""}
    if not needed <= units.keys():
        raise WrongStateError()
    for start in range(0, len(dossiers), CHUNK):
        part = slice(start, start + CHUNK)
        with taking_turns(), writing() as session:
            check(session, frame_id)
            ids = add(session, frame_id, dossiers[part], units)
            contacts.store(session, [(ids[one.code], one) for one in contacted[part]])
        progress(min(start + CHUNK, len(dossiers)), len(dossiers))
    tell_planner()


def add(
    session: Session, frame_id: int, dossiers: Sequence[ListedDossier], units: Mapping[str, int]
) -> dict[str, int]:
    """Store dossiers; the number of each by code.

    Asked for afterwards, the numbers would have PostgreSQL read the whole frame for every
    thousand: of a table that grows it has no figures by which to choose a better way.
    """
    rows = [row_of(frame_id, dossier, units) for dossier in dossiers]
    return dict(session.execute(insert(Dossier).returning(Dossier.code, Dossier.id), rows).all())


def tell_planner() -> None:
    """Have PostgreSQL count what was stored, before it plans by figures of empty tables."""
    with writing() as session:
        if not is_sqlite(session):
            session.execute(text("ANALYZE dossier, contact"))


@contextmanager
def taking_turns() -> Iterator[None]:
    """Rest after a transaction on SQLite for half as long as it took.

    Who waits for its lock looks again only from time to time, and would find it taken again and
    again by one who never lets go for long.
    """
    began = time.monotonic()
    yield
    if is_sqlite(db.session()):
        time.sleep(min(LONGEST_REST, (time.monotonic() - began) / 2))


def check(session: Session, frame_id: int) -> None:
    """See that a frame is still staged.

    Raises
    ------
    WrongStateError
        If somebody else dropped it, as after this worker was given up for dead.
    """
    state = session.scalar(select(Frame.state).where(Frame.id == frame_id))
    if state is not FrameState.STAGED:
        raise WrongStateError()


def row_of(frame_id: int, dossier: ListedDossier, units: Mapping[str, int]) -> dict[str, Any]:
    """Write a dossier as a row of its table."""
    return {
        "frame_id": frame_id,
        "code": dossier.code,
        "unit_id": units[dossier.unit],
        "receiving_unit_id": units.get(dossier.receiving_unit),
        "resolving_unit_id": units.get(dossier.resolving_unit),
        "field": dossier.field,
        "procedure": dossier.procedure,
        "respondent_kind": dossier.respondent_kind,
        "channel": dossier.channel,
        "status": dossier.status,
        "language": dossier.language,
        "received": dossier.received.date(),
        "due": dossier.due.date() if dossier.due else None,
        "finished": dossier.finished.date() if dossier.finished else None,
    }


def empty(frame_id: int) -> None:
    """Delete dossiers and contacts of a frame that was taken back, a thousand at a time.

    Raises
    ------
    WrongStateError
        If the frame counts, or may come to count.
    """
    left = True
    while left:
        with taking_turns(), writing() as session:
            if session.scalar(select(Frame.state).where(Frame.id == frame_id)) is not REMOVED:
                raise WrongStateError()
            part = select(Dossier.id).where(Dossier.frame_id == frame_id).limit(CHUNK)
            # Contacts go with their dossiers.
            gone = delete(Dossier).where(Dossier.id.in_(part)).returning(Dossier.id)
            left = bool(session.scalars(gone).all())


def drop(frame_id: int) -> None:
    """Give a staged frame up and delete its rows; one that counts meanwhile is left alone.

    The frame itself stays: its number must not come back as that of another import, which a
    worker that wakes up late would take for its own. It may count although its import was told
    of a failure: the reply to a commit can be lost.
    """
    with writing() as session:
        staged = (Frame.id == frame_id, Frame.state == FrameState.STAGED)
        given_up = {"state": REMOVED, "removed_at": clock.now()}
        session.execute(update(Frame).where(*staged).values(given_up))
        counts = session.scalar(select(Frame.state).where(Frame.id == frame_id)) is not REMOVED
    if not counts:
        empty(frame_id)


def of_job(job_id: int) -> list[int]:
    """List what an earlier attempt of a job left staged."""
    query = select(Frame.id).where(Frame.job_id == job_id, Frame.state == FrameState.STAGED)
    with writing() as session:
        return list(session.scalars(query))


def abandoned() -> list[int]:
    """List staged frames that nobody works on any more."""
    ended = Job.state.not_in((JobState.QUEUED, JobState.RUNNING))
    forgotten = and_(Frame.job_id.is_(None), Frame.imported_at < clock.now() - LONGEST_WITHOUT_JOB)
    query = (
        select(Frame.id)
        .outerjoin(Job, Job.id == Frame.job_id)
        .where(Frame.state == FrameState.STAGED, or_(ended, forgotten))
    )
    with writing() as session:
        return list(session.scalars(query))


def uncleared() -> list[int]:
    """List frames that were taken back or given up and still have dossiers."""
    query = (
        select(Frame.id)
        .where(Frame.state == FrameState.REMOVED)
        .where(select(Dossier.id).where(Dossier.frame_id == Frame.id).exists())
    )
    with writing() as session:
        return list(session.scalars(query))
