"""The form for those who type a code in place of scanning it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services import responding
from app.web.guessing import FREE
from surveys.short_codes import new_short_code, printed, read_short_code
from tests.app.credential_world import UNLISTED, world
from tests.app.respondent import Fields, send, stop_forgetting, typed

PLACE = "/q/code"


def test_a_typed_code_leads_to_the_questions_and_an_answer(client: FlaskClient) -> None:
    short = world(client).call()["short_code"]
    assert Fields(client.get(PLACE).text).names == {"code": [""]}
    reply = client.post(PLACE, data={"code": f"  {short.lower().replace('-', ' ')} "})
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q")
    page = client.get("/q")
    assert page.status_code == 200
    assert send(client, page.text, typed()).status_code == 303
    assert responding.enter(read_short_code(short)).ballot is None


def test_a_code_that_waits_for_the_list_may_be_typed_too(client: FlaskClient) -> None:
    short = world(client).call(UNLISTED)["short_code"]
    client.post(PLACE, data={"code": short})
    assert responding.enter(read_short_code(short)).issued


def test_letters_written_for_digits_are_forgiven(client: FlaskClient) -> None:
    made = world(client)
    short = next(
        found
        for found in (made.call()["short_code"] for _ in range(200))
        if "0" in found and "1" in found
    )
    client.post(PLACE, data={"code": short.replace("0", "o").replace("1", "l")})
    assert client.get("/q").status_code == 200


@pytest.mark.parametrize("text", ["", "x", "3F-0000-0000-00016", "\x00" * 20, "ư" * 18, "1" * 3000])
def test_what_is_no_code_is_shown_again_and_counts_for_nothing(
    app: Flask, client: FlaskClient, text: str
) -> None:
    stop_forgetting(app)
    for _ in range(FREE + 5):
        reply = client.post(PLACE, data={"code": text})
        assert reply.status_code == 422
    assert "Location" not in reply.headers
    assert "Set-Cookie" not in reply.headers


def test_what_was_typed_is_never_run(client: FlaskClient) -> None:
    reply = client.post(PLACE, data={"code": '"><script>alert(1)</script>'})
    assert "<script>alert" not in reply.text


def test_an_unknown_code_looks_like_a_spent_one(client: FlaskClient) -> None:
    short = world(client).call()["short_code"]
    client.post(PLACE, data={"code": short})
    send(client, client.get("/q").text, typed())
    spent = shown(client, short)
    unknown = shown(client, printed(new_short_code(1)))
    assert spent == unknown


def shown(client: FlaskClient, code: str) -> tuple[int, str]:
    client.post(PLACE, data={"code": code})
    reply = client.get("/q")
    return reply.status_code, reply.text.split("<body")[1]


def test_guessing_is_slowed_down_and_a_right_code_always_passes(
    app: Flask, client: FlaskClient
) -> None:
    short = world(client).call()["short_code"]
    stop_forgetting(app)
    for _ in range(FREE):
        client.post(PLACE, data={"code": printed(new_short_code(1))})
        assert client.get("/q").status_code == 410
    assert client.post(PLACE, data={"code": printed(new_short_code(1))}).status_code == 429
    assert client.post(PLACE, data={"code": short}).status_code == 303
    assert client.get("/q").status_code == 200


def test_whoever_comes_without_a_code_finds_the_form(client: FlaskClient) -> None:
    assert 'href="/q/code' in client.get("/q").text
