"""A form of several pages, as somebody fills it in whose browser runs no script."""

import gzip
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import db
from app.models import Ballot, Box, MixingKey
from app.services import keys, sealing
from surveys import instruments
from surveys.answering import field_name
from surveys.links import read_receipt
from surveys.ordering import ORDER_COLUMN
from surveys.paging import pages
from tests.app.respondent import Fields, follow
from tests.app.round_factory import open_and_hand_out

RESIDENTS = instruments.load("residents_three_aspects")
PAGED = [code for code in instruments.available() if len(pages(instruments.load(code))) > 1]
BUDGET = 15_000
HIDDEN = ("nonce", "started", "so_far")


@pytest.fixture
def token(app: Flask) -> str:
    _, tokens = open_and_hand_out({"TB": {"land": 1}}, asked=RESIDENTS)
    return tokens["TB/land"][0]


def press(client: FlaskClient, page: str, given: dict[str, Any], **buttons: str) -> Any:
    """Send what a page holds, with these fields filled in, by its main or another button."""
    fields = Fields(page)
    hidden = {name: fields.names[name][0] for name in HIDDEN if name in fields.names}
    return client.post(fields.action, data={**hidden, **fields.checked, **given, **buttons})


def chosen(page: str, **wanted: str) -> dict[str, Any]:
    """Choose for each question of a page what is wanted of it, else its first option."""
    shown = Fields(page).names
    found = {name: values[0] for name, values in shown.items() if name.startswith("a_")}
    given = {name: "" if name in {"a_comment"} else value for name, value in found.items()}
    return given | {f"a_{code}": value for code, value in wanted.items() if f"a_{code}" in shown}


def walk(client: FlaskClient, token: str, **wanted: str) -> Any:
    """Go through all pages; return the reply to the last."""
    reply = follow(client, token)
    for _ in range(20):
        if reply.status_code != 200:
            return reply
        reply = press(client, reply.text, chosen(reply.text, **wanted))
    raise AssertionError("the form does not end")


def stored() -> sealing.Content:
    db.session.rollback()
    box = db.session.scalars(select(Box)).one()
    secret = keys.secret_half(db.session.get_one(MixingKey, box.key_id).public)
    assert secret is not None
    return sealing.open_box(secret, box.ciphertext)


def boxes() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Box)) or 0


@pytest.mark.parametrize("code", PAGED)
def test_the_first_page_of_every_long_form_is_small(app: Flask, code: str) -> None:
    _, tokens = open_and_hand_out({"TB": {"land": 1}}, asked=instruments.load(code))
    client = app.test_client()
    client.get(f"/q/{tokens['TB/land'][0]}")
    reply = client.get("/q", headers={"Accept-Encoding": "gzip"})
    assert len(reply.data) <= BUDGET
    page = gzip.decompress(reply.data).decode()
    assert Fields(page).names["so_far"] == [""]


@pytest.mark.parametrize("code", PAGED)
def test_every_long_form_can_be_gone_through_and_ends_with_a_receipt(app: Flask, code: str) -> None:
    asked = instruments.load(code)
    _, tokens = open_and_hand_out({"TB": {"land": 1}}, asked=asked)
    client = app.test_client()
    reply = walk(client, tokens["TB/land"][0])
    assert (reply.status_code, reply.headers["Location"].split("?")[0]) == (303, "/q/thanks")
    required = {question.code for question in asked.questions if question.required}
    conditional = {question.code for question in asked.questions if question.only_if}
    in_conditional = {q.code for part in asked.sections if part.only_if for q in part.questions}
    assert required - conditional - in_conditional <= stored().answers.keys()


def test_who_had_no_procedure_is_not_asked_about_it(client: FlaskClient, token: str) -> None:
    assert walk(client, token, had_procedure="no").status_code == 303
    answers = stored().answers
    assert answers["had_procedure"] == "no"
    assert not [code for code in answers if code == "visits" or code.startswith("service_")]
    assert len([code for code in answers if code.startswith("essential_")]) == 8


def test_who_had_one_is(client: FlaskClient, token: str) -> None:
    assert walk(client, token, had_procedure="yes", visits="3").status_code == 303
    answers = stored().answers
    assert answers["visits"] == "3"
    assert len([code for code in answers if code.startswith("service_")]) == 5


def test_the_order_of_what_was_shuffled_is_kept_with_the_answers(
    client: FlaskClient, token: str
) -> None:
    walk(client, token)
    assert stored().answers[ORDER_COLUMN] in {str(order) for order in range(16)}


def test_nothing_is_stored_before_the_last_page(client: FlaskClient, token: str) -> None:
    reply, seen = follow(client, token), 0
    while reply.status_code == 200:
        assert boxes() == 0
        assert not db.session.scalar(select(Ballot.spent))
        reply, seen = press(client, reply.text, chosen(reply.text)), seen + 1
    assert (boxes(), seen >= 6) == (1, True)


def test_a_mistake_shows_the_page_again_with_what_was_entered(
    client: FlaskClient, token: str
) -> None:
    page = follow(client, token).text
    page = press(client, page, chosen(page)).text
    reply = press(client, page, {"a_visits": "7"})
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text
    assert Fields(reply.text).names["so_far"] != [""]
    assert walk_on(client, press(client, reply.text, chosen(reply.text))).status_code == 303


def walk_on(client: FlaskClient, reply: Any, **wanted: str) -> Any:
    while reply.status_code == 200:
        reply = press(client, reply.text, chosen(reply.text, **wanted))
    return reply


def test_one_can_go_back_change_an_answer_and_lose_none(client: FlaskClient, token: str) -> None:
    first = follow(client, token).text
    second = press(client, first, chosen(first, policy_published="2")).text
    third = press(client, second, chosen(second, had_procedure="yes")).text
    fourth = press(client, third, chosen(third, visits="3")).text
    assert "a_service_access" in Fields(fourth).names
    back = press(client, fourth, {"a_service_access": "5"}, back="1").text
    assert Fields(back).names["a_visits"] == ["3"]
    back = press(client, back, {"a_visits": "3"}, back="1").text
    assert Fields(back).checked["a_had_procedure"] == "yes"
    again = press(client, back, {"a_had_procedure": "no"}).text
    assert "a_service_access" not in Fields(again).names
    back = press(client, again, {}, back="1").text
    forth = press(client, back, {"a_had_procedure": "yes"}).text
    forth = press(client, forth, {"a_visits": "3"}).text
    assert Fields(forth).checked["a_service_access"] == "5"
    first_again = press(
        client,
        press(client, press(client, forth, {}, back="1").text, {}, back="1").text,
        {},
        back="1",
    ).text
    assert Fields(first_again).checked["a_policy_published"] == "2"


def test_another_language_is_gone_on_in_with_what_was_answered(
    client: FlaskClient, token: str
) -> None:
    page = follow(client, token).text
    page = press(client, page, chosen(page)).text
    fields = Fields(page)
    [place] = re.findall(r'formaction="([^"]*)" lang="en"', page)
    hidden = {name: fields.names[name][0] for name in HIDDEN}
    english = client.post(place, data={**hidden, "a_had_procedure": "yes", "in": "en"})
    assert (english.status_code, '<html lang="en"' in english.text) == (200, True)
    assert Fields(english.text).checked["a_had_procedure"] == "yes"
    assert walk_on(client, english).status_code == 303


def test_the_last_page_sent_again_gets_the_same_receipt(client: FlaskClient, token: str) -> None:
    reply, page, given = follow(client, token), "", {}
    while reply.status_code == 200:
        page, given = reply.text, chosen(reply.text)
        reply = press(client, page, given)
    receipts = {read_receipt(cookie(reply)), read_receipt(cookie(press(client, page, given)))}
    assert len(receipts) == 1
    assert None not in receipts
    assert boxes() == 1


def cookie(reply: Any) -> str:
    [found] = re.findall(r"receipt=([^;]+)", reply.headers["Set-Cookie"])
    return found


def test_what_was_answered_cannot_be_read_out_of_the_page(client: FlaskClient, token: str) -> None:
    page = follow(client, token).text
    [so_far] = Fields(press(client, page, chosen(page)).text).names["so_far"]
    assert "policy" not in so_far
    [other] = Fields(press(client, page, chosen(page)).text).names["so_far"]
    assert so_far != other


@pytest.mark.parametrize("field", ["", "x", "AAAA", "à", "A" * 4000])
def test_a_field_that_is_not_ours_begins_the_form_anew(
    client: FlaskClient, token: str, field: str
) -> None:
    page = follow(client, token).text
    later = press(client, page, chosen(page)).text
    reply = press(client, later, {}, so_far=field)
    assert reply.status_code == 422
    assert field_name(RESIDENTS.questions[0]) in Fields(reply.text).names


def test_a_field_of_another_form_begins_it_anew(app: Flask, token: str) -> None:
    mine, theirs = app.test_client(), app.test_client()
    page, other = follow(mine, token).text, follow(theirs, token).text
    [so_far] = Fields(press(theirs, other, chosen(other)).text).names["so_far"]
    reply = press(mine, press(mine, page, chosen(page)).text, {}, so_far=so_far)
    assert field_name(RESIDENTS.questions[0]) in Fields(reply.text).names
