"""Jobs around sealed answers: open a round, mix it, close it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.queries.jobs import JobView
from app.services import mixing, opening
from app.tasks import given
from app.vocabulary import JobKind


def open_round(job: JobView) -> dict[str, Any]:
    """Make the keys of a round and let people answer."""
    return {"keys": opening.open_round(given.actor(job), _round_id(job))}


def mix(job: JobView) -> dict[str, Any]:
    """Mix a round without waiting for the clock."""
    return asdict(mixing.mix_round(_round_id(job)))


def close_round(job: JobView) -> dict[str, Any]:
    """End the answering of a round and open what remains."""
    return asdict(mixing.close_round(given.actor(job), _round_id(job)))


def _round_id(job: JobView) -> int:
    return int(job.arguments["round_id"])


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.OPEN_ROUND: open_round,
    JobKind.MIX: mix,
    JobKind.CLOSE_ROUND: close_round,
}
