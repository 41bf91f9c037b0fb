"""Jobs from closed rounds to merged indexes."""

from collections.abc import Callable
from typing import Any

from app.queries.jobs import JobView
from app.services import criteria_sets, estimating, leases, merging
from app.tasks import given, scores
from app.vocabulary import JobKind


def estimate(job: JobView) -> dict[str, Any]:
    """Estimate a round."""
    round_id = job.arguments["round_id"]

    def told(run: int) -> dict[str, Any]:
        return {"estimation": run, "next": f"/rounds/{round_id}/estimates"}

    end = leases.concluding(job, told)
    return told(estimating.estimate_round(given.actor(job), round_id, end))


def import_criteria(job: JobView) -> dict[str, Any]:
    """Add a criteria set from a file, or the example."""
    content = criteria_sets.example() if job.arguments.get("example") else given.file(job)[0]
    end = leases.concluding(job, _added)
    return _added(criteria_sets.add_criteria_set(given.actor(job), content, end))


def _added(criteria_set: int) -> dict[str, Any]:
    return {"criteria_set": criteria_set, "next": f"/index/criteria-sets/{criteria_set}"}


def merge(job: JobView) -> dict[str, Any]:
    """Merge the index of a cycle."""
    cycle_id = job.arguments["cycle_id"]

    def told(result: int) -> dict[str, Any]:
        return {"result": result, "next": f"/index/{cycle_id}"}

    end = leases.concluding(job, told)
    return told(merging.merge_index(given.actor(job), cycle_id, end))


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.ESTIMATE: estimate,
    JobKind.IMPORT_CRITERIA: import_criteria,
    JobKind.READ_SCORES: scores.read_scores,
    JobKind.IMPORT_SCORES: scores.import_scores,
    JobKind.MERGE: merge,
}
