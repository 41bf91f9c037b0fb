import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from analysis.model_errors import ModelError
from analysis.reliability import cronbach
from sampling.design import stratified

DRAW = np.random.default_rng(9)
WEIGHT = DRAW.uniform(1, 5, size=200)
MOOD = DRAW.normal(size=(200, 1))
ITEMS = np.round(3 + MOOD + DRAW.normal(size=(200, 4)))
DESIGN = stratified(WEIGHT)


@given(seed=st.integers(0, 2**32 - 1), items=st.integers(2, 6))
@settings(max_examples=30, deadline=None)
def test_identical_items_are_perfectly_reliable(seed: int, items: int) -> None:
    answers = np.random.default_rng(seed).permutation(np.arange(200) % 5 + 1.0)
    found = cronbach(np.column_stack([answers] * items), DESIGN)
    assert found.alpha == pytest.approx(1, rel=1e-12)
    assert found.item_rest == pytest.approx(1, rel=1e-12)


def test_alpha_compares_the_sum_with_its_items() -> None:
    found = cronbach(ITEMS, stratified(np.ones(200)))
    own, total = ITEMS.var(axis=0, ddof=1).sum(), ITEMS.sum(axis=1).var(ddof=1)
    assert found.alpha == pytest.approx(4 / 3 * (1 - own / total), rel=1e-12)
    rest = ITEMS[:, 1:].sum(axis=1)
    assert found.item_rest[0] == pytest.approx(np.corrcoef(ITEMS[:, 0], rest)[0, 1], rel=1e-12)


def test_alpha_without_an_item_is_that_of_the_others() -> None:
    found = cronbach(ITEMS, DESIGN)
    for item in range(4):
        others = cronbach(np.delete(ITEMS, item, axis=1), DESIGN)
        assert found.without[item] == pytest.approx(others.alpha, rel=1e-12)
    assert np.isnan(cronbach(ITEMS[:, :2], DESIGN).without).all()


@given(scale=st.floats(0.01, 100), shift=st.floats(-100, 100), order=st.permutations(range(4)))
@settings(max_examples=30, deadline=None)
def test_units_and_the_order_of_items_do_not_matter(
    scale: float, shift: float, order: list[int]
) -> None:
    found = cronbach(shift + scale * ITEMS[:, order], DESIGN)
    expected = cronbach(ITEMS, DESIGN)
    assert found.alpha == pytest.approx(expected.alpha, rel=1e-9)
    assert found.without == pytest.approx(expected.without[order], rel=1e-9)


def test_an_item_keyed_in_reverse_lowers_alpha_and_stands_out() -> None:
    items = ITEMS.copy()
    items[:, 2] = 6 - items[:, 2]
    found = cronbach(items, DESIGN)
    assert found.alpha < cronbach(ITEMS, DESIGN).alpha
    assert found.without.argmax() == 2
    assert found.item_rest[2] < 0


def test_items_that_have_no_alpha_are_refused() -> None:
    with pytest.raises(ModelError, match="only 1 items"):
        cronbach(ITEMS[:, :1], DESIGN)
    constant = ITEMS.copy()
    constant[:, 1] = 5.0
    with pytest.raises(ModelError, match="'q2'"):
        cronbach(constant, DESIGN, names=("q1", "q2", "q3", "q4"))
    with pytest.raises(ModelError, match="never changes"):
        cronbach(np.column_stack([ITEMS[:, 0], -ITEMS[:, 0]]), DESIGN)
    gap = ITEMS.copy()
    gap[3, 3] = np.nan
    with pytest.raises(ModelError, match="item '4' has missing"):
        cronbach(gap, DESIGN)
    rest = np.arange(200) != 3
    others = cronbach(ITEMS[rest], stratified(WEIGHT[rest])).alpha
    dropped = cronbach(gap, DESIGN, missing="drop").alpha
    assert dropped == pytest.approx(others, rel=1e-12)
