"""Jobs from closed rounds to merged indexes."""

from collections.abc import Callable
from typing import Any

from app.queries.jobs import JobView
from app.services import criteria_sets, estimating, merging, scoring
from app.tasks import given
from app.vocabulary import JobKind


def estimate(job: JobView) -> dict[str, Any]:
    """Estimate a round."""
    round_id = job.arguments["round_id"]
    run = estimating.estimate_round(given.actor(job), round_id)
    return {"estimation": run, "next": f"/rounds/{round_id}/estimates"}


def import_criteria(job: JobView) -> dict[str, Any]:
    """Add a criteria set from a file, or the example."""
    content = criteria_sets.example() if job.arguments.get("example") else given.file(job)[0]
    added = criteria_sets.add_criteria_set(given.actor(job), content)
    return {"criteria_set": added, "next": f"/index/criteria-sets/{added}"}


def import_scores(job: JobView) -> dict[str, Any]:
    """Import the scores of a cycle."""
    cycle_id = job.arguments["cycle_id"]
    done = scoring.import_scores(given.actor(job), cycle_id, *given.file(job))
    return {"units": done.units, "scores": done.scores, "next": f"/index/{cycle_id}"}


def merge(job: JobView) -> dict[str, Any]:
    """Merge the index of a cycle."""
    cycle_id = job.arguments["cycle_id"]
    result = merging.merge_index(given.actor(job), cycle_id)
    return {"result": result, "next": f"/index/{cycle_id}"}


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.ESTIMATE: estimate,
    JobKind.IMPORT_CRITERIA: import_criteria,
    JobKind.IMPORT_SCORES: import_scores,
    JobKind.MERGE: merge,
}
