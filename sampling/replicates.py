"""Replicates of weights: what other samples, drawn from this one, would have given.

Factors belong to clusters of the first stage, never to rows. Where the design tells the size of
the frame, replicates vary by as much less as the share that was drawn.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.design import Design, Lonely, Replicates, Stages
from sampling.errors import LonelyClusterError, SchemeError
from sampling.hadamard import hadamard
from sampling.stages import Codes, Floats, Stage

# Numbers that the factors of a design may take: 1.6 GB.
MOST = 200_000_000


def jackknife(design: Design, *, mse: bool = False) -> Replicates:
    """Leave out one cluster at a time: JK1 in a single stratum, JKn in several.

    Parameters
    ----------
    design : Design
        Of stages, weights not calibrated. Strata taken whole need no replicates.
    mse : bool
        As in `Replicates`.

    Returns
    -------
    Replicates
        One for each cluster of the other strata, in the order of the clusters' codes.

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster and the design does not say
        that it adds nothing.
    SchemeError
        If the design has later stages or is calibrated, or factors would not fit in memory.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, sections 4.2 and 4.5.
    """
    stage = varying_stage(design)
    left_out = np.flatnonzero(varies(stage, design)[stage.stratum])
    check_room(stage, left_out.size)
    stratum = stage.stratum[left_out]
    n = stage.sampled[stratum]
    factor = np.ones((stage.stratum.size, left_out.size))
    for h in np.unique(stratum):
        here = np.ix_(stage.stratum == h, stratum == h)
        factor[here] = stage.sampled[h] / (stage.sampled[h] - 1)
    factor[left_out, np.arange(left_out.size)] = 0.0
    rscales = (n - 1) / n * left(stage)[stratum]
    scale = 1.0
    if len(stage.strata) == 1 and rscales.size:
        scale, rscales = float(rscales[0]), np.ones(rscales.size)
    return Replicates(stage.cluster, factor, scale, rscales, mse, freedom(stage))


def balanced_half_samples(design: Design, *, rho: float = 0.0, mse: bool = False) -> Replicates:
    """Take one of the two clusters of each stratum, balanced over replicates: BRR.

    Parameters
    ----------
    design : Design
        Of stages, two clusters in every stratum, weights not calibrated.
    rho : float
        Fay's factor: weights of the cluster left out are multiplied by rho, those of the other by
        2 - rho. With 0, the default, the first is left out altogether.
    mse : bool
        As in `Replicates`.

    Returns
    -------
    Replicates
        As many as the smallest Hadamard matrix with more rows than there are strata, so that
        replicates of a total have the total for their mean.

    Raises
    ------
    SchemeError
        If a stratum has another number of clusters, rho lies outside [0, 1), or as `jackknife`.

    References
    ----------
    Wolter (2007), section 3.2; Judkins (1990), Fay's Method for Variance Estimation, Journal of
    Official Statistics 6, 223. Fractions of the frame as in Wolter, section 3.5: a factor's
    distance from 1 is multiplied by the root of 1 - n / N.
    """
    if not 0 <= rho < 1:
        raise SchemeError("bad_rho", rho=rho)
    stage = varying_stage(design)
    odd = stage.sampled != 2
    if odd.any():
        h = int(np.argmax(odd))
        raise SchemeError("not_two_clusters", stratum=stage.strata[h], sampled=stage.sampled[h])
    signs = hadamard(stage.sampled.size + 1)
    check_room(stage, signs.shape[0])
    first = np.zeros(stage.stratum.size, bool)
    first[np.unique(stage.stratum, return_index=True)[1]] = True
    side = np.where(first, 1.0, -1.0) * (1 - rho) * np.sqrt(left(stage))[stage.stratum]
    factor = 1 + side[:, None] * signs[1 + stage.stratum]
    replicates = signs.shape[0]
    scale = 1 / (replicates * (1 - rho) ** 2)
    return Replicates(stage.cluster, factor, scale, np.ones(replicates), mse, freedom(stage))


def successive_differences(
    design: Design,
    position: ArrayLike | None = None,
    *,
    replicates: int | None = None,
    mse: bool = False,
) -> Replicates:
    """Compare each cluster with the next: SDR, for clusters drawn systematically from a list.

    Parameters
    ----------
    design : Design
        Of stages, weights not calibrated. Its strata count only for the size of the frame.
    position : array_like, shape (n,), optional
        Where the cluster of each row stood on the list; left out, in the order of the rows.
    replicates : int, optional
        At least how many; the next Hadamard matrix is taken. Left out, one more than clusters.
    mse : bool
        As in `Replicates`.

    Returns
    -------
    Replicates
        The last cluster is compared with the first.

    Raises
    ------
    SchemeError
        If there is a single cluster, or as `jackknife`.

    References
    ----------
    Fay and Train (1995), Aspects of survey and model-based postcensal estimation of income and
    poverty characteristics for states and counties, ASA Proceedings, 154; Ash (2014), Using
    successive difference replication for estimating variances, Survey Methodology 40, 47.
    """
    stage = varying_stage(design)
    m = stage.stratum.size
    if m < 2:
        raise LonelyClusterError(stage.strata[0])
    wanted = m + 1 if replicates is None else replicates
    if wanted < 2:
        raise SchemeError("too_few_replicates", replicates=wanted)
    signs = hadamard(max(wanted, 4)).astype(float)
    check_room(stage, signs.shape[0])
    here, following = neighbours(m, signs.shape[0] - 1)
    reach = np.sqrt(left(stage))[stage.stratum] / 2**1.5
    factor = np.empty((m, signs.shape[0]))
    order = on_the_list(stage, position)
    factor[order] = 1 + reach[order][:, None] * (signs[1 + here] - signs[1 + following])
    count = signs.shape[0]
    df = min(m, count) - 1
    return Replicates(stage.cluster, factor, 4 / count, np.ones(count), mse, df)


def neighbours(clusters: int, rows: int) -> tuple[Codes, Codes]:
    """Give each cluster of the list a pair of rows of the matrix, sharing one with the next.

    Where there are more clusters than rows, each round takes another step through the rows, so
    that no pair comes twice as long as there are steps.
    """
    steps = [step for step in range(1, rows // 2 + 1) if np.gcd(step, rows) == 1]
    rounds = -(-clusters // rows)
    walks = [steps[at % len(steps)] * np.arange(rows + 1) % rows for at in range(rounds)]
    here = np.concatenate([walk[:-1] for walk in walks])[:clusters]
    following = np.concatenate([walk[1:] for walk in walks])[:clusters]
    if (clusters - 1) % rows:
        following[-1] = 0  # where every round begins
    return here, following


def on_the_list(stage: Stage, position: ArrayLike | None) -> Codes:
    """Order clusters by where their first row stands: (m,)."""
    first_row = np.unique(stage.cluster, return_index=True)[1]
    if position is None:
        return np.asarray(np.argsort(first_row, kind="stable"), dtype=np.intp)
    places = np.asarray(position)
    if places.shape != stage.cluster.shape:
        raise SchemeError(
            "uneven_replicates",
            name="position",
            shape=places.shape,
            expected=stage.cluster.shape,
        )
    return np.asarray(np.argsort(places[first_row], kind="stable"), dtype=np.intp)


def varying_stage(design: Design) -> Stage:
    """Give the one stage that replicates are made of; SchemeError where they would mislead."""
    stage = design.first_stage
    assert isinstance(design.scheme, Stages)
    if design.calibration:
        raise SchemeError("calibrated_design")
    if len(design.scheme.stages) > 1:
        raise SchemeError("later_stages", stages=len(design.scheme.stages))
    return stage


def varies(stage: Stage, design: Design) -> NDArray[np.bool_]:
    """Tell which strata replicates must vary: (H,)."""
    assert isinstance(design.scheme, Stages)
    free = stage.population > stage.sampled
    alone = free & (stage.sampled == 1)
    if alone.any() and design.scheme.lonely not in (Lonely.REMOVE, Lonely.CERTAINTY):
        name = stage.strata[int(np.argmax(alone))]
        if design.scheme.lonely is Lonely.ERROR:
            raise LonelyClusterError(name)
        raise SchemeError("lonely_replicates", stratum=name, option=design.scheme.lonely.value)
    return np.asarray(free & ~alone, dtype=bool)


def left(stage: Stage) -> Floats:
    """Share of the frame that was not drawn: 1 - n / N, (H,)."""
    return np.asarray(1 - stage.sampled / stage.population, dtype=float)


def freedom(stage: Stage) -> int:
    """Clusters less strata."""
    return int(stage.stratum.size - stage.sampled.size)


def check_room(stage: Stage, replicates: int) -> None:
    """Refuse factors that would fill the memory."""
    if stage.stratum.size * replicates > MOST:
        raise SchemeError("too_many_replicates", clusters=stage.stratum.size, replicates=replicates)
