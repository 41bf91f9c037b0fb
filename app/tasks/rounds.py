"""Jobs that bring a round up to its draw."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.queries.jobs import JobView
from app.services import drawing, leases
from app.services.drawing import DrawOutcome
from app.tasks import claims, given
from app.vocabulary import JobKind


def draw(job: JobView) -> dict[str, Any]:
    """Draw the sample of a committed round."""
    round_id = job.arguments["round_id"]

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


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.DRAW: draw,
}
