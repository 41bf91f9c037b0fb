"""Codes that open nothing cannot be told apart, whatever became of them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app.database import writing
from app.extensions import db
from app.models import Round
from app.services import inviting, responding
from app.services.recording import SYSTEM
from app.statements import Statement
from app.vocabulary import RoundState
from app.web import replies
from app.web.cookies import TICKET
from app.web.guessing import FREE
from surveys.links import new_token
from tests.app.respondent import follow, send, stop_forgetting, typed
from tests.app.round_factory import MadeRound, open_and_hand_out

Codes = dict[str, str]
Asking = Callable[[FlaskClient], Any]
WAYS: dict[str, Asking] = {
    "GET": lambda visitor: visitor.get("/q"),
    "HEAD": lambda visitor: visitor.head("/q"),
    "POST": lambda visitor: visitor.post("/q", data={**typed(), "nonce": new_token()}),
    "POST without its number": lambda visitor: visitor.post("/q", data=typed()),
    "POST of nothing": lambda visitor: visitor.post("/q"),
}


@pytest.fixture
def codes(app: Flask, made: tuple[MadeRound, list[str]]) -> Codes:
    """A code of each kind that opens nothing any more, and one that does."""
    answered, voided = made[1][:2]
    client = app.test_client()
    assert send(client, follow(client, answered).text, typed()).status_code == 303
    fresh = [slip.token for slip in inviting.issue_slips(SYSTEM, made[0].id).slips]
    [used] = [token for token in fresh if responding.enter(token).ballot is None]
    valid = next(token for token in fresh if token != used)
    found = {"used": used, "voided": voided, "voided when used": answered}
    found |= {"unknown": new_token(), "malformed": "x", "unlike any": "ế" * 22}
    for state in (RoundState.CLOSED, RoundState.WEIGHTED, RoundState.ESTIMATED):
        other, tokens = open_and_hand_out({"LB": {"land": 1}}, name=state)
        put(other.id, state)
        found[state.value] = tokens["LB/land"][0]
    return found | {"valid": valid}


def put(round_id: int, state: RoundState) -> None:
    with writing() as session:
        session.get_one(Round, round_id).state = state


def told(reply: Any) -> tuple[int, tuple[tuple[str, str], ...], str]:
    """All that a reply says but for its nonce, which is as long in each."""
    headers = dict(reply.headers)
    [nonce] = re.findall(r"script-src 'nonce-([\w-]{22})'", headers["Content-Security-Policy"])
    clean = {name: value.replace(nonce, "") for name, value in headers.items()}
    return reply.status_code, tuple(sorted(clean.items())), reply.text.replace(nonce, "")


def visitor_with(app: Flask, code: str) -> FlaskClient:
    visitor = app.test_client()
    assert visitor.get(f"/q/{code}").status_code == 303
    return visitor


@pytest.mark.parametrize("way", WAYS)
def test_used_unknown_void_and_closed_are_alike_to_the_byte(
    app: Flask, codes: Codes, way: str
) -> None:
    dead = {kind: code for kind, code in codes.items() if kind != "valid"}
    seen = {kind: told(WAYS[way](visitor_with(app, code))) for kind, code in dead.items()}
    assert len(set(seen.values())) == 1, seen
    assert seen["used"][0] == replies.SHUT
    assert "Set-Cookie" not in dict(seen["used"][1])


@pytest.mark.parametrize("way", WAYS)
def test_the_codes_of_all_rounds_to_come_are_alike(app: Flask, way: str) -> None:
    seen = set()
    for state in (RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN):
        other, tokens = open_and_hand_out({"LB": {"land": 2}}, name=state)
        put(other.id, state)
        seen |= {told(WAYS[way](visitor_with(app, code))) for code in tokens["LB/land"]}
    assert len(seen) == 1
    early = visitor_with(app, tokens["LB/land"][0])
    assert "The survey has not begun yet" in early.get("/q?lang=en").text
    assert early.get("/q").status_code == replies.SHUT


def test_the_address_with_a_code_says_nothing_about_it(app: Flask, codes: Codes) -> None:
    for ask in (FlaskClient.get, FlaskClient.head):
        seen = set()
        for kind, code in codes.items():
            reply = ask(app.test_client(), f"/q/{code}")
            status, headers, body = told(reply)
            kept = code if kind not in {"malformed", "unlike any"} else "-"
            assert f"{TICKET}={kept};" in reply.headers["Set-Cookie"]
            seen.add((status, tuple(h for h in headers if h[0] != "Set-Cookie"), body))
        assert len(seen) == 1


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """List the statements that run meanwhile."""
    found: list[str] = []

    def note(*arguments: Any) -> None:
        found.append(arguments[2])

    def run(statement: Statement, lent: Any, dialect: Any, values: Any) -> Any:
        found.append(statement.written_for(dialect).sql)
        return plain(statement, lent, dialect, values)

    plain = Statement.run
    event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Statement, "run", run)
            yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("way", ["GET", "POST"])
def test_every_code_that_opens_nothing_takes_the_same_two_queries(
    app: Flask, codes: Codes, way: str
) -> None:
    paths = set()
    for kind, code in codes.items():
        if kind == "valid":
            continue
        visitor = visitor_with(app, code)
        with statements(db.engine) as seen:
            WAYS[way](visitor)
        asked = [text for text in seen if not text.startswith(("BEGIN", "PRAGMA"))]
        assert len(asked) == 2, (kind, asked)  # for a ballot, and for a claim
        paths.add(tuple(asked))
    assert len(paths) == 1


def guess(visitor: FlaskClient, times: int) -> list[int]:
    """Try codes that nobody was given."""
    statuses = []
    for _ in range(times):
        visitor.set_cookie(TICKET, new_token())
        statuses.append(visitor.get("/q").status_code)
    return statuses


@pytest.mark.parametrize("way", WAYS)
def test_above_the_limit_all_replies_without_questions_are_alike(
    app: Flask, codes: Codes, way: str
) -> None:
    stop_forgetting(app)
    other, tokens = open_and_hand_out({"LB": {"land": 2}}, name="sau")
    put(other.id, RoundState.DRAWN)
    visitors = {kind: visitor_with(app, code) for kind, code in codes.items()}
    visitors["early"] = visitor_with(app, tokens["LB/land"][0])
    valid = visitors.pop("valid")
    assert guess(app.test_client(), FREE + 1) == [replies.SHUT] * FREE + [replies.WAIT]
    seen = {kind: told(WAYS[way](visitor)) for kind, visitor in visitors.items()}
    assert len(set(seen.values())) == 1, seen
    status, headers, _ = seen["used"]
    assert (status, dict(headers)["Retry-After"]) == (replies.WAIT, "60")
    assert follow(valid, codes["valid"]).status_code == 200
    assert send(valid, valid.get("/q").text, typed()).status_code == 303


def test_above_the_limit_a_wrong_code_in_the_address_is_told_at_once(
    app: Flask, codes: Codes
) -> None:
    stop_forgetting(app)
    guess(app.test_client(), FREE + 1)
    replied = {
        kind: told(app.test_client().get(f"/q/{code}"))
        for kind, code in codes.items()
        if kind != "valid"
    }
    assert {reply[0] for reply in replied.values()} == {replies.WAIT}
    assert len(set(replied.values())) == 1
    assert app.test_client().get(f"/q/{codes['valid']}").status_code == 303


def test_somebody_who_comes_without_a_code_has_guessed_nothing(app: Flask) -> None:
    visitor = app.test_client()
    replied = [visitor.get("/q") for _ in range(FREE * 2)]
    assert {reply.status_code for reply in replied} == {replies.SHUT}
    assert "Please scan the code of your slip" in visitor.get("/q?lang=en").text


@pytest.mark.parametrize("around", [".", ",", "/", ")", "…", "?!", ".)", "»"])
def test_a_link_that_a_messenger_took_too_much_into_opens_all_the_same(
    app: Flask, codes: Codes, around: str
) -> None:
    visitor = app.test_client()
    reply = visitor.get(f"/q/{codes['valid']}{around}")
    assert reply.status_code == 303
    assert visitor.get("/q").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a_wrong_method_is_refused_kindly_and_told_the_right_ones(
    app: Flask, codes: Codes, method: str
) -> None:
    visitor = visitor_with(app, codes["valid"])
    for path, allowed in (
        ("/q", {"GET", "HEAD", "OPTIONS", "POST"}),
        (f"/q/{codes['valid']}", {"GET", "HEAD", "OPTIONS"}),
        ("/q/thanks", {"GET", "HEAD", "OPTIONS"}),
        ("/r", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/public", {"GET", "HEAD", "OPTIONS"}),
    ):
        reply = visitor.open(path, method=method)
        assert reply.status_code == 405
        assert set(reply.headers["Allow"].split(", ")) == allowed
        assert codes["valid"] not in reply.text
    assert "Nothing was stored" in visitor.open("/q?lang=en", method=method).text
    assert "Nothing was stored" in visitor.post("/q/thanks?lang=en").text
    assert visitor.get("/q").status_code == 200
