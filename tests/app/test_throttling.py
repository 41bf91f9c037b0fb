import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services import signing
from app.services.throttling import (
    FORGOTTEN_AFTER,
    FREE_FAILURES,
    LONGEST_WAIT,
    MOST_ADDRESSES,
    Throttle,
)
from app.vocabulary import Role
from tests.factories import PASSWORD, account


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(clock: Clock) -> Throttle:
    return Throttle(clock)


def test_a_few_mistakes_cost_nothing(throttle: Throttle) -> None:
    for _ in range(FREE_FAILURES - 1):
        throttle.failed("a@b.vn")
        assert not throttle.waits("a@b.vn")
    throttle.failed(" A@b.VN")
    assert throttle.waits("a@b.vn")
    assert not throttle.waits("c@b.vn")


def test_no_stranger_locks_anybody_out_for_long(throttle: Throttle, clock: Clock) -> None:
    for _ in range(10_000):
        throttle.failed("a@b.vn")
    assert throttle.waits("a@b.vn")
    clock.time += LONGEST_WAIT
    assert not throttle.waits("a@b.vn")


def test_guesses_of_a_day_are_few(throttle: Throttle, clock: Clock) -> None:
    guesses = 0
    for _ in range(24 * 3600):
        if not throttle.waits("a@b.vn"):
            throttle.failed("a@b.vn")
            guesses += 1
        clock.time += 1
    assert guesses < 1500


def test_knowing_the_password_and_time_both_clear_the_count(
    throttle: Throttle, clock: Clock
) -> None:
    for _ in range(FREE_FAILURES):
        throttle.failed("a@b.vn")
        throttle.failed("c@b.vn")
    throttle.succeeded("a@b.vn")
    assert not throttle.waits("a@b.vn")
    clock.time += FORGOTTEN_AFTER
    throttle.failed("c@b.vn")
    assert not throttle.waits("c@b.vn")


def test_memory_is_bounded(throttle: Throttle) -> None:
    for number in range(MOST_ADDRESSES + 10):
        throttle.failed(f"{number}@b.vn")
    assert len(throttle.failures) == MOST_ADDRESSES


@pytest.fixture
def clocked(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(signing, "throttle", Throttle(clock))
    return clock


def test_signing_in_slows_down_alike_for_known_and_unknown_addresses(
    app: Flask, client: FlaskClient, clocked: Clock
) -> None:
    person = account(Role.COORDINATOR)
    for email in (person.email, "nobody@dongnai.gov.vn"):
        form = {"email": email, "password": "wrong " * 4}
        statuses = [client.post("/sign-in", data=form).status_code for _ in range(7)]
        assert statuses == [422] * FREE_FAILURES + [429, 429]
    right = {"email": person.email, "password": PASSWORD}
    assert client.post("/sign-in", data=right).status_code == 429
    clocked.time += LONGEST_WAIT
    assert client.post("/sign-in", data=right).status_code == 302
