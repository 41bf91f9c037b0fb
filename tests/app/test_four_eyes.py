"""One asks, another decides, it is done once: and no way around it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Account, Approval, LogEntry
from app.queries import approvals
from app.services import four_eyes, grants
from app.services.errors import (
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStateError,
)
from app.services.four_eyes import ACTS, OFFICE_MODE, REOPEN, RESET_SECOND_FACTOR
from app.services.recording import SYSTEM, Actor
from app.vocabulary import Role
from tests.app.at_once import at_once
from tests.factories import actor

REASON = "Điện thoại của người dùng đã hỏng"
WHAT = four_eyes.digest(account=7, serial=1)
OTHER = four_eyes.digest(account=7, serial=2)
OBJECT = "account:7"


@pytest.fixture
def asker(app: Flask) -> Actor:
    return actor(Role.ADMINISTRATOR)


@pytest.fixture
def decider(app: Flask) -> Actor:
    return actor(Role.HOME_AFFAIRS)


def ask(person: Actor, digest: str = WHAT) -> int:
    return four_eyes.ask(person, RESET_SECOND_FACTOR, OBJECT, digest, REASON)


def use(digest: str = WHAT, act: str = RESET_SECOND_FACTOR, obj: str = OBJECT) -> None:
    with writing() as session:
        four_eyes.use(session, act, obj, digest)


def age(approval_id: int, column: str, days: int) -> None:
    with writing() as session:
        then = clock.now() - timedelta(days=days)
        where = Approval.id == approval_id
        session.execute(update(Approval).where(where).values({column: then}))


def state() -> str:
    return approvals._views(approvals._all().order_by(-Approval.id))[0].state


def test_what_another_person_approved_is_done_once(asker, decider):
    asked = ask(asker)
    assert state() == "waiting"
    with pytest.raises(WrongStateError):
        use()
    four_eyes.decide(decider, asked, True)
    assert state() == "approved"
    use()
    assert state() == "used"
    with pytest.raises(WrongStateError):
        use()


def test_whoever_asked_cannot_decide_with_any_role(app: Flask):
    person = actor(*Role)
    asked = ask(person)
    with pytest.raises(ForbiddenError):
        four_eyes.decide(person, asked, True)
    assert state() == "waiting"


def test_the_database_refuses_the_same_person_too(asker):
    asked = ask(asker)
    with pytest.raises(IntegrityError), writing() as session:
        session.get_one(Approval, asked).decided_by = asker.account_id


@pytest.mark.parametrize(
    ("act", "obj", "digest"),
    [
        (RESET_SECOND_FACTOR, OBJECT, OTHER),
        (RESET_SECOND_FACTOR, "account:8", WHAT),
        (REOPEN, OBJECT, WHAT),
    ],
)
def test_an_approval_holds_for_exactly_what_was_shown(asker, decider, act, obj, digest):
    four_eyes.decide(decider, ask(asker), True)
    with pytest.raises(WrongStateError):
        use(digest, act, obj)
    use()


def test_a_refused_act_is_not_done_and_the_reason_is_kept(asker, decider):
    asked = ask(asker)
    with pytest.raises(InvalidInputError):
        four_eyes.decide(decider, asked, False, " không ")
    four_eyes.decide(decider, asked, False, "Chưa gặp trực tiếp người dùng")
    assert state() == "refused"
    with pytest.raises(WrongStateError):
        use()
    with pytest.raises(WrongStateError):
        four_eyes.decide(actor(Role.APPROVER), asked, True)
    (view,) = approvals.asked_by(asker.account_id)
    assert view.answer == "Chưa gặp trực tiếp người dùng"


def test_a_question_expires_and_can_be_asked_again(asker, decider):
    asked = ask(asker)
    age(asked, "asked_at", 14)
    assert state() == "expired"
    assert approvals.waiting() == []
    with pytest.raises(WrongStateError):
        four_eyes.decide(decider, asked, True)
    again = ask(asker, OTHER)
    assert again != asked
    four_eyes.decide(decider, again, True)
    use(OTHER)


def test_an_answer_that_nobody_used_expires(asker, decider):
    asked = ask(asker)
    four_eyes.decide(decider, asked, True)
    age(asked, "decided_at", 14)
    assert state() == "expired"
    with pytest.raises(WrongStateError):
        use()
    age(asked, "decided_at", 13)
    use()


def test_an_approval_falls_with_the_role_of_whoever_gave_it(asker, decider):
    four_eyes.decide(decider, ask(asker), True)
    with writing() as session:
        grants.revoke(session, asker, decider.account_id, Role.HOME_AFFAIRS)
    with pytest.raises(WrongStateError):
        use()
    with writing() as session:
        grants.grant(session, asker, decider.account_id, Role.HOME_AFFAIRS)
        session.get_one(Account, decider.account_id).active = False
    with pytest.raises(WrongStateError):
        use()


def test_the_asker_alone_withdraws_and_only_what_nobody_decided(asker, decider):
    asked = ask(asker)
    with pytest.raises(ForbiddenError):
        four_eyes.withdraw(decider, asked)
    four_eyes.withdraw(asker, asked)
    assert state() == "withdrawn"
    with pytest.raises(WrongStateError):
        four_eyes.decide(decider, asked, True)
    again = ask(asker)
    four_eyes.decide(decider, again, True)
    with pytest.raises(WrongStateError):
        four_eyes.withdraw(asker, again)


def test_asking_the_same_again_gives_the_same_number_and_anything_else_waits(asker):
    asked = ask(asker)
    assert ask(asker) == asked
    with pytest.raises(WrongStateError):
        ask(asker, OTHER)
    with pytest.raises(WrongStateError):
        ask(actor(Role.ADMINISTRATOR))


def test_nobody_asks_without_a_reason(asker):
    with pytest.raises(InvalidInputError):
        four_eyes.ask(asker, REOPEN, "cycle:1", WHAT, "  ngắn  ")
    assert approvals.waiting() == []


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", Role)
def test_each_act_is_asked_for_and_decided_by_its_roles_only(app: Flask, act, role):
    person, known = actor(role), ACTS[act]
    if role in known.askers:
        four_eyes.ask(person, act, "x:1", WHAT, REASON)
    else:
        with pytest.raises(ForbiddenError):
            four_eyes.ask(person, act, "x:1", WHAT, REASON)
    asked = four_eyes.ask(actor(*known.askers), act, "x:2", WHAT, REASON)
    if role in known.deciders:
        four_eyes.decide(person, asked, True)
    else:
        with pytest.raises(ForbiddenError):
            four_eyes.decide(person, asked, True)


def test_neither_the_system_nor_a_stranger_asks_or_decides(asker):
    asked = ask(asker)
    for person in (SYSTEM, Actor(10**6, "administrator")):
        with pytest.raises(ForbiddenError):
            four_eyes.decide(person, asked, True)
        with pytest.raises(ForbiddenError):
            four_eyes.ask(person, OFFICE_MODE, "x:1", WHAT, REASON)
    with pytest.raises(NotFoundError):
        four_eyes.decide(asker, 999, True)


def test_each_step_is_logged_without_its_reason(asker, decider):
    asked = ask(asker)
    four_eyes.decide(decider, asked, True)
    bodies = db.session.scalars(select(LogEntry.body).order_by(LogEntry.seq)).all()
    steps = [body for body in bodies if f'"object":"approval:{asked}"' in body]
    assert ['"act":"approval.asked"' in steps[0], '"act":"approval.given"' in steps[1]] == [
        True
    ] * 2
    assert all(WHAT in step and REASON not in step for step in steps)


def test_of_two_who_decide_at_once_one_decides(app: Flask, asker, decider):
    approver = actor(Role.APPROVER)
    for round_number in range(4):
        asked = ask(asker, four_eyes.digest(round=round_number))
        outcomes = at_once(
            app,
            [
                lambda asked=asked: four_eyes.decide(decider, asked, True),
                lambda asked=asked: four_eyes.decide(approver, asked, False, REASON),
            ],
        )
        assert [type(o) for o in outcomes].count(WrongStateError) == 1
        assert outcomes.count(None) == 1
        db.session.rollback()
        row = db.session.get_one(Approval, asked, populate_existing=True)
        assert row.approved is (outcomes[0] is None)


def test_of_many_who_use_an_approval_at_once_one_does(app: Flask, asker, decider):
    for round_number in range(4):
        what = four_eyes.digest(round=round_number)
        four_eyes.decide(decider, ask(asker, what), True)
        outcomes = at_once(app, [lambda what=what: use(what)] * 4)
        assert outcomes.count(None) == 1
        assert {type(o) for o in outcomes if o} == {WrongStateError}


def test_of_two_who_ask_at_once_one_waits_for_a_decision(app: Flask):
    one, other = actor(Role.ADMINISTRATOR), actor(Role.ADMINISTRATOR)
    outcomes = at_once(app, [lambda: ask(one), lambda: ask(other)])
    assert outcomes.count(None) == 1
    assert len(approvals.waiting()) == 1


def test_the_page_lets_the_second_person_decide_and_the_first_withdraw(app: Flask, signed_in):
    browser, second = signed_in(Role.ADMINISTRATOR), signed_in(Role.HOME_AFFAIRS)
    page = second.get("/approvals").text
    assert "Chưa có việc" in page or "Nothing waits" in page
    browser.post("/office/mode", data={"reason": REASON})
    db.session.rollback()
    (view,) = approvals.waiting()
    own = browser.get("/approvals").text
    assert REASON in own
    assert f'action="/approvals/{view.id}"' not in own
    assert browser.post(f"/approvals/{view.id}", data={"approve": "1"}).status_code == 403
    waiting = second.get("/approvals").text
    assert f'action="/approvals/{view.id}"' in waiting
    refused = second.post(f"/approvals/{view.id}", data={"refuse": "1", "reason": "không"})
    assert refused.status_code == 422
    assert "không" in refused.text
    assert second.post(f"/approvals/{view.id}/withdraw").status_code == 403
    assert second.post(f"/approvals/{view.id}", data={"approve": "1"}).status_code == 302
    db.session.rollback()
    assert approvals.waiting() == []
    assert second.post(f"/approvals/{view.id}", data={"approve": "1"}).status_code == 409
    assert "/office" in browser.get("/approvals").text


def test_a_form_that_presses_neither_button_decides_nothing(app: Flask, asker, signed_in):
    asked = ask(asker)
    reply = signed_in(Role.HOME_AFFAIRS).post(f"/approvals/{asked}", data={"reason": REASON})
    assert reply.status_code == 422
    assert state() == "waiting"
