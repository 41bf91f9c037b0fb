"""The form of people without a dossier: apart, with a receipt, only while a round is open."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import Ballot, Box, Cell, OpenCount, OpenForm, Round
from app.services import opening
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel
from surveys.links import new_token
from tests.app.door_factory import counter
from tests.app.respondent import Fields, send, typed
from tests.app.round_factory import MadeRound, make_round
from tests.app.test_pages_accessible import faults

OPEN = "/c/TB01/open"


def open_round(**details) -> MadeRound:
    made = make_round({"TB": {"land": 3}}, **details)
    opening.open_round(SYSTEM, made.id)
    opening.complete(made.id)
    return made


@pytest.fixture
def place(app: Flask) -> MadeRound:
    """An open round and a counter of its unit."""
    made = open_round()
    counter(made.units["TB"])
    db.session.rollback()
    return made


def levels() -> list[CellLevel]:
    db.session.rollback()
    query = select(Cell.level).join(Box, Box.cell_id == Cell.id)
    return list(db.session.scalars(query))


def test_a_form_without_a_dossier_is_sealed_apart_and_gets_a_receipt(
    client: FlaskClient, place: MadeRound
) -> None:
    page = client.get(OPEN)
    assert page.status_code == 200
    for words in ("Ẩn danh", "Ủy ban nhân dân phường TB"):
        assert words in page.text
    assert Fields(page.text).action.startswith(OPEN)
    reply = send(client, page.text, typed("Rất tốt"))
    assert reply.status_code == 303
    assert reply.headers["Location"].startswith("/c/TB01/thanks")
    thanks = client.get(reply.headers["Location"])
    assert thanks.status_code == 200
    assert 'class="receipt"' in thanks.text
    assert levels() == [CellLevel.OPEN_UNIT]
    assert db.session.scalar(select(func.sum(OpenCount.n))) == 1
    assert db.session.scalar(select(func.count()).where(Ballot.spent)) == 0


def test_a_form_sent_twice_counts_once(client: FlaskClient, place: MadeRound) -> None:
    page = client.get(OPEN)
    receipts = set()
    for _ in range(3):
        reply = send(client, page.text, typed())
        receipts.add(reply.headers["Set-Cookie"].split(";")[0])
    assert len(receipts) == 1
    assert len(levels()) == 1
    assert db.session.scalar(select(func.count()).select_from(OpenForm)) == 1


def test_mistakes_are_told_and_nothing_is_lost(client: FlaskClient, place: MadeRound) -> None:
    page = client.get(OPEN)
    form = typed("Ý kiến của tôi")
    left_out = next(name for name in form if name.startswith("a_"))
    reply = send(client, page.text, {**form, left_out: []})
    assert reply.status_code == 422
    assert "Ý kiến của tôi" in reply.text
    assert f'href="#q-{left_out}"' in reply.text
    assert levels() == []
    again = send(client, reply.text, form)
    assert again.status_code == 303
    assert len(levels()) == 1


def test_a_form_without_its_number_comes_back_filled(client: FlaskClient, place: MadeRound) -> None:
    action = Fields(client.get(OPEN).text).action
    reply = client.post(action, data=typed("Ý kiến"))
    assert reply.status_code == 422
    assert "Ý kiến" in reply.text
    assert levels() == []


def test_the_form_goes_to_the_round_whose_questions_were_shown(
    client: FlaskClient, place: MadeRound
) -> None:
    page = client.get(OPEN)
    newer = open_round(name="Đợt sau")
    assert send(client, page.text, typed()).status_code == 303
    assert f"round={newer.id}" in Fields(client.get(OPEN).text).action
    db.session.rollback()
    assert db.session.scalars(select(OpenForm.round_id)).all() == [place.id]


def test_a_trial_is_taken_only_where_there_is_nothing_else(
    client: FlaskClient, place: MadeRound
) -> None:
    trial = open_round(name="Thử", dry_run=True)
    assert f"round={place.id}" in Fields(client.get(OPEN).text).action
    close(place)
    page = client.get(OPEN)
    assert f"round={trial.id}" in Fields(page.text).action
    assert "trial-run" in page.text


def close(made: MadeRound) -> None:
    with writing() as session:
        session.query(Round).filter_by(id=made.id).update({"state": "closed"})


def test_after_the_round_nothing_more_is_taken(client: FlaskClient, place: MadeRound) -> None:
    page = client.get(OPEN)
    close(place)
    assert send(client, page.text, typed()).status_code == 410
    assert client.get(OPEN).status_code == 410
    assert levels() == []


def test_a_round_of_other_units_is_not_asked_about_here(app: Flask, client: FlaskClient) -> None:
    open_round()
    other = make_round({"LB": {"land": 1}})
    counter(other.units["LB"])
    assert client.get(OPEN).status_code == 410
    assert client.get("/c/TB01").status_code == 200
    assert OPEN not in client.get("/c/TB01").text


def test_a_foreign_page_sends_nothing(client: FlaskClient, place: MadeRound) -> None:
    form = {**typed(), "nonce": new_token()}
    reply = client.post(OPEN, data=form, headers={"Origin": "https://evil.example"})
    assert reply.status_code == 403
    assert levels() == []


def test_thanks_without_a_receipt_lead_back_to_the_counter(
    client: FlaskClient, place: MadeRound
) -> None:
    reply = client.get("/c/TB01/thanks")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/c/TB01")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_are_read_in_both_languages(
    client: FlaskClient, place: MadeRound, language: str
) -> None:
    for path in ("/c/TB01", OPEN):
        page = client.get(f"{path}?lang={language}")
        assert f'<html lang="{language}">' in page.text
        assert f'href="{path}?lang=en"' in page.text


def test_the_pages_of_a_poster_have_no_faults(client: FlaskClient, place: MadeRound) -> None:
    questions = client.get(OPEN)
    sent = send(client, questions.text, typed())
    pages = {
        "door": client.get("/c/TB01"),
        "missed": client.post("/c/TB01", data={"dossier": "1", "digits": "2"}),
        "questions": questions,
        "mistakes": send(client, questions.text, {}),
        "thanks": client.get(sent.headers["Location"]),
        "unknown": client.get("/c/NICHTS"),
        "elsewhere": client.post(OPEN, headers={"Sec-Fetch-Site": "cross-site"}),
    }
    close(place)
    pages["closed"] = client.get("/c/TB01")
    assert {name: faults(page.text) for name, page in pages.items() if faults(page.text)} == {}
