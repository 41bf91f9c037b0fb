"""Nobody is asked twice: within a round by owner, between rounds by the list of the asked."""

import json
import math
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.apart import NOBODY, Numbered, Owner, Taken, take
from sampling.coordination import YEAR, Asked, list_hash
from sampling.draw_errors import DrawError
from sampling.draw_plan import DrawPlan
from sampling.draw_record import AskedList, canonical
from sampling.public_draw import drawn, promised
from sampling.record_reading import read_promise, read_record
from sampling.salted_frame import SaltedFrame
from sampling.selection import StratifiedPlan, draw, keyed_uniforms
from sampling.verify_sample import check
from tests.sampling.draws.papers import KEY, NUMBER, SECRET, dossiers

RUNS = 300
# Of 12,000 runs; the share has a standard deviation of 0.095 in these samples.
BIAS = (0.017, 0.023, 0.058)
DAY = date(2026, 10, 1)
OWNED = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 8), st.floats(0, 1, exclude_max=True)),
    min_size=1,
    max_size=30,
)


def numbered(
    rows: list[tuple[str, int, float]], asked: frozenset[str] = frozenset()
) -> list[Numbered]:
    return [
        Numbered(stratum, f"H{at:02}", number, Owner(f"o{owner}", f"o{owner}" in asked))
        for at, (stratum, owner, number) in enumerate(rows)
    ]


def owners_of(rows: list[Numbered], taken: dict[str, Taken]) -> list[str]:
    by_code = {row.code: row.owner.owner for row in rows}
    return [by_code[code] for it in taken.values() for code in it.drawn + it.reserves]


@settings(max_examples=50)
@given(OWNED, st.integers(0, 8), st.integers(0, 8), st.frozensets(st.integers(0, 8)))
def test_no_owner_is_taken_twice_and_none_of_the_asked_while_others_are_left(
    raw: list[tuple[str, int, float]], size: int, reserves: int, asked: frozenset[int]
) -> None:
    rows = numbered(raw, frozenset(f"o{owner}" for owner in asked))
    taken = take(rows, {"A": size, "B": size}, {"A": reserves, "B": reserves})
    found = owners_of(rows, taken)
    assert len(found) == len({*found})
    for stratum, chosen in taken.items():
        own = [row for row in rows if row.stratum == stratum]
        left = {row.owner.owner for row in own} - {*found}
        assert len(chosen.drawn) <= size
        if left:
            assert (len(chosen.drawn), len(chosen.reserves)) == (size, reserves)
        again = [row for row in own if row.owner.asked and row.code in chosen.drawn]
        fresh = {row.owner.owner for row in own if not row.owner.asked}
        drawn_anywhere = {
            row.owner.owner for row in rows for it in taken.values() if row.code in it.drawn
        }
        if again:
            assert fresh <= drawn_anywhere


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.floats(0, 1, exclude_max=True)), min_size=1))
def test_where_everybody_has_one_dossier_it_is_the_stratified_draw(
    raw: list[tuple[str, float]],
) -> None:
    codes = [f"H{at:02}" for at in range(len(raw))]
    strata = [stratum for stratum, _ in raw]
    numbers = [number for _, number in raw]
    sizes = {label: min(2, strata.count(label)) for label in {*strata}}
    usual = draw({"code": codes, "stratum": strata}, StratifiedPlan(sizes), numbers)
    rows = [Numbered(*row) for row in zip(strata, codes, numbers, strict=True)]
    found = {code for it in take(rows, sizes, {}).values() for code in it.drawn}
    assert found == {codes[place] for place in usual.selected.nonzero()[0]}


@settings(max_examples=30)
@given(st.integers(4, 30), st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32))
def test_two_rounds_share_no_owner_while_others_are_left(
    people: int, first: int, second: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    rows = [("A", owner, 0.0) for owner in range(people)] * 2
    lists = [
        [(s, o, float(u)) for (s, o, _), u in zip(rows, chance.random(2 * people), strict=True)]
        for _ in range(2)
    ]
    one = numbered(lists[0])
    asked = frozenset(owners_of(one, take(one, {"A": first}, {})))
    two = numbered(lists[1], asked)
    again = asked & {*owners_of(two, take(two, {"A": second}, {}))}
    assert len(again) == max(0, min(second, people) - (people - min(first, people)))


def test_fifty_dossiers_of_one_phone_get_one_ballot_and_chance_says_which() -> None:
    picked = Counter[str]()
    for at in range(200):
        chance = np.random.default_rng(at).random(60)
        rows = [
            Numbered("A", f"H{i:02}", float(u), Owner("1") if i < 50 else NOBODY)
            for i, u in enumerate(chance)
        ]
        found = take(rows, {"A": 5}, {"A": 60})["A"]
        assert sum(code < "H50" for code in found.drawn + found.reserves) == 1
        picked.update(code for code in found.drawn if code < "H50")
    assert len(picked) > 30


def second_round(chance: np.random.Generator, *, by_field: bool, chosen_before: bool) -> float:
    """Estimate a share in a second round of 24 of 240 dossiers, less its true value.

    The people of 40 owners with three dossiers and of 120 with one; those with more are less
    content, as are those of field 1. The first round drew 24, by fields three times as many of
    field 1 as of field 0. With `chosen_before` one dossier of each owner is picked by lot before
    the draw, which is what this method is not.
    """
    owner = np.concatenate([np.arange(120), np.repeat(np.arange(120, 160), 3)])
    field = np.arange(240) % 2
    happy = chance.random(240) < 0.8 - 0.3 * field - 0.2 * (owner >= 120)
    labels = [str(it) if by_field else "all" for it in field]

    def rows(strata: list[str], asked: frozenset[str]) -> list[Numbered]:
        return [
            Numbered(label, f"{at:03}", u, Owner(f"o{owner[at]}", f"o{owner[at]}" in asked))
            for at, (label, u) in enumerate(zip(strata, chance.random(240).tolist(), strict=True))
        ]

    one = rows(labels, frozenset())
    asked = frozenset(owners_of(one, take(one, {"all": 24, "0": 6, "1": 18}, {})))
    two = rows(["all"] * 240, asked)
    if chosen_before:
        lots = chance.permutation(240)
        two = list({two[at].owner.owner: two[at] for at in lots.tolist()}.values())
    drawn = take(two, {"all": 24}, {})["all"].drawn
    return float(np.mean(happy[[int(code) for code in drawn]]) - happy.mean())


@pytest.mark.parametrize(
    ("by_field", "chosen_before", "bias"),
    [(False, False, BIAS[0]), (True, False, BIAS[1]), (False, True, BIAS[2])],
)
def test_means_are_right_but_for_the_bias_on_record_and_worse_by_a_choice_before(
    by_field: bool, chosen_before: bool, bias: float
) -> None:
    chance = np.random.default_rng(5)
    off = np.array(
        [second_round(chance, by_field=by_field, chosen_before=chosen_before) for _ in range(RUNS)]
    )
    assert abs(off.mean() - bias) < 3.5 * off.std() / math.sqrt(RUNS)


ROWS = dossiers([(f"H{at:02}", "AB"[at % 2]) for at in range(24)])
LIST = [Asked("f" * 64, DAY), Asked("e" * 64, DAY)]
TEXT = "".join(sorted(f"{one.owner} {one.on}\n" for one in LIST)).encode()
OWNERS = {
    "H00": Owner("f" * 64, asked=True),
    "H03": Owner("e" * 64, asked=True),
    **{f"H{at:02}": Owner("1") for at in range(4, 14)},
}
PLAN = DrawPlan("apart", "XSKT", stratify_by=("unit",), sizes={"A": 6, "B": 11}, reserves=3)


def papers(owners: dict[str, Owner] | None = None) -> dict[str, Any]:
    frame = SaltedFrame.of(ROWS, KEY, OWNERS if owners is None else owners)
    told = AskedList(list_hash(LIST), YEAR, "2026-11-20")
    promise = promised(PLAN, frame, SECRET, "2026-11-20T08:00:00+07:00", told)
    record = drawn(promise, frame, [SECRET], NUMBER).record
    return {
        "commitment": canonical(promise.document()),
        "record": canonical(record.document()),
        "frame": frame.csv(),
        "revealed": json.dumps({"secrets": [SECRET.hex()]}).encode(),
        "asked": TEXT,
    }


def test_the_verifier_passes_the_papers_with_and_without_the_list() -> None:
    given = papers()
    assert list(check(given)) == []
    assert list(check(given | {"asked": None})) == []
    promise, faults = read_promise(given["commitment"])
    assert promise is not None
    assert faults == ()
    assert promise.asked == AskedList(list_hash(LIST), YEAR, "2026-11-20")
    assert read_record(given["record"])[1] == ()
    # Ten dossiers of one owner: at most one of them, so that B is left with fewer than its 11.
    sizes = {it["label"]: len(it["drawn"]) for it in json.loads(given["record"])["result"]}
    assert sizes["A"] == 6
    assert sizes["B"] in {7, 8}


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"," + b"f" * 64 + b",1", b",,"), (b",1,\n", b",2,\n"), (b"," + b"e" * 64 + b",1", b",e,")],
)
def test_the_verifier_finds_an_owner_or_a_mark_that_was_changed(old: bytes, new: bytes) -> None:
    given = papers()
    assert old in given["frame"]
    frame = given["frame"].replace(old, new, 1)
    assert any("owners" in fault for fault in check(given | {"frame": frame}))


def test_the_verifier_finds_a_draw_that_ignores_owners() -> None:
    given, usual = papers(), papers({})
    told = json.loads(given["record"]) | {"result": json.loads(usual["record"])["result"]}
    assert any("wrong from rank" in fault for fault in check(given | {"record": canonical(told)}))


def test_the_verifier_finds_another_list_and_a_mark_that_no_list_bears_out() -> None:
    given = papers()
    short = TEXT.splitlines(keepends=True)[0]
    assert any("list of the asked" in fault for fault in check(given | {"asked": short}))
    invented = papers(OWNERS | {"H01": Owner("a" * 64, asked=True)})
    assert any("list of the asked" in fault for fault in check(invented))


def test_the_method_needs_its_owners_and_its_list() -> None:
    frame = SaltedFrame.of(ROWS, KEY)
    with pytest.raises(DrawError):
        promised(PLAN, frame, SECRET)
    with pytest.raises(DrawError):
        promised(PLAN, SaltedFrame.of(ROWS, KEY, OWNERS), SECRET)


def test_equal_numbers_of_a_seed_give_the_same_sample() -> None:
    strata, codes = ["A"] * 24, [row.code for row in ROWS]
    numbers = keyed_uniforms(SECRET, "main", 1, strata, codes).tolist()
    rows = [Numbered("A", code, u) for code, u in zip(codes, numbers, strict=True)]
    assert take(rows, {"A": 6}, {"A": 2}) == take(rows[::-1], {"A": 6}, {"A": 2})
