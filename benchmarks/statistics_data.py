"""A made-up file of answers as a whole province would give them, and what is known of it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Levels of the variables whose totals are known: 112 parameters.
LEVELS = (10, 12, 20, 34, 40)
ITEMS = 20
SEED = 20

Column = NDArray[np.float64] | NDArray[np.int8] | NDArray[np.int16] | NDArray[np.int32]


@dataclass(frozen=True)
class Sizes:
    """How much to make up.

    Attributes
    ----------
    rows : int
        People who answered; at least one in each cluster.
    strata, clusters, domains : int
        Clusters lie side by side in strata, as many in each, and in domains: communes.
    """

    rows: int = 1_000_000
    strata: int = 400
    clusters: int = 20_000
    domains: int = 3_400


@dataclass(frozen=True, eq=False)
class Survey:
    """The file in memory: a stratum, cluster, domain, weight, age, five margins, twenty items.

    Attributes
    ----------
    columns : dict of str to ndarray, each of shape (n,)
        As narrow as their values allow: items are one byte each.
    totals : list of ndarray
        Units of the population at each level of each margin.
    """

    sizes: Sizes
    columns: dict[str, Column]
    totals: list[NDArray[np.float64]]

    @property
    def weight(self) -> NDArray[np.float64]:
        return self.columns["weight"].astype(float, copy=False)

    @property
    def margins(self) -> list[Column]:
        return [self.columns[f"margin{at}"] for at in range(len(LEVELS))]

    @property
    def items(self) -> list[Column]:
        return [self.columns[f"item{at}"] for at in range(ITEMS)]


def made_up(sizes: Sizes) -> Survey:
    """Make a survey up: those of a cluster think alike, and margins are off by some per cent."""
    chance = np.random.default_rng(SEED)
    more = chance.integers(0, sizes.clusters, sizes.rows - sizes.clusters)
    cluster = np.sort(np.concatenate([np.arange(sizes.clusters), more])).astype(np.int32)
    columns: dict[str, Column] = {
        "stratum": (cluster // (sizes.clusters // sizes.strata)).astype(np.int32),
        "cluster": cluster,
        "domain": (cluster.astype(np.int64) * sizes.domains // sizes.clusters).astype(np.int32),
        "weight": np.exp(chance.normal(3, 0.5, sizes.rows)),
        "age": chance.integers(18, 90, sizes.rows).astype(np.int16),
    }
    totals = []
    for at, levels in enumerate(LEVELS):
        share = chance.dirichlet(np.full(levels, 8.0))
        column = chance.choice(levels, sizes.rows, p=share).astype(np.int16)
        now = np.bincount(column, columns["weight"], levels) * np.exp(chance.normal(0, 0.1, levels))
        totals.append(now * (30.0 * sizes.rows / now.sum()))
        columns[f"margin{at}"] = column
    mood = chance.normal(0, 0.3, sizes.clusters)[cluster]
    for at in range(ITEMS):
        felt = 3.6 + mood + chance.normal(0, 1, sizes.rows)
        columns[f"item{at}"] = np.clip(np.round(felt), 1, 5).astype(np.int8)
    return Survey(sizes, columns, totals)


def store(survey: Survey, folder: Path) -> None:
    """Write one file for each column."""
    sizes = survey.sizes
    known = [sizes.rows, sizes.strata, sizes.clusters, sizes.domains]
    np.save(folder / "sizes.npy", np.array(known))
    np.save(folder / "totals.npy", np.concatenate(survey.totals))
    for name, column in survey.columns.items():
        np.save(folder / f"column-{name}.npy", column)


def load(folder: Path) -> Survey:
    """Read what `store` wrote."""
    sizes = Sizes(*np.load(folder / "sizes.npy").tolist())
    totals = np.split(np.load(folder / "totals.npy"), np.cumsum(LEVELS)[:-1])
    paths = sorted(folder.glob("column-*.npy"))
    return Survey(
        sizes, {path.stem.removeprefix("column-"): np.load(path) for path in paths}, totals
    )
