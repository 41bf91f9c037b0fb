"""The small-office mode: two persons switch it, everybody sees it, three still publish."""

import pytest
from flask import Flask

from app.database import writing
from app.extensions import db
from app.queries import approvals, office as rows
from app.services import four_eyes, grants, merging, office, publishing, reopening
from app.services.errors import ForbiddenError, InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import Role
from tests.app.at_once import at_once
from tests.app.index_factory import approved, merged, people
from tests.app.office_modes import REASON, switch_off, switch_on
from tests.factories import account, actor


def test_the_normal_mode_holds_until_two_persons_decide(app: Flask):
    assert not rows.small_office().on
    administrator = actor(Role.ADMINISTRATOR)
    with pytest.raises(WrongStateError):
        office.switch(administrator, True, REASON)
    asked = office.ask_switch(administrator, True, REASON)
    with pytest.raises(ForbiddenError):
        four_eyes.decide(administrator, asked, True)
    with pytest.raises(WrongStateError):
        office.switch(administrator, True, REASON)
    four_eyes.decide(actor(Role.APPROVER), asked, True)
    with pytest.raises(WrongStateError):
        office.switch(administrator, True, "Một lý do khác hẳn")
    office.switch(administrator, True, REASON)
    present = rows.small_office()
    assert (present.on, present.reason) == (True, REASON)
    assert present.since is not None


def test_an_approval_to_switch_on_does_not_switch_off(app: Flask):
    switch_on()
    switch_off()
    administrator = actor(Role.ADMINISTRATOR)
    with pytest.raises(WrongStateError):
        office.switch(administrator, True, REASON)
    assert not rows.small_office().on


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_asks_or_switches(app: Flask, role):
    person = actor(role)
    with pytest.raises(ForbiddenError):
        office.ask_switch(person, True, REASON)
    asked = office.ask_switch(actor(Role.ADMINISTRATOR), True, REASON)
    four_eyes.decide(actor(Role.HOME_AFFAIRS), asked, True)
    with pytest.raises(ForbiddenError):
        office.switch(person, True, REASON)


def test_a_mode_is_not_entered_twice(app: Flask):
    switch_on()
    with pytest.raises(WrongStateError):
        office.ask_switch(actor(Role.ADMINISTRATOR), True, REASON)


def test_the_normal_mode_comes_back_when_nobody_wears_two_hats(app: Flask):
    switch_on()
    person = account(Role.HOME_AFFAIRS).id
    with writing() as session:
        grants.grant(session, SYSTEM, person, Role.APPROVER)
    assert [holder.id for holder in office.several_hats()] == [person]
    with pytest.raises(WrongStateError):
        switch_off()
    with writing() as session:
        grants.revoke(session, SYSTEM, person, Role.APPROVER)
    switch_off()
    assert not rows.small_office().on


def test_a_second_hat_and_the_normal_mode_do_not_slip_past_each_other(app: Flask):
    """Either the role is refused or the mode stays: the office never ends between the two."""
    switch_on()
    administrator, person = actor(Role.ADMINISTRATOR), account(Role.HOME_AFFAIRS).id
    asked = office.ask_switch(administrator, False, REASON)
    four_eyes.decide(actor(Role.APPROVER), asked, True)

    def second_hat() -> None:
        with writing() as session:
            grants.grant(session, SYSTEM, person, Role.APPROVER)

    outcomes = at_once(app, [second_hat, lambda: office.switch(administrator, False, REASON)])
    db.session.rollback()
    assert rows.small_office().on or not office.several_hats()
    assert {type(outcome) for outcome in outcomes if outcome} <= {
        InvalidInputError,
        WrongStateError,
    }
    assert outcomes.count(None) == 1


def test_every_index_merged_in_the_mode_says_so_and_others_do_not(app: Flask, client, signed_in):
    switch_on()
    crew = people()
    view = merged(crew.merger)
    assert view.document.small_office
    assert publishing.verify(view) == ()
    reopening.reopen(crew.merger, view.head.cycle_id, "Hội đồng xem lại điểm")
    switch_off()
    normal = merging.merge_index(crew.merger, view.head.cycle_id)
    approved(crew, normal)
    publishing.publish(crew.merger, normal)
    browser = signed_in(Role.HOME_AFFAIRS)
    address = f"/index/{view.head.cycle_id}/results"
    sentences = ("Merged in the small-office mode", "văn phòng nhỏ")
    pages = {number: browser.get(f"{address}/{number}").text for number in (view.head.id, normal)}
    assert any(sentence in pages[view.head.id] for sentence in sentences)
    assert not any(sentence in pages[normal] for sentence in sentences)
    public = client.get(f"/public/{normal}").text
    assert "small-office" not in public
    assert "văn phòng nhỏ" not in public


def test_a_mode_hidden_from_the_document_shows(app: Flask):
    switch_on()
    view = merged(people().merger)
    view.values["small_office"] = False
    assert "document" in {finding.place for finding in publishing.verify(view)}


def test_the_page_leads_two_persons_through_the_switch(app: Flask, signed_in):
    browser, second = signed_in(Role.ADMINISTRATOR), signed_in(Role.APPROVER)
    assert 'action="/office/mode"' in browser.get("/office").text
    assert 'action="/office/mode"' not in second.get("/office").text
    assert browser.post("/office/mode", data={"reason": "ngắn"}).status_code == 422
    assert browser.post("/office/mode/switch").status_code == 409
    assert browser.post("/office/mode", data={"reason": REASON}).status_code == 302
    assert REASON in browser.get("/office").text
    assert browser.post("/office/mode/switch").status_code == 409
    db.session.rollback()
    (asked,) = approvals.waiting()
    assert second.post(f"/approvals/{asked.id}", data={"approve": "1"}).status_code == 302
    assert 'action="/office/mode/switch"' in browser.get("/office").text
    assert 'action="/office/mode/switch"' not in second.get("/office").text
    assert browser.post("/office/mode/switch").status_code == 302
    db.session.rollback()
    assert rows.small_office().on
    assert REASON in second.get("/office").text
