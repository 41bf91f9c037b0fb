"""Reports of a message may come twice and in any order, and end alike."""

from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from app.channels.sms.states import State, joined, known


def test_every_order_of_the_five_reports_ends_delivered() -> None:
    orders = list(permutations(State))
    assert len(orders) == 120
    assert {known(order) for order in orders} == {State.DELIVERED}


@pytest.mark.parametrize("last", State)
def test_no_report_undoes_a_later_one(last: State) -> None:
    so_far = list(State)[: list(State).index(last) + 1]
    assert {known(order) for order in permutations(so_far)} == {last}


@given(st.lists(st.sampled_from(State)), st.randoms())
def test_doubles_and_orders_change_nothing(reports: list[State], chance) -> None:
    shuffled = reports * 2
    chance.shuffle(shuffled)
    assert known(shuffled) is known(reports)


def test_before_the_first_report_a_message_waits() -> None:
    assert known([]) is State.QUEUED
    assert joined(State.FAILED, State.DELIVERED) is State.DELIVERED
    assert joined(State.FAILED, State.SENT) is State.FAILED
