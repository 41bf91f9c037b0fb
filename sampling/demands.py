"""Demands on a sample: a mean of a variable in a domain, known to a given error."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import AllocationError
from sampling.shares import stratum_figures
from sampling.size import check_positive, normal_quantile

Floats = NDArray[np.float64]
WHOLE = ""


@dataclass(frozen=True, eq=False)
class Demand:
    """One mean that must be known.

    Attributes
    ----------
    variable : str
        What is measured.
    domain : str
        Where; "" for the whole population.
    weights : ndarray, shape (H,)
        N_h S_h / N_d within the domain, 0 outside: the mean's variance is the sum of
        weights^2 / n_h less `spared`.
    spared : float
        Sum of N_h S_h^2 / N_d^2, by which a finite population lowers the variance.
    error : float
        Greatest standard error allowed, in the units of the variable.
    mean : float
        Mean expected in the domain, for coefficients of variation; NaN when it was not told.
    """

    variable: str
    domain: str
    weights: Floats
    spared: float
    error: float
    mean: float

    @property
    def name(self) -> str:
        """Variable and domain, for messages."""
        return f"{self.variable} / {self.domain}" if self.domain else self.variable

    def standard_error(self, allocation: ArrayLike, *, finite: bool = True) -> float:
        """Standard error that an allocation gives; ``inf`` where a stratum gives no answer."""
        given = np.asarray(allocation, dtype=float)
        counted = self.weights > 0
        if (given[counted] <= 0).any():
            return float("inf")
        variance = float((self.weights[counted] ** 2 / given[counted]).sum())
        return sqrt(max(0.0, variance - (self.spared if finite else 0.0)))


def by_cv(
    variable: str,
    sizes: ArrayLike,
    deviations: ArrayLike,
    means: ArrayLike,
    cv: float,
    domains: Mapping[str, ArrayLike] | None = None,
) -> tuple[Demand, ...]:
    """Ask for a coefficient of variation of a variable's mean in every domain.

    Parameters
    ----------
    variable : str
        Name for results and messages.
    sizes, deviations, means : array_like, shape (H,)
        Dossiers, standard deviation and mean of each stratum.
    cv : float
        Standard error over mean, above 0.
    domains : mapping of str to array_like of bool, shape (H,), optional
        Strata of each domain (`domains_of` makes them of labels); without it, the whole.

    Returns
    -------
    tuple of Demand
        One for each domain, in their order.

    Raises
    ------
    AllocationError
        If a figure of a stratum is impossible, a domain holds no dossiers, or a mean is 0.
    SizeError
        If the coefficient is not positive.
    """
    check_positive("cv", cv)
    return tuple(demands(variable, sizes, deviations, means, domains, lambda mean: cv * mean))


def by_margin(
    variable: str,
    sizes: ArrayLike,
    deviations: ArrayLike,
    margin: float,
    *,
    confidence: float = 0.95,
    domains: Mapping[str, ArrayLike] | None = None,
) -> tuple[Demand, ...]:
    """Ask for a margin of error of a variable's mean, or of a share, in every domain.

    Parameters
    ----------
    variable, sizes, deviations, domains
        As for `by_cv`; of a share p the deviation is sqrt(p (1 - p)).
    margin : float
        Half the width of the interval, in the units of the variable.
    confidence : float
        Level of the interval.

    Returns
    -------
    tuple of Demand
        As for `by_cv`, without means.

    Raises
    ------
    AllocationError
        If a figure of a stratum is impossible or a domain holds no dossiers.
    SizeError
        If the margin is not positive or the confidence not between 0 and 1.
    """
    check_positive("margin", margin)
    error = margin / normal_quantile(confidence)
    return tuple(demands(variable, sizes, deviations, None, domains, lambda _: error))


def demands(
    variable: str,
    sizes: ArrayLike,
    deviations: ArrayLike,
    means: ArrayLike | None,
    domains: Mapping[str, ArrayLike] | None,
    allowed: Callable[[float], float],
) -> Iterator[Demand]:
    """Make one demand for each domain; `allowed` gives its standard error of its mean."""
    held = stratum_figures("bad_sizes", sizes)
    spread = stratum_figures("bad_deviations", deviations, held.size)
    centre = None if means is None else stratum_figures("bad_means", means, held.size)
    everywhere = {WHOLE: np.ones(held.size, dtype=bool)}
    for domain, members in (everywhere if domains is None else domains).items():
        inside = np.where(np.asarray(members, dtype=bool), held, 0.0)
        total = inside.sum()
        if total == 0:
            raise AllocationError("empty_domain", domain=domain or "*")
        mean = float("nan") if centre is None else float(inside @ centre / total)
        if mean == 0:
            raise AllocationError("no_mean", variable=variable, domain=domain or "*")
        yield Demand(
            variable=variable,
            domain=domain,
            weights=inside * spread / total,
            spared=float((inside * spread**2).sum() / total**2),
            error=allowed(mean),
            mean=mean,
        )


def domains_of(labels: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """Make domains of one label for each stratum, in the order in which they first appear."""
    found = np.asarray(labels, dtype=np.str_)
    return {label: found == label for label in dict.fromkeys(found.tolist())}
