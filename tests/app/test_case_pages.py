"""Pages of outcomes and reserves: one reply for every dossier, and the way to a second person."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.extensions import db
from app.models import Ballot, Dossier, DrawnCase, LogEntry
from app.queries import draws
from app.services import case_rules, cases, field_counts, inviting, leases, next_channel
from app.services.case_rules import Noted, Reserve
from app.services.cases import Case
from app.services.field_units import outcomes_of
from app.services.hiding import Told
from app.services.recording import SYSTEM
from app.tasks import rounds as tasks
from app.vocabulary import CaseChannel, CaseOutcome, Role
from sampling.response_rates import rates
from tests.app.round_factory import answer
from tests.app.test_reserves import drawn_codes, in_order, opened
from tests.factories import actor

MAIN = re.compile(rb"<main .*</main>", re.DOTALL)
TOKENS = re.compile(rb'name="csrf_token" value="[^"]*"')
MOVED, PHONE = CaseOutcome.MOVED, CaseChannel.PHONE


def test_a_coordinator_notes_asks_and_uses_what_another_person_approved(app: Flask, signed_in):
    round_id = opened()
    base = f"/rounds/{round_id}"
    leader, approver = signed_in(Role.COORDINATOR), signed_in(Role.APPROVER)
    assert "Chưa tầng nào được dùng mẫu dự bị" in leader.get(f"{base}/reserves").text
    drawn, undrawn = drawn_codes(round_id)[0], in_order(round_id)[40]
    replies = []
    for code in (drawn, undrawn):
        form = {"code": f" {code} ", "outcome": "moved", "channel": "phone"}
        reply = leader.post(f"{base}/cases", data=form)
        assert reply.status_code == 302
        replies.append(reply.data.replace(code.encode(), b""))
    assert replies[0] == replies[1], "drawn and not drawn get the same reply"
    wrong = leader.post(f"{base}/cases", data={"code": "X", "outcome": "moved", "channel": "sms"})
    assert wrong.status_code == 422
    rows = "".join(f"{code},Từ chối,Bưu điện\n" for code in drawn_codes(round_id)[1:4])
    sent = {"file": (io.BytesIO(f"Mã hồ sơ,Kết quả,Kênh\n{rows}".encode()), "cases.csv")}
    assert leader.post(f"{base}/cases/file", data=sent).status_code == 302
    bad = {"file": (io.BytesIO(b"HS-A-00001,moved,pigeon\nnone,moved,sms"), "cases.csv")}
    reply = leader.post(f"{base}/cases/file", data=bad)
    assert (reply.status_code, "pigeon" in reply.text) == (422, True)
    unknown = {"file": (io.BytesIO("code\nnone,từ chối,sms".encode()), "cases.csv")}
    reply = leader.post(f"{base}/cases/file", data=unknown)
    assert (reply.status_code, '<td class="num" data-label="Dòng">2</td>' in reply.text) == (
        422,
        True,
    )
    page = leader.get(f"{base}/reserves").text
    assert "Xã A (A) (4)" in page
    stratum = page.split('<option value="')[1].split('"')[0]
    ask = {"stratum": stratum, "count": "5", "reason": "Nhiều người đã chuyển đi nơi khác"}
    assert leader.post(f"{base}/reserves", data=ask).status_code == 422
    assert leader.post(f"{base}/reserves", data=ask | {"count": "2"}).status_code == 302
    shown = approver.get("/approvals").text
    assert "31–32" in shown
    assert not any(code in shown for code in in_order(round_id)[30:32])
    assert leader.post(f"{base}/reserves/1/use").status_code == 409
    number = shown.split('id="approval-')[1].split('"')[0]
    assert approver.post(f"/approvals/{number}", data={"approve": "1"}).status_code == 302
    asked = leader.post(f"{base}/reserves/1/use")
    db.session.rollback()
    job = leases.claim(int(asked.location.rpartition("/")[2]), "test")
    assert job is not None
    result = tasks.draw(job)
    assert (result["count"], result["next"]) == (2, f"{base}/reserves")
    assert drawn_codes(round_id) == in_order(round_id)[:32]
    used = leader.get(f"{base}/reserves")
    assert used.status_code == 200
    assert "Chưa tầng nào được dùng mẫu dự bị" not in used.text
    assert [each.drawn for each in draws.strata(round_id)] == [30, 20], "as they were drawn"
    assert signed_in(Role.AGENCY).get(f"{base}/reserves").status_code == 403


def test_no_page_changes_when_somebody_of_a_noted_dossier_answers(app: Flask, signed_in):
    round_id = opened()
    leader, person = signed_in(Role.COORDINATOR), actor(Role.COORDINATOR)
    code = drawn_codes(round_id)[5]
    cases.note(person, round_id, [Case(code, CaseOutcome.REFUSED, PHONE)])
    field_counts.refresh()
    pages = [f"/rounds/{round_id}/{name}" for name in ("cases", "reserves", "field")]

    def read() -> list[bytes]:
        return [MAIN.findall(TOKENS.sub(b"", leader.get(page).data))[0] for page in pages]

    before = read()
    own = select(Dossier.id).where(Dossier.code == code)
    db.session.execute(update(Ballot).where(Ballot.dossier_id.in_(own)).values(spent=True))
    db.session.commit()
    assert read() == before
    cases.note(person, round_id, [Case(code, CaseOutcome.REFUSED, PHONE)])
    assert read() == before
    assert db.session.query(DrawnCase).count() == 1
    log = [entry.body for entry in db.session.scalars(select(LogEntry))]
    assert not any(code in body for body in log)


def test_the_next_channel_is_for_those_who_are_silent_since_three_days(app: Flask):
    round_id = opened()
    issued = inviting.issue_slips(SYSTEM, round_id).slips
    today, sms = clock.today(), CaseChannel.SMS
    assert next_channel.due(round_id, sms, today + timedelta(days=2)) == ()
    third = today + timedelta(days=3)
    assert len(next_channel.due(round_id, sms, third)) == 50
    assert answer(issued[0].token).receipt
    cases.note(actor(Role.COORDINATOR), round_id, [Case(issued[1].dossier_code, MOVED, PHONE)])
    left = set(next_channel.due(round_id, sms, third))
    assert {slip.dossier_id for slip in issued[2:]} == left
    sixth = today + timedelta(days=6)
    assert next_channel.due(round_id, sms, sixth) == ()
    assert set(next_channel.due(round_id, PHONE, sixth)) == left


@pytest.mark.parametrize(
    ("lost", "left", "free", "why"),
    [(0, 30, 0, "lost"), (4, 30, 3, "lost"), (20, 30, 8, "planned"), (20, 2, 2, "list")],
)
def test_the_rule_takes_the_least_of_three(lost: int, left: int, free: int, why: str):
    released = 1 if left == 30 and lost else 0
    reserve = Reserve(30, case_rules.planned(30, 0.3), released, lost, left)
    assert (reserve.free, reserve.why) == (free, why)


def test_only_the_last_channel_ends_a_case_that_was_not_reached():
    lost = {(how, by) for how in CaseOutcome for by in CaseChannel if case_rules.is_lost(how, by)}
    assert {(CaseOutcome.REFUSED, CaseChannel.SLIP), (MOVED, CaseChannel.SMS)} <= lost
    assert (CaseOutcome.NOT_REACHED, CaseChannel.SMS) not in lost
    assert (CaseOutcome.WRONG_CONTACT, CaseChannel.POST) in lost
    assert CaseOutcome.OTHER not in {how for how, _ in lost}


def test_noted_cases_leave_the_unknown_and_change_the_rates():
    noted = Noted(refused=10, not_reached=5, other=1, unknown=4, not_eligible=20)
    found = outcomes_of(200, 150, Told(50, 50), noted)
    assert found is not None
    assert sum(vars(found).values()) == 200
    assert (found.unknown_place, found.unknown_other) == (50, 64)
    told = rates(found)
    assert (told.rr1, told.ref1) == (50 / 180, 10 / 180)
    # More were noted than can be without an answer: what staff noted is left out.
    assert outcomes_of(60, 60, Told(50, 50), noted) == outcomes_of(60, 60, Told(50, 50))
    assert outcomes_of(60, 60, Told(0, 9), noted) is None
