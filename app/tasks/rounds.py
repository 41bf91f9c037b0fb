"""Jobs that bring a round up to its draw."""

from collections.abc import Callable
from typing import Any

from app.queries import jobs as job_rows
from app.queries.jobs import JobView
from app.services import drawing, framing, jobs, secrets
from app.services.errors import NotFoundError
from app.services.recording import Actor
from app.vocabulary import JobKind


def import_frame(job: JobView) -> dict[str, Any]:
    """Take over the uploaded dossier list."""
    upload = job_rows.upload(job.arguments[jobs.UPLOAD])
    if upload is None:
        raise NotFoundError()
    content = secrets.unseal(jobs.UPLOAD, upload.sealed)
    round_id = job.arguments["round_id"]

    def progress(done: int, total: int) -> None:
        jobs.progress(job.id, done, total)

    done = framing.import_frame(
        Actor(job.account_id, "worker"), round_id, content, upload.filename, progress
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
        Actor(job.account_id, "worker"),
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
