"""Measure two pieces of work side by side."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

ROUNDS = 7
NO_GOAL = "-"


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, what it is held against, and whether it is good enough.

    Attributes
    ----------
    spread : tuple of float
        The smallest and the largest of the ratios whose median counts.
    """

    name: str
    value: float
    unit: str
    baseline: float
    ratio: float
    goal: str
    met: bool
    spread: tuple[float, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(
    name: str, work: Callable[[], object], baseline: Callable[[], object], most: float
) -> Row:
    """Run work and baseline by turns and take the median of the ratios."""
    work()
    baseline()
    pairs = [(cpu(work), cpu(baseline)) for _ in range(ROUNDS)]
    ratios = sorted(value / base for value, base in pairs)
    ratio = median(ratios)
    return Row(
        name=name,
        value=median(value for value, _ in pairs),
        unit="s CPU",
        baseline=median(base for _, base in pairs),
        ratio=ratio,
        goal=f"<= {most}",
        met=ratio <= most,
        spread=(ratios[0], ratios[-1]),
    )
