"""Before and after small area models: steadier sampling variances, and sums that add up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.collinearity import in_basis, orthonormal
from analysis.domains import word
from analysis.model_errors import ModelError
from sampling.stages import Floats, Labels


def smoothed_variances(
    variance: ArrayLike,
    n: ArrayLike,
    share: ArrayLike | None = None,
    *,
    areas: ArrayLike | None = None,
) -> Floats:
    """Replace the sampling variances of areas by a curve through them.

    The logarithm of the variance is regressed on log n and, for proportions, on p (1 - p); the
    curve is then raised so that over the areas it was fitted to the variances keep their sum.

    Parameters
    ----------
    variance : array_like, shape (m,)
        Estimated sampling variances. Areas where it is 0 or missing (NaN) do not shape the curve
        and get its value.
    n : array_like, shape (m,)
        Answers, effective ones if known; positive.
    share : array_like, shape (m,), optional
        Estimated proportions from 0 to 1; left out for other means.
    areas : array_like, shape (m,), optional
        Names of the areas, for errors.

    Returns
    -------
    ndarray, shape (m,)
        Positive.

    Raises
    ------
    ModelError
        If a variance is negative or infinite, n is not positive, a share is not one, all areas have
        the same n or the same p (1 - p), or too few variances are positive.

    References
    ----------
    Dick (1995), Survey Methodology 21; Hidiroglou, Beaumont and Yung (2019), Development of a small
    area estimation system at Statistics Canada, Survey Methodology 45.
    """
    psi, size = np.asarray(variance, dtype=float), np.asarray(n, dtype=float)
    labels = np.arange(1, psi.size + 1) if areas is None else np.asarray(areas)
    for name, column in (("n", size), ("areas", labels)):
        if column.shape != psi.shape:
            raise ModelError("uneven_model", name=name, shape=column.shape, rows=psi.size)
    refuse(labels, (psi < 0) | np.isinf(psi), "bad_area_variance", variance=psi)
    refuse(labels, ~((size > 0) & np.isfinite(size)), "bad_area_size", size=size)
    regressors, names = [np.ones(psi.size), np.log(size)], ["(Intercept)", "log n"]
    if share is not None:
        p = np.asarray(share, dtype=float)
        if p.shape != psi.shape:
            raise ModelError("uneven_model", name="share", shape=p.shape, rows=psi.size)
        refuse(labels, ~((p >= 0) & (p <= 1)), "bad_share", share=p)
        regressors.append(p * (1 - p))
        names.append("p (1 - p)")
    shaping = psi > 0
    if shaping.sum() <= len(names):
        raise ModelError("too_few_areas", areas=int(shaping.sum()), needed=len(names) + 1)
    columns = np.column_stack(regressors)
    axes, triangle = orthonormal(columns[shaping], names)
    curve = np.exp(in_basis(columns, triangle) @ (axes.T @ np.log(psi[shaping])))
    return np.asarray(curve * (psi[shaping].sum() / curve[shaping].sum()), dtype=float)


def refuse(areas: Labels, wrong: Labels, code: str, **quoted: Floats) -> None:
    """Raise the error of the first area that is wrong."""
    if wrong.any():
        place = int(np.argmax(wrong))
        values = {name: float(column[place]) for name, column in quoted.items()}
        raise ModelError(code, area=word(areas[place].item()), **values)


@dataclass(frozen=True, eq=False)
class Benchmarked:
    """Estimates of areas that average to those of a higher level.

    Attributes
    ----------
    value : ndarray, shape (m,)
        Estimates times the ratio of their group.
    ratio : ndarray, shape (m,)
        Far from 1, the model and the direct estimate of the group disagree.
    """

    value: Floats
    ratio: Floats


def ratio_benchmarked(
    value: ArrayLike, size: ArrayLike, group: ArrayLike, targets: dict[str, float]
) -> Benchmarked:
    """Scale the estimates of areas so that their mean is the direct estimate of the higher level.

    Parameters
    ----------
    value : array_like, shape (m,)
        Estimates of the areas, all of them: those without answers count too.
    size : array_like, shape (m,)
        Population of each area.
    group : array_like, shape (m,)
        District or province of each area.
    targets : dict of str to float
        Direct estimate of each group.

    Returns
    -------
    Benchmarked
        Within a group, ``sum(size * value) / sum(size)`` is the target.

    Raises
    ------
    ModelError
        If a value is missing, a size is not positive, a group has no target, or target and mean
        have no positive ratio.

    References
    ----------
    Rao and Molina (2015), Small Area Estimation, section 6.4.6: ratio benchmarking.
    """
    estimates, people = np.asarray(value, dtype=float), np.asarray(size, dtype=float)
    groups = np.asarray(group).astype(np.str_)
    for name, column in (("size", people), ("group", groups)):
        if column.shape != estimates.shape:
            raise ModelError("uneven_model", name=name, shape=column.shape, rows=estimates.size)
    if not np.isfinite(estimates).all():
        place = int(np.argmax(~np.isfinite(estimates)))
        raise ModelError("missing_in_model", name="value", place=place)
    labels = np.arange(1, estimates.size + 1)
    refuse(labels, ~((people > 0) & np.isfinite(people)), "bad_area_size", size=people)
    names, code = np.unique(groups, return_inverse=True)
    means = np.bincount(code, people * estimates) / np.bincount(code, people)
    ratios = [
        ratio_of(name, float(mean), targets)
        for name, mean in zip(names.tolist(), means.tolist(), strict=True)
    ]
    ratio = np.asarray(ratios, dtype=float)[code]
    return Benchmarked(estimates * ratio, ratio)


def ratio_of(group: str, mean: float, targets: dict[str, float]) -> float:
    """Ratio of a group's target to the mean of its areas."""
    target = targets.get(group, np.nan)
    if not np.isfinite(target):
        raise ModelError("no_target", group=group)
    if mean == 0 or not target / mean > 0:
        raise ModelError("no_ratio", group=group, mean=mean, target=target)
    return target / mean
