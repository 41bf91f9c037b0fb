"""Regressors made orthogonal, and the one named that says nothing new."""

from collections.abc import Sequence

import numpy as np

from analysis.model_errors import ModelError
from sampling.stages import Floats

# A column's share that the columns before it do not explain, below which it is rounding noise.
NEW = 1e-10


def orthonormal(columns: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Split regressors into orthonormal columns and a triangle.

    Parameters
    ----------
    columns : ndarray, shape (n, p)
        Regressors, n at least p; rows may carry square roots of weights.
    names : sequence of str, length p
        What the columns are called.

    Returns
    -------
    axes : ndarray, shape (n, p)
        Orthonormal columns.
    triangle : ndarray, shape (p, p)
        Upper triangle with ``columns = axes @ triangle``.

    Raises
    ------
    ModelError
        If a column follows from those before it; the error names it.

    References
    ----------
    Golub and Van Loan (2013), Matrix Computations, section 5.2.
    """
    if columns.shape[0] < columns.shape[1]:
        # With fewer rows than columns, the first column too many follows from the others.
        raise ModelError("collinear", column=names[columns.shape[0]])
    axes, triangle = np.linalg.qr(columns)
    size = np.linalg.norm(columns, axis=0)
    idle = np.abs(np.diag(triangle)) <= NEW * size
    if idle.any():
        raise ModelError("collinear", column=names[int(np.argmax(idle))])
    return axes, triangle


def in_basis(columns: Floats, triangle: Floats) -> Floats:
    """Express regressors by the orthonormal columns that the triangle belongs to."""
    return solved(triangle.T, columns.T).T


def inverse(matrix: Floats) -> Floats:
    """Inverse of a matrix in an orthonormal basis, or of a triangle."""
    return np.asarray(np.linalg.inv(matrix), dtype=float)


def solved(matrix: Floats, right: Floats) -> Floats:
    """Solve linear equations."""
    return np.asarray(np.linalg.solve(matrix, right), dtype=float)
