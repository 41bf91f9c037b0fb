"""The job that prints invitation slips."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.queries.jobs import JobView
from app.services import inviting, job_files, jobs, leases, slip_codes
from app.services.inviting import Printed
from app.services.slip_orders import Order
from app.tasks import given, session_cards
from app.vocabulary import JobKind

# Whoever has the codes can answer in the place of people: the file is for printing at once.
LIFETIME = timedelta(days=1)


def print_slips(job: JobView) -> dict[str, Any]:
    """Print the slips that were asked for, and keep the file for whoever asked.

    Cards of a counter session are asked for in the same way, by its number.
    """
    if "session_id" in job.arguments:
        return session_cards.print_cards(job, LIFETIME)

    def end(session: Session, printed: Printed) -> None:
        job_files.keep(
            session, job, printed.filename, printed.media_type, printed.content, LIFETIME
        )
        leases.conclude(session, job, told(job, printed))

    printed = inviting.print_slips(
        given.actor(job),
        job.arguments["round_id"],
        order(job),
        job.arguments["address"],
        leases.reporting(job),
        end,
    )
    return told(job, printed)


def order(job: JobView) -> Order:
    """Read what was asked for; codes come sealed, as a file that goes with the job."""
    asked = job.arguments
    found = Order(
        asked["unit_id"],
        asked.get("counter_id"),
        read_day(asked.get("day")),
        read_day(asked.get("finished")),
    )
    if jobs.UPLOAD not in asked:
        return found
    return replace(found, codes=slip_codes.lines(given.file(job)[0].decode()))


def read_day(text: str | None) -> date | None:
    """Read a day of a job's arguments."""
    return date.fromisoformat(text) if text else None


def told(job: JobView, printed: Printed) -> dict[str, Any]:
    """Say what was printed; a single run is where one goes on."""
    result: dict[str, Any] = {"slips": printed.slips, "units": printed.units}
    if len(printed.runs) == 1:
        result["next"] = f"/rounds/{job.arguments['round_id']}/slips/runs/{printed.runs[0]}"
    return result


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {JobKind.PRINT_SLIPS: print_slips}
