"""A frame that is ready to be drawn from, and what comes of a draw."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import SelectionError, UnknownColumnError

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Frame = Mapping[str, ArrayLike]


@dataclass(frozen=True, eq=False)
class Draw:
    """The outcome of a draw, one entry for each row of the frame, in the frame's order.

    Attributes
    ----------
    code, stratum : ndarray of str, shape (N,)
        As the frame gave them; "" for every row where the method knows no strata.
    selected : ndarray of bool, shape (N,)
        Whether the row is in the main sample.
    rank : ndarray of int, shape (N,)
        Place of the row in its stratum, 1 first; ranks behind the sample are the reserves, in
        the order in which they are to be used. Methods without reserves rank their sample only,
        and give 0 to the others until `sampling.selection.with_reserves` ranks these.
    inclusion : ndarray of float, shape (N,)
        Probability of being in the main sample.
    """

    code: NDArray[np.str_]
    stratum: NDArray[np.str_]
    selected: NDArray[np.bool_]
    rank: Places
    inclusion: Floats


@dataclass(frozen=True, eq=False)
class Rows:
    """Codes and strata of a frame.

    Attributes
    ----------
    code, stratum : ndarray of str, shape (N,)
        Codes are unique.
    labels : ndarray of str, shape (H,)
        Strata in the order of their names.
    group : ndarray of int, shape (N,)
        Place of the row's stratum among the labels.
    population : ndarray of int, shape (H,)
        Rows of each stratum.
    """

    code: NDArray[np.str_]
    stratum: NDArray[np.str_]
    labels: NDArray[np.str_]
    group: Places
    population: Places

    def ranks(self, keys: Floats) -> Places:
        """Count each stratum's rows from the smallest key on, equal keys by code."""
        rank = np.empty(self.code.size, dtype=np.int64)
        starts = np.cumsum(self.population) - self.population
        order = np.lexsort((self.code, keys, self.group))
        rank[order] = np.arange(rank.size) - np.repeat(starts, self.population) + 1
        return rank

    def draw(self, selected: NDArray[np.bool_], rank: Places, inclusion: Floats) -> Draw:
        """Say what came of a draw."""
        return Draw(self.code, self.stratum, selected, rank, inclusion)


def rows_of(frame: Frame, *, whole: bool = False) -> Rows:
    """Read codes and strata; `whole` takes the frame as one stratum that is called "".

    Raises
    ------
    SelectionError
        If lengths differ or codes repeat.
    """
    codes = np.asarray(column(frame, "code"), dtype=np.str_)
    stratum = np.zeros(codes.shape, dtype="U1")
    if not whole:
        stratum = np.asarray(column(frame, "stratum"), dtype=np.str_)
    if codes.shape != stratum.shape or codes.ndim != 1:
        raise SelectionError("uneven_columns")
    ordered = np.sort(codes)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    if repeated.size:
        raise SelectionError("repeated_code", unit=str(repeated[0]))
    labels, group, population = np.unique(stratum, return_inverse=True, return_counts=True)
    return Rows(codes, stratum, labels, group.reshape(-1), population)


def column(frame: Frame, name: str) -> ArrayLike:
    """Find a column; UnknownColumnError names one that the frame lacks."""
    if name not in frame:
        raise UnknownColumnError("unknown_column", column=name)
    return frame[name]


def uniforms_of(rows: Rows, uniforms: ArrayLike) -> Floats:
    """Refuse what is not one number in [0, 1) for each row."""
    numbers = np.asarray(uniforms, dtype=float)
    if numbers.shape != rows.code.shape:
        raise SelectionError("uneven_columns")
    if not ((numbers >= 0) & (numbers < 1)).all():
        raise SelectionError("bad_uniform")
    return numbers


def planned_sizes(sizes: Mapping[str, int], rows: Rows) -> Places:
    """Give the size of each stratum of the frame, which must name the same strata.

    A stratum with fewer rows than its size is taken whole.
    """
    found = planned(sizes, rows)
    if any(size < 0 or size != int(size) for size in sizes.values()):
        raise SelectionError("negative_size")
    return np.minimum(found.astype(np.int64), rows.population)


def planned(values: Mapping[str, float], rows: Rows) -> Floats:
    """Give what the plan says of each stratum; 0 alone may be said of one without rows."""
    by_name = {str(stratum): value for stratum, value in values.items()}
    labels = rows.labels.tolist()
    unplanned = [label for label in labels if label not in by_name]
    absent = [name for name in by_name if by_name[name] and name not in {*labels}]
    if unplanned:
        raise SelectionError("unplanned_stratum", stratum=unplanned[0])
    if absent:
        raise SelectionError("absent_stratum", stratum=absent[0])
    return np.array([by_name[label] for label in labels], dtype=float)


def measured(frame: Frame, name: str, rows: Rows) -> NDArray[np.generic]:
    """Read a column of finite numbers, 0 or more, one for each row."""
    values = np.asarray(column(frame, name))
    if values.shape != rows.code.shape:
        raise SelectionError("uneven_columns")
    if values.size == 0:
        return values.astype(np.int64)
    if values.dtype.kind not in "iuf" or not (np.isfinite(values) & (values >= 0)).all():
        raise SelectionError("bad_column", column=name)
    return values
