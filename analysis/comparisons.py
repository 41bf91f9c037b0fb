"""Whether groups of the population answer differently: by means, and by ranks."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import f, norm

from analysis.contrasts import contrast
from analysis.domains import Domains, crossed
from analysis.errors import EstimationError
from analysis.estimate import mean_by
from analysis.inference_errors import InferenceError
from analysis.parameters import Parameters, wald_f
from analysis.weighted import Missing, WeightedSample, check_option, weighted_sample
from sampling.design import Design
from sampling.stages import Floats

Score = Literal["wilcoxon", "van_der_waerden", "median"]


@dataclass(frozen=True, eq=False)
class GroupTest:
    """A test that G groups have the same mean or the same mean rank.

    Attributes
    ----------
    groups : tuple of str, length G
        Sorted.
    differences : Parameters
        Each group but the first less the first. Degrees of freedom are the design's less G - 1.
    F : float
        Wald's statistic by G - 1; with two groups the square of t.
    p_value : float
        Chance of so large an F if the groups were alike.
    """

    groups: tuple[str, ...]
    differences: Parameters
    F: float
    p_value: float


def t_test(
    y: ArrayLike, group: ArrayLike, design: Design, *, missing: Missing = "propagate"
) -> GroupTest:
    """Compare the means of two groups.

    Parameters
    ----------
    y : array_like, shape (n,)
        What was measured, in the row order of `design`.
    group : array_like, shape (n,)
        Labels or numbers, of which rows of the domain have two.
    design : Design
        How the rows were drawn.
    missing : {"propagate", "drop"}
        A missing answer inside the domain makes the test NaN, or its row is left out. A row
        without a group is in neither.

    Returns
    -------
    GroupTest
        Whose t, p and interval are in `differences`.

    Raises
    ------
    InferenceError
        If there are not two groups, or all answers are alike.
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    EstimationError
        If columns and `design` differ in length, or an option is unknown.

    References
    ----------
    Korn and Graubard (1999), Analysis of Health Surveys, section 3.4; Särndal, Swensson and
    Wretman (1992), section 5.8, for the covariance of two domains.
    """
    sample, _ = grouped(y, group, design, missing)
    if len(sample.by.names) != 2:
        words = ", ".join(sample.by.labels())
        raise InferenceError(
            "not_two_levels", name="group", levels=len(sample.by.names), words=words
        )
    return compared(sample.y, sample)


def rank_test(
    y: ArrayLike,
    group: ArrayLike,
    design: Design,
    *,
    score: Score = "wilcoxon",
    missing: Missing = "propagate",
) -> GroupTest:
    """Compare where the answers of groups stand in the population's order.

    Parameters
    ----------
    y, design, missing
        As for `t_test`; only the order of the answers counts.
    group : array_like, shape (n,)
        Labels or numbers; with more than two groups the test is Kruskal and Wallis's.
    score : {"wilcoxon", "van_der_waerden", "median"}
        The rank itself from 0 to 1, the normal number of that rank, or whether it is above 1/2.

    Returns
    -------
    GroupTest
        Of mean scores. The rank of a row is the estimated share of the population before it and
        half the row's own, rows of equal answers taking the mean of theirs; it is held fixed, as
        under equality the order's own error is the same in all groups.

    Raises
    ------
    InferenceError
        If there is but one group, or all answers are alike.
    LonelyClusterError, EstimationError
        As `t_test` does.

    References
    ----------
    Lumley and Scott (2013), Biometrika 100, 831.
    """
    check_option("score", score, get_args(Score))
    sample, complete = grouped(y, group, design, missing)
    if not complete:
        return compared(np.full(sample.y.shape, np.nan), sample)
    counts = (sample.by.codes >= 0) & (sample.design.weight > 0)
    ranks = np.zeros(counts.size)
    ranks[counts] = scored(
        population_ranks(sample.y[counts, 0], sample.design.weight[counts]), score
    )
    return compared(ranks[:, None], sample)


def grouped(
    y: ArrayLike, group: ArrayLike, design: Design, missing: Missing
) -> tuple[WeightedSample, bool]:
    """Split the domain into groups, and tell whether all their answers are there."""
    answers, labels = np.asarray(y, dtype=float), np.asarray(group)
    if answers.shape != design.weight.shape or labels.shape != design.weight.shape:
        shapes = {"answers": answers.shape, "domains": labels.shape}
        raise EstimationError("uneven_answers", rows=design.weight.size, **shapes)
    inside = design.weight > 0
    if missing == "drop":
        inside = inside & ~np.isnan(answers)
    by = crossed([labels], inside=inside)
    if not by.names:
        raise InferenceError("no_rows", names="y, group")
    if len(by.names) == 1:
        raise InferenceError("one_level", name="group", level=by.labels()[0])
    sample = weighted_sample(answers, by, design.domain(by.codes >= 0), missing)
    known = sample.y[(by.codes >= 0) & (sample.design.weight > 0), 0]
    if known.size and (known == known[0]).all():
        raise InferenceError("constant_outcome", name="y", value=float(known[0]))
    return sample, not np.isnan(known).any()


def population_ranks(y: Floats, weight: Floats) -> Floats:
    """Rank of each row between 0 and 1, rows of equal answers taking the mean of theirs: (m,)."""
    order = np.argsort(y, kind="stable")
    below = np.cumsum(weight[order])
    rank = (below - weight[order] / 2) / below[-1]
    _, place, rows = np.unique(y[order], return_inverse=True, return_counts=True)
    ranks = np.empty(y.size)
    ranks[order] = (np.bincount(place, rank) / rows)[place]
    return ranks


def scored(rank: Floats, score: Score) -> Floats:
    """Turn ranks into scores."""
    if score == "median":
        return (rank > 0.5).astype(float)
    return np.asarray(norm.ppf(rank), dtype=float) if score == "van_der_waerden" else rank


def compared(y: Floats, sample: WeightedSample) -> GroupTest:
    """Compare the groups' means of a column."""
    by: Domains = sample.by
    means = mean_by(y, by, sample.design, covariance=True)
    others = len(by.names) - 1
    combination = np.hstack([-np.ones((others, 1)), np.eye(others)])
    found = contrast(means, combination, by.labels()[1:])
    df = sample.design.degrees_of_freedom - others
    differences = Parameters(found.names, found.value, found.covariance, df)
    statistic = wald_f(found.value, found.covariance, "group")
    p_value = float(f.sf(statistic, others, df if df > 0 else np.nan))
    return GroupTest(by.labels(), differences, statistic, p_value)
