"""The curve of days as shapes: bars of a fixed frame, whose heights are what is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.field_forecast import DayTold

WIDTH, HEIGHT = 720.0, 160.0
GAP = 0.2
# A hidden day shows that it was there, not how much it brought.
HIDDEN = 6.0


@dataclass(frozen=True)
class Bar:
    """A rectangle of the frame; `hidden` days have the same height whatever they brought."""

    x: float
    y: float
    width: float
    height: float
    hidden: bool


@dataclass(frozen=True)
class Chart:
    """Bars, one for each day, and the greatest number told."""

    bars: tuple[Bar, ...]
    most: int

    @property
    def width(self) -> float:
        """Width of the frame."""
        return WIDTH

    @property
    def height(self) -> float:
        """Height of the frame."""
        return HEIGHT


def chart(days: Sequence[DayTold]) -> Chart | None:
    """Draw the days side by side; None where no day is told."""
    most = max((day.answered.low for day in days if day.answered.exact), default=0)
    if not most:
        return None
    step = WIDTH / len(days)
    bars = []
    for place, day in enumerate(days):
        hidden = not day.answered.exact
        height = HIDDEN if hidden else HEIGHT * day.answered.low / most
        left = (place + GAP / 2) * step
        y, width = round(HEIGHT - height, 1), round(step * (1 - GAP), 1)
        bars.append(Bar(round(left, 1), y, width, round(height, 1), hidden))
    return Chart(tuple(bars), most)
