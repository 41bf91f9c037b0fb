"""Jobs that bring a round up to its draw."""

from collections.abc import Callable
from typing import Any

from app.queries.jobs import JobView
from app.services import drawing, framing, leases
from app.tasks import given
from app.vocabulary import JobKind


def import_frame(job: JobView) -> dict[str, Any]:
    """Take over the uploaded dossier list."""
    content, filename = given.file(job)
    round_id = job.arguments["round_id"]
    done = framing.import_frame(
        given.actor(job), round_id, content, filename, leases.reporting(job)
    )
    return {
        "dossiers": done.dossiers,
        "units": done.units,
        "frame_hash": done.hash,
        "ignored_columns": list(done.ignored_columns),
        "next": f"/rounds/{round_id}/plan",
    }


def draw(job: JobView) -> dict[str, Any]:
    """Draw the sample of a committed round."""
    round_id = job.arguments["round_id"]
    done = drawing.draw(
        given.actor(job),
        round_id,
        job.arguments["public_source"],
        job.arguments["public_number"],
    )
    return {
        "dossiers": done.dossiers,
        "drawn": done.drawn,
        "strata": done.strata,
        "seed": done.seed,
        "selection_hash": done.selection_hash,
        "next": f"/rounds/{round_id}",
    }


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.IMPORT_FRAME: import_frame,
    JobKind.DRAW: draw,
}
