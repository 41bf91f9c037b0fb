"""Estimated parameters with their t intervals and t tests."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from analysis.errors import EstimationError
from analysis.inference import Inference
from analysis.inference_errors import InferenceError
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class Parameters:
    """Named estimates, how they vary together, and by how many degrees of freedom that is known.

    Attributes
    ----------
    names : tuple of str, length k
        What they are.
    value : ndarray, shape (k,)
        The estimates.
    covariance : ndarray, shape (k, k)
        Between them.
    df : int
        Degrees of freedom; with none left, intervals and probabilities are NaN.
    """

    names: tuple[str, ...]
    value: Floats
    covariance: Floats
    df: int

    @classmethod
    def of(cls, names: tuple[str, ...], found: Inference, used: int = 0) -> "Parameters":
        """Name the estimates of an inference; `used` degrees of freedom went into the model."""
        return cls(names, found.value, found.covariance, found.df - used)

    @property
    def se(self) -> Floats:
        """Standard errors: (k,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)), dtype=float)

    @property
    def t(self) -> Floats:
        """Estimates by their standard errors: (k,); NaN for 0 by 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.value / self.se, dtype=float)

    @property
    def p_value(self) -> Floats:
        """Two-sided probability of such a t if the parameter were 0: (k,)."""
        df = self.df if self.df > 0 else np.nan
        return np.asarray(2 * t.sf(np.abs(self.t), df), dtype=float)

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends of the t interval: (k,) each."""
        if not 0 < level < 1:
            raise EstimationError("bad_level", level=level)
        reach = self.se * t.ppf((1 + level) / 2, self.df if self.df > 0 else np.nan)
        return self.value - reach, self.value + reach


def wald_f(value: Floats, covariance: Floats, name: str) -> float:
    """Square values by their covariances, and divide by their number; NaN where they are.

    Parameters
    ----------
    value : ndarray, shape (k,)
        Estimates that a hypothesis holds to be 0.
    covariance : ndarray, shape (k, k)
        Between them.
    name : str
        What is tested, for the error.

    Raises
    ------
    InferenceError
        If some combination of the values does not vary, as with fewer clusters than values.

    References
    ----------
    Wald (1943), Transactions of the American Mathematical Society 54, 426.
    """
    if np.isnan(covariance).any():
        return float("nan")
    scale = np.sqrt(np.diag(covariance))
    if not scale.all():
        raise InferenceError("degenerate_test", name=name)
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.matrix_rank(correlation, hermitian=True) < value.size:
        raise InferenceError("degenerate_test", name=name)
    standard = value / scale
    return float(standard @ np.linalg.solve(correlation, standard) / value.size)
