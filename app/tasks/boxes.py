"""Jobs around sealed answers: open a round, mix it, close it."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from app.queries import boxes
from app.queries.jobs import JobView
from app.services import arriving_reveal, leases, mixing, opening
from app.tasks import given
from app.vocabulary import JobKind


def open_round(job: JobView) -> dict[str, Any]:
    """Make the keys of a round and let people answer."""
    end = leases.concluding(job, _keys)
    return _keys(opening.open_round(given.actor(job), _round_id(job), end))


def _keys(count: int) -> dict[str, Any]:
    return {"keys": count}


def mix(job: JobView) -> dict[str, Any]:
    """Mix a round without waiting for the clock."""
    return asdict(mixing.mix_round(_round_id(job)))


def close_round(job: JobView) -> dict[str, Any]:
    """End the answering of a round and open what remains.

    It takes many transactions. After a crash it goes on where it stopped, so the result counts
    all answers of the round, not those that this run opened, and those without a weight too.
    """
    round_id = _round_id(job)
    closed = mixing.close_round(given.actor(job), round_id)
    arriving_reveal.reveal(round_id)
    tally = boxes.tally(round_id)
    assert tally is not None
    return {
        "answers": tally.answers,
        "sealed": closed.sealed,
        "unreadable": closed.unreadable,
        "next": f"/rounds/{round_id}",
    }


def _round_id(job: JobView) -> int:
    return int(job.arguments["round_id"])


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {
    JobKind.OPEN_ROUND: open_round,
    JobKind.MIX: mix,
    JobKind.CLOSE_ROUND: close_round,
}
