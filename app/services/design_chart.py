"""The margins of all units of a design as a strip: a stem and a dot for each, narrow ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf

WIDTH, HEIGHT = 280.0, 120.0
# Room for the numbers of the scale at the left, and for dots at the edges.
LEFT, TOP, RADIUS = 40.0, 10.0, 2.4
STEPS = (0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Dot:
    """A unit; `beyond` is a margin wider than wanted, `missing` one that nobody can tell."""

    x: float
    y: float
    beyond: bool
    missing: bool


@dataclass(frozen=True)
class Line:
    """A margin on the scale."""

    y: float
    margin: float


@dataclass(frozen=True)
class Strip:
    """Dots of one design on the scale of all."""

    dots: tuple[Dot, ...]
    scale: tuple[Line, ...]
    wanted: Line
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    radius: float = RADIUS

    @property
    def bottom(self) -> float:
        """Where a margin of nothing lies."""
        return HEIGHT - TOP


def top_of(strips: Sequence[Sequence[float]], wanted: float) -> float:
    """Find the widest margin that the scale of all designs must hold."""
    told = [margin for margins in strips for margin in margins if not isinf(margin)]
    return max([*told, wanted * 1.1, 0.01])


def strip(margins: Sequence[float], wanted: float, widest: float) -> Strip:
    """Place the margins of a design, sorted; an infinite one stands at the top.

    Parameters
    ----------
    widest : float
        Margin at the top, from `top_of`, so that strips can be compared.
    """
    room = WIDTH - LEFT - 3 * RADIUS
    bottom = HEIGHT - TOP

    def height_of(margin: float) -> float:
        return round(bottom - (bottom - TOP) * min(margin / widest, 1.0), 1)

    dots = tuple(
        Dot(
            x=round(LEFT + 2 * RADIUS + room * (place + 0.5) / len(margins) - RADIUS, 1),
            y=height_of(margin),
            beyond=margin > wanted + 1e-9,
            missing=isinf(margin),
        )
        for place, margin in enumerate(sorted(margins))
    )
    step = next((each for each in STEPS if widest / each <= 4), STEPS[-1])
    marks = [number * step for number in range(int(widest / step + 1e-9) + 1)]
    scale = tuple(Line(height_of(mark), mark) for mark in marks)
    return Strip(dots, scale, Line(height_of(wanted), wanted))
