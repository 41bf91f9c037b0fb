import hashlib
import hmac
from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from sampling.errors import SelectionError
from sampling.selection import Draw, StratifiedPlan, draw, keyed_uniforms

SEED = bytes(range(32))
FRAME = {
    "code": np.array([f"H{number:02d}" for number in range(30)]),
    "stratum": np.array(["A"] * 5 + ["B"] * 10 + ["C"] * 15),
}
PLAN = StratifiedPlan({"A": 2, "B": 3, "C": 1})
RUNS = 4000
ALPHA = 1e-3


def sample(draw_: Draw) -> list[str]:
    return sorted(draw_.code[draw_.selected].tolist())


def test_a_uniform_is_the_top_53_bits_of_the_keyed_hash() -> None:
    text = '["main",1,"Xã Đại Phước","H.01-2026/0001"]'
    digest = hmac.new(SEED, text.encode(), hashlib.sha256).digest()
    expected = (int.from_bytes(digest, "big") >> (256 - 53)) / 2**53
    ours = keyed_uniforms(SEED, "main", 1, ["Xã Đại Phước"], ["H.01-2026/0001"])
    assert ours.tolist() == [expected]


def test_uniforms_of_a_published_seed_never_change() -> None:
    ours = keyed_uniforms(SEED, "main", 1, ["A", "A", "Biên Hoà"], ["H01", 'H"2\n', "Số 3"])
    assert ours.tolist() == [0.6483796455048094, 0.8854030668988815, 0.18951796177653057]


def test_purpose_stage_stratum_and_code_all_matter() -> None:
    variants = [("main", 1, "A", "1"), ("recheck", 1, "A", "1"), ("main", 2, "A", "1")]
    variants += [("main", 1, "B", "1"), ("main", 1, "A", "2"), ("main", 1, "A1", "")]
    numbers = {
        keyed_uniforms(SEED, purpose, stage, [stratum], [code])[0]
        for purpose, stage, stratum, code in variants
    }
    assert len(numbers) == len(variants)


def test_columns_of_two_lengths_have_no_uniforms() -> None:
    with pytest.raises(SelectionError, match="one length"):
        keyed_uniforms(SEED, "main", 1, ["A"], [])


def test_the_smallest_uniforms_of_each_stratum_are_drawn() -> None:
    frame = {"code": ["a", "b", "c", "d", "e"], "stratum": ["X", "Y", "X", "Y", "X"]}
    drawn = draw(frame, StratifiedPlan({"X": 2, "Y": 1}), [0.9, 0.2, 0.5, 0.1, 0.3])
    assert sample(drawn) == ["c", "d", "e"]
    assert drawn.rank.tolist() == [3, 2, 2, 1, 1]
    assert drawn.inclusion.tolist() == [2 / 3, 1 / 2, 2 / 3, 1 / 2, 2 / 3]
    assert drawn.stratum.tolist() == ["X", "Y", "X", "Y", "X"]


def test_equal_uniforms_are_put_in_the_order_of_codes() -> None:
    frame = {"code": ["c", "a", "b"], "stratum": ["X", "X", "X"]}
    assert draw(frame, StratifiedPlan({"X": 1}), [0.5, 0.5, 0.5]).rank.tolist() == [3, 1, 2]


def test_a_size_beyond_the_stratum_takes_it_whole() -> None:
    drawn = draw(FRAME, StratifiedPlan({"A": 5, "B": 99, "C": 0}), np.linspace(0, 0.9, 30))
    assert drawn.selected.sum() == 15
    assert drawn.inclusion.tolist() == [1.0] * 15 + [0.0] * 15


def test_a_stratum_without_dossiers_may_only_ask_for_none() -> None:
    uniforms = np.linspace(0, 0.9, 30)
    drawn = draw(FRAME, StratifiedPlan({**PLAN.sizes, "Z": 0}), uniforms)
    assert drawn.selected.sum() == 6
    with pytest.raises(SelectionError, match="nobody in stratum 'Z'"):
        draw(FRAME, StratifiedPlan({**PLAN.sizes, "Z": 1}), uniforms)


def test_an_empty_frame_gives_an_empty_draw() -> None:
    assert draw({"code": [], "stratum": []}, StratifiedPlan({}), []).selected.size == 0


def test_vietnamese_strata_and_codes_are_drawn_like_others() -> None:
    frame = {"code": ["Đ1", "Ơ2", "Ă3"], "stratum": ["Phường Tân Triều"] * 3}
    uniforms = keyed_uniforms(SEED, "main", 1, frame["stratum"], frame["code"])
    drawn = draw(frame, StratifiedPlan({"Phường Tân Triều": 1}), uniforms)
    assert sample(drawn) == [frame["code"][int(np.argmin(uniforms))]]


@given(st.permutations(range(30)))
def test_the_order_of_the_frame_does_not_matter(order: list[int]) -> None:
    def public(frame: dict[str, NDArray[np.str_]]) -> list[str]:
        strata, codes = frame["stratum"].tolist(), frame["code"].tolist()
        return sample(draw(frame, PLAN, keyed_uniforms(SEED, "main", 1, strata, codes)))

    shuffled = {name: column[order] for name, column in FRAME.items()}
    assert public(shuffled) == public(FRAME)


@given(st.integers(0, 5), st.integers(1, 5))
def test_reserves_are_the_later_ranks_of_the_same_draw(size: int, more: int) -> None:
    uniforms = keyed_uniforms(SEED, "main", 1, FRAME["stratum"].tolist(), FRAME["code"].tolist())
    few, many = (
        draw(FRAME, StratifiedPlan({"A": n, "B": n, "C": n}), uniforms) for n in (size, size + more)
    )
    assert (few.rank == many.rank).all()
    assert (few.selected == (few.rank <= size)).all()
    assert set(sample(few)) <= set(sample(many))


@pytest.mark.parametrize(
    ("frame", "plan", "uniforms", "message"),
    [
        ({"code": ["a", "a"], "stratum": ["X", "X"]}, {"X": 1}, [0.1, 0.2], "'a' stands .* twice"),
        ({"code": ["a", "b"], "stratum": ["X", "Y"]}, {"X": 1}, [0.1, 0.2], "no size .* 'Y'"),
        ({"code": ["a", "b"], "stratum": ["X"]}, {"X": 1}, [0.1, 0.2], "one length"),
        ({"code": ["a"], "stratum": ["X"]}, {"X": 1}, [1.0], r"\[0, 1\)"),
        ({"code": ["a"], "stratum": ["X"]}, {"X": 1}, [float("nan")], r"\[0, 1\)"),
        ({"code": ["a"], "stratum": ["X"]}, {"X": -1}, [0.5], "0 or more"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    frame: dict, plan: dict, uniforms: list[float], message: str
) -> None:
    with pytest.raises(SelectionError, match=message):
        draw(frame, StratifiedPlan(plan), uniforms)


Selector = Callable[[np.random.Generator], NDArray[np.bool_]]


def honest(generator: np.random.Generator) -> NDArray[np.bool_]:
    return draw(FRAME, PLAN, generator.random(30)).selected


def public(generator: np.random.Generator) -> NDArray[np.bool_]:
    strata, codes = FRAME["stratum"].tolist(), FRAME["code"].tolist()
    return draw(FRAME, PLAN, keyed_uniforms(generator.bytes(32), "main", 1, strata, codes)).selected


def biased(generator: np.random.Generator) -> NDArray[np.bool_]:
    uniforms = generator.random(30)
    uniforms[7] *= 0.75  # one dossier of B has its number shrunk by a quarter
    return draw(FRAME, PLAN, uniforms).selected


def suspicious(selector: Selector) -> bool:
    """Whether inclusion counts stray beyond a Bonferroni bound at 1e-3 for singles and pairs."""
    generator = np.random.Generator(np.random.PCG64(20260105))
    drawn = np.array([selector(generator) for _ in range(RUNS)], dtype=float)
    single = draw(FRAME, PLAN, np.linspace(0, 0.9, 30)).inclusion
    pairs = np.outer(single, single)
    sizes = {"A": (2, 5), "B": (3, 10), "C": (1, 15)}
    for stratum, (n, population) in sizes.items():
        inside = FRAME["stratum"] == stratum
        pairs[np.ix_(inside, inside)] = n * (n - 1) / population / (population - 1)
    np.fill_diagonal(pairs, single)
    upper = np.triu_indices(30)
    expected, seen = pairs[upper], (drawn.T @ drawn)[upper] / RUNS
    bound = norm.isf(ALPHA / 2 / expected.size)
    slack = 1 / RUNS
    spread = np.sqrt(expected * (1 - expected)) / sqrt(RUNS)
    return bool((np.abs(seen - expected) > bound * spread + slack).any())


@pytest.mark.parametrize("selector", [honest, public])
def test_every_dossier_and_pair_is_drawn_as_often_as_promised(selector: Selector) -> None:
    assert not suspicious(selector)


def test_the_same_check_catches_a_biased_selector() -> None:
    assert suspicious(biased)
