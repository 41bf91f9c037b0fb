"""Background work: asked for in one transaction, woken after it, told about as it goes."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from app import clock
from app.channels import queue
from app.database import writing
from app.models import Job, Upload
from app.services import recording, secrets
from app.services.recording import Actor
from app.vocabulary import JobKind, JobState

UPLOAD = "upload"


def ask(
    actor: Actor,
    kind: JobKind,
    arguments: Mapping[str, Any],
    file: tuple[str, bytes] | None = None,
) -> int:
    """Store a job, with the file it reads, and wake the worker.

    Parameters
    ----------
    file : (str, bytes), optional
        Name and content; kept encrypted until the job has read it.

    Returns
    -------
    int
        Number of the job.
    """
    stored = dict(arguments)
    with writing() as session:
        if file is not None:
            filename, content = file
            upload = Upload(
                filename=filename[:300],
                sha256=hashlib.sha256(content).hexdigest(),
                sealed=secrets.seal(UPLOAD, content),
                created_at=clock.now(),
            )
            session.add(upload)
            session.flush()
            stored[UPLOAD] = upload.id
        job = Job(kind=kind, arguments=stored, account_id=actor.account_id, created_at=clock.now())
        session.add(job)
        session.flush()
        recording.record(session, actor, f"job.{kind.value}", f"job:{job.id}")
        job_id = job.id
    queue.poke(job_id)
    return job_id


def claim(job_id: int) -> bool:
    """Take a waiting job; False when somebody else has it or it has ended."""
    with writing() as session:
        taken = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.QUEUED)
            .values(state=JobState.RUNNING)
            .returning(Job.id)
        ).all()
    return bool(taken)


def put_back_unfinished() -> None:
    """Let jobs that a dead worker held wait again; each either happened or did not."""
    with writing() as session:
        session.execute(
            update(Job).where(Job.state == JobState.RUNNING).values(state=JobState.QUEUED)
        )


def progress(job_id: int, done: int, total: int) -> None:
    """Note how far a job has come."""
    with writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(done=done, total=total))


def finish(job_id: int, result: Mapping[str, Any]) -> None:
    """Note that a job is done, and drop the file it read."""
    _close(job_id, JobState.DONE, "", result)


def fail(job_id: int, message: str, result: Mapping[str, Any]) -> None:
    """Note why a job failed, and drop the file it read."""
    _close(job_id, JobState.FAILED, message, result)


def _close(job_id: int, state: JobState, message: str, result: Mapping[str, Any]) -> None:
    with writing() as session:
        job = session.get_one(Job, job_id)
        job.state, job.message, job.result = state, message, dict(result)
        job.finished_at = clock.now()
        upload = session.get(Upload, job.arguments.get(UPLOAD, 0))
        if upload is not None:
            session.delete(upload)
