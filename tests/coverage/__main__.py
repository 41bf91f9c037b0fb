"""`python -m tests.coverage`: 10,000 samples of each arm and seed, and a table; 1 on a miss."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context

from tests.coverage.arms import ARMS, Arm
from tests.coverage.simulating import Coverage, simulated, strict

RUNS = 10_000
SEEDS = (1, 2, 3, 4, 5)
LINE = "{:<24} {:<20} {:>4} {:>9} {:>11}  {}"


def main(words: Sequence[str] | None = None) -> int:
    options = parsed(words)
    arms = [arm for arm in ARMS if not options.arm or arm.name in options.arm]
    # Seed by seed, so that a run broken off has seen all designs.
    work = [(arm, seed, options.runs) for seed, arm in product(options.seeds, arms)]
    written("design", "quantity", "seed", "coverage", "mean width", "verdict")
    missed = sum(shown(found) for found in results(work, options.jobs))
    sys.stdout.write(f"{len(work)} simulations of {options.runs} runs, {missed} misses\n")
    return int(missed > 0)


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.coverage", description=__doc__)
    parser.add_argument("--arm", action="append", choices=[arm.name for arm in ARMS])
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--jobs", type=int, default=1, help="processes at a time")
    return parser.parse_args(words)


def results(work: list[tuple[Arm, int, int]], jobs: int) -> Iterator[Coverage]:
    """Simulate, here or in processes of their own, and give what comes of it in order."""
    columns = [*zip(*work, strict=True)]
    if jobs == 1:
        yield from map(simulated, *columns)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from pool.map(simulated, *columns)


def shown(found: Coverage) -> int:
    """Print what came of one simulation and count the misses."""
    verdicts = found.verdicts(strict)
    words = ("MISS", "outside, as it must" if found.arm.wrong else "ok")
    for quantity, share, width, good in zip(
        found.arm.quantities, found.share.tolist(), found.width.tolist(), verdicts, strict=True
    ):
        written(found.arm.name, quantity, found.seed, f"{share:.2%}", f"{width:.4f}", words[good])
    return verdicts.count(False)


def written(*cells: object) -> None:
    """Write a line of the table at once: the next may take minutes."""
    sys.stdout.write(LINE.format(*cells) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
