"""Finite populations whose means are known: people in clusters in strata."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sampling.stages import Codes, Floats

NOBODY = -1
SERVICES = ("civil status", "construction", "land")
CHANNELS = ("counter", "online")
DISTRICTS = ("hills", "plain")


@dataclass(frozen=True, eq=False)
class Shape:
    """What a population looks like.

    Attributes
    ----------
    strata, clusters : int
        Strata, and clusters in each of them.
    smallest, largest : int
        People in a cluster.
    between : float
        Standard deviation of the clusters' means; that of people about them is 1.
    explained : float
        How much service, channel and days tell of the answers.
    """

    strata: int
    clusters: int
    smallest: int
    largest: int
    between: float
    explained: float = 0.5


@dataclass(frozen=True, eq=False)
class Population:
    """N people, cluster by cluster and stratum by stratum.

    Attributes
    ----------
    shape : Shape
        What it was made by.
    stratum, cluster : ndarray of int, shape (N,)
        Where people are.
    members : ndarray of int, shape (clusters, largest)
        People of each cluster, filled up with -1.
    answers : ndarray, shape (N, 2)
        A skewed score, and whether the person is satisfied.
    service, channel, district : ndarray of str, shape (N,)
        Known of everybody; they differ within clusters.
    days : ndarray, shape (N,)
        A number known of everybody.
    """

    shape: Shape
    stratum: Codes
    cluster: Codes
    members: Codes
    answers: Floats
    service: NDArray[np.str_]
    channel: NDArray[np.str_]
    district: NDArray[np.str_]
    days: Floats

    @property
    def sizes(self) -> Codes:
        """People in each cluster."""
        return np.bincount(self.cluster)

    def truth(self, people: NDArray[np.bool_] | None = None) -> Floats:
        """Means of the answers, of everybody or of some: (2,)."""
        return np.asarray(self.answers[... if people is None else people].mean(axis=0))

    def counts(self, column: NDArray[np.str_]) -> dict[str, float]:
        """People by the levels of a column."""
        levels, number = np.unique(column, return_counts=True)
        return dict(zip(levels.tolist(), number.astype(float).tolist(), strict=True))


def population(shape: Shape, seed: int) -> Population:
    """Make a population by a shape."""
    rng = np.random.default_rng(seed)
    clusters = shape.strata * shape.clusters
    sizes = rng.integers(shape.smallest, shape.largest + 1, clusters)
    cluster = np.repeat(np.arange(clusters), sizes)
    stratum = cluster // shape.clusters
    people = cluster.size
    place = np.arange(people) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    members = np.full((clusters, shape.largest), NOBODY)
    members[cluster, place] = np.arange(people)

    service = rng.choice(3, people, p=[0.5, 0.2, 0.3])
    channel = rng.choice(2, people, p=[0.6, 0.4])
    days = rng.gamma(4, 2, people)
    effect = shape.between * rng.standard_normal(clusters)[cluster]
    noise = (rng.gamma(6, 1, people) - 6) / np.sqrt(6)
    known = np.array([0.0, 1.0, 2.0])[service] + channel - 0.25 * days
    score = 10 + 0.3 * stratum + effect + noise + shape.explained * known
    return Population(
        shape=shape,
        stratum=stratum,
        cluster=cluster,
        members=members,
        answers=np.column_stack([score, score > np.quantile(score, 0.3)]),
        service=np.array(SERVICES)[service],
        channel=np.array(CHANNELS)[channel],
        district=np.array(DISTRICTS)[rng.choice(2, people, p=[0.45, 0.55])],
        days=days,
    )
