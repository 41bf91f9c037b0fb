"""Estimates for areas with few answers that borrow strength from all: the model of Fay-Herriot."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from analysis.area_variance import AreaModel, Method, model_variance
from analysis.collinearity import in_basis, inverse, orthonormal
from analysis.errors import EstimationError
from analysis.model_errors import ModelError
from analysis.weighted import check_option
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class SmallAreas:
    """Estimates of m areas and the model behind them.

    Attributes
    ----------
    names : tuple of str, length p
        Regressors, the intercept first.
    coefficients : ndarray, shape (p,)
        Of the regressors.
    covariance : ndarray, shape (p, p)
        Of the coefficients.
    model_variance : float
        Of what the regressors leave unexplained between areas.
    method : str
        How the model variance was found; "adjusted" where the method asked for gave 0.
    value, synthetic : ndarray, shape (m,)
        Empirical best linear unbiased prediction, and what the regressors alone say.
    gamma : ndarray, shape (m,)
        From 0 to 1: the direct estimate's share in `value`.
    g1, g2, g3 : ndarray, shape (m,)
        Parts of the mean squared error: of the prediction, of the coefficients, of the variance.
    mse : ndarray, shape (m,)
        Estimated mean squared error of `value`.
    model_only : ndarray of bool, shape (m,)
        Areas without a direct estimate, whose value is the synthetic one.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    model_variance: float
    method: Method
    value: Floats
    synthetic: Floats
    gamma: Floats
    g1: Floats
    g2: Floats
    g3: Floats
    mse: Floats
    model_only: NDArray[np.bool_]

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends by the normal distribution."""
        if not 0 < level < 1:
            raise EstimationError("bad_level", level=level)
        reach = float(norm.ppf((1 + level) / 2)) * np.sqrt(self.mse)
        return self.value - reach, self.value + reach


def fay_herriot(
    direct: ArrayLike,
    variance: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    areas: ArrayLike | None = None,
    method: Method = "reml",
    adjust_zero: bool = True,
) -> SmallAreas:
    """Combine direct estimates of areas with a regression on what is known of them.

    Parameters
    ----------
    direct : array_like, shape (m,)
        Direct estimates; NaN for an area without one, which gets the regression's value.
    variance : array_like, shape (m,)
        Sampling variances of the direct estimates, smoothed if there are few answers; not looked
        at where there is no direct estimate.
    covariates : mapping of str to array_like of shape (m,)
        Regressors by name, besides the intercept; known for every area.
    areas : array_like, shape (m,), optional
        Names of the areas, for errors.
    method : {"reml", "ml", "moment", "adjusted"}
        How the model variance is found.
    adjust_zero : bool
        Whether a model variance of 0, which would let the regression replace every direct
        estimate, gives way to the adjusted likelihood's.

    Returns
    -------
    SmallAreas
        The mean squared error of "adjusted" leaves out a bias correction that can make it
        negative, and so is cautious.

    Raises
    ------
    ModelError
        If an area has a direct estimate without a positive variance, a regressor is missing or
        follows from others, or there are too few areas.
    EstimationError
        If the method is unknown.

    References
    ----------
    Fay and Herriot (1979), JASA 74; Prasad and Rao (1990), JASA 85; Datta and Lahiri (2000),
    Statistica Sinica 10; Datta, Rao and Smith (2005), Biometrika 92; Rao and Molina (2015), Small
    Area Estimation, sections 6.1 and 6.2.
    """
    check_option("method", method, ("reml", "ml", "moment", "adjusted"))
    given = np.asarray(direct, dtype=float)
    labels = np.arange(1, given.size + 1) if areas is None else np.asarray(areas)
    regressors = regressors_of(covariates, given, labels)
    names = ("(Intercept)", *covariates)
    seen = ~np.isnan(given)
    psi = checked_variances(variance, given, labels)
    if seen.sum() <= len(names):
        raise ModelError("too_few_areas", areas=int(seen.sum()), needed=len(names) + 1)
    axes, triangle = orthonormal(regressors[seen], names)
    model = AreaModel(given[seen], psi[seen], axes)
    between = model_variance(model, method)
    if between <= 0 and adjust_zero:
        method = "adjusted"
        between = model_variance(model, method)
    return predicted(model, between, method, names, triangle, regressors, seen)


def predicted(
    model: AreaModel,
    between: float,
    method: Method,
    names: tuple[str, ...],
    triangle: Floats,
    regressors: Floats,
    seen: NDArray[np.bool_],
) -> SmallAreas:
    """Predict every area and its error, once the model variance is known."""
    inner, spread, precision = model.fitted(between)
    places = in_basis(regressors, triangle)
    synthetic = places @ inner
    # Without a direct estimate, as with one of infinite variance, all rests on the regression.
    gamma, value, g1, g3 = (np.zeros(seen.size) for _ in range(4))
    gamma[seen] = between * precision
    value[:] = synthetic
    value[seen] += gamma[seen] * (model.direct - synthetic[seen])
    g1[:] = between
    g1[seen] = gamma[seen] * model.variance
    g2 = (1 - gamma) ** 2 * ((places @ spread) * places).sum(axis=1)
    doubt, bias = variance_of_variance(model, between, method)
    g3[seen] = model.variance**2 * precision**3 * doubt
    back = inverse(triangle)
    return SmallAreas(
        names=names,
        coefficients=back @ inner,
        covariance=back @ spread @ back.T,
        model_variance=between,
        method=method,
        value=value,
        synthetic=synthetic,
        gamma=gamma,
        g1=g1,
        g2=g2,
        g3=g3,
        mse=g1 + g2 + 2 * g3 - (1 - gamma) ** 2 * bias,
        model_only=~seen,
    )


def variance_of_variance(model: AreaModel, between: float, method: Method) -> tuple[float, float]:
    """Variance and bias of the estimated model variance, for large numbers of areas."""
    _, covariance, precision = model.fitted(between)
    squares = float(precision @ precision)
    if method == "moment":
        plain, areas = float(precision.sum()), precision.size
        return 2 * areas / plain**2, 2 * (areas * squares - plain**2) / plain**3
    if method == "ml":
        scatter = model.axes.T @ (precision[:, None] ** 2 * model.axes)
        return 2 / squares, -float(np.trace(covariance @ scatter)) / squares
    return 2 / squares, 0.0


def regressors_of(
    covariates: Mapping[str, ArrayLike], direct: Floats, areas: NDArray[np.generic]
) -> Floats:
    """Put an intercept and the covariates side by side, none of them missing."""
    if direct.ndim != 1 or areas.shape != direct.shape:
        raise ModelError("uneven_model", name="areas", shape=areas.shape, rows=direct.size)
    columns = [np.ones(direct.size)]
    for name, given in covariates.items():
        column = np.asarray(given, dtype=float)
        if column.shape != direct.shape:
            raise ModelError("uneven_model", name=name, shape=column.shape, rows=direct.size)
        if not np.isfinite(column).all():
            area = areas[int(np.argmax(~np.isfinite(column)))]
            raise ModelError("missing_covariate", column=name, area=str(area))
        columns.append(column)
    return np.column_stack(columns)


def checked_variances(variance: ArrayLike, direct: Floats, areas: NDArray[np.generic]) -> Floats:
    """Refuse direct estimates that are infinite or have no positive variance."""
    psi = np.asarray(variance, dtype=float)
    if psi.shape != direct.shape:
        raise ModelError("uneven_model", name="variance", shape=psi.shape, rows=direct.size)
    if np.isinf(direct).any():
        place = int(np.argmax(np.isinf(direct)))
        raise ModelError("missing_in_model", name="direct", place=place)
    with np.errstate(invalid="ignore"):
        wrong = ~np.isnan(direct) & ~((psi > 0) & np.isfinite(psi))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ModelError("bad_area_variance", area=str(areas[place]), variance=float(psi[place]))
    return psi
