"""Shares of areas with few answers, drawn towards the common share: beta-binomial smoothing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln, digamma, polygamma
from scipy.stats import beta

from analysis.area_smoothing import refuse
from analysis.errors import EstimationError
from analysis.model_errors import ModelError
from analysis.newton import Curve, maximum
from sampling.stages import Floats, Labels

# Logarithm of prior answers (some 9 million) beyond which areas cannot be told from one share, and
# below which, with the sign changed, nothing is prior to the answers.
LARGEST = 16.0


@dataclass(frozen=True, eq=False)
class BetaBinomial:
    """Shares of m areas, each with the beta distribution that the answers leave.

    Attributes
    ----------
    alpha, beta : float
        Of the distribution of shares between areas: as if every area had so many successes and
        failures before anybody answered.
    log_likelihood : float
        Of the sequences of answers; binomial coefficients are left out.
    successes, failures : ndarray, shape (m,)
        Effective counts.
    value : ndarray, shape (m,)
        Posterior mean.
    model_only : ndarray of bool, shape (m,)
        Areas without answers, whose value is the common share.
    """

    alpha: float
    beta: float
    log_likelihood: float
    successes: Floats
    failures: Floats

    @property
    def value(self) -> Floats:
        """Posterior mean: (m,)."""
        above = self.successes + self.alpha
        return above / (above + self.failures + self.beta)

    @property
    def model_only(self) -> NDArray[np.bool_]:
        """Areas without answers: (m,)."""
        return np.asarray(self.successes + self.failures == 0)

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Ends of the central posterior interval, alpha and beta taken as known."""
        if not 0 < level < 1:
            raise EstimationError("bad_level", level=level)
        above, below = self.successes + self.alpha, self.failures + self.beta
        tail = (1 - level) / 2
        return beta.ppf(tail, above, below), beta.isf(tail, above, below)


def effective_counts(
    share: ArrayLike, n: ArrayLike, deff: ArrayLike = 1.0
) -> tuple[Floats, Floats]:
    """Successes and trials of a simple random sample that would tell as much.

    Parameters
    ----------
    share : array_like, shape (m,)
        Weighted shares of the areas; not looked at where n is 0.
    n : array_like, shape (m,)
        Answers.
    deff : array_like, shape () or (m,)
        Design effect, best a smoothed or common one.

    Returns
    -------
    successes, trials : ndarray, shape (m,)
        ``share * n / deff`` and ``n / deff``.

    Raises
    ------
    ModelError
        If a share lies outside 0 to 1, n is negative or a design effect is not positive.

    References
    ----------
    Chen, Wakefield and Lumley (2014), The use of sampling weights in Bayesian hierarchical models
    for small area estimation, Spatial and Spatio-temporal Epidemiology 11.
    """
    p, size = np.broadcast_arrays(np.asarray(share, dtype=float), np.asarray(n, dtype=float))
    effect = np.broadcast_to(np.asarray(deff, dtype=float), size.shape)
    labels = np.arange(1, size.size + 1)
    refuse(labels, ~((size >= 0) & np.isfinite(size)), "bad_area_size", size=size)
    refuse(labels, (size > 0) & ~((p >= 0) & (p <= 1)), "bad_share", share=p)
    refuse(labels, ~((effect > 0) & np.isfinite(effect)), "bad_design_effect", value=effect)
    trials = size / effect
    return np.where(size > 0, p, 0.0) * trials, trials


def beta_binomial(
    successes: ArrayLike, trials: ArrayLike, *, areas: ArrayLike | None = None
) -> BetaBinomial:
    """Estimate how shares differ between areas, and the share of each.

    Parameters
    ----------
    successes, trials : array_like, shape (m,)
        Counts, or effective counts that need not be whole; trials 0 for an area without answers.
    areas : array_like, shape (m,), optional
        Names of the areas, for errors.

    Returns
    -------
    BetaBinomial
        Alpha and beta at the largest marginal likelihood, to 1e-12.

    Raises
    ------
    ModelError
        If counts contradict each other; answers are the same everywhere or within each area; no
        two areas have more than one answer; or areas differ by no more than chance, so that no
        alpha and beta have the largest likelihood.

    References
    ----------
    Griffiths (1973), Maximum likelihood estimation for the beta-binomial distribution, Biometrics
    29; Carlin and Louis (2009), Bayesian Methods for Data Analysis, section 5.3.
    """
    y, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    labels = np.arange(1, n.size + 1) if areas is None else np.asarray(areas)
    for name, column in (("trials", n), ("areas", labels)):
        if column.shape != y.shape:
            raise ModelError("uneven_model", name=name, shape=column.shape, rows=y.size)
    check_counts(y, n, labels)
    first, second = prior(y, n - y)
    height = curve(np.log([first, second]), y, n - y).value
    return BetaBinomial(first, second, height, y, n - y)


def check_counts(y: Floats, n: Floats, areas: Labels) -> None:
    """Refuse counts that contradict each other or cannot tell how areas differ."""
    with np.errstate(invalid="ignore"):
        wrong = ~((y >= 0) & (y <= n) & np.isfinite(n))
    refuse(areas, wrong, "bad_counts", successes=y, trials=n)
    if (n > 1).sum() < 2:
        raise ModelError("no_replication")
    for answer, count in ((0, y), (1, n - y)):
        if not count.any():
            raise ModelError("all_alike", answer=answer)
    if not ((y > 0) & (y < n)).any():
        raise ModelError("only_extremes")


def prior(y: Floats, failures: Floats) -> tuple[float, float]:
    """Find alpha and beta by Newton's method on their logarithms."""
    n = y + failures
    common = np.log([y.sum() / n.sum(), failures.sum() / n.sum()])
    if curve(common + LARGEST, y, failures).gradient.sum() >= 0:
        raise ModelError("no_spread")

    def bounded(point: Floats) -> Curve:
        here = curve(np.clip(point, -LARGEST, LARGEST), y, failures)
        return here if np.abs(point).max() < LARGEST else here._replace(value=-np.inf)

    # Start where the prior counts as much as a typical area.
    start = common + np.log(np.median(n[n > 0]))
    point = maximum(bounded, start, what="beta_binomial", names=("alpha", "beta"))
    return float(np.exp(point[0])), float(np.exp(point[1]))


def curve(point: Floats, y: Floats, failures: Floats) -> Curve:
    """Log-likelihood at the logarithms of alpha and beta, with derivatives."""
    a, b = np.exp(point)
    n = y + failures
    value = (betaln(a + y, b + failures) - betaln(a, b)).sum()
    whole = (digamma(a + b) - digamma(a + b + n)).sum()
    slope = np.array(
        [
            (digamma(a + y) - digamma(a)).sum() + whole,
            (digamma(b + failures) - digamma(b)).sum() + whole,
        ]
    )
    shared = (polygamma(1, a + b) - polygamma(1, a + b + n)).sum()
    own = np.array(
        [
            (polygamma(1, a + y) - polygamma(1, a)).sum(),
            (polygamma(1, b + failures) - polygamma(1, b)).sum(),
        ]
    )
    scale = np.array([a, b])
    bend = np.outer(scale, scale) * (np.diag(own) + shared) + np.diag(scale * slope)
    return Curve(float(value), scale * slope, -bend)
