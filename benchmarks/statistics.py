"""Weights and errors of a million answers against the least that bare numpy needs for them.

Ours and the limit take turns. Each turn is a process of its own, so that its peak memory is that
of one kind of work; both hold the whole file. One processor each: CPU time is what is compared.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any, cast

from benchmarks.limits import Work
from benchmarks.statistics_data import Sizes, load, made_up, store
from benchmarks.timing import NO_GOAL, Row, cpu

ROOT = Path(__file__).parent.parent
LIMITS = "benchmarks.limits"
KILOBYTES = 1024
PROVINCE = Sizes()
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}


@dataclass(frozen=True)
class Goal:
    """What a kind of work may cost.

    Attributes
    ----------
    name : str
        What the table calls it.
    module : str
        Where the product does it, in a function of the same name as the limit.
    time, memory : float or None
        Most times the limit's CPU time, and its peak memory.
    megabytes : float or None
        Most memory at its peak.
    """

    name: str
    module: str
    time: float
    memory: float | None = None
    megabytes: float | None = None


WEIGHTING, ESTIMATES = "benchmarks.weighting", "benchmarks.estimates"
GOALS = {
    "raking": Goal("rake 5 margins", WEIGHTING, 2.0, memory=1.5),
    "linear": Goal("calibrate to 112 totals", WEIGHTING, 3.0),
    "taylor": Goal("20 items by domain, linearised", ESTIMATES, 3.0),
    "bootstrap": Goal("20 items by domain, 500 replicates", ESTIMATES, 3.0, megabytes=1000.0),
}


@dataclass(frozen=True)
class Turn:
    """What one process found: CPU seconds of each run after the first, and peak memory in MB."""

    cpu: list[float]
    peak: float


@dataclass(frozen=True)
class Plan:
    """How often both have their turn, how often the work is done in each, and on how much."""

    turns: int = 5
    runs: int = 3
    sizes: Sizes = PROVINCE
    growth: Sequence[int] = (100_000, 1_000_000)


def plan() -> Plan:
    """Read from the environment how much time there is."""
    if os.environ.get("QUICK") == "1":
        return Plan(turns=2, runs=1, growth=(100_000,))
    if os.environ.get("FULL") == "1":
        return Plan(growth=(*Plan().growth, 10_000_000))
    return Plan()


def rows(chosen: Plan | None = None) -> list[Row]:
    """Compare all kinds of work, then look how ours grow with the rows."""
    asked = chosen or plan()
    table = []
    with filed(asked.sizes) as folder:
        for work, goal in GOALS.items():
            pairs = [by_turns(folder, work, asked.runs, bool(at % 2)) for at in range(asked.turns)]
            table += compared(goal, pairs)
    return table + growth(asked)


def compared(goal: Goal, pairs: Sequence[tuple[Turn, Turn]]) -> list[Row]:
    """Put CPU time and memory of ours and of the limit side by side."""
    times = [(median(ours.cpu), median(limit.cpu)) for ours, limit in pairs]
    peaks = [(ours.peak, limit.peak) for ours, limit in pairs]
    table = [
        against(f"{goal.name}: CPU", "s CPU", times, goal.time),
        against(f"{goal.name}: peak memory", "MB", peaks, goal.memory),
    ]
    if goal.megabytes is not None:
        most = max(ours for ours, _ in peaks)
        share = most / goal.megabytes
        row = Row(f"{goal.name}: MB", most, "MB", goal.megabytes, share, "< 1", share < 1)
        table.append(row)
    return table


def against(name: str, unit: str, pairs: Sequence[tuple[float, float]], most: float | None) -> Row:
    """Take the median of the ratios."""
    ratios = sorted(ours / limit for ours, limit in pairs)
    return Row(
        name=name,
        value=median(ours for ours, _ in pairs),
        unit=unit,
        baseline=median(limit for _, limit in pairs),
        ratio=median(ratios),
        goal=NO_GOAL if most is None else f"<= {most}",
        met=most is None or median(ratios) <= most,
        spread=(ratios[0], ratios[-1]),
    )


def growth(asked: Plan) -> list[Row]:
    """Time for a million rows at each size, against that at the first: 1 where it grows evenly."""
    table: list[Row] = []
    smallest: dict[str, float] = {}
    for rows_now in asked.growth:
        with filed(replace(asked.sizes, rows=rows_now)) as folder:
            for work, goal in GOALS.items():
                found = turn(folder, goal.module, work, asked.runs)
                each = median(found.cpu) * 1e6 / rows_now
                first = smallest.setdefault(work, each)
                name = f"{goal.name}: file of {rows_now:.0e} rows".replace("e+0", "e")
                table.append(
                    Row(name, each, "s CPU a million rows", first, each / first, NO_GOAL, True)
                )
    return table


@contextmanager
def filed(sizes: Sizes) -> Iterator[Path]:
    """Lay a survey down for the processes to read."""
    with tempfile.TemporaryDirectory() as folder:
        store(made_up(sizes), Path(folder))
        yield Path(folder)


def by_turns(folder: Path, work: str, runs: int, limit_first: bool) -> tuple[Turn, Turn]:
    """Measure ours and the limit, one after the other."""
    ours, limit = (folder, GOALS[work].module, work, runs), (folder, LIMITS, work, runs)
    if limit_first:
        there = turn(*limit)
        return turn(*ours), there
    return turn(*ours), turn(*limit)


def turn(folder: Path, module: str, work: str, runs: int) -> Turn:
    """Do the work in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.statistics", str(folder), module, work, str(runs)],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Turn(**json.loads(done.stdout))


def prepared(folder: Path, module: str, work: str) -> Work:
    """Prepare the work, importing its module alone: what modules import takes memory too."""
    return cast(Work, getattr(import_module(module), work)(load(folder)))


def measured(folder: Path, module: str, work: str, runs: int) -> dict[str, Any]:
    """Do the work once to be warm, then as often as asked."""
    doing = prepared(folder, module, work)
    cpu(doing)
    seconds = [cpu(doing) for _ in range(runs)]
    return {"cpu": seconds, "peak": peak()}


def peak() -> float:
    """Most memory that this process ever had, in MB.

    Linux tells it by process; getrusage would count what the process had before it became ours,
    which is the memory of the one that started it.
    """
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / KILOBYTES


if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))))
