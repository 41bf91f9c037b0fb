"""Hadamard matrices: rows of 1 and -1 that are orthogonal to each other.

Half-samples are balanced by them, successive differences are spread over replicates.
"""

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.int8]


def hadamard(least: int) -> Signs:
    """Make the smallest Hadamard matrix that we know of with at least so many rows.

    Parameters
    ----------
    least : int
        Rows needed, at least 1.

    Returns
    -------
    ndarray of int, shape (r, r)
        With H H' = r I. The first row and the first column are all 1, so that every other row
        has as many 1 as -1. Up to 500, r exceeds `least` by at most 11.

    References
    ----------
    Paley (1933), On orthogonal matrices, Journal of Mathematics and Physics 12, 311; Sylvester's
    doubling wherever the order is even twice over, so that powers of two come in his order.
    """
    order = max(1, least)
    while True:
        found = of_order(order)
        if found is not None:
            return found
        order += 1


def of_order(order: int) -> Signs | None:
    """Make a matrix of exactly this order; None where none of the constructions gives one."""
    if order == 1:
        return np.ones((1, 1), np.int8)
    if order % 2 or (order > 2 and order % 4):
        return None
    half = of_order(order // 2)
    if half is not None:
        return np.block([[half, half], [half, -half]])
    if is_prime(order - 1):
        return normalised(paley_first(order - 1))
    if is_prime(order // 2 - 1) and order % 8 == 4:
        return normalised(paley_second(order // 2 - 1))
    return None


def paley_first(prime: int) -> Signs:
    """Order q + 1 for a prime q of the form 4k + 3."""
    skew = bordered(prime, below=-1)
    return np.asarray(skew + np.eye(prime + 1, dtype=np.int8), dtype=np.int8)


def paley_second(prime: int) -> Signs:
    """Order 2 (q + 1) for a prime q of the form 4k + 1."""
    conference = bordered(prime, below=1)
    diagonal = np.eye(prime + 1, dtype=np.int8)
    plus, minus = conference + diagonal, conference - diagonal
    return np.block([[plus, minus], [minus, -plus]])


def bordered(prime: int, below: int) -> Signs:
    """Jacobsthal's matrix of quadratic residues with a border of ones, diagonal 0."""
    residue = np.full(prime, -1, np.int8)
    residue[np.arange(1, prime) ** 2 % prime] = 1
    residue[0] = 0
    places = np.arange(prime)
    found = np.ones((prime + 1, prime + 1), np.int8)
    found[1:, 1:] = residue[(places[:, None] - places) % prime]
    found[1:, 0] = below
    found[0, 0] = 0
    return found


def normalised(matrix: Signs) -> Signs:
    """Turn signs of columns, then of rows, so that the first ones are all 1."""
    turned = matrix * matrix[0]
    return np.asarray(turned * turned[:, :1], dtype=np.int8)


def is_prime(number: int) -> bool:
    """Tell by trial division."""
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
