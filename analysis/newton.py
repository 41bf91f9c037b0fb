"""Newton's method with step halving, for the few parameters of a smooth model."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from analysis.model_errors import ModelError
from sampling.stages import Floats

STEPS = 100
TOLERANCE = 1e-12
# Rounding of the objective hides smaller changes, so they count as no loss.
NOISE = 1e-11
# Curvature, as a share of that at the start, of an objective that only rises towards infinity.
FLAT = 1e-10


class Curve(NamedTuple):
    """An objective at one point: its value, gradient and negative matrix of second derivatives."""

    value: float
    gradient: Floats
    information: Floats


def maximum(
    curve: Callable[[Floats], Curve],
    start: Floats,
    *,
    what: str,
    names: Sequence[str],
    basis: Floats | None = None,
) -> Floats:
    """Find where an objective is largest.

    Parameters
    ----------
    curve : callable
        Objective at a point of shape (p,); its value may be ``-inf``.
    start : ndarray, shape (p,)
        A point where the objective is finite.
    what, names
        What is solved and what the coefficients are called, for the error.
    basis : ndarray, shape (p, p), optional
        Matrix that takes the coefficients to the point, where they are not the same.

    Returns
    -------
    ndarray, shape (p,)
        Reached by a full last step of at most 1e-12 of the largest parameter (at least 1).

    Raises
    ------
    ModelError
        If 100 steps do not lead there, as when the largest value lies at infinity.

    References
    ----------
    Nocedal and Wright (2006), Numerical Optimization, sections 3.1 and 3.4: halving along an
    ascent direction, with the curvature made positive.
    """
    point = start
    here = curve(point)
    steep = float(np.abs(np.linalg.eigvalsh(here.information)).max())
    for _ in range(STEPS):
        step = ascent(here)
        if np.abs(step).max() <= TOLERANCE * max(1.0, float(np.abs(point).max())):
            if np.linalg.eigvalsh(here.information)[0] <= FLAT * steep:
                break
            return np.asarray(point + step, dtype=float)
        point, here = halved(curve, point, here, step)
    raise ModelError("no_convergence", what=what, steps=STEPS, column=names[loose(here, basis)])


def ascent(here: Curve) -> Floats:
    """Step uphill, the whole Newton step where the objective is concave."""
    curvature, axes = np.linalg.eigh(here.information)
    floor = np.finfo(float).eps * np.abs(curvature).max()
    size = np.maximum(np.abs(curvature), floor or 1.0)
    return np.asarray(axes @ ((axes.T @ here.gradient) / size), dtype=float)


def loose(here: Curve, basis: Floats | None) -> int:
    """Coefficient that most follows the direction in which the objective hardly bends."""
    direction = np.linalg.eigh(here.information)[1][:, 0]
    if basis is None:
        return int(np.argmax(np.abs(direction)))
    # The intercept, which comes first, only makes up for the others.
    effect = np.abs(np.linalg.solve(basis, direction)) * np.linalg.norm(basis, axis=0)
    return int(np.argmax(effect[1:])) + 1 if effect.size > 1 else 0


def halved(
    curve: Callable[[Floats], Curve], point: Floats, here: Curve, step: Floats
) -> tuple[Floats, Curve]:
    """Shorten the step until the objective no longer falls."""
    least = here.value - NOISE * (1 + abs(here.value))
    for halving in range(60):
        candidate = point + step * 0.5**halving
        there = curve(candidate)
        if there.value >= least and np.isfinite(there.information).all():
            return candidate, there
    return point, here
