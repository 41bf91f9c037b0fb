"""Jobs that bring a round up to its draw."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.documents.media import CSV
from app.queries.jobs import JobView
from app.services import drawing, frame_files, job_files, leases, planning, reserves
from app.services.ceremony_parties import Arrangement
from app.services.courses import Course
from app.services.drawing import DrawOutcome
from app.services.plans import Plan
from app.services.reserves import Released
from app.tasks import claims, given
from app.vocabulary import JobKind

# The file tells dossiers from leaves.
LIST_LIFETIME = timedelta(days=1)


def commit(job: JobView) -> dict[str, Any]:
    """Commit to the plan of a round; the secret is made here and never waits in a queue."""
    asked = job.arguments
    parties = asked["arrangement"]

    def told(commitment: str) -> dict[str, Any]:
        return {"commitment": commitment, "next": f"/rounds/{asked['round_id']}"}

    return told(
        planning.commit(
            given.actor(job),
            asked["round_id"],
            Plan.of_document(asked["plan"]),
            asked["public_source"],
            Arrangement.of_document(parties) if parties else None,
            Course(leases.reporting(job), leases.concluding(job, told)),
        )
    )


def write_list(job: JobView) -> dict[str, Any]:
    """Write the list with its salts, and keep it for a day for whoever asked."""

    def end(session: Session, content: bytes) -> None:
        job_files.keep(session, job, "frame.csv", CSV, content, LIST_LIFETIME)
        leases.conclude(session, job, {})

    course = Course(leases.reporting(job), end)
    frame_files.frame_file(given.actor(job), job.arguments["round_id"], course)
    return {}


def draw(job: JobView) -> dict[str, Any]:
    """Draw the sample of a committed round, or put reserves of its draw to use."""
    round_id = job.arguments["round_id"]
    if "release_id" in job.arguments:
        return release(job)

    def told(done: DrawOutcome) -> dict[str, Any]:
        return {**asdict(done), "next": f"/rounds/{round_id}"}

    done = drawing.draw(
        given.actor(job),
        round_id,
        job.arguments["public_source"],
        job.arguments["public_number"],
        leases.concluding(job, told),
    )
    claims.ask_to_match(job, round_id)
    return told(done)


def release(job: JobView) -> dict[str, Any]:
    """Put reserves to use that a second person agreed to."""

    def told(done: Released) -> dict[str, Any]:
        return {**asdict(done), "next": f"/rounds/{job.arguments['round_id']}/reserves"}

    ends = leases.concluding(job, told)
    return told(reserves.release(given.actor(job), job.arguments["release_id"], ends))


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.COMMIT: commit,
    JobKind.FRAME_FILE: write_list,
    JobKind.DRAW: draw,
}
