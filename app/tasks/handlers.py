"""What the worker can do, by kind of job."""

from collections.abc import Callable, Mapping
from typing import Any

from app.queries.jobs import JobView
from app.tasks import (
    boxes,
    claims,
    data_keys,
    demo,
    frames,
    indexes,
    people,
    post_batches,
    posters,
    rounds,
    slips,
)
from app.vocabulary import JobKind

HANDLERS: Mapping[JobKind, Callable[[JobView], dict[str, Any]]] = {
    **rounds.HANDLERS,
    **frames.HANDLERS,
    **data_keys.HANDLERS,
    **boxes.HANDLERS,
    **claims.HANDLERS,
    **indexes.HANDLERS,
    **people.HANDLERS,
    **demo.HANDLERS,
    **slips.HANDLERS,
    **posters.HANDLERS,
    **post_batches.HANDLERS,
}
