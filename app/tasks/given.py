"""What a job was given: who asked for it, and the file that came with it."""

from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services import jobs, secrets
from app.services.errors import NotFoundError
from app.services.recording import Actor


def actor(job: JobView) -> Actor:
    """Name the person for whom the worker acts."""
    return Actor(job.account_id, "worker")


def file(job: JobView) -> tuple[bytes, str]:
    """Read the file that came with a job: its content and its name.

    Raises
    ------
    NotFoundError
        If it is not kept any more.
    """
    found = rows.upload(job.arguments[jobs.UPLOAD])
    if found is None:
        raise NotFoundError()
    return secrets.unseal(jobs.UPLOAD, found.sealed), found.filename
