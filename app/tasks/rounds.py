"""Jobs that bring a round up to its draw."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.queries.jobs import JobView
from app.services import drawing, leases, reserves
from app.services.drawing import DrawOutcome
from app.services.reserves import Released
from app.tasks import claims, given
from app.vocabulary import JobKind


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
    JobKind.DRAW: draw,
}
