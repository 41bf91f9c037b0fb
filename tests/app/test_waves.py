"""Waves and the end of following up: whose turn it is, and when nobody is asked again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given, settings, strategies as st
from sqlalchemy import select, update

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Cell, Dossier, LogEntry, Round, WavePlan
from app.queries import rounds
from app.services import (
    cases,
    drawing,
    field_counts,
    fieldwork,
    hiding,
    inviting,
    next_channel,
    opening,
    reserve_strata,
)
from app.services.cases import Case
from app.services.errors import ForbiddenError, InvalidInputError, WrongStateError
from app.services.hiding import Told
from app.services.recording import SYSTEM, Actor
from app.services.stopping import Stop, verdict
from app.services.waves import ATTEMPT, Waves
from app.vocabulary import CaseChannel, CaseOutcome, Role
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.app.test_reserves import UNITS, drawn_codes
from tests.factories import actor

TODAY = date(2026, 3, 10)
SMS, PHONE = CaseChannel.SMS, CaseChannel.PHONE
REASON = "Nhắn tin sớm hơn một ngày vì nghỉ lễ"
days = st.integers(-40, 40).map(lambda off: TODAY + timedelta(days=off))
sound = st.builds(
    Waves,
    sms_after=st.integers(1, 14),
    visit_after=st.integers(15, 30),
    attempts=st.integers(1, 3),
    target=st.none() | st.integers(1, 20).map(lambda tens: tens * 10),
    by_unit=st.booleans(),
    last_day=st.none() | days,
)
told = st.integers(0, 250).flatmap(
    lambda low: st.builds(Told, st.just(low), st.none() | st.integers(low, 260))
)


@settings(max_examples=50)
@given(sound, told, days, st.integers(0, 50), st.integers(0, 50))
def test_what_has_stopped_stays_so_with_more_answers_and_on_later_days(
    waves: Waves, answered: Told, today: date, more: int, later: int
):
    assert not waves.faults()
    before = verdict(waves, answered, today)
    grown = Told(answered.low + more, None if answered.high is None else answered.high + more)
    after = verdict(waves, grown, today + timedelta(days=later))
    assert after.stopped or not before.stopped
    if waves.target is None and waves.last_day is None:
        assert not after.stopped


@settings(max_examples=50)
@given(sound, st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=4), max_size=4), days)
def test_a_verdict_follows_from_what_is_told_and_changes_at_full_tens_alone(
    waves: Waves, counts: Sequence[Sequence[int]], today: date
):
    nest = hiding.nested(counts)
    for group, parts in zip(counts, nest.parts, strict=True):
        for count, part in zip(group, parts, strict=True):
            found = verdict(waves, part, today)
            assert found == verdict(waves, Told(part.low - part.low % 10, part.high), today)
            if found.reason is Stop.TARGET:
                assert waves.target is not None
                assert count >= waves.target


@settings(max_examples=50)
@given(sound, days, days)
def test_a_slip_has_one_wave_at_a_time_and_none_beyond_the_attempts(
    waves: Waves, slip: date, today: date
):
    turns = [(channel, waves.turn(channel, today)) for channel in CaseChannel]
    due = {ATTEMPT[channel] for channel, turn in turns if turn and turn.first <= slip <= turn.last}
    age = (today - slip).days
    assert len(due) <= 1
    assert all(attempt <= waves.attempts for attempt in due)
    if waves.sms_after <= age < waves.visit_after and waves.attempts > 1:
        assert due == {2}
    if age < waves.sms_after:
        assert not due


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"sms_after": 0}, "sms_after"),
        ({"sms_after": 15, "visit_after": 20}, "sms_after"),
        ({"visit_after": 3}, "visit_after"),
        ({"visit_after": 31}, "visit_after"),
        ({"attempts": 4}, "attempts"),
        ({"target": 45}, "target"),
        ({"target": 0}, "target"),
        ({"target": -10}, "target"),
    ],
)
def test_days_and_targets_out_of_bounds_are_told(parts: dict[str, int], fault: str):
    assert [each.part for each in replace(Waves(), **parts).faults()] == [fault]
    assert not Waves().faults()


def opened_with(leader: Actor, waves: Waves) -> int:
    """Open a round that drew 30 of 60 dossiers of A and 20 of 40 of B, its waves set before."""
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(50))
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    fieldwork.settle(leader, round_id, waves)
    opening.open_round(SYSTEM, round_id)
    return round_id


def spend(round_id: int, unit: str, count: int, *, counted: bool = True) -> None:
    """Let so many of a unit have answered, then let an hour pass."""
    wanted = (
        select(Ballot.id)
        .join(Cell, Cell.id == Ballot.cell_id)
        .where(Ballot.round_id == round_id, Cell.label == unit)
        .order_by(Ballot.id)
        .limit(count)
    )
    db.session.execute(update(Ballot).where(Ballot.id.in_(wanted)).values(spent=True))
    db.session.commit()
    if counted:
        with writing() as session:
            field_counts.count(session, round_id)


def units_due(round_id: int, channel: CaseChannel, today: date) -> set[str]:
    numbers = next_channel.due(round_id, channel, today)
    codes = db.session.scalars(select(Dossier.code).where(Dossier.id.in_(numbers)))
    return {code.split("-")[1] for code in codes}


def test_a_stratum_that_has_stopped_is_never_due_and_gets_no_reserves(app: Flask):
    leader = actor(Role.COORDINATOR)
    round_id = opened_with(leader, Waves(sms_after=2, visit_after=4, target=20))
    inviting.issue_slips(SYSTEM, round_id)
    today = clock.today()
    second, fourth = today + timedelta(days=2), today + timedelta(days=4)
    moved = [Case(code, CaseOutcome.MOVED, PHONE) for code in drawn_codes(round_id)[-2:]]
    cases.note(leader, round_id, moved)
    assert units_due(round_id, SMS, today + timedelta(days=1)) == set()
    assert units_due(round_id, SMS, second) == units_due(round_id, PHONE, fourth) == {"A", "B"}
    assert free(round_id) == {"A": 2, "B": 0}
    spend(round_id, "A", 19)
    spend(round_id, "B", 15)
    assert units_due(round_id, SMS, second) == {"A", "B"}
    spend(round_id, "A", 20, counted=False)
    assert units_due(round_id, SMS, second) == {"A", "B"}, "nobody sees it before the hour is over"
    spend(round_id, "A", 20)
    assert units_due(round_id, SMS, second) == units_due(round_id, PHONE, fourth) == {"B"}
    found = rounds.one(round_id)
    assert found is not None
    assert list(fieldwork.stopped(found, today).values()) == [Stop.TARGET]
    assert (free(round_id), fieldwork.of_round(found, today).ready) == ({"A": 0, "B": 0}, False)
    assert reserve_strata.of_round(round_id)[0].reserve.why == "stopped"
    # No later day and no further answer brings it back; after the last day nobody is due.
    spend(round_id, "A", 27)
    assert units_due(round_id, PHONE, today + timedelta(days=6)) == {"B"}
    with pytest.raises(InvalidInputError):
        fieldwork.settle(leader, round_id, Waves(2, 4, target=20, last_day=second))  # no reason
    fieldwork.settle(leader, round_id, Waves(2, 4, target=20, last_day=second), REASON)
    assert units_due(round_id, SMS, second) == {"B"}
    assert units_due(round_id, PHONE, fourth) == set()
    assert fieldwork.of_round(found, fourth).ready


def free(round_id: int) -> dict[str, int]:
    db.session.rollback()
    return {each.label: each.reserve.free for each in reserve_strata.of_round(round_id)}


def test_the_target_stands_once_the_round_is_open_and_changes_are_logged(app: Flask):
    leader = actor(Role.COORDINATOR)
    round_id = round_steps.planned()
    fieldwork.settle(leader, round_id, Waves(target=40, by_unit=True))
    assert fieldwork.waves_of(round_id) == Waves(target=40, by_unit=True)
    with pytest.raises(ForbiddenError):
        fieldwork.settle(actor(Role.AGENCY), round_id, Waves())
    yesterday = clock.today() - timedelta(days=1)
    for wrong in (Waves(target=45), Waves(last_day=yesterday)):
        with pytest.raises(InvalidInputError):
            fieldwork.settle(leader, round_id, wrong)
    other = opened_with(leader, Waves())
    for aim in (Waves(target=40), Waves(by_unit=True)):
        with pytest.raises(InvalidInputError) as error:
            fieldwork.settle(leader, other, aim, REASON)
        assert [fault.part for fault in error.value.faults] == ["target"]
    fieldwork.settle(leader, other, Waves(2, 6), REASON)
    fieldwork.settle(leader, other, Waves(2, 6), REASON)  # nothing changes, nothing is logged
    acts = [e.body for e in db.session.scalars(select(LogEntry)) if '"waves.set"' in e.body]
    assert len(acts) == 2
    assert all(word in acts[1] for word in (REASON, '"sms_after":3', '"sms_after":2'))
    db.session.execute(update(Round).where(Round.id == other).values(state="closed"))
    db.session.commit()
    with pytest.raises(WrongStateError):
        fieldwork.settle(leader, other, Waves(), REASON)
    assert db.session.query(WavePlan).count() == 2
