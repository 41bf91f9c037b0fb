"""Pages of the coordinator, from an empty round to its draw and on to its close."""

from app.web.coordinate import (
    arriving,
    cases,
    ceremonies,
    counts,
    coverage,
    designs,
    draws,
    field,
    frame_mapping,
    frames,
    plans,
    reports,
    reserves,
    rounds,
    today,
    waves,
)
from app.web.coordinate.site import blueprint

__all__ = [
    "arriving",
    "blueprint",
    "cases",
    "ceremonies",
    "counts",
    "coverage",
    "designs",
    "draws",
    "field",
    "frame_mapping",
    "frames",
    "plans",
    "reports",
    "reserves",
    "rounds",
    "today",
    "waves",
]
