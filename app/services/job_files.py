"""Files that a job makes for whoever asked for it: sealed, and deleted after some days."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import JobFile
from app.queries.jobs import JobView
from app.services import jobs, recording, secrets
from app.services.errors import NotFoundError
from app.services.recording import Actor

PURPOSE = "job-file"
LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class OpenFile:
    """A file of a job, readable."""

    filename: str
    media_type: str
    content: bytes


def keep(
    session: Session,
    job: JobView,
    filename: str,
    media_type: str,
    content: bytes,
    lifetime: timedelta = LIFETIME,
) -> int:
    """Store a file of a job in the caller's transaction and return its number."""
    now = clock.now()
    file = JobFile(
        job_id=job.id,
        filename=filename[:300],
        media_type=media_type,
        sealed=secrets.seal(PURPOSE, jobs.packed(content)),
        created_at=now,
        expires_at=now + lifetime,
    )
    session.add(file)
    session.flush()
    return file.id


def take(actor: Actor, job_id: int, file_id: int) -> OpenFile:
    """Read a file of a job; who took it is logged, for codes and phones may stand in it.

    Raises
    ------
    NotFoundError
        If the job has no such file, or not any more.
    """
    with writing() as session:
        found = session.get(JobFile, file_id, populate_existing=True)
        if found is None or found.job_id != job_id or found.expires_at < clock.now():
            raise NotFoundError()
        recording.record(session, actor, "job.file_taken", f"job:{job_id}", file=file_id)
        return OpenFile(found.filename, found.media_type, content_of(found))


def content_of(file: JobFile) -> bytes:
    """Open a sealed file; older ones lie there uncompressed."""
    return jobs.expanded(secrets.unseal(PURPOSE, file.sealed))


def purge() -> int:
    """Delete the files whose days are over; how many."""
    with writing() as session:
        over = delete(JobFile).where(JobFile.expires_at < clock.now())
        return len(session.scalars(over.returning(JobFile.id)).all())
