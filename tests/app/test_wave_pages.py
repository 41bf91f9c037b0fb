"""Pages of the follow-up and of the day: what a coordinator does, and what no page tells."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, CounterSession, Dossier, FieldCount, Round
from app.queries import rounds
from app.services import cases, daily, field_counts, fieldwork, inviting
from app.services.cases import Case
from app.services.recording import SYSTEM
from app.services.stopping import Stop
from app.services.waves import Waves
from app.vocabulary import CaseChannel, CaseOutcome, Role, RoundState
from app.web.coordinate import wave_words
from tests.app.field_factory import opened as opened_by_hand
from tests.app.round_factory import make_round
from tests.app.test_reserves import drawn_codes, opened
from tests.factories import actor

MAIN = re.compile(rb"<main .*</main>", re.DOTALL)
TOKENS = re.compile(rb'name="csrf_token" value="[^"]*"')
DAYS = {"sms_after": "2", "visit_after": "5", "attempts": "3", "last_day": ""}
REASON = "Nhắn tin sớm hơn một ngày vì nghỉ lễ"


def english(browser):
    browser.set_cookie("khaosat_language", "en")
    return browser


def main(browser, page: str) -> bytes:
    reply = browser.get(page)
    assert reply.status_code == 200, page
    return TOKENS.sub(b"", MAIN.findall(reply.data)[0])


def test_a_coordinator_sets_the_follow_up_and_later_its_days_alone(app: Flask, signed_in):
    made = make_round({"A": {"x": 60}})
    page, leader = f"/rounds/{made.id}/waves", english(signed_in(Role.COORDINATOR))
    assert 'name="target"' in leader.get(page).text
    assert "Follow-up and its end" in leader.get(f"/rounds/{made.id}").text
    reply = leader.post(page, data=DAYS | {"target": "45"})
    assert (reply.status_code, "full ten" in reply.text) == (422, True)
    reply = leader.post(page, data=DAYS | {"sms_after": "5"})
    assert (reply.status_code, "from 6 to 30" in reply.text) == (422, True)
    late = (clock.today() + timedelta(days=20)).strftime("%d/%m/%Y")
    entered = DAYS | {"target": "40", "by_unit": "y", "last_day": late}
    assert leader.post(page, data=entered).status_code == 302
    text = leader.get(page).text
    assert "SMS 2 days after the slip, phone or post after 5 days." in text
    assert f"With 40 answers of a unit or after {late}." in text
    db.session.execute(update(Round).values(state=RoundState.OPEN))
    db.session.commit()
    text = leader.get(page).text
    assert ('name="target"' in text, 'name="reason"' in text) == (False, True)
    changed = entered | {"sms_after": "1", "target": "10"}
    assert leader.post(page, data=changed).status_code == 422, "no reason"
    assert leader.post(page, data=changed | {"reason": REASON}).status_code == 302
    assert fieldwork.waves_of(made.id).sms_after == 1
    assert fieldwork.waves_of(made.id).target == 40, "a field that is not asked for counts nothing"
    db.session.execute(update(Round).values(state=RoundState.CLOSED))
    db.session.commit()
    assert 'name="sms_after"' not in leader.get(page).text
    assert leader.post(page, data=changed | {"reason": REASON}).status_code == 409
    looking = english(signed_in(Role.ADMINISTRATOR)).get(page)
    assert (looking.status_code, "With 40 answers" in looking.text) == (200, True)


def test_the_list_of_the_day_names_what_is_to_be_done(app: Flask, signed_in):
    round_id = opened()
    page, leader = f"/rounds/{round_id}/today", english(signed_in(Role.COORDINATOR))
    today = clock.today()
    assert "nothing is printed for today" in leader.get(page).text
    assert 'href="/rounds/1/today"' in leader.get("/").text, "the overview leads to it"
    codes = drawn_codes(round_id)
    inviting.issue_slips(SYSTEM, round_id)
    with writing() as session:
        some = Dossier.code.in_(codes[:3])
        session.execute(update(Dossier).where(some).values(finished=today))
        session.execute(
            update(Dossier)
            .where(Dossier.code.in_(codes[3:5]))
            .values(finished=today - timedelta(days=1))
        )
    lost = [Case(code, CaseOutcome.MOVED, CaseChannel.PHONE) for code in codes[-2:]]
    cases.note(actor(Role.COORDINATOR), round_id, lost)
    found = rounds.one(round_id)
    assert found is not None
    listed = daily.of_round(found, today)
    unit = next(each for each in listed.slips if each.code == "A")
    assert (unit.before, unit.now, unit.done) == (2, 3, 30)
    assert [turn.dossiers for turn in listed.turns] == [0, 0]
    third = daily.of_round(found, today + timedelta(days=3))
    assert [(turn.channels[0].value, turn.dossiers) for turn in third.turns] == [
        ("sms", 50),
        ("phone", 0),
    ]
    assert (listed.noted, [each.label for each in listed.reserves]) == (2, ["A"])
    text = leader.get(page).text
    for words in ("2 outcomes noted today", "2 reserves may be put to use", "Nowhere yet"):
        assert words in text
    assert not any(code in text for code in codes), "no page of the day names a dossier"
    last = Waves(last_day=today)
    fieldwork.settle(actor(Role.COORDINATOR), round_id, last, REASON)
    assert daily.of_round(found, today + timedelta(days=1)).fieldwork.ready
    assert daily.of_round(found, today + timedelta(days=1)).reserves == ()
    assert signed_in(Role.AGENCY).get(page).status_code == 403


def test_the_list_of_the_day_does_not_move_when_somebody_answers(app: Flask, signed_in):
    round_id = opened()
    inviting.issue_slips(SYSTEM, round_id)
    field_counts.refresh()
    leader, page = signed_in(Role.COORDINATOR), f"/rounds/{round_id}/today"
    found = rounds.one(round_id)
    assert found is not None
    later = clock.today() + timedelta(days=3)
    before, ahead = main(leader, page), daily.of_round(found, later)
    db.session.rollback()
    some = select(Ballot.id).where(Ballot.round_id == round_id).limit(25)
    db.session.execute(update(Ballot).where(Ballot.id.in_(some)).values(spent=True))
    db.session.commit()
    assert main(leader, page) == before
    assert daily.of_round(found, later) == ahead


@pytest.mark.parametrize("by_unit", [False, True])
def test_worlds_that_are_told_alike_have_the_same_list(app: Flask, signed_in, by_unit: bool):
    made = opened_by_hand({"A": {"x": 500, "y": 80, "z": 90}, "B": {"x": 700, "y": 70}})
    db.session.execute(update(Round).values(state=RoundState.DRAWN))
    db.session.commit()
    leader = actor(Role.COORDINATOR)
    fieldwork.settle(leader, made.id, Waves(target=410, by_unit=by_unit))
    db.session.execute(update(Round).values(state=RoundState.OPEN))
    db.session.commit()
    field_counts.refresh()

    def count(**answers: int) -> bytes:
        for label, number in answers.items():
            cell = FieldCount.cell_id == made.cells[label.replace("_", "/")]
            db.session.execute(update(FieldCount).where(cell).values(spent=number))
        db.session.commit()
        return main(browser, f"/rounds/{made.id}/today")

    browser = english(signed_in(Role.COORDINATOR))
    first = count(A_x=411, A_y=7, A_z=8, B_x=613, B_y=6)
    assert wave_words.REASONS[Stop.TARGET].encode() in first
    assert count(A_y=8, A_z=5, B_y=8) == first
    assert count(A_x=409, A_y=30, A_z=30) != first


def test_before_and_after_the_fieldwork_the_list_says_so(app: Flask, signed_in):
    made = make_round({"A": {"x": 60}})
    page, leader = f"/rounds/{made.id}/today", english(signed_in(Role.COORDINATOR))
    assert "The fieldwork has not begun" in leader.get(page).text
    db.session.execute(update(Round).values(state=RoundState.CLOSED))
    db.session.commit()
    text = leader.get(page).text
    assert "The fieldwork is over" in text
    assert "/slips" not in MAIN.findall(text.encode())[0].decode()
    assert leader.get("/rounds/999/today").status_code == 404
    assert db.session.query(CounterSession).count() == 0
