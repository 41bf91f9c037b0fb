"""What a job was given: who asked for it, and the file that came with it."""

from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services import jobs
from app.services.errors import WrongStateError
from app.services.recording import Actor
from app.texts import N_


def actor(job: JobView) -> Actor:
    """Name the person for whom the worker acts."""
    return Actor(job.account_id, "worker")


def file(job: JobView) -> tuple[bytes, str]:
    """Read the file that came with a job: its content and its name.

    Raises
    ------
    WrongStateError
        If it is not kept any more.
    """
    found = rows.upload(job.arguments[jobs.UPLOAD])
    if found is None:
        raise WrongStateError(
            N_("The file waited for more than a day and was deleted: send it again.")
        )
    return jobs.unpacked(found.sealed), found.filename
