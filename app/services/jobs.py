"""Background work: asked for in one transaction, woken after it, cancelled on request."""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.channels import queue
from app.database import writing
from app.models import Job, Upload
from app.services import recording, secrets
from app.services.errors import NotFoundError, WrongStateError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import JobKind, JobState

UPLOAD = "upload"
PACKED = b"khaosat-z1\0"
UPLOAD_LIFETIME = timedelta(days=1)
ALIVE = (JobState.QUEUED, JobState.RUNNING)


def ask(
    actor: Actor,
    kind: JobKind,
    arguments: Mapping[str, Any],
    file: tuple[str, bytes] | None = None,
    *,
    subject: str = "",
) -> int:
    """Store a job, with the file it reads, and wake the worker.

    Parameters
    ----------
    file : (str, bytes), optional
        Name and content; kept encrypted until the job has read it.
    subject : str
        What the work is about, such as ``round:3``. While work of a kind on a subject waits or
        runs, asking for the same again gives the same job: a second click changes nothing.

    Returns
    -------
    int
        Number of the job.

    Raises
    ------
    WrongStateError
        If other work of this kind on the same subject waits or runs.
    """
    try:
        job_id = _ask(actor, kind, arguments, file, subject)
    except IntegrityError:
        # Two asked at the same moment: the other one's job is there now.
        job_id = _ask(actor, kind, arguments, file, subject)
    queue.poke(job_id)
    return job_id


def _ask(
    actor: Actor,
    kind: JobKind,
    arguments: Mapping[str, Any],
    file: tuple[str, bytes] | None,
    subject: str,
) -> int:
    stored = dict(arguments)
    digest = hashlib.sha256(file[1]).hexdigest() if file else ""
    with writing() as session:
        alive = _alive(session, kind, subject)
        if alive is not None:
            if not _same(session, alive, stored, digest):
                raise WrongStateError(
                    N_("Work of this kind is under way (number %(job)s): wait until it has ended."),
                    job=alive.id,
                )
            return alive.id
        if file is not None:
            stored[UPLOAD] = keep_upload(session, file[0], file[1], digest)
        job = Job(
            kind=kind,
            subject=subject,
            arguments=stored,
            account_id=actor.account_id,
            created_at=clock.now(),
        )
        session.add(job)
        session.flush()
        recording.record(session, actor, f"job.{kind.value}", f"job:{job.id}")
        return job.id


def keep_upload(session: Session, filename: str, content: bytes, digest: str) -> int:
    """Store a file sealed, for a day at most, and return its number."""
    now = clock.now()
    upload = Upload(
        filename=filename[:300],
        sha256=digest,
        sealed=secrets.seal(UPLOAD, packed(content)),
        created_at=now,
        expires_at=now + UPLOAD_LIFETIME,
    )
    session.add(upload)
    session.flush()
    return upload.id


def packed(content: bytes) -> bytes:
    """Compress a file: lists of dossiers become a fifth of what they were."""
    return PACKED + zlib.compress(content, 1)


def unpacked(sealed: bytes) -> bytes:
    """Give back a file that `keep_upload` stored; older ones lie there as they came."""
    return expanded(secrets.unseal(UPLOAD, sealed))


def expanded(content: bytes) -> bytes:
    """Give back what `packed` compressed; what it did not stays as it is."""
    return (
        zlib.decompress(memoryview(content)[len(PACKED) :])
        if content[: len(PACKED)] == PACKED
        else content
    )


def _alive(session: Session, kind: JobKind, subject: str) -> Job | None:
    if not subject:
        return None
    query = select(Job).where(Job.kind == kind, Job.subject == subject, Job.state.in_(ALIVE))
    return session.scalar(query.with_for_update())


def _same(session: Session, alive: Job, arguments: Mapping[str, Any], digest: str) -> bool:
    before = dict(alive.arguments)
    waiting = session.get(Upload, before.pop(UPLOAD, 0)) if digest else None
    if digest:
        return before == dict(arguments) and waiting is not None and waiting.sha256 == digest
    return dict(alive.arguments) == dict(arguments)


def cancel(actor: Actor, job_id: int) -> None:
    """Cancel work that waits, and ask work that runs to stop at its next step.

    Raises
    ------
    NotFoundError
        If there is no such job.
    WrongStateError
        If it has ended.
    """
    with writing() as session:
        # First the log, then the job: in the order in which work is concluded.
        recording.record(session, actor, "job.cancelled", f"job:{job_id}")
        job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
        if job is None:
            raise NotFoundError()
        if job.state not in ALIVE:
            raise WrongStateError(N_("This work has ended already."))
        job.cancel_asked = True
        if job.state is JobState.QUEUED:
            job.state, job.finished_at = JobState.CANCELLED, clock.now()
            drop_upload(session, job)


def drop_upload(session: Session, job: Job) -> None:
    """Delete the file that a job read."""
    upload = session.get(Upload, job.arguments.get(UPLOAD, 0))
    if upload is not None:
        session.delete(upload)


def purge_uploads() -> int:
    """Delete files that waited for their job longer than a day; how many."""
    now = clock.now()
    without_end = and_(Upload.expires_at.is_(None), Upload.created_at < now - UPLOAD_LIFETIME)
    with writing() as session:
        over = delete(Upload).where(or_(Upload.expires_at < now, without_end))
        return len(session.scalars(over.returning(Upload.id)).all())
