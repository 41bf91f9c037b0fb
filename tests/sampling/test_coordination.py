import hashlib
import hmac
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.coordination import (
    Asked,
    asked_within,
    chance_of_being_asked,
    draw_apart,
    list_hash,
    permanent_numbers,
    rotated,
    rotation_start,
    stacked_start,
)
from sampling.errors import SelectionError
from sampling.selection import BernoulliPlan, PoissonPlan, StratifiedPlan, draw

SEED = bytes(range(32))
OWNERS = [f"{at:04x}" for at in range(400)]
FRAME: dict[str, Any] = {"code": OWNERS, "stratum": ["X"] * 250 + ["Y"] * 150}
NUMBERS = permanent_numbers(SEED, OWNERS)
TODAY = date(2026, 11, 20)
SHARES = st.integers(0, 2**53 - 1).map(lambda whole: whole / 2**53)


def test_a_permanent_number_depends_on_seed_and_owner_alone() -> None:
    digest = hmac.new(SEED, b'["prn","0005"]', hashlib.sha256).digest()
    assert NUMBERS[5] == (int.from_bytes(digest, "big") >> 203) / 2**53
    assert permanent_numbers(SEED, OWNERS[::-1]).tolist() == NUMBERS[::-1].tolist()
    assert permanent_numbers(bytes(32), OWNERS[:1]) != NUMBERS[:1]


@given(st.lists(SHARES, min_size=1, unique=True), SHARES)
def test_turning_loses_no_number_and_can_be_turned_back(numbers: list[float], at: float) -> None:
    turned = rotated(numbers, at)
    assert ((turned >= 0) & (turned < 1)).all()
    assert np.unique(turned).size == len(numbers)
    assert rotated(turned, 1 - at).tolist() == numbers


def test_numbers_behind_the_start_come_first() -> None:
    assert rotated([0.1, 0.5, 0.75, 0.25], 0.5).tolist() == [0.6, 0.0, 0.25, 0.75]
    assert [rotation_start(at, 4) for at in range(4)] == [0, 0.25, 0.5, 0.75]


@settings(max_examples=40)
@given(st.lists(st.lists(st.floats(0, 1), min_size=9, max_size=9), min_size=2, max_size=5))
def test_stacked_rounds_never_meet_in_whatever_strata_they_are(raw: list[list[float]]) -> None:
    rates = np.array(raw) / max(1.0, np.array(raw).sum(axis=0).max() * 1.01)
    times = np.zeros(400)
    for at, rate in enumerate(rates):
        frame: dict[str, Any] = {
            "code": OWNERS,
            "stratum": ["X"] * 400,
            "chance": np.resize(rate, 400),
        }
        starts = np.resize(stacked_start(rates[:at]) if at else np.zeros(9), 400)
        times += draw(frame, PoissonPlan("chance"), rotated(NUMBERS, starts)).selected
    assert times.max() <= 1


def test_turns_of_fixed_size_meet_much_less_than_chance_would_have_them() -> None:
    plan = StratifiedPlan({"X": 50, "Y": 30})  # a fifth, in each of four turns
    turns = [draw(FRAME, plan, rotated(NUMBERS, rotation_start(at, 4))).selected for at in range(4)]
    times = np.sum(turns, axis=0)
    assert times.max() <= 2
    assert (times == 2).sum() <= 10  # independent rounds: 400 x 0.18
    every_turn = BernoulliPlan({"X": 0.25, "Y": 0.25})
    whole = [draw(FRAME, every_turn, rotated(NUMBERS, at / 4)).selected for at in range(4)]
    assert np.sum(whole, axis=0).tolist() == [1] * 400


def test_chances_of_rounds_that_are_apart_add_up() -> None:
    assert chance_of_being_asked([[0.25, 0.0], [0.5, 0.125]]).tolist() == [0.75, 0.125]
    assert chance_of_being_asked([[1 / 3], [1 / 3], [1 / 3 + 1e-15]]).tolist() == [1.0]
    with pytest.raises(SelectionError, match=r"1\.25 at place 0"):
        chance_of_being_asked([[0.75], [0.5]])


def test_a_year_after_being_asked_one_may_be_asked_again() -> None:
    def asked(days: int, period: int = 365) -> list[bool]:
        entry = Asked("b", TODAY - timedelta(days))
        return [*asked_within([entry, Asked("z", TODAY)], ["a", "b"], TODAY, period)]

    assert asked(0) == asked(364) == [False, True]
    assert asked(365) == [False, False]
    assert asked(30, 30) == [False, False]
    assert asked_within([], ["a"], TODAY).tolist() == [False]
    with pytest.raises(SelectionError, match="later than that of the draw"):
        asked(-1)
    with pytest.raises(SelectionError, match="positive"):
        asked(1, 0)


def test_the_list_has_one_hash_in_whatever_order_it_was_kept() -> None:
    entries = [Asked("b", TODAY), Asked("a", TODAY), Asked("a", TODAY - timedelta(9))]
    assert list_hash(entries) == list_hash(entries[::-1]) == list_hash([*entries, entries[0]])
    assert list_hash(entries) != list_hash(entries[1:])
    text = b"a 2026-11-11\na 2026-11-20\nb 2026-11-20\n"
    assert list_hash(entries) == hashlib.sha256(text).hexdigest()


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 30), st.integers(0, 99))
def test_no_draw_of_that_size_could_ask_fewer_people_again(
    before: list[bool], size: int, seed: int
) -> None:
    rows, asked = len(before), np.array(before)
    frame = {"code": OWNERS[:rows], "stratum": ["X"] * rows}
    numbers = np.random.default_rng(seed).random(rows)
    drawn = draw_apart(frame, StratifiedPlan({"X": size}), numbers, asked, np.full(rows, 0.5))
    assert drawn.selected.sum() == min(size, rows)
    assert (drawn.selected & asked).sum() == max(0, min(size, rows) - (~asked).sum())
    fresh = numbers[~asked][np.argsort(drawn.rank[~asked])]
    assert (np.diff(fresh) > 0).all()


def test_chances_follow_from_both_rounds() -> None:
    frame = {"code": OWNERS[:10], "stratum": ["X"] * 10}
    asked, numbers = np.arange(10) < 4, np.linspace(0, 0.9, 10)
    chance = np.full(10, 0.4)
    few, many = (
        draw_apart(frame, StratifiedPlan({"X": n}), numbers, asked, chance) for n in (3, 8)
    )
    assert few.inclusion == pytest.approx(np.full(10, 0.6 * 3 / 6))
    assert many.inclusion == pytest.approx(np.full(10, 0.6 + 0.4 * 2 / 4))
    nobody = draw_apart(frame, StratifiedPlan({"X": 3}), numbers, asked & False, chance * 0)
    plain = draw(frame, StratifiedPlan({"X": 3}), numbers)
    assert nobody.rank.tolist() == plain.rank.tolist()
    assert nobody.inclusion.tolist() == plain.inclusion.tolist()


def test_totals_are_right_on_average_where_strata_cross() -> None:
    generator, totals = np.random.default_rng(3), []
    values = np.arange(20.0)
    first_frame = {"code": OWNERS[:20], "stratum": ["1", "2"] * 10}
    frame = {"code": OWNERS[:20], "stratum": ["X"] * 9 + ["Y"] * 11}
    for _ in range(1500):
        first = draw(first_frame, StratifiedPlan({"1": 6, "2": 1}), generator.random(20))
        drawn = draw_apart(
            frame, StratifiedPlan({"X": 3, "Y": 3}), generator.random(20), first.selected,
            first.inclusion,
        )  # fmt: skip
        totals.append((values / drawn.inclusion)[drawn.selected].sum())
    error = np.std(totals) / np.sqrt(len(totals))
    assert abs(np.mean(totals) - values.sum()) < 3.3 * error
    assert error < 5


@pytest.mark.parametrize(
    ("asked", "chance", "message"),
    [
        ([True] + [False] * 3, [1.0, 0.2, 0.2, 0.2], "place 0 was certain to be asked"),
        ([True] + [False] * 3, [0.0, 0.2, 0.2, 0.2], "place 0 was asked though"),
        ([True] + [False] * 3, [1.2, 0.2, 0.2, 0.2], "from 0 to 1"),
        ([True], [0.2] * 4, "one length"),
        ([1, 0, 0, 0], [0.2] * 4, "one length"),
        ([True] + [False] * 3, [0.2], "one length"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(
    asked: list[bool], chance: list[float], message: str
) -> None:
    frame = {"code": OWNERS[:4], "stratum": ["X"] * 4}
    with pytest.raises(SelectionError, match=message) as caught:
        draw_apart(frame, StratifiedPlan({"X": 2}), [0.1, 0.2, 0.3, 0.4], asked, chance)
    assert caught.value.message("vi")


def test_turns_are_counted_from_0() -> None:
    with pytest.raises(SelectionError, match="turn 4 of 4"):
        rotation_start(4, 4)
