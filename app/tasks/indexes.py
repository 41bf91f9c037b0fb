"""Jobs from closed rounds to merged indexes."""

from collections.abc import Callable
from typing import Any

from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services import criteria_sets, estimating, merging, scoring, secrets
from app.services.errors import NotFoundError
from app.services.recording import Actor
from app.vocabulary import JobKind


def acting(job: JobView) -> Actor:
    """Name the person for whom the worker acts."""
    return Actor(job.account_id, "worker")


def file_of(job: JobView) -> tuple[bytes, str]:
    """Read the file that came with a job."""
    found = rows.upload(job.arguments["upload"])
    if found is None:
        raise NotFoundError()
    return secrets.unseal("upload", found.sealed), found.filename


def estimate(job: JobView) -> dict[str, Any]:
    """Estimate a round."""
    round_id = job.arguments["round_id"]
    run = estimating.estimate_round(acting(job), round_id)
    return {"estimation": run, "next": f"/rounds/{round_id}/estimates"}


def import_criteria(job: JobView) -> dict[str, Any]:
    """Add a criteria set from a file, or the example."""
    content = criteria_sets.example() if job.arguments.get("example") else file_of(job)[0]
    added = criteria_sets.add_criteria_set(acting(job), content)
    return {"criteria_set": added, "next": f"/index/criteria-sets/{added}"}


def import_scores(job: JobView) -> dict[str, Any]:
    """Import the scores of a cycle."""
    cycle_id = job.arguments["cycle_id"]
    done = scoring.import_scores(acting(job), cycle_id, *file_of(job))
    return {"units": done.units, "scores": done.scores, "next": f"/index/{cycle_id}"}


def merge(job: JobView) -> dict[str, Any]:
    """Merge the index of a cycle."""
    cycle_id = job.arguments["cycle_id"]
    result = merging.merge_index(acting(job), cycle_id)
    return {"result": result, "next": f"/index/{cycle_id}"}


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.ESTIMATE: estimate,
    JobKind.IMPORT_CRITERIA: import_criteria,
    JobKind.IMPORT_SCORES: import_scores,
    JobKind.MERGE: merge,
}
