"""The job that prints invitation slips."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.queries.jobs import JobView
from app.services import inviting, job_files, leases
from app.services.inviting import Printed
from app.tasks import given
from app.vocabulary import JobKind

# Whoever has the codes can answer in the place of people: the file is for printing at once.
LIFETIME = timedelta(days=1)


def print_slips(job: JobView) -> dict[str, Any]:
    """Print the slips of a unit or of all, and keep the file for whoever asked."""

    def end(session: Session, printed: Printed) -> None:
        job_files.keep(
            session, job, printed.filename, printed.media_type, printed.content, LIFETIME
        )
        leases.conclude(session, job, told(printed))

    def told(printed: Printed) -> dict[str, Any]:
        return {"slips": printed.slips, "units": printed.units}

    return told(
        inviting.print_slips(
            given.actor(job),
            job.arguments["round_id"],
            job.arguments["unit_id"],
            job.arguments["address"],
            leases.reporting(job),
            end,
        )
    )


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {JobKind.PRINT_SLIPS: print_slips}
