"""Maximum entropy sampling: a Poisson sample of which only those of size n are kept."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from sampling.errors import InclusionError
from sampling.unequal.chances import Bools, Floats, among_unsettled
from sampling.unequal.spectrum import Spectrum, spectrum

ROUNDS = 300
EXACT = 1e-13
CLOSE = 1e-9
# Up to so many units all covariances are worked out.
FEW = 80
SINGULAR = 1e-10


def conditional_poisson(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw the sample of fixed size that is as random as its probabilities allow.

    Parameters
    ----------
    probability : array_like, shape (N,)
        Inclusion probabilities with a whole sum.
    chance : Generator
        Source of chance. Re-runnable, not publicly verifiable.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn.

    Raises
    ------
    InclusionError
        If probabilities are impossible or do not add up to a whole number.

    References
    ----------
    Chen, Dempster and Liu (1994), Biometrika 81, 457; Tillé (2006), section 5.6. O(N n).
    """
    return among_unsettled(
        probability, lambda pi, n, _: Sequence.of(poisson_chances(pi, n), n).draw(chance)
    )


@dataclass(frozen=True, eq=False)
class Sequence:
    """A conditional Poisson draw, unit by unit.

    Attributes
    ----------
    p : ndarray, shape (N,)
        Chances of the Poisson sample behind it.
    n : int
        Sample size.
    chance_to_take : ndarray, shape (N, n + 1)
        Chance that a unit is taken when so many are still to be taken from it and those behind
        it: Tillé's q-values.
    """

    p: Floats
    n: int
    chance_to_take: Floats

    @classmethod
    def of(cls, p: Floats, n: int) -> "Sequence":
        """Work out the table of q-values; O(N n), and as many numbers are kept."""
        chance = np.zeros((p.size, n + 1))
        behind = np.zeros(n + 1)
        behind[0] = 1.0
        for at in range(p.size - 1, -1, -1):
            take = np.zeros(n + 1)
            take[1:] = p[at] * behind[:-1]
            behind = take + (1 - p[at]) * behind
            np.divide(take, behind, out=chance[at], where=behind > 0)
        return cls(p, n, chance)

    def draw(self, chance: Generator) -> Bools:
        """Draw n of the N units."""
        drawn = np.zeros(self.p.size, dtype=np.bool_)
        left = self.n
        for at, uniform in enumerate(chance.random(self.p.size).tolist()):
            if uniform < self.chance_to_take[at, left]:
                drawn[at] = True
                left -= 1
        return drawn


def poisson_chances(pi: Floats, n: int) -> Floats:
    """Find the Poisson sample that has, among samples of size n, the given probabilities.

    Parameters
    ----------
    pi : ndarray, shape (N,)
        Inclusion probabilities strictly between 0 and 1.
    n : int
        Their sum.

    Returns
    -------
    ndarray, shape (N,)
        Chances with sum n, exact to about 13 digits.

    Raises
    ------
    InclusionError
        If rounds of improvement do not settle.

    Notes
    -----
    Newton's steps on the logits; halved where they do not help. With few units the covariances
    are exact; with many, Hájek's approximation pi (1 - pi), less a part that only shifts all
    logits, is near enough. A shift changes nothing, and keeps the sum at n. O(N T) a round, about
    ten rounds.

    References
    ----------
    Deville (2000), Note sur l'algorithme de Chen, Dempster et Liu; Tillé (2006), section 5.6.6.
    """
    logit = best = np.log(pi) - np.log1p(-pi)
    width = pi * (1 - pi)
    error, stride = np.inf, 1.0
    step = np.zeros(pi.size)
    for _ in range(ROUNDS):
        p = centred(logit, n)
        around = spectrum(p, n)
        found = p * around.without_one() / around.chance
        now = float(np.abs((pi - found) / width).max())
        if now < error:
            best, error, stride = logit, now, min(1.0, 2 * stride)
            if error < EXACT:
                break
            step = newton_step(around, found, pi - found)
        elif error < CLOSE:
            break
        else:
            stride /= 2
        logit = best + stride * step
    if error > CLOSE:
        raise InclusionError("not_settled", rounds=ROUNDS, error=error)
    return centred(best, n)


def newton_step(around: Spectrum, found: Floats, off: Floats) -> Floats:
    """By how much the logits should change so that probabilities change by what they are off."""
    width = found * (1 - found)
    if found.size > FEW:
        return np.asarray(off / width)
    covariance = np.outer(around.p, around.p) * around.without_two() / around.chance
    covariance -= np.outer(found, found)
    np.fill_diagonal(covariance, width)
    root = np.sqrt(width)
    scaled = covariance / np.outer(root, root)
    return np.asarray(np.linalg.lstsq(scaled, off / root, rcond=SINGULAR)[0] / root)


def centred(logit: Floats, n: int) -> Floats:
    """Shift logits until the chances add up to n."""
    shift = 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-(logit + shift)))
        step = (n - p.sum()) / (p * (1 - p)).sum()
        shift += float(np.clip(step, -2.0, 2.0))
        if abs(step) < CLOSE:
            break
    return np.asarray(1 / (1 + np.exp(-(logit + shift))))


def joint(pi: Floats, n: int) -> Floats:
    """Joint probabilities of units that chance decides; O(N^2 T)."""
    p = poisson_chances(pi, n)
    around = spectrum(p, n)
    table = np.outer(p, p) * around.without_two() / around.chance
    np.fill_diagonal(table, pi)
    return np.maximum(table, 0.0)
