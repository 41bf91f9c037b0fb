"""Families of generalised linear models with their canonical links."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit

from sampling.stages import Floats

Family = Literal["gaussian", "quasibinomial", "quasipoisson"]


@dataclass(frozen=True)
class Gaussian:
    """Any answer; the line is the mean."""

    needed: str = "-"
    greatest: float = np.inf
    least: float = -np.inf

    def start(self, mean: float) -> float:
        """Line at a mean."""
        return mean

    def likelihood(self, y: Floats, line: Floats) -> Floats:
        """Quasi log likelihood of each answer."""
        return y * line - line**2 / 2

    def residual(self, y: Floats, line: Floats) -> Floats:
        """Answers less their means."""
        return y - line

    def variance(self, line: Floats) -> Floats:
        """How fast the mean rises with the line, in proportion to the variance."""
        return np.ones_like(line)


@dataclass(frozen=True)
class Quasibinomial:
    """Shares; the line is the log odds."""

    needed: str = "0 … 1"
    greatest: float = 1.0
    least: float = 0.0

    def start(self, mean: float) -> float:
        """Line at a mean."""
        return float(logit(mean))

    def likelihood(self, y: Floats, line: Floats) -> Floats:
        """Quasi log likelihood of each answer."""
        return np.asarray(y * line - np.logaddexp(0, line), dtype=float)

    def residual(self, y: Floats, line: Floats) -> Floats:
        """Answers less their means, without loss where the mean is nearly 1."""
        return np.asarray(y * expit(-line) - (1 - y) * expit(line), dtype=float)

    def variance(self, line: Floats) -> Floats:
        """How fast the mean rises with the line, in proportion to the variance."""
        return np.asarray(expit(line) * expit(-line), dtype=float)


@dataclass(frozen=True)
class Quasipoisson:
    """Counts and other amounts from 0 up; the line is the log of the mean."""

    needed: str = "0 …"
    greatest: float = np.inf
    least: float = 0.0

    def start(self, mean: float) -> float:
        """Line at a mean."""
        return float(np.log(mean))

    def likelihood(self, y: Floats, line: Floats) -> Floats:
        """Quasi log likelihood of each answer."""
        return y * line - self.variance(line)

    def residual(self, y: Floats, line: Floats) -> Floats:
        """Answers less their means."""
        return y - self.variance(line)

    def variance(self, line: Floats) -> Floats:
        """How fast the mean rises with the line, in proportion to the variance."""
        with np.errstate(over="ignore"):
            return np.exp(line)


AnyFamily = Gaussian | Quasibinomial | Quasipoisson

FAMILIES: dict[Family, AnyFamily] = {
    "gaussian": Gaussian(),
    "quasibinomial": Quasibinomial(),
    "quasipoisson": Quasipoisson(),
}
