"""Calls that no honest software sends: each is told what is wrong, and nothing is stored."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.services import api_keys, credentials
from app.services.recording import SYSTEM
from app.web.guessing import FREE
from tests.app.credential_world import DRAWN, PLACE, counts, kept, request, world
from tests.app.respondent import stop_forgetting

BATCH = f"{PLACE}/batch"
BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "an open brace": b"{",
    "a word": b"hello",
    "a trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a comment": b"{} // call",
    "two values": b"{} {}",
    "not UTF-8": b'{"dossier_code": "\xff\xfe"}',
    "UTF-16": json.dumps(request()).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(request()).encode(),
    "NaN": b'{"dossier_code": NaN}',
    "Infinity": b"[-Infinity]",
    "a raw NUL": b'{"dossier_code": "a\x00b"}',
    "a raw line break": b'{"dossier_code": "a\nb"}',
    "a name twice": b'{"dossier_code": "a", "dossier_code": "b"}',
    "deep lists": b"[" * 8000,
    "deep objects": b'{"a":' * 3000,
    "a number of 5000 digits": b"9" * 5000,
    "half an escape": b'{"a": "\\u12"}',
    "form fields": b"dossier_code=1&event=received",
}
ODD: dict[str, Any] = {
    "a list": [],
    "a text": "hello",
    "a number": 5,
    "true": True,
    "null": None,
    "nothing in it": {},
    "an unknown field": request(color="red"),
    "a strange name of a field": {**request(), "a/b~\x00\ud800" + "x" * 500: 1},
    "a number for a code": request(dossier_code=5),
    "a list for a code": request(dossier_code=[DRAWN]),
    "an object for a code": request(dossier_code={"$ne": ""}),
    "an empty code": request(dossier_code=""),
    "blanks for a code": request(dossier_code="   "),
    "an escaped NUL": request(dossier_code="a\x00b"),
    "half a character": request(dossier_code="a\ud800"),
    "a line break": request(dossier_code="a\nb"),
    "a long code": request(dossier_code="x" * 65),
    "a code that grows when composed": request(
        dossier_code="\N{HEBREW LETTER SHIN WITH SHIN DOT}" * 40
    ),
    "an unknown event": request(event="eaten"),
    "no event": {**request(), "event": None},
    "an unknown channel": request(channel="pigeon"),
    "an unknown kind": request(respondent_kind="robot"),
    "a day that is none": request(due="2026-02-30"),
    "a day of another form": request(due="15/07/2026"),
    "an old day": request(due="0001-01-01"),
    "a moment without a day": request(occurred_at="08:30"),
    "a moment with digits of another script": request(occurred_at="２０２６-07-01T08:30:00"),
    "a huge procedure": request(procedure="x" * 301),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_json_is_refused(client: FlaskClient, body: bytes) -> None:
    made = world(client)
    for place in (PLACE, BATCH, "/api/v1/counters/x/screen"):
        reply = client.post(place, data=body, content_type="application/json", headers=made.signed)
        assert (reply.status_code, reply.json["faults"][0]["code"]) == (400, "not_json"), place
    assert counts() == {}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_what_is_no_call_is_refused_with_its_faults(client: FlaskClient, value: Any) -> None:
    made = world(client)
    reply = made.post(PLACE, value)
    assert reply.status_code == 422
    assert all(set(fault) == {"path", "code", "message"} for fault in reply.json["faults"])
    assert reply.json["faults"]
    assert (kept(), counts()) == (0, {})
    [result] = made.post(BATCH, {"items": [value]}).json["results"]
    assert result["faults"] == reply.json["faults"]
    assert (kept(), counts()) == (0, {})


def test_all_faults_are_told_at_once(client: FlaskClient) -> None:
    call = {"dossier_code": 5, "event": "eaten", "due": "x", "color": 1}
    found = world(client).post(PLACE, call).json["faults"]
    assert {(fault["path"], fault["code"]) for fault in found} == {
        ("/dossier_code", "wrong_type"),
        ("/event", "unknown_word"),
        ("/due", "not_date"),
        ("/color", "unknown_field"),
        ("/receiving_unit", "missing"),
    }


def test_empty_optional_fields_may_be_null(client: FlaskClient) -> None:
    optional = ("resolving_unit", "procedure", "channel", "counter", "occurred_at", "due")
    world(client).call(**dict.fromkeys((*optional, "finished", "respondent_kind")))
    assert counts() == {"": (1, 0)}


@pytest.mark.parametrize(
    ("items", "code"),
    [([], "empty"), ([request()] * 501, "too_many"), ({}, "wrong_type"), (None, "wrong_type")],
)
def test_a_batch_of_another_size_is_refused_whole(
    client: FlaskClient, items: Any, code: str
) -> None:
    reply = world(client).post(BATCH, {"items": items})
    assert reply.status_code == 422
    assert [(fault["path"], fault["code"]) for fault in reply.json["faults"]] == [("/items", code)]
    assert counts() == {}


def test_a_batch_of_500_is_taken(client: FlaskClient) -> None:
    made = world(client)
    items = [request(f"H19-NEW-{number}") for number in range(500)]
    results = made.post(BATCH, {"items": items}).json["results"]
    assert len({result["url"] for result in results}) == 500
    assert counts() == {"Quầy 1": (500, 0)}


def test_a_batch_full_of_one_dossier_gives_one_code(client: FlaskClient) -> None:
    results = world(client).post(BATCH, {"items": [request()] * 500}).json["results"]
    assert [("url" in result) for result in results] == [True] + [False] * 499
    assert kept() == 2


@pytest.mark.parametrize(("place", "size"), [(PLACE, 20_000), (BATCH, 1_100_000)])
def test_a_body_that_is_too_large_is_not_read(client: FlaskClient, place: str, size: int) -> None:
    made = world(client)
    reply = client.post(
        place, data=b" " * size, content_type="application/json", headers=made.signed
    )
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_kind_of_body_is_refused(client: FlaskClient, kind: str) -> None:
    made = world(client)
    reply = client.post(PLACE, data=json.dumps(request()), content_type=kind, headers=made.signed)
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (415, "not_json_type")


@pytest.mark.parametrize("key", ["", " ", "x" * 129, "ă", "a\tb"])
def test_an_idempotency_key_that_is_none_is_refused(client: FlaskClient, key: str) -> None:
    made = world(client)
    reply = made.post(PLACE, request(), **{"Idempotency-Key": key})
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (400, "bad_header")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer khs_", "Basic eDp5", "Bearer ă", "khs_x"]
)
def test_without_a_key_nobody_comes_in(client: FlaskClient, header: str) -> None:
    world(client)
    for place in (PLACE, BATCH, "/api/v1/counters/x/screen"):
        reply = client.post(place, json=request(), headers={"Authorization": header})
        assert reply.status_code == 401
        assert reply.json["faults"][0]["code"] == "no_key"
        assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert counts() == {}


def test_a_revoked_key_is_refused_at_once_like_a_wrong_one(client: FlaskClient) -> None:
    made = world(client)
    made.call()
    api_keys.revoke(SYSTEM, 1)
    revoked = [made.post(PLACE, request()) for _ in range(2)]
    made.key = "khs_" + "A" * 43
    wrong = made.post(PLACE, request())
    assert {reply.status_code for reply in (*revoked, wrong)} == {401}
    assert len({reply.data for reply in (*revoked, wrong)}) == 1
    assert counts() == {"Quầy 1": (1, 0)}


def test_guessing_keys_is_slowed_down_and_a_right_one_always_passes(
    app: Flask, client: FlaskClient
) -> None:
    made = world(client)
    stop_forgetting(app)
    right, replies = made.key, []
    for number in range(FREE + 3):
        made.key = f"khs_{number:043d}"
        replies.append(made.post(PLACE, request()).status_code)
    assert replies == [401] * FREE + [429] * 3
    made.key = right
    made.call()


@pytest.mark.parametrize(("accepted", "word"), [("en", "missing"), ("fr, en;q=0.5", "missing")])
def test_messages_are_english_for_who_accepts_it(
    client: FlaskClient, accepted: str, word: str
) -> None:
    made = world(client)
    made.headers = {"Accept-Language": accepted}
    assert word in made.post(PLACE, {}).json["faults"][0]["message"]


def test_below_api_nobody_ever_gets_a_page(client: FlaskClient) -> None:
    for method, path, status, code in (
        ("GET", "/api/", 404, "not_found"),
        ("POST", "/api/v1/nothing/here", 404, "not_found"),
        ("GET", "/api/v2/credentials?a=<b>", 404, "not_found"),
        ("PUT", PLACE, 405, "wrong_method"),
        ("DELETE", "/api/v1/openapi.json", 405, "wrong_method"),
    ):
        texts = set()
        for language in ("vi", "en"):
            headers = {"Accept": "text/html", "Accept-Language": language}
            reply = client.open(path, method=method, headers=headers)
            assert reply.content_type == "application/problem+json"
            assert (reply.status_code, reply.json["status"]) == (status, status)
            assert reply.json["faults"][0]["code"] == code
            assert reply.json["detail"] == reply.json["faults"][0]["message"]
            assert ("Allow" in reply.headers) == (status == 405)
            texts.add(reply.json["detail"])
        assert len(texts) == 2


def test_a_fault_of_ours_outside_every_view_is_a_problem_too(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(app, "preprocess_request", broken)
    reply = client.get("/api/v1/openapi.json")
    assert (reply.status_code, reply.mimetype) == (500, "application/problem+json")
    assert reply.json["faults"][0]["code"] == "failed"
    assert "secret" not in reply.text


def test_a_database_that_is_away_is_told_as_json(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(client)

    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr(credentials, "write_now", away)
    reply = made.post(PLACE, request())
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (503, "busy")
    assert reply.headers["Retry-After"]


def test_a_fault_of_ours_is_told_as_json_without_its_text(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(client)

    def broken(*_: object) -> None:
        raise KeyError("H19-secret")

    monkeypatch.setattr(credentials, "write_now", broken)
    reply = made.post(PLACE, request())
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (500, "failed")
    assert "secret" not in reply.text


def test_no_reply_may_be_kept_or_load_anything(client: FlaskClient) -> None:
    made = world(client)
    for reply in (made.post(PLACE, request()), made.post(PLACE, {})):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Set-Cookie" not in reply.headers
