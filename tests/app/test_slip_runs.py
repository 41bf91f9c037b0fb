"""The evening: every slip is accounted for, and what is back opens nothing any more."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import Account, LogEntry, SlipRun, Token
from app.queries import slip_runs as rows
from app.queries.slip_runs import Wanted
from app.services import inviting, responding, slip_codes, slip_runs
from app.services.errors import FieldFault, InvalidInputError, NotFoundError, WrongStateError
from app.services.inviting import Issue
from app.services.recording import SYSTEM, Actor
from app.services.slip_runs import Correction, Tally
from app.vocabulary import Role
from tests.app.at_once import at_once
from tests.app.round_factory import answer
from tests.app.slip_factory import BEFORE, DAY, Desk, make_desk, the_run, tokens, valid_tokens
from tests.factories import actor

ADDRESS = "https://khaosat.dongnai.gov.vn/q/"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


def codes(issue: Issue) -> list[str]:
    return [slip.dossier_code for slip in issue.slips]


def faults(error: InvalidInputError) -> list[str]:
    found: list[FieldFault] = list(error.faults)
    return [fault.part for fault in found]


def test_what_came_back_opens_nothing_and_the_rest_still_does(desk: Desk) -> None:
    issue = desk.issue()
    run, slips = the_run(issue), tokens(issue)
    first, second, third, *others = codes(issue)
    slip_runs.close(SYSTEM, run, Tally(5, f"{first}\n{second}", third))
    for code in (first, second, third):
        assert answer(slips[code]).receipt is None
    for code in others:
        assert answer(slips[code]).receipt
    view = rows.one(run)
    assert view is not None
    assert (view.handed, view.returned, view.spoiled, view.missing) == (5, 2, 1, 0)
    assert view.closed


def test_a_voided_slip_answers_like_one_that_never_was(app: Flask, desk: Desk) -> None:
    issue = desk.issue()
    code = codes(issue)[0]
    slip_runs.close(SYSTEM, the_run(issue), Tally(7, code))
    pages = []
    for token in (tokens(issue)[code], "A" * 22):
        visitor = app.test_client()
        visitor.get(f"/q/{token}")
        reply = visitor.get("/q")
        pages.append((reply.status_code, re.sub(r"nonce-?\S+|nonce=\"\S+\"", "", reply.text)))
    assert pages[0] == pages[1]


def test_a_form_opened_before_is_not_taken_after(desk: Desk) -> None:
    issue = desk.issue()
    code = codes(issue)[0]
    assert responding.enter(tokens(issue)[code]).ballot is not None
    slip_runs.close(SYSTEM, the_run(issue), Tally(7, code))
    assert answer(tokens(issue)[code]).receipt is None


def test_scanned_addresses_are_read_as_their_dossiers(desk: Desk) -> None:
    issue = desk.issue()
    slips, (first, second, *_) = tokens(issue), codes(issue)
    scanned = f"{ADDRESS}{slips[first]}\n{ADDRESS}{slips[first]}\r\nHTTPS://x/q/{slips[second]}\n"
    slip_runs.close(SYSTEM, the_run(issue), Tally(6, scanned))
    assert valid_tokens_left(issue) == set(codes(issue)) - {first, second}


def valid_tokens_left(issue: Issue) -> set[str]:
    db.session.rollback()
    return set(rows.valid_slips(the_run_of_last(issue)))


def the_run_of_last(issue: Issue) -> int:
    return the_run(replace(issue, piles=(last_of(issue),)))


def last_of(issue: Issue) -> inviting.Pile:
    [pile] = issue.piles
    return replace(pile, slips=pile.slips[-1:])


def test_scans_of_others_are_refused_and_never_repeated(desk: Desk) -> None:
    issue, other = desk.issue(), desk.issue(finished=None, codes=("H19-TB/undrawn-00000",))
    foreign = next(iter(tokens(other).values()))
    text = f"{ADDRESS}{foreign}\n{ADDRESS}{'A' * 22}\nhttps://x/c/QUAY1\n{codes(issue)[0]}"
    run = the_run(issue)
    read = slip_codes.read(text, rows.valid_slips(run))
    assert (read.scanned, read.garbled) == (3, False)
    assert foreign not in read.lines
    with pytest.raises(InvalidInputError) as caught:
        slip_runs.close(SYSTEM, run, Tally(7, text))
    assert faults(caught.value) == ["returned"]
    assert foreign not in str(caught.value.faults)
    assert valid_tokens(run) == 7


def test_a_vietnamese_keyboard_is_named_as_the_cause(desk: Desk) -> None:
    issue = desk.issue()
    with pytest.raises(InvalidInputError) as caught:
        slip_runs.close(SYSTEM, the_run(issue), Tally(7, "https://x/q/Aâbcdươefghijklmnopqrs"))
    assert "keyboard" in caught.value.faults[0].text


@pytest.mark.parametrize("typed", ["H19-KHÔNG-CÓ", "H19-LB/undrawn-00001"])
def test_codes_that_are_not_of_the_run_stop_everything(desk: Desk, typed: str) -> None:
    issue = desk.issue()
    run = the_run(issue)
    with pytest.raises(InvalidInputError) as caught:
        slip_runs.close(SYSTEM, run, Tally(6, f"{codes(issue)[0]}\n{typed}"))
    assert faults(caught.value) == ["returned"]
    assert valid_tokens(run) == 8
    view = rows.one(run)
    assert view is not None
    assert not view.closed


def test_a_slip_cannot_be_returned_and_spoiled(desk: Desk) -> None:
    issue = desk.issue()
    code = codes(issue)[0]
    with pytest.raises(InvalidInputError) as caught:
        slip_runs.close(SYSTEM, the_run(issue), Tally(6, code, code.lower()))
    assert faults(caught.value) == ["spoiled"]


@pytest.mark.parametrize("handed", [6, 8])
def test_numbers_that_do_not_add_up_need_a_note(desk: Desk, handed: int) -> None:
    issue = desk.issue()
    run, code = the_run(issue), codes(issue)[0]
    for note in ("", "  ngắn    "):
        with pytest.raises(InvalidInputError) as caught:
            slip_runs.close(SYSTEM, run, Tally(handed, code, note=note))
        assert faults(caught.value) == ["note"]
        assert valid_tokens(run) == 8
    slip_runs.close(SYSTEM, run, Tally(handed, code, note="Một phiếu thất lạc khi chuyển quầy"))
    view = rows.one(run)
    assert view is not None
    assert view.missing == 7 - handed


def test_slips_that_a_later_print_replaced_are_counted_without_codes(desk: Desk) -> None:
    first = desk.issue()
    run = the_run(first)
    again = codes(first)[:3]
    desk.issue(finished=None, codes=tuple(again))
    with pytest.raises(InvalidInputError) as caught:
        slip_runs.close(SYSTEM, run, Tally(4, again[0], replaced=4))
    assert faults(caught.value) == ["returned", "replaced"]
    slip_runs.close(SYSTEM, run, Tally(4, codes(first)[3], replaced=3))
    view = rows.one(run)
    assert view is not None
    assert (view.returned, view.spoiled, view.missing) == (1, 3, 0)
    assert valid_tokens(run) == 4


def test_closing_is_logged_with_who_and_numbers_and_no_code(desk: Desk) -> None:
    somebody = actor(Role.COORDINATOR)
    issue = desk.issue()
    run, code = the_run(issue), codes(issue)[0]
    slip_runs.close(somebody, run, Tally(7, code))
    body = last_entry()
    assert '"act":"slips.reconciled"' in body
    assert f'"object":"slip_run:{run}"' in body
    assert '"handed":7,"printed":8,"returned":1,"spoiled":0' in body
    assert code not in body
    view = rows.one(run)
    assert view is not None
    name = db.session.scalar(select(Account.name).where(Account.id == somebody.account_id))
    assert view.closer == name


def last_entry() -> str:
    db.session.rollback()
    return db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first() or ""


def test_of_two_who_close_a_run_at_once_one_does(app: Flask, desk: Desk) -> None:
    issue = desk.issue()
    run, (first, second, *_) = the_run(issue), codes(issue)
    outcomes = at_once(
        app,
        [
            lambda: slip_runs.close(SYSTEM, run, Tally(7, first)),
            lambda: slip_runs.close(SYSTEM, run, Tally(7, second)),
        ],
    )
    assert sorted(type(outcome) for outcome in outcomes if outcome) == [WrongStateError]
    assert valid_tokens(run) == 7
    entries = [body for body in db.session.scalars(select(LogEntry.body)) if "reconciled" in body]
    assert len(entries) == 1


def test_closing_while_the_same_slips_are_printed_anew_loses_none(app: Flask, desk: Desk) -> None:
    issue = desk.issue()
    run, code = the_run(issue), codes(issue)[0]
    outcomes = at_once(
        app,
        [
            lambda: slip_runs.close(SYSTEM, run, Tally(7, code)),
            lambda: desk.issue(finished=None, codes=(code,)),
        ],
    )
    # Printed first, the old slip is no longer of the run, and closing says so.
    assert outcomes[1] is None
    assert outcomes[0] is None or isinstance(outcomes[0], InvalidInputError)
    assert valid_tokens(run) == 7
    db.session.rollback()
    assert db.session.scalar(select(Token.slip_run_id).where(Token.slip_run_id != run)) is not None


def test_a_run_is_closed_once_and_an_unknown_one_not_found(desk: Desk) -> None:
    issue = desk.issue()
    run = the_run(issue)
    slip_runs.close(SYSTEM, run, Tally(8))
    with pytest.raises(WrongStateError):
        slip_runs.close(SYSTEM, run, Tally(8))
    for act in (
        lambda: slip_runs.close(SYSTEM, 4711, Tally(8)),
        lambda: slip_runs.correct(SYSTEM, 4711, Correction(1, 1, 1, "", "không có đợt này")),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_a_correction_keeps_old_and_new_numbers_in_the_log(desk: Desk) -> None:
    issue = desk.issue()
    run, (first, second, *_) = the_run(issue), codes(issue)
    with pytest.raises(WrongStateError):
        slip_runs.correct(SYSTEM, run, Correction(8, 0, 0, "", "chưa đối chiếu mà"))
    slip_runs.close(SYSTEM, run, Tally(7, first))
    right = Correction(6, 2, 0, second, "Sáng hôm sau quầy nộp lại thêm một phiếu")
    slip_runs.correct(SYSTEM, run, right)
    body = last_entry()
    assert '"act":"slips.corrected"' in body
    assert '"was":[7,1,0]' in body
    assert right.reason in body
    assert valid_tokens(run) == 6
    assert answer(tokens(issue)[second]).receipt is None


def test_a_correction_cannot_say_more_is_back_than_is_void(desk: Desk) -> None:
    issue = desk.issue()
    run = the_run(issue)
    slip_runs.close(SYSTEM, run, Tally(7, codes(issue)[0]))
    wrong = Correction(6, 2, 0, "", "Sáng hôm sau nộp lại thêm")
    with pytest.raises(InvalidInputError) as caught:
        slip_runs.correct(SYSTEM, run, wrong)
    assert faults(caught.value) == ["voided"]
    with pytest.raises(InvalidInputError) as caught:
        slip_runs.correct(SYSTEM, run, replace(wrong, returned=1, reason="ngắn"))
    assert faults(caught.value) == ["reason"]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_valid_and_void_codes_are_always_as_many_as_were_printed(
    app: Flask, data: st.DataObject
) -> None:
    desk = make_desk()
    issue = desk.issue()
    run, every = the_run(issue), codes(issue)
    answered = data.draw(st.sets(st.sampled_from(every)), label="answered")
    for code in answered:
        assert answer(tokens(issue)[code]).receipt
    reprinted = data.draw(st.sets(st.sampled_from(every)), label="reprinted")
    if reprinted:
        desk.issue(finished=None, codes=tuple(reprinted))
    left = [code for code in every if code not in reprinted]
    fate = {code: data.draw(st.sampled_from(("handed", "returned", "spoiled"))) for code in left}
    back = {
        name: [code for code, end in fate.items() if end == name]
        for name in ("returned", "spoiled")
    }
    torn = data.draw(st.integers(0, len(reprinted)), label="replaced slips that are back")
    handed = data.draw(st.integers(0, len(every)), label="handed")
    shown = [code_or_scan(data, issue, code) for code in back["returned"]]
    tally = Tally(
        handed, "\n".join(shown), "\n".join(back["spoiled"]), torn, "Đã kiểm đếm hai lần tại quầy"
    )
    slip_runs.close(SYSTEM, run, tally)
    void = len(back["returned"]) + len(back["spoiled"]) + len(reprinted)
    assert valid_tokens(run) + void == len(every)
    view = rows.one(run)
    assert view is not None
    assert view.returned == len(back["returned"])
    assert view.spoiled == len(back["spoiled"]) + torn
    assert view.missing == len(every) - handed - view.returned - view.spoiled
    assert set(rows.valid_slips(run)) == {code for code, end in fate.items() if end == "handed"}


def code_or_scan(data: st.DataObject, issue: Issue, code: str) -> str:
    """Write a slip as somebody types it, or as a scanner does."""
    ways = [code, f" {code.lower()} ", f"{ADDRESS}{tokens(issue)[code]}"]
    return data.draw(st.sampled_from(ways))


def test_the_overview_adds_up_and_marks_what_is_late(desk: Desk) -> None:
    late, today = desk.issue(day=BEFORE), desk.issue(finished=None, codes=("H19-TB/undrawn-00001",))
    slip_runs.close(SYSTEM, the_run(today), Tally(0, note="Phiếu chưa về tới quầy"))
    found = rows.listed(Wanted(desk.id))
    assert [(run.day, run.printed, run.missing) for run in found] == [
        (DAY, 1, 1),
        (BEFORE, 8, None),
    ]
    assert [run.late(DAY) for run in found] == [False, True]
    totals = rows.totals(Wanted(desk.id))
    assert (totals.runs, totals.open, totals.printed, totals.missing) == (2, 1, 9, 1)
    assert rows.late_runs(None, DAY) == {desk.id: 1}
    assert rows.late_runs(frozenset({desk.made.units["LB"]}), DAY) == {}
    assert len(rows.listed(Wanted(desk.id, still_open=True))) == 1
    assert rows.listed(Wanted(desk.id, frozenset())) == []
    assert rows.listed(Wanted(desk.id, day=BEFORE))[0].id == the_run_of_last(late)
    assert rows.listed(Wanted(desk.id, unit_id=desk.made.units["LB"])) == []


def test_numbers_of_runs_are_the_same_whether_anybody_answered(desk: Desk) -> None:
    issue = desk.issue()
    run = the_run(issue)
    before = (rows.one(run), rows.valid_slips(run), rows.totals(Wanted(desk.id)))
    for token in tokens(issue).values():
        assert answer(token).receipt
    db.session.rollback()
    assert (rows.one(run), rows.valid_slips(run), rows.totals(Wanted(desk.id))) == before


def test_a_run_without_an_account_was_closed_by_the_system(desk: Desk) -> None:
    issue = desk.issue()
    slip_runs.close(Actor(None, "system"), the_run(issue), Tally(8))
    with writing() as session:
        assert session.get_one(SlipRun, the_run(issue)).closed_by is None
