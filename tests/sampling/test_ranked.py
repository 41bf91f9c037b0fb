from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.errors import SelectionError
from sampling.order_chances import others_at_most, pareto_chances, sequential_poisson_chances
from sampling.selection import (
    PUBLIC,
    BernoulliPlan,
    ParetoPlan,
    PoissonPlan,
    SequentialPoissonPlan,
    SimplePlan,
    StratifiedPlan,
    draw,
)

FRAME: dict[str, Any] = {
    "code": [f"H{at}" for at in range(8)],
    "stratum": ["X"] * 6 + ["Y"] * 2,
    "size": [4, 1, 0, 40, 2, 5, 1, 1],
    "chance": [0.0, 0.1, 0.5, 1.0, 0.2, 0.3, 0.4, 1.0],
}
NUMBERS = np.array([0.9, 0.3, 0.01, 0.99, 0.2, 0.5, 0.7, 0.6])
UNEQUAL = st.lists(st.floats(0.01, 1), min_size=2, max_size=9)


def test_a_simple_draw_does_not_look_at_strata() -> None:
    drawn = draw(FRAME, SimplePlan(3), NUMBERS)
    assert drawn.code[drawn.selected].tolist() == ["H1", "H2", "H4"]
    assert drawn.inclusion.tolist() == [3 / 8] * 8
    assert set(drawn.stratum.tolist()) == {""}
    assert draw({"code": FRAME["code"]}, SimplePlan(99), NUMBERS).selected.all()
    assert draw({"code": []}, SimplePlan(3), []).selected.size == 0


def test_permanent_numbers_make_a_later_draw_from_the_same_people() -> None:
    small, large = (draw(FRAME, StratifiedPlan({"X": n, "Y": 1}), NUMBERS) for n in (2, 4))
    assert (small.selected <= large.selected).all()


@pytest.mark.parametrize("plan", [SequentialPoissonPlan, ParetoPlan])
def test_order_draws_take_the_certain_first_and_never_what_has_no_size(plan: type) -> None:
    drawn = draw(FRAME, plan({"X": 3, "Y": 0}, "size"), NUMBERS)
    assert drawn.rank[3] == 1
    assert drawn.inclusion[3] == 1
    assert drawn.inclusion[2] == 0
    assert drawn.rank[2] == 6  # the last of its stratum
    assert drawn.selected.sum() == 3
    assert drawn.inclusion.sum() == pytest.approx(3, abs=1e-9)
    assert draw(FRAME, plan({"X": 99, "Y": 99}, "size"), NUMBERS).selected.sum() == 7


def test_sequential_poisson_ranks_by_number_over_aim_and_pareto_by_odds() -> None:
    frame: dict[str, Any] = {"code": ["a", "b"], "stratum": ["X", "X"], "size": [1, 3]}
    by_quotient = draw(frame, SequentialPoissonPlan({"X": 1}, "size"), [0.2, 0.55])
    assert by_quotient.selected.tolist() == [False, True]  # 0.8 against 0.733
    by_odds = draw(frame, ParetoPlan({"X": 1}, "size"), [0.2, 0.75])
    assert by_odds.selected.tolist() == [True, False]  # 0.75 against 1
    aims = draw(frame, ParetoPlan({"X": 1}, "size", exact=False), [0.2, 0.75])
    assert aims.inclusion.tolist() == [0.25, 0.75]


def test_two_rows_have_the_probabilities_of_the_integral_in_closed_form() -> None:
    aimed = np.array([0.25, 0.75])
    assert sequential_poisson_chances(aimed, 1) == pytest.approx([1 / 6, 5 / 6], abs=1e-11)
    c = 1 / 9  # odds of u1 must lie below (a / b)^2 times those of u2
    small = c * (c - 1 - log(c)) / (c - 1) ** 2
    assert pareto_chances(aimed, 1) == pytest.approx([small, 1 - small], abs=1e-11)


@settings(max_examples=30, deadline=None)
@given(UNEQUAL, st.data())
def test_order_probabilities_add_up_and_grow_with_the_aim(
    raw: list[float], data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(raw) - 1))
    aimed = np.array(raw) / sum(raw) * n
    if aimed.max() > 0.999:
        return
    for chances in (pareto_chances, sequential_poisson_chances):
        found = chances(aimed, n)
        assert found.sum() == pytest.approx(n, abs=1e-8)
        assert (np.diff(found[np.argsort(aimed)]) > -1e-9).all()
    equal = np.full(aimed.size, n / aimed.size)
    assert pareto_chances(equal, n) == pytest.approx(equal, abs=1e-9)


def test_large_samples_come_near_to_what_is_aimed_at() -> None:
    sizes = np.random.default_rng(4).uniform(1, 5, 150)
    aimed = sizes / sizes.sum() * 40
    for chances in (pareto_chances, sequential_poisson_chances):
        found = chances(aimed, 40)
        assert found.sum() == pytest.approx(40, abs=1e-9)
        assert 1e-6 < np.abs(found / aimed - 1).max() < 0.01


def test_counts_of_others_are_those_of_all_subsets() -> None:
    share = np.array([[0.2], [0.5], [1.0], [0.0], [0.7]])
    found = others_at_most(share, 1)[:, 0]
    for own in range(5):
        others = np.delete(share[:, 0], own)
        none = np.prod(1 - others)
        one = sum(p * np.prod(np.delete(1 - others, at)) for at, p in enumerate(others))
        assert found[own] == pytest.approx(none + one, abs=1e-15)


def test_poisson_draws_decide_on_each_row_by_itself() -> None:
    drawn = draw(FRAME, PoissonPlan("chance"), NUMBERS)
    assert drawn.selected.tolist() == [False, False, True, True, False, False, False, True]
    assert drawn.inclusion.tolist() == FRAME["chance"]
    assert drawn.rank.tolist() == [6, 5, 1, 2, 3, 4, 2, 1]
    by_stratum = draw(FRAME, BernoulliPlan({"X": 0.31, "Y": 0}), NUMBERS)
    assert by_stratum.code[by_stratum.selected].tolist() == ["H1", "H2", "H4"]


@given(st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_a_drawn_row_ranks_before_one_that_is_not(chance: float, number: float) -> None:
    frame: dict[str, Any] = {"code": ["a", "b"], "stratum": ["X", "X"], "chance": [chance, 0.5]}
    drawn = draw(frame, PoissonPlan("chance"), [number, 0.5])
    assert drawn.selected[0] == (number < chance)
    assert not drawn.selected[0] or drawn.rank[0] == 1


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (BernoulliPlan({"X": 1.5, "Y": 0}), "from 0 to 1"),
        (BernoulliPlan({"X": 0.5}), "no size for stratum 'Y'"),
        (PoissonPlan("size"), "from 0 to 1"),
        (PoissonPlan("code"), "nothing can be drawn by"),
        (SimplePlan(-1), "0 or more"),
        (ParetoPlan({"X": 1, "Y": 1}, "code"), "nothing can be drawn by"),
    ],
)
def test_impossible_plans_are_refused(plan: PoissonPlan, message: str) -> None:
    with pytest.raises(SelectionError, match=message) as caught:
        draw(FRAME, plan, NUMBERS)
    assert caught.value.message("vi") != caught.value.message("en")


def test_what_divides_is_not_called_public() -> None:
    assert {StratifiedPlan, PoissonPlan} <= PUBLIC
    assert not {ParetoPlan, SequentialPoissonPlan} & PUBLIC
