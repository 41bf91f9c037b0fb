"""Bootstrap replicates: clusters drawn again, with replacement, within their strata."""

import numpy as np

from sampling.design import Design, Replicates
from sampling.errors import SchemeError
from sampling.replicates import check_room, freedom, left, varies, varying_stage
from sampling.stages import Codes, Floats, Stage


def rescaled_bootstrap(
    design: Design, replicates: int, generator: np.random.Generator, *, mse: bool = False
) -> Replicates:
    """Draw n_h - 1 of the n_h clusters of each stratum and rescale: Rao and Wu.

    Parameters
    ----------
    design : Design
        Of stages, at least two clusters in every stratum that was not taken whole, weights not
        calibrated.
    replicates : int
        B, at least 2.
    generator : Generator
        Where the draws come from; the same state gives the same replicates.
    mse : bool
        As in `Replicates`.

    Returns
    -------
    Replicates
        No factor is negative. The variance of a total is unbiased for any n_h.

    Raises
    ------
    LonelyClusterError, SchemeError
        As `sampling.replicates.jackknife` does; SchemeError if B is too small.

    References
    ----------
    Rao and Wu (1988), Resampling inference with complex survey data, JASA 83, 231; Rao, Wu and
    Yue (1992), Survey Methodology 18, 209, whose distance from 1 is multiplied here by the root
    of 1 - n / N.
    """
    stage, clusters = prepared(design, replicates)
    factor = np.ones((stage.stratum.size, replicates))
    for h, here in clusters.items():
        n = here.size
        drawn = generator.multinomial(n - 1, np.full(n, 1 / n), size=replicates)
        reach = np.sqrt(left(stage)[h])
        factor[here] = (1 - reach) + drawn.T * (reach * n / (n - 1))
    return bootstrapped(stage, factor, 1 / (replicates - 1), mse=mse)


def population_bootstrap(
    design: Design, replicates: int, generator: np.random.Generator, *, mse: bool = False
) -> Replicates:
    """Draw n_h clusters of each stratum from a population made of copies: Canty and Davison.

    Parameters
    ----------
    design, replicates, generator, mse
        As for `rescaled_bootstrap`. A stratum whose frame has N clusters is copied to N, those
        that are left over when N is no multiple of n being chosen anew for every replicate, and
        drawn from without replacement; an endless frame is drawn from with replacement.

    Returns
    -------
    Replicates
        The scale holds n / (n - 1) with the harmonic mean n of the n_h, as in the R package
        survey. It is exact where the n_h are equal; otherwise prefer `rescaled_bootstrap`.

    Raises
    ------
    LonelyClusterError, SchemeError
        As `rescaled_bootstrap` does; SchemeError if a frame size is not whole.

    References
    ----------
    Canty and Davison (1999), Resampling-based variance estimation for labour force surveys, The
    Statistician 48, 379.
    """
    stage, clusters = prepared(design, replicates)
    factor = np.ones((stage.stratum.size, replicates))
    for h, here in clusters.items():
        drawn = from_copies(stage, h, here.size, replicates, generator)
        factor[here] = drawn.T
    sizes = np.array([here.size for here in clusters.values()])
    typical = 1 / np.mean(1 / sizes) if sizes.size else np.inf
    correction = 1.0 if np.isinf(typical) else typical / (typical - 1)
    return bootstrapped(stage, factor, float(correction) / (replicates - 1), mse=mse)


def from_copies(
    stage: Stage, h: int, n: int, replicates: int, generator: np.random.Generator
) -> Codes:
    """Count how often each cluster of a stratum is drawn: (B, n)."""
    population = float(stage.population[h])
    if np.isinf(population):
        return generator.multinomial(n, np.full(n, 1 / n), size=replicates)
    if not population.is_integer():
        raise SchemeError("fractional_population", stratum=stage.strata[h], population=population)
    copies, rest = divmod(int(population), n)
    one_more = generator.random((replicates, n)).argsort(axis=1) < rest
    return np.stack(
        [generator.multivariate_hypergeometric(copies + more, n) for more in one_more.astype(int)]
    )


def prepared(design: Design, replicates: int) -> tuple[Stage, dict[int, Codes]]:
    """Check the parts and list the clusters of each stratum that is to vary."""
    if replicates < 2:
        raise SchemeError("too_few_replicates", replicates=replicates)
    stage = varying_stage(design)
    check_room(stage, replicates)
    order = np.argsort(stage.stratum, kind="stable")
    ends = np.cumsum(np.bincount(stage.stratum, minlength=stage.sampled.size))
    groups = np.split(order, ends[:-1])
    return stage, {int(h): groups[h] for h in np.flatnonzero(varies(stage, design))}


def bootstrapped(stage: Stage, factor: Floats, scale: float, *, mse: bool) -> Replicates:
    """Give every replicate the same say."""
    replicates = factor.shape[1]
    df = min(freedom(stage), replicates - 1)
    return Replicates(stage.cluster, factor, scale, np.ones(replicates), mse, df)
