import numpy as np
import pytest

from sampling.hadamard import hadamard


@pytest.mark.parametrize("least", [1, 2, 3, 4, 5, 11, 13, 17, 21, 25, 33, 49, 61, 101, 201, 401])
def test_rows_are_orthogonal_and_begin_with_ones(least: int) -> None:
    matrix = hadamard(least).astype(int)
    order = matrix.shape[0]
    assert order >= least
    assert (matrix @ matrix.T == order * np.eye(order)).all()
    assert (matrix[0] == 1).all()
    assert (matrix[:, 0] == 1).all()


def test_orders_are_close_to_what_is_asked_for() -> None:
    assert [hadamard(least).shape[0] for least in (3, 5, 9, 13, 17, 21, 25, 29, 33, 37, 45)] == [
        *(4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 48)
    ]
    assert all(hadamard(least).shape[0] - least < 12 for least in range(1, 500, 7))
