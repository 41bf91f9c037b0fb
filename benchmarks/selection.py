"""Drawing from a frame of 30 million rows, against the least that bare numpy needs.

`python -m benchmarks.selection [ROWS]` measures these alone. Ours and the baseline take turns in
one process on the same frame; memory is that of processes of their own.
"""

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from benchmarks.statistics import peak
from benchmarks.timing import Row, compare
from sampling.places import simple_random, smallest, stratified
from sampling.systematic import pps_systematic

ROOT = Path(__file__).parent.parent
PROVINCE, STRATA, EACH, DRAWN = 30_000_000, 400, 75, 30_000
FEW = 3_000_000
SEED = 43
# Ten times the rows may take no more memory than this share more.
LEVEL = 1.1

Work = Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Columns:
    """What a frame says of each row: strata lie side by side, sizes and numbers are random."""

    stratum: NDArray[np.int16]
    size: NDArray[np.float64]
    number: NDArray[np.float64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many to draw from each stratum."""
        return np.full(STRATA, EACH)


def made_up(rows: int) -> Columns:
    """Make a frame up."""
    chance = np.random.default_rng(SEED)
    return Columns(
        stratum=np.sort(chance.integers(0, STRATA, rows).astype(np.int16)),
        size=chance.gamma(2.0, 10.0, rows),
        number=chance.random(rows),
    )


def source() -> Generator:
    """Make the generator that a draw begins with."""
    return Generator(PCG64(SEED))


def bare_simple(rows: int, n: int) -> NDArray[np.int64]:
    """Draw by one call, and sort."""
    return np.sort(source().choice(rows, n, replace=False, shuffle=False))


def bare_stratified(columns: Columns) -> NDArray[np.int64]:
    """Draw within strata that are known to lie side by side."""
    chance, counts = source(), np.bincount(columns.stratum, minlength=STRATA)
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    parts = [
        first + chance.choice(count, EACH, replace=False, shuffle=False)
        for first, count in zip(firsts.tolist(), counts.tolist(), strict=True)
    ]
    return np.concatenate(parts)


def bare_pps(columns: Columns, n: int) -> NDArray[np.intp]:
    """Cumulate and search, without a look at sizes that are certain."""
    reached = np.cumsum(columns.size)
    points = (source().random() + np.arange(n)) * (reached[-1] / n)
    return np.asarray(np.searchsorted(reached, points))


def bare_permanent(columns: Columns) -> NDArray[np.int64]:
    """Set apart the smallest numbers of strata that are known to lie side by side."""
    counts = np.bincount(columns.stratum, minlength=STRATA)
    lasts = np.cumsum(counts)
    parts = [
        first + np.argpartition(columns.number[first:last], EACH)[:EACH]
        for first, last in zip((lasts - counts).tolist(), lasts.tolist(), strict=True)
    ]
    return np.concatenate(parts)


def works(columns: Columns) -> Mapping[str, tuple[Work, Work, float]]:
    """Ours, the baseline, and most times what it takes."""
    rows = columns.stratum.size
    n = min(DRAWN, rows // 100)
    return {
        f"draw {n} of {rows}": (
            lambda: simple_random(rows, n, source()),
            lambda: bare_simple(rows, n),
            5.0,
        ),
        f"draw {STRATA} x {EACH} of {rows}": (
            lambda: stratified(columns.stratum, columns.sizes, source()),
            lambda: bare_stratified(columns),
            3.0,
        ),
        f"draw {n} of {rows} by size, systematic": (
            lambda: pps_systematic(columns.size, n, source().random()),
            lambda: bare_pps(columns, n),
            2.0,
        ),
        f"draw {STRATA} x {EACH} of {rows}, permanent": (
            lambda: smallest(columns.number, columns.stratum, columns.sizes),
            lambda: bare_permanent(columns),
            2.0,
        ),
    }


def rows(population: int | None = None) -> list[Row]:
    """Compare all methods, then look whether memory grows with the frame."""
    size = population or (FEW if os.environ.get("QUICK") == "1" else PROVINCE)
    columns = made_up(size)
    table = [compare(name, *work) for name, work in works(columns).items()]
    return [*table, *level(size)]


def level(population: int) -> list[Row]:
    """Memory of one sample size from frames of which one is ten times the other."""
    n = min(DRAWN, population // 1000)
    small, large = (apart(at, n) for at in (population // 10, population))
    return [
        Row(
            name=f"draw {n} of {population}: {name}",
            value=large[name],
            unit="MB",
            baseline=small[name],
            ratio=large[name] / small[name],
            goal=f"<= {LEVEL} of a tenth",
            met=large[name] / small[name] <= LEVEL,
        )
        for name in small
    ]


def apart(population: int, n: int) -> dict[str, float]:
    """Measure memory in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.selection", "memory", str(population), str(n)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout))


def memory(population: int, n: int) -> dict[str, float]:
    """MB that the draw takes at its peak, and most that the process ever had."""
    draw = partial(simple_random, population, n)
    draw(source())
    whole = peak()
    tracemalloc.start()
    draw(source())
    return {"traced MB": tracemalloc.get_traced_memory()[1] / 2**20, "process MB": whole}


def main(arguments: list[str]) -> None:
    """Print the table of this file, or figures for it."""
    if arguments[:1] == ["memory"]:
        print(json.dumps(memory(*map(int, arguments[1:]))))
        return
    for row in rows(*map(int, arguments[:1])):
        spread = f" [{row.spread[0]:.2f}–{row.spread[1]:.2f}]" if row.spread else ""
        verdict = "ok" if row.met else "MISSED"
        figures = f"{row.value:9.4f} {row.unit} {row.baseline:9.4f} {row.ratio:6.2f}{spread}"
        print(f"{row.name:52} {figures}  {row.goal} {verdict}")


if __name__ == "__main__":
    main(sys.argv[1:])
