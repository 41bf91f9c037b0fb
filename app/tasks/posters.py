"""The job that draws the posters of many counters."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.documents.posters import Paper
from app.queries.jobs import JobView
from app.services import job_files, leases, posters
from app.services.posters import PrintedPosters
from app.tasks import given
from app.vocabulary import JobKind


def print_posters(job: JobView) -> dict[str, Any]:
    """Draw the posters of a unit or of all, and keep the file for whoever asked."""

    def end(session: Session, printed: PrintedPosters) -> None:
        job_files.keep(session, job, printed.filename, "application/zip", printed.content)
        leases.conclude(session, job, told(printed))

    def told(printed: PrintedPosters) -> dict[str, Any]:
        return {"posters": printed.posters, "units": printed.units}

    return told(
        posters.print_posters(
            given.actor(job),
            job.arguments["unit_id"],
            Paper(job.arguments["paper"]),
            job.arguments["address"],
            leases.reporting(job),
            end,
        )
    )


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.PRINT_POSTERS: print_posters
}
