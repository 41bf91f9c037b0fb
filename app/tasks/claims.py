"""Jobs around claims: match them with a list that has just come to count."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.queries import due_claims
from app.queries.jobs import JobView
from app.services import jobs, leases, matching, mixing
from app.tasks import given
from app.vocabulary import JobKind


def match_claims(job: JobView) -> dict[str, Any]:
    """Match the claims of a round with its list."""
    found = matching.match(int(job.arguments["round_id"]), leases.reporting(job))
    mixing.tidy_up()
    return asdict(found)


def ask_to_match(job: JobView, round_id: int) -> None:
    """Have the claims of a round matched after a job that changed its list.

    Where the worker dies before it asks, the clock makes up for it within a day.
    """
    if round_id in due_claims.rounds(matching.STATES):
        arguments = {"round_id": round_id}
        jobs.ask(given.actor(job), JobKind.MATCH_CLAIMS, arguments, subject=f"round:{round_id}")


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.MATCH_CLAIMS: match_claims,
}
