"""Approximations of joint probabilities that need the single ones only."""

import numpy as np

from sampling.errors import InclusionError
from sampling.unequal.chances import Floats


def hajek(pi: Floats, _n: int = 0) -> Floats:
    """Approximate those of maximum entropy samples, well where sum pi (1 - pi) is large.

    Parameters
    ----------
    pi : ndarray, shape (N,)
        Probabilities of units that chance decides.

    Returns
    -------
    ndarray, shape (N, N)
        pi_k pi_l (1 - (1 - pi_k) (1 - pi_l) / d), d the sum of pi (1 - pi). O(N^2).

    References
    ----------
    Hájek (1964), Annals of Mathematical Statistics 35, 1491, theorem 5.2.
    """
    spread = float((pi * (1 - pi)).sum())
    table = np.outer(pi, pi) * (1 - np.outer(1 - pi, 1 - pi) / spread)
    return diagonal(np.maximum(table, 0.0), pi)


def hartley_rao(pi: Floats, n: int) -> Floats:
    """Approximate those of systematic samples of a frame in random order, to order N^-4.

    Parameters
    ----------
    pi : ndarray, shape (N,)
        Probabilities of units that chance decides.
    n : int
        Their sum.

    Returns
    -------
    ndarray, shape (N, N)
        O(N^2).

    Raises
    ------
    InclusionError
        If n is below 2.

    References
    ----------
    Hartley and Rao (1962), Annals of Mathematical Statistics 33, 350, equation 5.17.
    """
    refuse_single("hartley_rao", n)
    second, third = float((pi**2).sum()), float((pi**3).sum())
    one = np.outer(pi, pi)
    two = np.outer(pi**2, pi) + np.outer(pi, pi**2)
    three = np.outer(pi**3, pi) + np.outer(pi, pi**3) + np.outer(pi**2, pi**2)
    table = one + two / n - one * second / n**2
    table += 2 * three / n**2 - 3 * two * second / n**3
    table += 3 * one * second**2 / n**4 - 2 * one * third / n**3
    return diagonal((n - 1) / n * table, pi)


def brewer(pi: Floats, n: int) -> Floats:
    """Approximate those of any sample of fixed size and high entropy.

    Parameters
    ----------
    pi : ndarray, shape (N,)
        Probabilities of units that chance decides.
    n : int
        Their sum.

    Returns
    -------
    ndarray, shape (N, N)
        pi_k pi_l (c_k + c_l) / 2 with c = (n - 1) / (n - pi), as in the variance of
        `sampling.joint.brewer`. O(N^2).

    Raises
    ------
    InclusionError
        If n is below 2.

    References
    ----------
    Brewer (2002), Combined Survey Sampling Inference, equation 9.14.
    """
    refuse_single("brewer", n)
    factor = (n - 1) / (n - pi)
    return diagonal(np.outer(pi, pi) * np.add.outer(factor, factor) / 2, pi)


def refuse_single(method: str, n: int) -> None:
    """Refuse a sample in which no pair can be."""
    if n < 2:
        raise InclusionError("too_few_for_joint", method=method)


def diagonal(table: Floats, pi: Floats) -> Floats:
    """Put the single probabilities on the diagonal."""
    np.fill_diagonal(table, pi)
    return table
