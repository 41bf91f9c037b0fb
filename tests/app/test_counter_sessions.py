"""Counter sessions from the plan to the estimates."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.clock import LOCAL
from app.database import writing
from app.extensions import db
from app.models import Ballot, Cell, CounterSession, Round, Token
from app.queries import boxes, counter_sessions as rows, estimations
from app.queries.counter_sessions import SessionView
from app.queries.estimation_results import PartLevel
from app.services import counter_sessions, drawing, estimating, inviting, mixing, planning
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, Door, Half
from sampling.sessions import session_frame, session_frame_hash
from tests.app import round_steps
from tests.app.round_factory import answer, answer_all, check_invariant
from tests.app.round_steps import NUMBER, SOURCE
from tests.app.session_factory import (
    FIELD,
    add_counters,
    cards,
    close,
    counter_of,
    move,
    session_plan,
    sessions_of,
    with_sessions,
)


def moment_of(session: SessionView) -> datetime:
    """An instant in the middle of a session."""
    at = time(9) if session.half is Half.MORNING else time(15)
    return datetime.combine(session.day, at, LOCAL).astimezone(UTC)


def cell(session: SessionView) -> Cell:
    db.session.rollback()
    return db.session.get_one(Cell, session.cell_id)


def test_sessions_are_committed_to_and_drawn_with_the_dossiers(app: Flask):
    round_id = with_sessions({"26041": 30, "26044": 30})
    found = sessions_of(round_id)
    assert {code: len(each) for code, each in found.items()} == {"26041": 2, "26044": 2}
    assert rows.frame_sizes(round_id) == {"26041": 14, "26044": 14}
    plan = db.session.get_one(Round, round_id).plan or {}
    counters = {counter_of(each[0]).code: code for code, each in found.items()}
    part = session_plan()
    frame = session_frame(counters, part.first, part.last, part.hours)
    assert plan["session_frame"] == {"sessions": 28, "hash": session_frame_hash(frame)}
    assert plan["sessions"]["field"] == FIELD
    cells = {cell(each[0]).level for each in found.values()}
    assert cells == {CellLevel.SESSION}
    root = db.session.scalar(select(Cell).where(Cell.level == CellLevel.SESSION_ROUND))
    assert root is not None
    assert {cell(each[0]).parent_id for each in found.values()} == {root.id}
    assert not boxes.without_key(round_id), "answers of sessions can be sealed"


def test_a_session_frame_changed_after_the_commitment_is_not_drawn(app: Flask):
    round_steps.add_units("26041")
    add_counters("26041")
    plan = round_steps.plan(5, sessions=session_plan())
    round_id = round_steps.committed({"26041": 20}, plan)
    first = db.session.scalars(select(CounterSession.id).order_by(CounterSession.id)).first()
    assert first is not None
    move(first, day=clock.today() + timedelta(40))
    with pytest.raises(WrongStateError):
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert db.session.scalar(select(func.count()).select_from(Ballot)) == 0


def test_a_plan_that_counters_or_list_cannot_carry_is_refused_and_stores_nothing(app: Flask):
    round_steps.add_units("26041", "26044")
    round_id = round_steps.framed({"26041": 20})

    def parts(**wrong: object) -> set[str]:
        plan = round_steps.plan(5, sessions=session_plan(**wrong))
        with pytest.raises(InvalidInputError) as refused:
            planning.commit(SYSTEM, round_id, plan, SOURCE)
        return {fault.part for fault in refused.value.faults}

    assert parts() == {"session_counters"}, "the unit has no counter"
    add_counters("26041", "26044")
    assert parts(counters=("KHONG",)) == {"session_counters"}
    assert parts(field="đất đai ") == {"session_field"}, "the list holds this field"
    assert parts(mornings=(), afternoons=()) == {"session_last"}
    assert parts(last=session_plan().first - timedelta(1)) == {"session_last"}
    assert parts(each=0, cap=0) == {"session_each", "session_cap"}
    assert db.session.scalar(select(func.count()).select_from(CounterSession)) == 0
    plan = round_steps.plan(5, sessions=session_plan(each=1))
    preview = planning.preview(round_id, plan)
    outlook = planning.sessions(round_id, plan, preview)
    assert outlook is not None
    assert [unit.code for unit in outlook.heavy] == ["26041"], "20 people beside 5 dossiers"
    assert round(outlook.units[0].share, 2) == 0.8


def test_a_counter_is_in_its_session_only_in_that_half_of_that_day(app: Flask):
    round_id = with_sessions({"26041": 30})
    session = sessions_of(round_id)["26041"][0]
    now = moment_of(session)
    found = rows.running(session.counter_id, now)
    assert found is not None
    assert (found.id, found.round_id, found.cell_id) == (session.id, round_id, session.cell_id)
    assert found.turns_left == 200
    assert rows.running(session.counter_id + 1, now) is None
    drawn = {(each.day, each.half) for each in sessions_of(round_id)["26041"]}
    others = [now + timedelta(hours=6 * step) for step in range(-8, 9) if step]
    for other in others:
        local = other.astimezone(LOCAL)
        half = Half.MORNING if local.hour < 12 else Half.AFTERNOON
        inside = rows.running(session.counter_id, other) is not None
        assert inside == ((local.date(), half) in drawn)
    mixing.close_round(SYSTEM, round_id)
    assert rows.running(session.counter_id, now) is None


def test_cards_and_kiosk_turns_together_never_pass_the_limit(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    round_id = with_sessions({"26041": 30}, cap=4)
    session = sessions_of(round_id)["26041"][0]
    assert len(cards(monkeypatch, session.id, 3)) == 3
    with db.engine.begin() as connection:
        ballot = counter_sessions.add_turn(connection, session.id)
    made = db.session.get_one(Ballot, ballot)
    assert (made.drawn, made.spent, made.rank) == ("P", False, 0)
    assert (made.session_id, made.cell_id, made.dossier_id) == (session.id, session.cell_id, None)
    db.session.rollback()
    with pytest.raises(WrongStateError), db.engine.begin() as connection:
        counter_sessions.add_turn(connection, session.id)
    with pytest.raises(WrongStateError):
        cards(monkeypatch, session.id, 1)
    with pytest.raises(InvalidInputError):
        counter_sessions.set_cap(SYSTEM, session.id, 3)
    counter_sessions.set_cap(SYSTEM, session.id, 5)
    [more] = cards(monkeypatch, session.id, 1)
    assert answer(more).receipt, "later cards work as well"
    numbers = db.session.scalars(select(Ballot.rank).where(Ballot.session_id == session.id))
    assert sorted(numbers) == [0, 1, 2, 3, 4]
    assert set(db.session.scalars(select(Token.door).join(Ballot).where(Ballot.rank > 0))) >= {
        Door.CARD
    }
    close(session.id, served=4, handed=4, note="Một lượt trên máy bị bỏ dở")
    with pytest.raises(WrongStateError), db.engine.begin() as connection:
        counter_sessions.add_turn(connection, session.id)


def test_minutes_must_add_up_or_say_why(app: Flask, monkeypatch: pytest.MonkeyPatch):
    round_id = with_sessions({"26041": 30})
    session = sessions_of(round_id)["26041"][0]
    tokens = cards(monkeypatch, session.id, 10)

    def fields(**wrong: object) -> list[str]:
        told = {"served": 9, "handed": 7, "returned": (8, 9, 10), **wrong}
        with pytest.raises(InvalidInputError) as refused:
            close(session.id, **told)  # type: ignore[arg-type]
        return [fault.part for fault in refused.value.faults]

    assert fields(witness=" ") == ["witness"]
    assert fields(returned=(8, 9, 11)) == ["returned"]
    assert fields(spoiled=(8,)) == ["spoiled"]
    assert fields(served=6) == ["handed"], "more cards than people"
    assert fields(handed=6) == ["note"]
    assert fields(held=False) == ["note"]
    close(session.id, served=9, handed=7, returned=(8, 9), spoiled=(10,))
    assert [answer(token).receipt is not None for token in tokens] == [True] * 7 + [False] * 3
    after = sessions_of(round_id)["26041"][0]
    assert (after.served, after.handed, after.returned, after.spoiled) == (9, 7, 2, 1)
    assert after.missing == 0
    assert fields() == ["note"], "a correction says why"
    close(session.id, served=8, handed=7, returned=(8, 9, 10), note="Đếm lại sổ chứng thực")
    corrected = sessions_of(round_id)["26041"][0]
    assert (corrected.served, corrected.returned) == (8, 3)


def test_the_day_has_to_come_before_its_minutes(app: Flask):
    round_id = with_sessions({"26041": 30})
    session = sessions_of(round_id)["26041"][0]
    move(session.id, day=clock.today() + timedelta(1))
    with pytest.raises(WrongStateError):
        close(session.id, served=1, handed=0)


def test_the_database_refuses_a_ballot_of_both_or_of_neither(app: Flask):
    round_id = with_sessions({"26041": 30})
    session = sessions_of(round_id)["26041"][0]
    dossier = db.session.scalars(select(Ballot.dossier_id)).first()
    wrong = (
        {"dossier_id": None, "session_id": None, "drawn": "P"},
        {"dossier_id": dossier, "session_id": session.id, "drawn": "P"},
        {"dossier_id": None, "session_id": session.id, "drawn": "N"},
    )
    for columns in wrong:
        row = {"round_id": round_id, "cell_id": session.cell_id, "rank": 1, "spent": False}
        with pytest.raises(IntegrityError), writing() as transaction:
            transaction.execute(insert(Ballot).values(**row, **columns))


def test_dossiers_of_sessions_are_weighed_by_half_days_and_left_out_without_minutes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    round_id = with_sessions({"26041": 40, "26044": 40}, size=40)
    found = sessions_of(round_id)
    for session in (*found["26041"], *found["26044"]):
        answer_all(cards(monkeypatch, session.id, 6), rating="5")
    answer_listed(round_id, rating="3")
    one, other = found["26041"]
    close(one.id, served=8, handed=6)
    assert cell(one).population == 0, "one of two sessions tells nothing yet"
    close(other.id, served=0, handed=0, held=False, note="Mất điện cả buổi sáng")
    assert cell(one).population == 14 * 8
    close(other.id, served=6, handed=6, note="Đã tìm thấy sổ của ca này")
    assert cell(one).population == round(14 * (8 + 6) / 2)
    close(found["26044"][0].id, served=9, handed=6)
    mixing.close_round(SYSTEM, round_id)
    check_invariant(round_id)
    estimating.estimate_round(SYSTEM, round_id)
    run = estimations.newest(round_id)
    assert run is not None
    told = {part.code: part for part in run.results.sessions}
    late = found["26044"][1]
    assert told["26041"].missing == ()
    assert (told["26041"].dossiers, told["26041"].listed, told["26041"].answers) == (98, 40, "12")
    assert round(float(told["26041"].share), 3) == round(98 / 138, 3)
    [missing] = told["26044"].missing
    assert (missing.counter, missing.day, missing.half) == (late.counter_code, late.day, late.half)
    assert told["26044"].dossiers == 0
    units = {part.code: part for part in run.results.of_level(PartLevel.UNIT)}
    plain = {
        part.code: part for part in run.results.without_sessions if part.level is PartLevel.UNIT
    }
    assert (units["26041"].dossiers, units["26041"].answers) == (138, "32")
    assert (units["26044"].dossiers, units["26044"].answers) == (40, "20")
    whole, alone = (each["26041"].figure("overall") for each in (units, plain))
    assert whole is not None
    assert whole.mean_score is not None
    assert alone is not None
    assert alone.mean_score is not None
    assert abs(float(alone.mean_score.value) - 3 / 5) < 1e-9
    assert abs(float(whole.mean_score.value) - (98 * 1 + 40 * 3 / 5) / 138) < 1e-9
    close(late.id, served=9, handed=6)
    estimating.estimate_round(SYSTEM, round_id)
    again = estimations.newest(round_id)
    assert again is not None
    assert [part.missing for part in again.results.sessions] == [(), ()]
    assert again.results.sessions[1].dossiers == 14 * 9


def answer_listed(round_id: int, rating: str) -> None:
    """Let every drawn dossier answer."""
    for slip in inviting.issue_slips(SYSTEM, round_id).slips:
        assert answer(slip.token, rating=rating).receipt
