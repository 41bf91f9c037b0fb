import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.coding import Floats
from sampling.regressors import BLOCK, Regressors


def dense(x: Regressors) -> Floats:
    """The matrix as it would be written out."""
    levels = [
        (codes[:, None] == np.arange(size))[:, bool(at) :]
        for at, (codes, size) in enumerate(zip(x.codes, x.sizes, strict=True))
    ]
    return np.column_stack([*levels, *x.numbers]).astype(float)


@st.composite
def matrices(draw: st.DrawFn) -> tuple[Regressors, np.random.Generator]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = draw(st.sampled_from([1, 7, 60]))
    sizes = tuple(draw(st.lists(st.integers(1, 5), max_size=3)))
    numbers = draw(st.integers(0 if sizes else 1, 2))
    codes = tuple(rng.integers(0, size, rows) for size in sizes)
    return Regressors(codes, sizes, tuple(rng.normal(size=rows) for _ in range(numbers))), rng


def test_blocks_of_rows_add_up() -> None:
    rng = np.random.default_rng(1)
    rows = 2 * BLOCK + 5
    x = Regressors((rng.integers(0, 3, rows), rng.integers(0, 2, rows)), (3, 2))
    matrix, v = dense(x), rng.random(rows)
    normal = x.cross(v)
    assert normal.core == pytest.approx(matrix[:, 3:].T @ (v[:, None] * matrix[:, 3:]))
    assert normal.side == pytest.approx(matrix[:, :3].T @ (v[:, None] * matrix[:, 3:]))
    assert x.combine(np.arange(4.0)) == pytest.approx(matrix @ np.arange(4.0))


@given(matrices())
def test_products_are_those_of_the_matrix_written_out(made) -> None:
    x, rng = made
    matrix = dense(x)
    v, b = rng.random(x.rows), rng.normal(size=matrix.shape[1])
    assert x.totals(v) == pytest.approx(matrix.T @ v)
    assert x.combine(b) == pytest.approx(matrix @ b)
    many, slopes = rng.normal(size=(x.rows, 3)), rng.normal(size=(matrix.shape[1], 3))
    assert x.column_totals(lambda part: many[part], 3) == pytest.approx(matrix.T @ many)
    by_block = x.column_combinations(slopes)
    assert np.concatenate([by_block(part) for part in x.blocks()]) == pytest.approx(matrix @ slopes)


@given(matrices())
def test_the_normal_matrix_solves_like_least_squares_even_when_collinear(made) -> None:
    x, rng = made
    matrix, w = dense(x), rng.random(x.rows) + 0.1
    y = rng.normal(size=(x.rows, 2))
    slopes = x.cross(w).solve(matrix.T @ (w[:, None] * y))
    root = np.sqrt(w)[:, None]
    oracle = np.linalg.lstsq(root * matrix, root * y, rcond=1e-10)[0]
    assert matrix @ slopes == pytest.approx(matrix @ oracle, abs=1e-6)


@given(matrices())
def test_collinear_columns_are_noticed(made) -> None:
    x, _ = made
    matrix = dense(x)
    lengths = np.sqrt((matrix**2).sum(axis=0))
    rank = np.linalg.matrix_rank(matrix / np.where(lengths > 0, lengths, 1), tol=1e-6)
    assert x.cross(np.ones(x.rows)).deficient == (rank < matrix.shape[1])


def test_few_cells_stand_for_many_rows() -> None:
    rng = np.random.default_rng(3)
    x = Regressors((rng.integers(0, 3, 200), rng.integers(0, 2, 200)), (3, 2))
    cells = x.cells()
    assert cells is not None
    assert cells.regressors.rows == 6
    assert (dense(cells.regressors)[cells.cell] == dense(x)).all()


def test_no_table_of_cells_where_it_would_be_as_long_as_the_rows_or_numbers_differ() -> None:
    codes = (np.arange(20) % 5, np.arange(20) % 4)
    assert Regressors(codes, (5, 4)).cells() is None
    assert Regressors((np.zeros(100, np.intp),), (1,), (np.arange(100.0),)).cells() is None
