"""Methods of `sampling.selection` and `sampling.places`, for the proof of inclusion.

Expected probabilities of pairs of systematic draws are worked out here by trying every stretch of
starts that gives one sample: the product says nothing of these pairs.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

import numpy as np

from sampling.coordination import draw_apart, rotated, rotation_start
from sampling.drawn import Draw, Frame
from sampling.places import bernoulli, poisson, simple_random, smallest, stratified
from sampling.ranked import OrderPlan
from sampling.second_order import joint_probabilities
from sampling.selection import (
    BernoulliPlan,
    ParetoPlan,
    Plan,
    PoissonPlan,
    PpsSystematicPlan,
    SequentialPoissonPlan,
    SimplePlan,
    StratifiedPlan,
    SystematicPlan,
    draw,
    keyed_starts,
    keyed_uniforms,
)
from sampling.systematic import pps_systematic, systematic
from tests.proofs.inclusion import METHODS, Bools, Floats, Method

SIZES = np.array([0, 1, 2, 3, 5, 5, 8, 13, 21, 90, 4, 4, 4, 7, 11, 2, 2, 9, 30, 6])
FRAME: dict[str, np.ndarray] = {
    "code": np.array([f"H{at:02d}" for at in range(20)]),
    "stratum": np.array(["A"] * 12 + ["B"] * 8),
    "size": SIZES,
    "day": np.arange(20)[::-1] // 3,
    "chance": np.linspace(0, 1, 20),
}
PLANS: dict[str, Plan] = {
    "simple": SimplePlan(6),
    "stratified": StratifiedPlan({"A": 5, "B": 1}),
    "bernoulli": BernoulliPlan({"A": 0.3, "B": 0.8}),
    "poisson": PoissonPlan("chance"),
    "systematic": SystematicPlan({"A": 5, "B": 3}, ("day",)),
    "pps systematic": PpsSystematicPlan({"A": 5, "B": 3}, "size", ("day",)),
    "sequential Poisson": SequentialPoissonPlan({"A": 4, "B": 3}, "size"),
    "Pareto": ParetoPlan({"A": 4, "B": 3}, "size"),
}
# Sizes of a stratum without those that are certain: 90 and 21 of A, 30 of B.
LEFT = {"A": 45, "B": 41}
STARTING = (SystematicPlan, PpsSystematicPlan)
STRATUM = np.array([2, 0, 1, 1, 0, 2, 2, 0, 1, 2, 2, 0] * 3, dtype=np.int8)
ASKED = np.array([3, 2, 5])


def keyed(plan: Plan, seed: bytes) -> Draw:
    """Draw in public."""
    strata = FRAME["stratum"].tolist()
    if isinstance(plan, STARTING):
        return draw(FRAME, plan, keyed_starts(seed, "main", 1, strata))
    if isinstance(plan, SimplePlan):
        strata = [""] * len(strata)
    return draw(FRAME, plan, keyed_uniforms(seed, "main", 1, strata, FRAME["code"].tolist()))


def generated(plan: Plan, generator: np.random.Generator) -> Draw:
    """Draw with the numbers of a generator."""
    if isinstance(plan, STARTING):
        return draw(FRAME, plan, {"A": generator.random(), "B": generator.random()})
    return draw(FRAME, plan, generator.random(20))


def by_key(plan: Plan, generator: np.random.Generator) -> Draw:
    """Draw in public with a seed of its own."""
    return keyed(plan, generator.bytes(32))


def selected(
    plan: Plan,
    way: Callable[[Plan, np.random.Generator], Draw],
    generator: np.random.Generator,
) -> Bools:
    """Tell who was drawn."""
    return way(plan, generator).selected


def listed(
    places: Callable[[np.random.Generator], np.ndarray],
    population: int,
    generator: np.random.Generator,
) -> Bools:
    """Tell who was drawn, of places."""
    return marked(places(generator), population)


def joint(plan: Plan) -> Floats | None:
    """Probabilities of pairs, where they are known."""
    if isinstance(plan, STARTING):
        return by_starts(plan)
    if isinstance(plan, OrderPlan):
        return None
    return joint_probabilities(FRAME, plan)


def by_starts(plan: Plan) -> Floats:
    """Go through all starts of each stratum; strata are independent."""
    single = draw(FRAME, plan, {"A": 0.5, "B": 0.5}).inclusion
    together = np.outer(single, single)
    for label in ("A", "B"):
        inside = np.flatnonzero(FRAME["stratum"] == label)
        # Points pass a row's end at starts that are multiples of 1 over the total they run along:
        # rows, or sizes without those that are certain.
        total = inside.size if isinstance(plan, SystematicPlan) else LEFT[label]
        steps = [Fraction(at, total) for at in range(total + 1)]
        block = np.zeros((inside.size, inside.size))
        for low, high in pairwise(steps):
            middle = float((low + high) / 2)
            drawn = draw(FRAME, plan, {"A": middle, "B": middle}).selected[inside]
            block += float(high - low) * np.outer(drawn, drawn)
        together[np.ix_(inside, inside)] = block
    return together


def marked(places: np.ndarray, population: int) -> Bools:
    """Places as a column."""
    found = np.zeros(population, dtype=bool)
    found[places] = True
    return found


def of_strata(population: np.ndarray, n: np.ndarray, group: np.ndarray) -> tuple[Floats, Floats]:
    """Probabilities of a stratified draw, written out again."""
    single = (n / population)[group]
    together = np.outer(single, single)
    same = group[:, None] == group
    pairs = (n * (n - 1) / (population * (population - 1)))[group]
    return single, np.where(same, pairs[:, None], together)


def second_round(frame: Frame, generator: np.random.Generator) -> Bools:
    """Ask in two rounds whose strata cross, nobody twice: who is in the second."""
    first = draw({**frame, "stratum": frame["other"]}, FIRST, generator.random(20))
    return draw_apart(frame, SECOND, generator.random(20), first.selected, first.inclusion).selected


def turned(plan: Plan, turn: int, generator: np.random.Generator) -> Bools:
    """Draw at a later turn of the year's numbers."""
    return draw(FRAME, plan, rotated(generator.random(20), rotation_start(turn, 4))).selected


def biased(generator: np.random.Generator) -> Bools:
    """Halve the number of one row: what the proof must notice."""
    numbers = generator.random(20)
    numbers[13] /= 2
    return draw(FRAME, PLANS["stratified"], numbers).selected


def clustered(generator: np.random.Generator) -> Bools:
    """Draw neighbours: right for every row, wrong for pairs."""
    return marked((generator.integers(20) + np.arange(6)) % 20, 20)


# Strata of the first round lie within those of the second, so the number never asked is fixed.
CROSSED: Mapping[str, np.ndarray] = {**FRAME, "other": np.array(["1"] * 5 + ["2"] * 7 + ["3"] * 8)}
FIRST, SECOND = StratifiedPlan({"1": 3, "2": 1, "3": 6}), StratifiedPlan({"A": 5, "B": 4})

for name, plan in PLANS.items():
    stated, pairs = generated(plan, np.random.default_rng(1)).inclusion, joint(plan)
    # Working the probabilities out for each draw again would take most of the time.
    drawn = replace(plan, exact=False) if isinstance(plan, OrderPlan) else plan
    METHODS[f"{name}, keyed"] = Method(partial(selected, drawn, by_key), stated, pairs)
    METHODS[f"{name}, generator"] = Method(partial(selected, drawn, generated), stated, pairs)
STRATA = of_strata(np.bincount(STRATUM), ASKED, STRATUM)
WHOLE = of_strata(np.array([36]), np.array([7]), np.zeros(36, dtype=int))
FLOATS = SIZES * 0.1
LISTED: dict[str, tuple[Callable[[np.random.Generator], np.ndarray], Floats, Floats | None]] = {
    "simple": (lambda g: simple_random(36, 7, g), *WHOLE),
    "stratified": (lambda g: stratified(STRATUM, ASKED, g), *STRATA),
    "permanent numbers": (lambda g: smallest(g.random(36), STRATUM, ASKED), *STRATA),
    "bernoulli": (
        lambda g: bernoulli(20, 0.3, g),
        np.full(20, 0.3),
        np.full((20, 20), 0.09),
    ),
    "poisson": (
        lambda g: poisson(FRAME["chance"], g),
        FRAME["chance"],
        np.outer(FRAME["chance"], FRAME["chance"]),
    ),
    "systematic": (lambda g: systematic(20, 7, g.random()), np.full(20, 0.35), None),
    "pps systematic": (
        lambda g: pps_systematic(FLOATS, 6, g.random()),
        np.where(SIZES >= 30, 1.0, 4 * SIZES / (SIZES.sum() - 90 - 30)),
        None,
    ),
}
for name, (places, single, pairs) in LISTED.items():
    METHODS[f"{name}, places"] = Method(partial(listed, places, single.size), single, pairs)
METHODS["apart from an earlier round"] = Method(
    partial(second_round, CROSSED),
    draw_apart(
        CROSSED,
        SECOND,
        np.linspace(0, 0.9, 20),
        np.array([True] * 3 + [False] * 2 + [True] + [False] * 6 + [True] * 6 + [False] * 2),
        draw({**CROSSED, "stratum": CROSSED["other"]}, FIRST, np.zeros(20)).inclusion,
    ).inclusion,
)
for turn in (0, 3):
    rotating = PLANS["stratified"]
    METHODS[f"turn {turn} of 4"] = Method(
        partial(turned, rotating, turn),
        generated(rotating, np.random.default_rng(1)).inclusion,
        joint(rotating),
    )
METHODS["control: a number halved"] = Method(
    biased, generated(PLANS["stratified"], np.random.default_rng(1)).inclusion
)
METHODS["control: neighbours"] = Method(
    clustered, np.full(20, 0.3), joint_probabilities(FRAME, SimplePlan(6))
)
