"""Methods of unequal probabilities, for the proof `inclusion`."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from sampling.inclusion import inclusion_probabilities, stratified_probabilities
from sampling.joint_inclusion import joint_inclusion
from sampling.multistage import draw_stages
from sampling.stage_plans import Fixed, SeededChance, StagePlan
from sampling.unequal import methods
from sampling.unequal.chances import Bools, Floats
from sampling.unequal.cube import cube, stratified_cube
from sampling.unequal.sampford import sampford_sequential
from tests.proofs.inclusion import METHODS, Method

# Two are certain; the smallest is drawn one time in thirty.
SIZES = np.array([3, 90, 14, 22, 8, 30, 11, 16, 75, 27, 5, 19], dtype=float)
PI = inclusion_probabilities(SIZES, 5)
X = np.column_stack([PI, np.arange(12.0), np.array([5, 2, 9, 4, 4, 7, 1, 8, 3, 6, 2, 5.0])])
STRATUM = np.repeat(["a", "b"], 6)
BY_STRATUM = stratified_probabilities(SIZES, STRATUM, {"a": 2, "b": 3})


def by_name(name: str) -> Method:
    """A method of the table, with the pairs that it claims exactly."""
    table, stated = methods.METHODS[name], None
    auxiliary = X if table.auxiliary else None
    pi = np.full(12, 5 / 12) if name == "srs" else PI
    if table.joint is not None:
        stated = joint_inclusion(pi, table.joint)
    return Method(lambda chance: methods.select(pi, name, chance, auxiliary), pi, stated)


def unfair(chance: Generator) -> Bools:
    """Let a fair coin decide every duel, whatever the chances."""
    left, open_units = PI.copy(), [int(at) for at in np.flatnonzero(PI < 1)]
    while len(open_units) > 1:
        one, other = open_units[:2]
        if chance.random() < 0.5:
            one, other = other, one
        both = left[one] + left[other]
        left[one], left[other] = min(1.0, both), max(0.0, both - 1)
        open_units = [at for at in open_units if 1e-9 < left[at] < 1 - 1e-9]
    return np.asarray(left > 0.5)


def two_stages(method: str) -> Method:
    """Communes by size, then the same number of households: known from the outside."""
    commune = np.repeat(["c1", "c2", "c3", "c4", "c5", "c6"], [3, 4, 5, 6, 7, 9])
    households = {name: int((commune == name).sum()) for name in np.unique(commune).tolist()}
    size = np.array([households[name] for name in commune.tolist()])
    codes = np.array([f"h{at:02d}" for at in range(commune.size)])
    frame = {"commune": commune, "household": codes, "size": size}
    plans = [
        StagePlan("commune", Fixed(2), measure="size", method=method),
        StagePlan("household", Fixed(2)),
    ]

    def draw(chance: Generator) -> Bools:
        drawn = np.zeros(commune.size, dtype=np.bool_)
        drawn[draw_stages(frame, plans, SeededChance(chance.bytes(16))).row] = True
        return drawn

    # 2 size / 34 times 2 / size.
    return Method(draw, np.full(commune.size, 2 / 34 * 2))


def with_pairs(draw: Callable[[Generator], Bools], joint: Floats | None = None) -> Method:
    """A method with the probabilities of this file."""
    return Method(draw, PI, joint)


METHODS.update({f"unequal: {name}": by_name(name) for name in methods.METHODS})
METHODS.update(
    {
        "unequal: sampford in sequence": with_pairs(
            lambda chance: sampford_sequential(PI, chance), joint_inclusion(PI, "sampford")
        ),
        "unequal: cube by suppression": with_pairs(
            lambda chance: cube(PI, chance, X, landing="suppression")
        ),
        "unequal: cube in strata": Method(
            lambda chance: stratified_cube(BY_STRATUM, chance, X[:, 1:], STRATUM), BY_STRATUM
        ),
        "two stages, pps systematic": two_stages("pps_systematic"),
        "two stages, sampford": two_stages("sampford"),
        "control: duels by a fair coin": with_pairs(unfair),
        "control: pairs of another method": with_pairs(
            lambda chance: methods.select(PI, "pivotal_ordered", chance),
            joint_inclusion(PI, "sampford"),
        ),
    }
)
