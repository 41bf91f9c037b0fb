"""Files that a job makes for whoever asked for it: sealed, and deleted after some days."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app import clock
from app.models import JobFile
from app.queries.jobs import JobView
from app.services import secrets

PURPOSE = "job-file"
LIFETIME = timedelta(days=7)


def keep(session: Session, job: JobView, filename: str, media_type: str, content: bytes) -> int:
    """Store a file of a job in the caller's transaction and return its number."""
    now = clock.now()
    session.execute(delete(JobFile).where(JobFile.expires_at < now))
    file = JobFile(
        job_id=job.id,
        filename=filename[:300],
        media_type=media_type,
        sealed=secrets.seal(PURPOSE, content),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    session.add(file)
    session.flush()
    return file.id
