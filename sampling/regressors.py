"""Sums with a matrix of regressors that is never written out.

The matrix X has a column for each level of the first variable, a column for each but the first
level of every other, and a column for each number. Its products are counts by level, so they cost
a few passes over the rows and no room. The first variable's part of X'WX is diagonal and is
eliminated first, so that it may have thousands of levels.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from sampling.coding import Codes, Floats, counted

# Rows taken at a time, so that what they need stays in the processor's cache.
BLOCK = 1 << 14
# Tables of cells are worth their making when they are this much shorter than the rows.
SHORTER = 4
# Directions of the scaled normal equations below this share of the largest count as collinear.
COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False)
class NormalMatrix:
    """X'WX in the parts that its structure leaves.

    Attributes
    ----------
    diagonal : ndarray, shape (a,)
        Sums of weights by level of the first variable.
    side : ndarray, shape (a, b)
        Between these levels and all other columns.
    core : ndarray, shape (b, b)
        Between the other columns.
    """

    diagonal: Floats
    side: Floats
    core: Floats

    def solve(self, right: Floats) -> Floats:
        """Solve X'WX B = right for (p,) or (p, k); collinear directions get no share."""
        a = self.diagonal.size
        upper, lower = right[:a], right[a:]
        by_row = self.inverse_diagonal if right.ndim == 1 else self.inverse_diagonal[:, None]
        below = self.inverse_core @ (lower - self.side.T @ (by_row * upper))
        return np.concatenate([by_row * (upper - self.side @ below), below])

    @cached_property
    def inverse_diagonal(self) -> Floats:
        """Reciprocals; 0 for a level that no row has."""
        safe = np.where(self.diagonal > 0, self.diagonal, 1.0)
        return np.where(self.diagonal > 0, 1.0 / safe, 0.0)

    @cached_property
    def inverse_core(self) -> Floats:
        """Pseudo-inverse of what is left of the core without the first variable."""
        left = self.core - self.side.T @ (self.inverse_diagonal[:, None] * self.side)
        if left.size == 0:
            return left
        own, before = np.diag(left), np.diag(self.core)
        varies = own > COLLINEAR * before
        scale = np.where(varies, 1.0 / np.sqrt(np.where(varies, own, 1.0)), 0.0)
        values, vectors = np.linalg.eigh(left * np.outer(scale, scale))
        kept = values > COLLINEAR * max(float(values[-1]), COLLINEAR)
        inverse = np.where(kept, 1.0 / np.where(kept, values, 1.0), 0.0)
        return np.asarray(scale[:, None] * ((vectors * inverse) @ vectors.T) * scale)

    @cached_property
    def deficient(self) -> bool:
        """Whether a column is a combination of the others."""
        if (self.diagonal <= 0).any():
            return True
        if self.core.size == 0:
            return False
        return int(np.linalg.matrix_rank(self.inverse_core, hermitian=True)) < len(self.core)


@dataclass(frozen=True, eq=False)
class Regressors:
    """Columns of codes and numbers that stand for the matrix X.

    Attributes
    ----------
    codes : tuple of ndarray of int, each of shape (n,)
        Levels of each variable.
    sizes : tuple of int
        How many levels each has.
    numbers : tuple of ndarray, each of shape (n,)
        Numbers.
    """

    codes: tuple[Codes, ...]
    sizes: tuple[int, ...]
    numbers: tuple[Floats, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of X."""
        return int((self.codes or self.numbers)[0].size)

    @cached_property
    def starts(self) -> list[int]:
        """Where each variable begins when all its levels have a column; last, their number."""
        return [0, *np.cumsum(np.array(self.sizes, dtype=int)).tolist()]

    @cached_property
    def kept(self) -> Codes:
        """Columns left of those of all levels and numbers: a first level that repeats goes."""
        everything = np.arange(self.starts[-1] + len(self.numbers))
        return np.delete(everything, self.starts[1 : len(self.sizes)])

    def blocks(self) -> Iterator[slice]:
        """Rows a block at a time."""
        return (slice(at, at + BLOCK) for at in range(0, self.rows, BLOCK))

    def totals(self, v: Floats) -> Floats:
        """X'v: (n,) to (p,)."""
        sums = [
            counted(codes, size, v)[bool(at) :]
            for at, (codes, size) in enumerate(zip(self.codes, self.sizes, strict=True))
        ]
        return np.concatenate([*sums, [float(number @ v) for number in self.numbers]])

    def combine(self, b: Floats) -> Floats:
        """X b: (p,) to (n,)."""
        spread = np.zeros(self.starts[-1] + len(self.numbers))
        spread[self.kept] = b
        out = np.zeros(self.rows)
        for rows in self.blocks():
            part = out[rows]
            for at, codes in enumerate(self.codes):
                part += spread[self.starts[at] : self.starts[at + 1]].take(codes[rows])
            for number, slope in zip(self.numbers, spread[self.starts[-1] :], strict=True):
                part += slope * number[rows]
        return out

    def cross(self, w: Floats) -> NormalMatrix:
        """X'diag(w)X, from the tables of every two variables."""
        starts, levels = self.starts, self.starts[-1]
        full = np.zeros((levels + len(self.numbers),) * 2)
        key = np.empty(BLOCK, np.intp)
        tables = {
            (i, j): np.zeros(self.sizes[i] * self.sizes[j])
            for i in range(len(self.sizes))
            for j in range(i)
        }
        for rows in self.blocks():
            weight = w[rows]
            pair = key[: weight.size]
            for (i, j), table in tables.items():
                np.multiply(self.codes[i][rows], self.sizes[j], out=pair)
                np.add(pair, self.codes[j][rows], out=pair)
                np.add(table, counted(pair, table.size, weight), out=table)
        for i, codes in enumerate(self.codes):
            own = slice(starts[i], starts[i + 1])
            full[own, own] = np.diag(counted(codes, self.sizes[i], w))
        for (i, j), table in tables.items():
            here, there = slice(starts[i], starts[i + 1]), slice(starts[j], starts[j + 1])
            full[here, there] = table.reshape(self.sizes[i], self.sizes[j])
            full[there, here] = full[here, there].T
        for at, number in enumerate(self.numbers, levels):
            weighted = w * number
            for i, codes in enumerate(self.codes):
                sums = counted(codes, self.sizes[i], weighted)
                full[at, starts[i] : starts[i + 1]] = full[starts[i] : starts[i + 1], at] = sums
            for other, second in enumerate(self.numbers, levels):
                full[at, other] = weighted @ second
        return self.parted(full)

    def parted(self, full: Floats) -> NormalMatrix:
        """Leave out the repeated levels and set the first variable's apart."""
        a = self.sizes[0] if self.sizes else 0
        rest = self.kept[a:]
        return NormalMatrix(np.diag(full)[:a], full[:a, rest], full[np.ix_(rest, rest)])

    def cells(self) -> "Cells | None":
        """Rows that X cannot tell apart, put together; None when that would save little."""
        if self.numbers or not self.codes:
            return None
        count = int(np.prod([float(size) for size in self.sizes]))
        if count * SHORTER > self.rows:
            return None
        cell = np.asarray(np.ravel_multi_index(self.codes, self.sizes), dtype=np.intp)
        table = np.unravel_index(np.arange(count), self.sizes)
        return Cells(cell, Regressors(tuple(np.asarray(part) for part in table), self.sizes))

    def column_totals(self, block: Callable[[slice], Floats], k: int) -> Floats:
        """X'V for V given by blocks of rows: (n, k) to (p, k)."""
        sums = np.zeros((self.starts[-1] + len(self.numbers), k))
        for rows in self.blocks():
            sums += self.written(rows).T @ block(rows)
        return sums[self.kept]

    def column_combinations(self, b: Floats) -> Callable[[slice], Floats]:
        """X B by blocks of rows: (p, k) to (n, k)."""
        spread = np.zeros((self.starts[-1] + len(self.numbers), b.shape[1]))
        spread[self.kept] = b
        return lambda rows: np.asarray(self.written(rows) @ spread)

    def written(self, rows: slice) -> sparse.csr_array:
        """Write out some rows of X with all levels, without its zeros."""
        height = len(range(*rows.indices(self.rows)))
        width = len(self.codes) + len(self.numbers)
        places = np.empty((height, width), np.int32)
        values = np.ones((height, width))
        for at, codes in enumerate(self.codes):
            np.add(codes[rows], self.starts[at], out=places[:, at], casting="unsafe")
        for at, number in enumerate(self.numbers):
            places[:, len(self.codes) + at] = self.starts[-1] + at
            values[:, len(self.codes) + at] = number[rows]
        ends = np.arange(0, height * width + 1, width, dtype=np.int32)
        shape = (height, self.starts[-1] + len(self.numbers))
        return sparse.csr_array((values.ravel(), places.ravel(), ends), shape=shape)


@dataclass(frozen=True, eq=False)
class Cells:
    """A table of the cells that the variables make together.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Cell of each row.
    regressors : Regressors
        The same columns with one row for each of c cells.
    """

    cell: Codes
    regressors: Regressors
