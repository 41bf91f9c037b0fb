"""Simple random draws of clusters, and of people within them, for many runs at once.

These draws are the simulation's own: the product's selectors have their own proof.
"""

from collections.abc import Iterator

import numpy as np

from sampling.stages import Codes
from tests.coverage.populations import NOBODY, Population

AT_ONCE = 250


def drawn_clusters(
    people: Population, each: int, runs: int, rng: np.random.Generator
) -> Iterator[Codes]:
    """Draw `each` clusters of every stratum, run after run: their numbers, (strata * each,)."""
    shape = people.shape
    first = shape.clusters * np.arange(shape.strata)[:, None]
    for start in range(0, runs, AT_ONCE):
        chance = rng.random((min(AT_ONCE, runs - start), shape.strata, shape.clusters))
        order = np.argpartition(chance, each - 1, axis=-1)[..., :each]
        yield from (order + first).reshape(len(chance), -1)


def whole(people: Population, clusters: Codes) -> Codes:
    """Take everybody of the clusters."""
    rows = people.members[clusters].ravel()
    return np.asarray(rows[rows != NOBODY])


def some(people: Population, clusters: Codes, each: int, rng: np.random.Generator) -> Codes:
    """Draw `each` people of every cluster."""
    members = people.members[clusters]
    chance = np.where(members == NOBODY, 2.0, rng.random(members.shape))
    order = np.argpartition(chance, each - 1, axis=1)[:, :each]
    return np.asarray(np.take_along_axis(members, order, axis=1).ravel())
