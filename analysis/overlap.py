"""How estimates of two rounds vary together because they share clusters."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from analysis.domains import word
from analysis.inference_errors import InferenceError
from analysis.variance import ClusterTotals, Contributions
from sampling.design import Design, Stages
from sampling.stages import Codes, Floats, Labels, Stage

# A share of pairs this small is no overlap that an estimate could rest on.
NOTHING = 1e-9


class Side(NamedTuple):
    """One round: what its rows contribute, how they were drawn, and the names of the clusters."""

    contributions: Contributions
    design: Design
    names: Labels


@dataclass(frozen=True, eq=False)
class Shared:
    """Clusters that both rounds drew, in cells: a stratum of the first and one of the second.

    Attributes
    ----------
    cluster : tuple of ndarray of int, each of shape (s,)
        Shared clusters as the first and as the second round number them.
    cell : ndarray of int, shape (s,)
        Cell of each, 0 to C - 1.
    stratum : tuple of ndarray of int, each of shape (C,)
        Stratum of each cell in either round.
    """

    cluster: tuple[Codes, Codes]
    cell: Codes
    stratum: tuple[Codes, Codes]


def overlap_covariance(before: Side, after: Side) -> Floats:
    """Covariances between the domain totals of two rounds' contributions.

    In a cell of n1 and n2 sampled clusters, c of them shared, and N on the frame, totals vary
    together by (c - n1 n2 / N) times the covariance S of single clusters. The sum over shared
    clusters of products of their distances from the rounds' own means is, on average,
    c (1 - 1/n1 - 1/n2 + c / (n1 n2)) S, from which S is estimated. With all clusters shared this
    is the usual covariance within one sample.

    Parameters
    ----------
    before, after : Side
        k quantities and D domains, the same in both rounds. Names tell which clusters are the
        same.

    Returns
    -------
    ndarray, shape (D, k)
        Between the same quantity of the same domain. 0 where no cluster is shared. Rows within
        shared clusters are taken to be drawn afresh: a panel of the same rows within the same
        clusters varies together a little more, and its change less, than this tells.

    Raises
    ------
    InferenceError
        If a design is not of stages, or names do not fit the clusters.

    References
    ----------
    Qualité and Tillé (2008), Survey Methodology 34, 173; Kish (1965), Survey Sampling, section
    12.4.
    """
    sides = (before, after)
    stages = [first_stage(side.design) for side in sides]
    shared = matched(stages, sides)
    pairs = [cluster_totals(side, stage) for side, stage in zip(sides, stages, strict=True)]
    domains, quantities = len(before.contributions.domains.names), pairs[0].total.shape[1]
    if shared.cell.size == 0:
        return np.zeros((domains, quantities))
    factor = cell_factors(stages, shared)
    return np.column_stack(
        [
            products(pairs, stages, shared, quantity, domains) @ factor
            for quantity in range(quantities)
        ]
    )


def first_stage(design: Design) -> Stage:
    """The first stage; InferenceError where the design has none."""
    if not isinstance(design.scheme, Stages):
        raise InferenceError("change_needs_stages", scheme=type(design.scheme).__name__)
    return design.first_stage


def matched(stages: list[Stage], sides: tuple[Side, Side]) -> Shared:
    """Find the clusters that both rounds drew."""
    named = [
        cluster_names(side.names, stage, place + 1)
        for place, (side, stage) in enumerate(zip(sides, stages, strict=True))
    ]
    _, first, second = np.intersect1d(named[0], named[1], assume_unique=True, return_indices=True)
    strata = stages[0].stratum[first], stages[1].stratum[second]
    width = len(stages[1].strata)
    cells, cell = np.unique(strata[0] * width + strata[1], return_inverse=True)
    return Shared((first, second), cell, (cells // width, cells % width))


def cluster_names(names: ArrayLike, stage: Stage, place: int) -> NDArray[np.str_]:
    """Read each cluster's name off its rows: (m,)."""
    labels: Labels = np.asarray(names)
    rows = stage.cluster.size
    if labels.shape != (rows,):
        raise InferenceError("uneven_columns", name="cluster", shape=labels.shape, rows=rows)
    found = labels[np.unique(stage.cluster, return_index=True)[1]]
    astray = labels != found[stage.cluster]
    distinct, times = np.unique(found, return_counts=True)
    if astray.any() or (times > 1).any():
        label = labels[np.argmax(astray)] if astray.any() else distinct[np.argmax(times)]
        raise InferenceError("ambiguous_clusters", label=str(label), round=place)
    return np.array([word(label) for label in found.tolist()])


def cluster_totals(side: Side, stage: Stage) -> ClusterTotals:
    """Collapse contributions to pairs of domain and cluster, after what calibration explains."""
    counts = side.design.weight > 0
    codes = side.contributions.domains.codes
    if not side.design.calibration:
        return side.contributions.by_cluster((codes >= 0) & counts, stage)
    found = []
    for domain in range(len(side.contributions.domains.names)):
        own = side.contributions.of_domain(domain)
        columns = own.columns
        for step in reversed(side.design.calibration):
            columns = step.residuals(columns)
        alone = Contributions(columns, own.domains).by_cluster(np.ones_like(counts), stage)
        found.append(ClusterTotals(np.full(alone.cluster.size, domain), alone.cluster, alone.total))
    parts = [[getattr(pairs, name) for pairs in found] for name in ("domain", "cluster", "total")]
    return ClusterTotals(*(np.concatenate(part) for part in parts))


def cell_factors(stages: list[Stage], shared: Shared) -> Floats:
    """What a cell's sum of products is multiplied by: (C,)."""
    common = np.bincount(shared.cell).astype(float)
    first, second = (
        stage.sampled[stratum] for stage, stratum in zip(stages, shared.stratum, strict=True)
    )
    # A frame that grew is taken at its smaller size, which lets the rounds vary less together.
    frame = np.minimum(
        stages[0].population[shared.stratum[0]], stages[1].population[shared.stratum[1]]
    )
    expected = common * (1 - 1 / first - 1 / second + common / (first * second))
    known = expected > NOTHING
    factor = (common - first * second / frame) / np.where(known, expected, 1.0)
    return np.asarray(np.where(known, factor, 0.0), dtype=float)


def products(
    pairs: list[ClusterTotals], stages: list[Stage], shared: Shared, quantity: int, domains: int
) -> Floats:
    """Products of shared clusters' distances from their rounds' means, by cell: (D, C)."""
    into_cells = incidence(shared.cell, shared.stratum[0].size)
    parts, sums, means = [], [], []
    for at, (found, stage) in enumerate(zip(pairs, stages, strict=True)):
        where = found.domain, found.cluster
        totals = csr_array(
            (found.total[:, quantity], where), shape=(domains, stage.stratum.size)
        ).tocsc()
        parts.append(totals[:, shared.cluster[at]])
        sums.append((parts[at] @ into_cells).toarray())
        by_stratum = (totals @ incidence(stage.stratum, len(stage.strata))).toarray()
        means.append((by_stratum / stage.sampled)[:, shared.stratum[at]])
    both = (parts[0].multiply(parts[1]) @ into_cells).toarray()
    common = np.bincount(shared.cell)
    centred = both - means[1] * sums[0] - means[0] * sums[1] + common * means[0] * means[1]
    return np.asarray(centred, dtype=float)


def incidence(group: Codes, groups: int) -> csr_array:
    """A 1 for the group of each member: (members, groups)."""
    members = np.arange(group.size)
    return csr_array((np.ones(group.size), (members, group)), shape=(group.size, groups))
