"""The kiosk: one person after the other, one question at a time, and no trace of the one before."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.models import Ballot, Box, Kiosk, KioskTurn, OpenCount, OpenForm, Token
from app.queries import boxes
from app.services import kiosks
from app.services.recording import SYSTEM
from app.vocabulary import Door, Role
from app.web.kiosk.one_by_one import one_by_one
from surveys import instruments
from surveys.answering import field_name
from surveys.paging import pages
from tests.app.door_factory import digits_of, give_phones, wrong_digits
from tests.app.kiosk_factory import (
    end_session,
    go_through,
    here,
    led,
    place,
    press,
    session_now,
    to_first_question,
)
from tests.app.respondent import Fields, typed
from tests.app.round_factory import check_invariant
from tests.app.test_pages_accessible import faults

RECEIPT = re.compile(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}")


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def counts() -> list[tuple[str, int]]:
    db.session.rollback()
    rows = db.session.execute(select(OpenCount.door, func.sum(OpenCount.n)).group_by("door"))
    return sorted((str(door), n) for door, n in rows)


def test_during_a_session_everyone_served_gets_one_turn(app: Flask) -> None:
    found = place(app)
    session_now(found, cap=2)
    tablet = found.tablet
    idle = tablet.get("/k")
    assert [f'lang="{word}">' in idle.text for word in ("vi", "en", "km")] == [True, True, False]
    receipts: set[str] = set()
    for _ in range(2):
        first = to_first_question(tablet)
        assert "a_comment" not in Fields(first.text).names
        assert (count(Box), count(KioskTurn)) == (len(receipts), len(receipts))
        done = go_through(tablet, first, typed("Rất tốt"))
        assert done.headers["Location"] == "/k/thanks?lang=vi"
        thanks = tablet.get(done.headers["Location"])
        assert (thanks.status_code, thanks.headers["Cache-Control"]) == (200, "no-store")
        assert thanks.headers["Refresh"] == "60; url=/k?over=1"
        receipts |= set(RECEIPT.findall(thanks.text))
    assert len(receipts) == 2
    db.session.rollback()
    ballots = db.session.execute(select(Ballot.drawn, Ballot.spent).where(Ballot.session_id > 0))
    assert [tuple(row) for row in ballots] == [("P", True)] * 2
    assert counts() == [("kiosk", 2)]
    assert check_invariant(found.made.id) == boxes.Tally(2, 2, 0, 0)
    # No turn is left: the next one is asked for a dossier.
    assert tablet.get("/k/begin?lang=vi").headers["Location"] == "/k/enter?lang=vi"


def test_a_form_sent_twice_takes_one_turn(app: Flask) -> None:
    found = place(app)
    number = session_now(found, cap=5)
    tablet, form = found.tablet, typed()
    page = sent = to_first_question(tablet)
    kept = ""
    while sent.status_code == 200:
        page, kept = sent, cookie(tablet)
        sent = press(tablet, page.text, here(page.text, form))
    shown = RECEIPT.findall(led(tablet, sent).text)
    assert len(shown) == 1
    for over in (False, True):
        if over:
            end_session(number)
        # The reply was lost: the device still has the turn, and sends the page again.
        tablet.set_cookie("khaosat_turn", kept)
        again = press(tablet, page.text, here(page.text, form))
        assert RECEIPT.findall(led(tablet, again).text) == shown
    assert (count(KioskTurn), count(OpenForm), count(Box)) == (1, 0, 1)


def cookie(tablet: FlaskClient) -> str:
    found = tablet.get_cookie("khaosat_turn")
    return found.value if found else ""


def test_who_is_answering_when_the_session_ends_loses_nothing(app: Flask) -> None:
    found = place(app)
    number = session_now(found)
    first = to_first_question(found.tablet)
    end_session(number)
    thanks = led(found.tablet, go_through(found.tablet, first, typed()))
    with force_locale("vi"):
        apart = gettext("Answers without a dossier are shown apart; they do not enter the index.")
    assert apart in thanks.text
    assert (count(OpenForm), count(KioskTurn)) == (1, 0)
    assert check_invariant(found.made.id) == boxes.Tally(0, 1, 0, 0, open_forms=1)


def test_a_dossier_is_let_in_as_at_the_poster_and_answers_once(app: Flask) -> None:
    found = place(app)
    codes, tablet = give_phones(found.made.id), found.tablet
    assert led(tablet, tablet.get("/k/begin?lang=vi")).request.path == "/k/enter"
    wrong = tablet.post("/k/enter", data={"dossier": codes[0], "digits": wrong_digits(0)})
    assert wrong.status_code == 422
    assert codes[0] not in wrong.text
    knock = {"dossier": codes[0].lower(), "digits": digits_of(0)}
    waiting = tablet.post("/k/enter?lang=vi", data={**knock, "more_time": "1"})
    assert (waiting.status_code, codes[0].lower() in waiting.text) == (200, True)
    inside = led(tablet, tablet.post("/k/enter?lang=vi", data=knock))
    assert inside.request.path == "/k/intro"
    done = go_through(tablet, tablet.get("/k/questions?lang=vi"), typed())
    assert RECEIPT.search(led(tablet, done).text)
    db.session.rollback()
    assert db.session.scalars(select(Token.door)).all() == [Door.KIOSK]
    # An answer about a dossier leaves no quarter of an hour.
    assert counts() == []
    assert check_invariant(found.made.id) == boxes.Tally(1, 1, 0, 0)
    again = led(tablet, tablet.post("/k/enter", data=knock))
    assert (again.status_code, "<fieldset" in again.text) == (410, False)


def test_without_a_dossier_there_is_the_open_form(app: Flask) -> None:
    found = place(app)
    tablet = found.tablet
    assert "/k/open?lang=vi" in tablet.get("/k/enter?lang=vi").text
    first = to_first_question(tablet, "/k/open?lang=vi")
    thanks = led(tablet, go_through(tablet, first, typed()))
    assert RECEIPT.search(thanks.text)
    assert counts() == [("kiosk", 1)]
    assert check_invariant(found.made.id) == boxes.Tally(0, 1, 0, 0, open_forms=1)


@pytest.mark.parametrize("path", ["/k", "/k?over=1", "/k/thanks", "/k/questions", "/k/intro"])
def test_the_next_person_finds_nothing_of_the_one_before(app: Flask, path: str) -> None:
    found = place(app)
    session_now(found)
    tablet, comment = found.tablet, "Tôi phải chờ rất lâu"
    first = to_first_question(tablet)
    second = press(tablet, first.text, here(first.text, typed()))
    pages_of_the_first = [first, second]
    done = go_through(tablet, second, typed(comment))
    receipt = RECEIPT.findall(led(tablet, done).text)[0]
    # Whoever comes next touches the glass, or goes back, and the device sends old pages again.
    assert receipt not in tablet.get("/k").text
    assert cookie(tablet) == ""
    assert receipt not in led(tablet, tablet.get(path)).text
    for page in pages_of_the_first:
        again = press(tablet, page.text, {})
        assert again.headers["Location"] == "/k"
    to_first_question(tablet)
    for page in pages_of_the_first:
        assert press(tablet, page.text, {}).headers["Location"] == "/k"
    assert count(Box) == 1


def test_a_page_says_before_that_it_closes_and_gives_more_time(app: Flask) -> None:
    asked = instruments.load("citizen_five_factors")
    found = place(app, asked)
    session_now(found)
    tablet = found.tablet
    page = to_first_question(tablet)
    kinds = {field_name(question): question.kind for question in asked.questions}
    seen = set()
    while page.status_code == 200 and "a_comment" not in seen:
        [name] = {name for name in Fields(page.text).names if name.startswith("a_")}
        seen.add(name)
        touched = kinds[name] in {"scale", "single_choice", "yes_no"}
        assert page.headers["Refresh"].split(";")[0] == ("60" if touched else "180")
        assert f'class="kiosk t{60 if touched else 180}"' in page.text
        assert 'class="soon" role="alert"' in page.text
        given = {name: Fields(page.text).names[name][:1]} if touched else {}
        more = press(tablet, page.text, given, more_time="1")
        assert (more.status_code, more.headers["Refresh"]) == (200, page.headers["Refresh"])
        assert Fields(more.text).checked == {key: value[0] for key, value in given.items()}
        page = press(tablet, more.text, given or {name: [""]})
        if page.status_code == 422:
            break
    assert len(seen) >= 5
    assert (count(Box), count(KioskTurn)) == (0, 0)


def test_back_from_the_first_question_leads_to_the_introduction(app: Flask) -> None:
    found = place(app)
    session_now(found)
    tablet, form = found.tablet, typed()
    first = to_first_question(tablet)
    assert press(tablet, first.text, {}, back="1").headers["Location"] == "/k/intro?lang=vi"
    second = press(tablet, first.text, here(first.text, form))
    before = press(tablet, second.text, {}, back="1")
    given = here(first.text, form)
    assert Fields(before.text).checked == {name: values[0] for name, values in given.items()}
    refused = press(tablet, before.text, {name: [] for name in given})
    assert (refused.status_code, refused.headers["Refresh"][:3]) == (422, "60;")


@pytest.mark.parametrize("code", ["citizen_five_factors", "residents_three_aspects"])
def test_a_page_holds_one_question_and_the_answers_stay_those_of_the_version(code: str) -> None:
    asked = instruments.load(code)
    cut = one_by_one(asked)
    assert [question.code for question in cut.questions] == [q.code for q in asked.questions]
    assert [question.choices for question in cut.questions] == [q.choices for q in asked.questions]
    kinds = {question.code: question.kind for question in cut.questions}
    together = {q.code for q in cut.questions if q.matrix}
    for page in pages(cut):
        taking = [each for each in page if kinds[each] != "information"]
        assert len(taking) <= 1 or set(taking) <= together
    for question, whole in zip(cut.questions, asked.questions, strict=True):
        assert question.whole_text("vi") == whole.whole_text("vi")


def test_a_key_works_once_for_two_days_and_a_revoked_kiosk_takes_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = place(app)
    old = kiosks.add(SYSTEM, found.counter.id, "Máy 2").key
    stranger = app.test_client()
    day = clock.today() + timedelta(days=2)
    monkeypatch.setattr(clock, "today", lambda: day)
    for key in (old, "3F-0000-0000-00015", ""):
        assert stranger.post("/k/enrol", data={"key": key}).status_code == 422
    assert 'name="key"' in stranger.get("/k").text
    assert stranger.get("/k/begin").headers["Location"] == "/k"
    found.tablet.get("/k")
    named = select(Kiosk).where(Kiosk.name == "Máy 1")
    db.session.rollback()
    assert db.session.scalars(named).one().last_seen_on == day - timedelta(days=2), "only looked"
    found.tablet.post("/k/enter", data={"more_time": "1"})
    db.session.rollback()
    row = db.session.scalars(named).one()
    device = found.tablet.get_cookie("khaosat_kiosk")
    assert (row.last_seen_on, row.enrolled_on) == (day, day - timedelta(days=2))
    assert device is not None
    assert device.value.encode() not in row.key
    session_now(found)
    first = to_first_question(found.tablet)
    kiosks.revoke(SYSTEM, row.id)
    assert press(found.tablet, first.text, {}).headers["Location"] == "/k"
    assert 'name="key"' in found.tablet.get("/k").text


def test_coordinators_set_kiosks_up_and_revoke_them(app: Flask, signed_in: Any) -> None:
    found = place(app)
    office = signed_in(Role.COORDINATOR)
    page = office.get(f"/kiosks?counter={found.counter.id}")
    assert f'<option selected value="{found.counter.id}">' in page.text
    made = office.post("/kiosks", data={"counter": found.counter.id, "name": " Máy sảnh "})
    [key] = re.findall(r'<strong translate="no">([0-9A-Z-]{15,})</strong>', made.text)
    assert (
        office.post("/kiosks", data={"counter": found.counter.id, "name": " "}).status_code == 422
    )
    tablet = app.test_client()
    assert tablet.post("/k/enrol", data={"key": key}).status_code == 303
    assert tablet.post("/k/enrol", data={"key": key}).status_code == 422
    listed = office.get("/kiosks")
    assert "Máy sảnh" in listed.text
    number = db.session.scalars(select(Kiosk.id).where(Kiosk.name == "Máy sảnh")).one()
    assert office.post(f"/kiosks/{number}/revoke").status_code == 302
    assert 'name="key"' in tablet.get("/k").text
    assert {
        name: found
        for name, found in (("list", faults(listed.text)), ("key", faults(made.text)))
        if found
    } == {}


def test_the_pages_of_a_kiosk_have_no_faults(app: Flask) -> None:
    found = place(app)
    number, tablet = session_now(found), found.tablet
    shown = {
        "no kiosk": app.test_client().get("/k"),
        "idle": tablet.get("/k?over=1"),
        "intro": led(tablet, tablet.get("/k/begin?lang=vi")),
        "question": tablet.get("/k/questions?lang=vi"),
    }
    shown["mistake"] = press(tablet, shown["question"].text, {})
    shown["thanks"] = led(tablet, go_through(tablet, shown["question"], typed()))
    end_session(number)
    shown["door"] = tablet.get("/k/enter")
    shown["missed"] = tablet.post("/k/enter", data={"dossier": "1", "digits": "2"})
    shown["elsewhere"] = tablet.post("/k/questions", headers={"Sec-Fetch-Site": "cross-site"})
    assert shown["mistake"].status_code == 422
    assert {name: faults(page.text) for name, page in shown.items() if faults(page.text)} == {}
