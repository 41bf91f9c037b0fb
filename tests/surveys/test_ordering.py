from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from surveys.answering import read_answers, to_form
from surveys.coding import codebook, coded
from surveys.document import NAME
from surveys.instruments import load
from surveys.ordering import (
    ORDER_COLUMN,
    ORDERS,
    arranged,
    in_order,
    order_of,
    ordered,
    shuffles,
)
from surveys.reading import read_questionnaire

FOLDER = Path(__file__).parents[1] / "questionnaires"


def read(name):
    return read_questionnaire((FOLDER / f"logic_valid_{name}.json").read_bytes())


@given(st.integers(0, 60), st.integers(0, ORDERS - 1))
def test_every_item_stands_in_every_order_once(size, order):
    assert sorted(arranged(range(size), order)) == list(range(size))
    assert arranged(range(size), 0) == tuple(range(size))


@pytest.mark.parametrize("size", range(2, ORDERS + 1))
def test_every_item_stands_at_every_place_about_equally_often(size):
    places = Counter(
        (item, place)
        for order in range(ORDERS)
        for place, item in enumerate(arranged(range(size), order))
    )
    assert len(places) == size * size
    assert set(places.values()) <= {ORDERS // size, -(-ORDERS // size)}


@pytest.mark.parametrize("size", [17, 20, 31, 60])
def test_more_items_than_orders_never_stand_at_the_same_place_twice(size):
    for item in range(size):
        places = [arranged(range(size), order).index(item) for order in range(ORDERS)]
        assert len(set(places)) == ORDERS
        gaps = [later - earlier for earlier, later in pairwise(sorted(places))]
        assert max(gaps) <= -(-size // ORDERS)


def test_the_order_follows_from_the_nonce_and_each_comes_about_equally_often():
    assert order_of("nonce") == order_of("nonce")
    found = Counter(order_of(f"nonce {number}") for number in range(16_000))
    assert sorted(found) == list(range(ORDERS))
    assert max(found.values()) < 1.15 * min(found.values())
    assert order_of("\ud800") in range(ORDERS)


def test_information_moves_with_the_question_after_it():
    section = read("shuffled_section").sections[1]
    orders = {tuple(one.code for one in ordered(section, order)) for order in range(ORDERS)}
    assert len(orders) == 6
    for codes in orders:
        assert codes.index("help") == codes.index("note") + 1


def test_rows_of_a_matrix_change_places_within_it():
    asked = read("shuffled_matrix")
    orders = {tuple(one.code for one in in_order(asked, order)) for order in range(ORDERS)}
    assert len(orders) == 6
    assert in_order(asked, 0) == asked.questions


def test_what_is_not_shuffled_stays_whatever_the_order():
    asked = read("shuffled_section")
    assert all(ordered(asked.sections[0], 7)[0].code == "channel" for _ in range(2))
    plain = read("only_if_section")
    assert not shuffles(plain)
    assert {in_order(plain, order) for order in range(ORDERS)} == {plain.questions}


def test_the_order_is_kept_with_the_answers_of_what_is_shuffled_and_nothing_else():
    asked = read("shuffled_section")
    form = to_form(asked, {"channel": "online", "late": "yes"})
    answers = read_answers(asked, form, order=11).answers
    assert answers == {"channel": "online", "late": "yes", ORDER_COLUMN: "11"}
    assert ORDER_COLUMN not in read_answers(asked, form).answers
    assert ORDER_COLUMN not in read_answers(load("citizen_satisfaction"), {}, order=11).answers


def test_the_order_is_the_last_column_of_what_is_shuffled():
    asked = read("shuffled_section")
    assert codebook(asked)[-1].name == ORDER_COLUMN
    assert coded(asked, {ORDER_COLUMN: "3"})[ORDER_COLUMN] == "3"
    assert coded(asked, {})[ORDER_COLUMN] is None
    plain = load("citizen_satisfaction")
    assert ORDER_COLUMN not in coded(plain, {ORDER_COLUMN: "3"})
    assert ORDER_COLUMN not in [column.name for column in codebook(plain)]


def test_no_question_can_be_named_like_the_column():
    assert not NAME.fullmatch(ORDER_COLUMN)
