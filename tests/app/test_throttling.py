"""Guessing is slowed down, in the database, and nobody is locked out for good."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import db
from app.models import SignInFailure
from app.services import signing, throttling
from app.services.errors import ServiceError
from app.services.throttling import ADDRESS, CODE, SOURCE, Limit, TooManyAttemptsError, Tried
from app.vocabulary import Role
from tests.app.at_once import at_once
from tests.factories import PASSWORD, account

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def waits(*tried: Tried) -> bool:
    try:
        throttling.take(*tried)
    except TooManyAttemptsError:
        return True
    return False


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SignInFailure)) or 0


def test_a_few_mistakes_cost_nothing(app: Flask, clock):
    assert not any(waits(throttling.address("a@b.vn")) for _ in range(ADDRESS.free))
    assert waits(throttling.address(" A@b.VN"))
    assert not waits(throttling.address("c@b.vn"))


def test_the_wait_doubles_up_to_its_end(app: Flask):
    waited = [ADDRESS.wait(count) for count in range(4, 13)]
    assert waited == [0, 2, 4, 8, 16, 32, 60, 60, 60]
    assert CODE.wait(10_000) == CODE.longest


@pytest.mark.parametrize("limit", [ADDRESS, SOURCE, CODE])
def test_no_stranger_locks_anybody_out_for_long(app: Flask, clock, limit: Limit):
    tried = Tried(limit, "x")
    for _ in range(limit.free + 12):
        waits(tried)
        clock.shift(limit.longest)
    clock.shift(-limit.longest)
    assert waits(tried)
    clock.shift(limit.longest)
    assert not waits(tried)


def test_attempts_that_had_to_wait_do_not_lengthen_the_wait(app: Flask, clock):
    tried = throttling.address("a@b.vn")
    for _ in range(200):
        waits(tried)
    clock.shift(ADDRESS.first)
    assert not waits(tried)


def test_guesses_of_a_day_are_few(app: Flask, clock):
    guesses = 0
    now = 0.0
    count = 0
    while now < 24 * 3600:
        guesses += 1
        count += 1
        now += max(ADDRESS.wait(count), 0.1)
    assert guesses < 1500
    codes = 24 * 3600 / CODE.longest
    assert codes * 3 / 1_000_000 < 0.001


def test_a_right_answer_and_time_both_clear_the_count(app: Flask, clock):
    mine, other = throttling.address("a@b.vn"), throttling.address("c@b.vn")
    for _ in range(ADDRESS.free):
        throttling.take(mine)
        throttling.take(other)
    throttling.settle(forget=[mine])
    assert not waits(mine)
    clock.shift(ADDRESS.forgotten)
    assert not waits(other)


def test_a_right_answer_takes_back_one_attempt_of_its_network(app: Flask, clock):
    source = throttling.source("203.0.113.9")
    for _ in range(SOURCE.free - 1):
        throttling.take(source)
    for _ in range(20):
        throttling.take(source)
        throttling.settle(give_back=[source])
    assert not waits(source)
    assert waits(source)


def test_many_at_once_cannot_slip_by(app: Flask):
    tried = throttling.address("a@b.vn")
    acts = [lambda: throttling.take(tried)] * 12
    outcomes = at_once(app, acts)
    assert sum(outcome is None for outcome in outcomes) == ADDRESS.free
    assert all(isinstance(outcome, TooManyAttemptsError | None) for outcome in outcomes)


def test_two_counts_taken_in_any_order_do_not_block_each_other(app: Flask):
    one, other = throttling.address("a@b.vn"), throttling.source("203.0.113.9")
    orders = [lambda: throttling.take(one, other), lambda: throttling.take(other, one)] * 2
    assert at_once(app, orders) == [None] * 4


def test_networks_are_told_apart_as_they_are_given_out(app: Flask):
    same = throttling.source("2001:db8:1:2::1"), throttling.source("2001:db8:1:2:ffff::9")
    assert same[0].key == same[1].key
    others = {throttling.source(ip).key for ip in ("2001:db8:1:3::1", "10.0.0.1", "10.0.0.2", "")}
    assert len(others | {same[0].key}) == 5


def test_old_counts_are_cleared_away(app: Flask, clock):
    for number in range(20):
        throttling.take(throttling.address(f"{number}@b.vn"))
    assert rows() == 20
    clock.shift(throttling.KEPT.total_seconds() + 1)
    throttling.take(throttling.address("late@b.vn"))
    assert rows() == 1


def test_what_was_tried_cannot_be_read_from_the_table(app: Flask):
    throttling.take(throttling.address("nguoi.dung@dongnai.gov.vn"), throttling.source("10.1.2.3"))
    db.session.rollback()
    keys = db.session.scalars(select(SignInFailure.key)).all()
    assert {len(key) for key in keys} == {32}
    import hashlib

    plain = hashlib.sha256(b"address:nguoi.dung@dongnai.gov.vn").digest()
    assert plain not in keys


def test_signing_in_slows_down_alike_for_known_and_unknown_addresses(
    app: Flask, client: FlaskClient, clock
):
    person = account(Role.COORDINATOR)
    invited = "nobody@dongnai.gov.vn"
    for email in (person.email, invited):
        form = {"email": email, "password": "wrong " * 4}
        replies = [client.post("/sign-in", data=form) for _ in range(7)]
        assert [reply.status_code for reply in replies] == [422] * ADDRESS.free + [429, 429]
    right = {"email": person.email, "password": PASSWORD}
    assert client.post("/sign-in", data=right).status_code == 429
    clock.shift(ADDRESS.longest)
    assert client.post("/sign-in", data=right).status_code == 302


def test_one_network_cannot_try_address_after_address(app: Flask, clock):
    far = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}
    browser = app.test_client()
    statuses = [
        browser.post(
            "/sign-in", data={"email": f"{number}@b.vn", "password": "x" * 15}, **far
        ).status_code
        for number in range(SOURCE.free + 1)
    ]
    assert statuses == [422] * SOURCE.free + [429]
    near = app.test_client().post("/sign-in", data={"email": "z@b.vn", "password": "x" * 15})
    assert near.status_code == 422


def test_what_one_process_counted_another_knows(app: Flask):
    person = account(Role.COORDINATOR)
    for _ in range(ADDRESS.free):
        assert signing.check(person.email, "sai " * 5) is None
    db.session.remove()
    refused: list[ServiceError | None] = at_once(
        app, [lambda: signing.check(person.email, PASSWORD)]
    )
    assert isinstance(refused[0], TooManyAttemptsError)
