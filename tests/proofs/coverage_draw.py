"""From a draw of several stages straight to an estimate: intervals cover as often as they say.

A population of communes and households whose answers differ from commune to commune is drawn from
again and again; the design comes from the draw itself, nothing is added by hand. 95 % intervals
must hold the population's mean in 93 to 97 of 100 rounds. The control arm forgets the communes and
must fall outside. Communes stand in an order of chance, new in each round: in a given order a
systematic sample has a variance of its own, of which no single sample can tell.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from analysis.estimate import mean
from sampling.design import Design, stratified
from sampling.multistage import draw_stages
from sampling.multistage_sample import MultistageSample
from sampling.stage_plans import Fixed, Rate, SeededChance, SelfWeighting, StagePlan
from tests.proofs.options import number

SEED = 20260105
LEAST, MOST = 0.93, 0.97
REGIONS, COMMUNES = 3, 60


@dataclass(frozen=True, eq=False)
class World:
    """A population: lists of communes and of households, and what these would answer."""

    communes: dict[str, np.ndarray]
    households: dict[str, np.ndarray]
    answer: np.ndarray

    @classmethod
    def made(cls) -> "World":
        """Make three regions of sixty communes of 4 to 12 households."""
        rng = np.random.default_rng(SEED)
        households = rng.integers(4, 13, REGIONS * COMMUNES)
        commune = np.repeat(np.arange(households.size), households)
        mood = rng.normal(60, 12, households.size) + 3 * (np.arange(households.size) // COMMUNES)
        names = np.array([f"C{at:03d}" for at in range(households.size)])
        return cls(
            {
                "commune": names,
                "region": np.array([f"R{at // COMMUNES}" for at in range(households.size)]),
                "size": households,
            },
            {
                "commune": names[commune],
                "household": np.array([f"H{at:04d}" for at in range(commune.size)]),
            },
            mood[commune] + rng.normal(0, 5, commune.size),
        )


def plans(method: str, first: Fixed | Rate) -> list[StagePlan]:
    """Communes in regions, then households."""
    measure = None if method == "srs" else "size"
    last = Fixed(4) if measure else SelfWeighting(0.12)
    return [
        StagePlan("commune", first, stratum="region", measure=measure, method=method, order="turn"),
        StagePlan("household", last),
    ]


def drawn_design(sample: MultistageSample) -> Design:
    """The design as the draw gives it."""
    return sample.design()


def forgetful(sample: MultistageSample) -> Design:
    """A design without communes, as if households had been drawn one by one."""
    return stratified(sample.weight)


ARMS: dict[str, tuple[list[StagePlan], Callable[[MultistageSample], Design]]] = {
    "pps systematic, then simple": (plans("pps_systematic", Fixed(4)), drawn_design),
    "sampford, then simple": (plans("sampford", Fixed(4)), drawn_design),
    "simple in both stages, one in four": (plans("srs", Rate(0.25)), drawn_design),
    "control: communes forgotten": (plans("sampford", Fixed(4)), forgetful),
}


@dataclass
class Figures:
    """How often intervals held the mean, and what the estimates were like."""

    rounds: int
    covered: int = 0
    errors: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)

    @property
    def coverage(self) -> float:
        return self.covered / self.rounds

    @property
    def ratio(self) -> float:
        """Standard error told on average, against the true one."""
        return float(np.sqrt(np.mean(np.square(self.told))) / np.std(self.errors))


def run(arm: str, rounds: int) -> Figures:
    """Draw and estimate so often."""
    world, (stages, design_of) = World.made(), ARMS[arm]
    truth, figures = world.answer.mean(), Figures(rounds)
    for at in range(rounds):
        turn = np.random.default_rng([SEED, at]).permutation(world.communes["commune"].size)
        sample = draw_stages(
            [{**world.communes, "turn": turn}, world.households],
            stages,
            SeededChance(SEED.to_bytes(4) + at.to_bytes(4)),
        )
        estimate = mean(world.answer[sample.row], design_of(sample))
        low, high = (float(end[0]) for end in estimate.interval(0.95))
        figures.covered += low <= truth <= high
        figures.errors.append(float(estimate.value[0] - truth))
        figures.told.append(float(estimate.se[0]))
    return figures


def main(quick: bool) -> int:
    """Run every arm and print how often its intervals covered."""
    rounds, verdict = number(quick, 200, 2000, "ROUNDS"), 0
    slack = 0.02 if quick else 0.0
    for arm in ARMS:
        found = run(arm, rounds)
        inside = LEAST - slack <= found.coverage <= MOST + slack
        wrong = inside == arm.startswith("control")
        verdict |= wrong
        sys.stdout.write(
            f"{arm:36} {rounds} rounds: covered {found.coverage:.1%}, standard error told / true "
            f"{found.ratio:.2f}, bias {np.mean(found.errors):+.2f}{'  WRONG' if wrong else ''}\n"
        )
        sys.stdout.flush()
    return verdict
