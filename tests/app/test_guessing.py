"""Wrong codes are slowed down by network; right ones never are, and no address is kept."""

import logging
import sys
import threading
from contextvars import Context
from ipaddress import ip_address

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings, strategies as st

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.web import guessing, replies
from app.web.cookies import TICKET
from app.web.guessing import EXTENSION, FREE, MOST, PERIOD, Kind, Misses, network
from surveys import links
from surveys.links import new_token
from tests.app.respondent import follow, send, stop_forgetting, typed
from tests.app.round_factory import check_invariant, open_and_hand_out

ONE, OTHER = "203.0.113.5", "203.0.113.6"
# Guesses and phones; the counts are in memory, so that the database makes no difference to them.
CROWDS = {"sqlite": (10_000, 200), "postgresql": (200, 30)}


class Time:
    """Seconds that the test lets pass."""

    def __init__(self) -> None:
        self.present = 1000.0

    def __call__(self) -> float:
        return self.present


def try_out(misses: Misses, address: str, times: int) -> list[bool]:
    return [misses.full(Kind.TOKEN, address, missed=True) for _ in range(times)]


def test_thirty_wrong_guesses_are_free_and_no_more() -> None:
    misses = Misses(now=Time())
    assert try_out(misses, ONE, FREE + 5) == [False] * FREE + [True] * 5
    assert not misses.full(Kind.TOKEN, OTHER)
    assert not misses.full(Kind.RECEIPT, ONE)


def test_the_reply_to_a_known_code_is_that_to_an_unknown_one_at_every_count() -> None:
    misses = Misses(now=Time())
    for _ in range(FREE * 2):
        known = misses.full(Kind.TOKEN, ONE)
        assert misses.full(Kind.TOKEN, ONE, missed=True) is known


def test_wrong_guesses_are_forgotten_at_a_steady_pace() -> None:
    time = Time()
    misses = Misses(now=time)
    try_out(misses, ONE, FREE * 10)
    time.present += PERIOD / FREE + 0.001
    assert try_out(misses, ONE, 2) == [False, True]
    time.present += PERIOD
    assert try_out(misses, ONE, FREE + 1) == [False] * FREE + [True]


def test_a_clock_that_goes_back_forgives_and_adds_nothing() -> None:
    time = Time()
    misses = Misses(now=time)
    try_out(misses, ONE, FREE)
    time.present -= 10 * PERIOD
    assert misses.full(Kind.TOKEN, ONE)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 20)), max_size=60))
def test_no_network_gets_more_than_its_pace(waves: list[tuple[float, int]]) -> None:
    time = Time()
    misses, passed = Misses(now=time), 0
    for pause, tries in waves:
        time.present += pause
        passed += try_out(misses, ONE, tries).count(False)
    elapsed = time.present - 1000.0
    assert passed <= FREE + elapsed * FREE / PERIOD + 1


def test_memory_is_bounded_and_the_longest_silent_network_is_forgotten_first() -> None:
    misses = Misses(most=100, now=Time())
    for number in range(1000):
        misses.full(Kind.TOKEN, str(ip_address(number)), missed=True)
        misses.full(Kind.TOKEN, ONE, missed=True)
    assert len(misses.levels) == 100
    assert misses.full(Kind.TOKEN, ONE)


def test_all_that_is_remembered_takes_few_megabytes() -> None:
    misses = Misses(now=Time())
    for number in range(MOST + 10):
        misses.full(Kind.TOKEN, str(ip_address(number)), missed=True)
    size = sys.getsizeof(misses.levels)
    for name, level in misses.levels.items():
        size += sys.getsizeof(name) + sys.getsizeof(level) + sum(map(sys.getsizeof, level))
    assert len(misses.levels) == MOST
    assert size < 4_000_000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        (None, "", True),
        ("unix:", "no address", True),
        ("0.0.0.0", "::", False),
    ],
)
def test_a_network_is_an_ipv4_address_or_half_of_an_ipv6_one(
    one: str | None, other: str, same: bool
) -> None:
    assert (network(one) == network(other)) is same


def test_many_at_once_get_no_more_than_one_after_the_other() -> None:
    misses = Misses(now=Time())
    passed: list[bool] = []

    def run() -> None:
        passed.extend(try_out(misses, ONE, 100))

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(False) == FREE


def guess(visitor: FlaskClient, times: int, address: str = ONE) -> list[int]:
    """Try tokens that nobody was given."""
    statuses = []
    for _ in range(times):
        visitor.set_cookie(TICKET, new_token())
        reply = visitor.get("/q", environ_base={"REMOTE_ADDR": address})
        statuses.append(reply.status_code)
    return statuses


def test_all_phones_answer_behind_an_address_that_guesses(app: Flask) -> None:
    times, phones = CROWDS[db.engine.dialect.name]
    made, tokens = open_and_hand_out({"TB": {"land": phones}})
    stop_forgetting(app)
    statuses = guess(app.test_client(), times)
    assert statuses == [replies.SHUT] * FREE + [replies.WAIT] * (times - FREE)
    seen = set()
    for token in tokens["TB/land"]:
        phone = app.test_client()
        phone.environ_base["REMOTE_ADDR"] = ONE
        page = follow(phone, token)
        reply = send(phone, page.text, typed())
        thanks = phone.get(reply.headers["Location"])
        seen |= {(page.status_code, reply.status_code, thanks.status_code)}
        again = phone.post("/q", data={"nonce": new_token(), **typed()})
        assert again.status_code == replies.WAIT
    assert seen == {(200, 303, 200)}
    assert check_invariant(made.id).spent == phones
    assert guess(app.test_client(), 1, OTHER) == [replies.SHUT]


def test_codes_that_were_given_out_count_for_nothing(app: Flask) -> None:
    _, tokens = open_and_hand_out({"TB": {"land": 1}})
    client = app.test_client()
    send(client, follow(client, tokens["TB/land"][0]).text, typed())
    used = [client.get("/q").status_code for _ in range(FREE * 3)]
    assert set(used) == {replies.SHUT}
    assert guess(client, 1, "127.0.0.1") == [replies.SHUT]


def test_wrong_receipts_are_limited_apart_from_tokens(app: Flask) -> None:
    stop_forgetting(app)
    client = app.test_client()
    statuses = [ask(client, "/r", links.receipt(new_token())) for _ in range(FREE + 5)]
    assert statuses == [200] * FREE + [429] * 5
    assert ask(client, "/r/pressed", links.receipt(new_token())) == 429
    assert ask(client, "/r", "no code at all") == 200
    assert guess(client, 1, "127.0.0.1") == [replies.SHUT]
    bodies = [
        client.post("/r", data={"code": links.receipt(new_token())}, headers={"X": str(at)})
        for at in range(2)
    ]
    assert {reply.headers["Retry-After"] for reply in bodies} == {"60"}
    assert len({len(reply.data) for reply in bodies}) == 1


def ask(client: FlaskClient, path: str, code: str) -> int:
    return client.post(path, data={"code": code}).status_code


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("proxies", "told_apart"), [(0, False), (1, True)])
def test_forwarded_addresses_count_behind_trusted_proxies_only(
    app: Flask, proxies: int, told_apart: bool
) -> None:
    settings_here = app.config["KHAOSAT"]
    environ = {
        "KHAOSAT_HOME": str(settings_here.home),
        "KHAOSAT_SECRET_KEY": "k" * 40,
        "KHAOSAT_TRUSTED_PROXIES": str(proxies),
    }
    other = create_app(read_settings(environ))
    stop_forgetting(other)
    visitor = other.test_client()

    def tried(forwarded: str) -> int:
        visitor.set_cookie(TICKET, new_token())
        headers = {"X-Forwarded-For": forwarded}
        return Context().run(visitor.get, "/q", headers=headers).status_code

    first = [tried(f"198.51.100.7, {ONE}") for _ in range(FREE + 1)]
    assert first[-1] == replies.WAIT
    assert tried(OTHER) == (replies.SHUT if told_apart else replies.WAIT)
    # Only the last address is the proxy's word; what stands before it anybody can make up.
    assert tried(f"192.0.2.1, {ONE}") == replies.WAIT


def test_no_address_is_kept_or_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stop_forgetting(app)
    assert guess(app.test_client(), FREE + 2)[-1] == replies.WAIT
    misses: Misses = app.extensions[EXTENSION]
    remembered = repr(misses.levels).encode() + b"".join(misses.levels)
    assert len(misses.levels) == 1
    for hidden in (ONE.encode(), ip_address(ONE).packed):
        assert hidden not in remembered
        assert hidden.decode("latin-1") not in caplog.text
    assert Misses().key != misses.key
    assert guessing.network(ONE) == ip_address(ONE).packed
