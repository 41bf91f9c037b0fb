"""The job that prints cards of a counter session; it runs as a print of slips."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.queries import counter_sessions
from app.queries.jobs import JobView
from app.services import job_files, leases, session_cards
from app.services.errors import NotFoundError
from app.services.session_cards import PrintedCards
from app.tasks import given


def print_cards(job: JobView, lifetime: timedelta) -> dict[str, Any]:
    """Print the cards that were asked for, and keep the file for whoever asked."""
    session_id = job.arguments["session_id"]
    found = counter_sessions.one(session_id)
    if found is None:
        raise NotFoundError()
    result = {
        "cards": job.arguments["count"],
        "next": f"/rounds/{found.round_id}/sessions/{session_id}",
    }

    def end(session: Session, printed: PrintedCards) -> None:
        job_files.keep(
            session, job, printed.filename, printed.media_type, printed.content, lifetime
        )
        leases.conclude(session, job, result)

    session_cards.print_cards(
        given.actor(job),
        session_id,
        job.arguments["count"],
        job.arguments["address"],
        leases.reporting(job),
        end,
    )
    return result
