"""What the worker can do, by kind of job."""

from collections.abc import Callable, Mapping
from typing import Any

from app.queries.jobs import JobView
from app.tasks import boxes, demo, indexes, rounds
from app.vocabulary import JobKind

HANDLERS: Mapping[JobKind, Callable[[JobView], dict[str, Any]]] = {
    **rounds.HANDLERS,
    **boxes.HANDLERS,
    **indexes.HANDLERS,
    **demo.HANDLERS,
}
