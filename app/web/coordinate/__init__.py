"""Pages of the coordinator, from an empty round to its draw and on to its close."""

from app.web.coordinate import (
    counts,
    coverage,
    draws,
    field,
    frame_mapping,
    frames,
    plans,
    reports,
    rounds,
)
from app.web.coordinate.site import blueprint

__all__ = [
    "blueprint",
    "counts",
    "coverage",
    "draws",
    "field",
    "frame_mapping",
    "frames",
    "plans",
    "reports",
    "rounds",
]
