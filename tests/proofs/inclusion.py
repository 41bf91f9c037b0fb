"""Every method of selection draws each unit, and each pair, as often as it says.

A method draws many samples from a frame of at most 40 units. How often each unit and each pair was
drawn is a binomial count; none may lie in a tail so thin that one of all counts of all methods
would fall there by chance once in a thousand. A biased selector must fall there.

`inclusion_*.py` beside this file add methods of their own to METHODS when the proof begins.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from tests.proofs.options import number

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LARGEST_FRAME = 40
ALPHA = 1e-3
SEED = 20260105
# Stated probabilities come from arithmetic: so close to 0 or 1, that is what they are.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Method:
    """A way to draw from one small frame, and what it says of itself.

    Attributes
    ----------
    draw : callable
        Draws once: a generator in, bool of shape (N,) out.
    single : ndarray, shape (N,)
        Probability of each unit.
    joint : ndarray, shape (N, N), or None
        Probability of each pair; the diagonal does not count. None where nothing is said of pairs.
    """

    draw: Callable[[np.random.Generator], Bools]
    single: Floats
    joint: Floats | None = None


METHODS: dict[str, Method] = {}


@dataclass(frozen=True)
class Finding:
    """Smallest tail probability of a method's counts, times their number."""

    p_value: float
    units: int
    counts: int

    @property
    def strays(self) -> bool:
        return self.p_value * max(1, len(METHODS)) < ALPHA


def gathered() -> dict[str, Method]:
    """All methods, those of the files beside this one too."""
    for path in sorted(Path(__file__).parent.glob("inclusion_*.py")):
        import_module(f"{__package__}.{path.stem}")
    return METHODS


def counted(method: Method, runs: int, seed: int = SEED) -> Finding:
    """Draw so often and hold the counts against what the method says."""
    units = method.single.size
    if units > LARGEST_FRAME:
        raise ValueError(f"{units} units: at most {LARGEST_FRAME}")
    generator = np.random.Generator(np.random.PCG64(seed))
    together = np.zeros((units, units))
    drawn = np.empty((min(runs, 1000), units))
    for first in range(0, runs, 1000):
        some = drawn[: min(1000, runs - first)]
        for row in some:
            row[:] = method.draw(generator)
        together += some.T @ some
    seen, stated = np.diag(together), method.single
    if method.joint is not None:
        pairs = np.triu_indices(units, 1)
        seen = np.concatenate([seen, together[pairs]])
        stated = np.concatenate([stated, method.joint[pairs]])
    tails = two_sided(seen, runs, settled(stated))
    return Finding(min(1.0, float(tails.min()) * tails.size), units, tails.size)


def settled(stated: Floats) -> Floats:
    """Refuse what is no probability, and take rounding off 0 and 1."""
    if not ((stated >= -ROUNDING) & (stated <= 1 + ROUNDING)).all():
        raise ValueError("a stated probability lies outside [0, 1]")
    near = np.round(stated)
    return np.where(np.abs(stated - near) <= ROUNDING, near, stated)


def two_sided(seen: Floats, runs: int, stated: Floats) -> Floats:
    """Exact binomial tail on the side where each count lies, doubled."""
    tails = np.minimum(binom.cdf(seen, runs, stated), binom.sf(seen - 1, runs, stated))
    return np.asarray(2 * tails, dtype=float)


def main(quick: bool) -> int:
    """Run every method and print what came of it."""
    runs, verdict = number(quick, 2000, 100_000, "RUNS"), 0
    for name, method in gathered().items():
        found = counted(method, runs)
        expected = name.startswith("control")
        verdict |= found.strays != expected
        words = "strays" if found.strays else "agrees"
        mark = "" if found.strays == expected else "  WRONG"
        sys.stdout.write(
            f"{name:44} {found.units:3} units {found.counts:4} counts {runs} runs: "
            f"{words}, p = {found.p_value:.2g}{mark}\n"
        )
        sys.stdout.flush()
    return verdict
