"""Answers of an open round are counted every hour, and what a day brought every night."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Ballot, FieldCount, FieldDay, Round
from app.queries import field_counts as rows, rounds
from app.queries.field_counts import DayCount
from app.services import field_counts, field_monitor
from app.services.field_monitor import Monitor
from app.services.hiding import Told
from app.tasks.worker import Worker
from app.vocabulary import Role, RoundState
from tests.app.round_factory import make_round, open_and_hand_out

# Half past nine in the morning in Vietnam.
START = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def opened(app: Flask, clock_at):
    clock_at(START)
    made, _ = open_and_hand_out({"TB": {"land": 40, "health": 30}})
    return made


@pytest.fixture
def clock_at(monkeypatch: pytest.MonkeyPatch):
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("app.clock.now", lambda: moment)

    return set_to


def spend(label: int, number: int) -> None:
    """Let so many more people of a cell have answered."""
    query = select(Ballot).where(Ballot.cell_id == label, ~Ballot.spent).limit(number)
    for ballot in db.session.scalars(query).all():
        ballot.spent = True
    db.session.commit()


def monitor(made) -> Monitor:
    db.session.rollback()
    found = rounds.one(made.id)
    assert found is not None
    told = field_monitor.of_round(found)
    assert told is not None
    return told


def told(made) -> list[tuple[str, Told]]:
    strata = [stratum for unit in monitor(made).units for stratum in unit.strata]
    return [(stratum.label, stratum.answered) for stratum in strata]


def test_before_the_first_count_nothing_is_told(opened):
    spend(opened.cells["TB/land"], 20)
    assert not monitor(opened).counted
    assert {answered for _, answered in told(opened)} == {Told(0, None)}


def test_the_page_shows_the_last_full_hour_whatever_happened_since(opened, clock_at):
    land, health = opened.cells["TB/land"], opened.cells["TB/health"]
    spend(land, 20)
    spend(health, 15)
    assert field_counts.refresh() == 1
    first = told(opened)
    assert first == [("TB/health", Told(15, 15)), ("TB/land", Told(20, 20))]
    spend(land, 5)
    clock_at(START + timedelta(minutes=29))
    assert field_counts.refresh() == 0
    assert told(opened) == first
    clock_at(START + timedelta(minutes=31))
    assert field_counts.refresh() == 1
    assert told(opened) == [("TB/health", Told(15, 15)), ("TB/land", Told(25, 25))]


def test_strata_below_ten_are_hidden_and_so_is_what_would_give_them_away(opened):
    spend(opened.cells["TB/land"], 20)
    spend(opened.cells["TB/health"], 3)
    field_counts.refresh()
    assert told(opened) == [("TB/health", Told(0, 9)), ("TB/land", Told(10, None))]


def test_a_night_ends_the_day_before(opened, clock_at):
    land = opened.cells["TB/land"]
    spend(land, 12)
    field_counts.refresh()
    clock_at(START + HOUR)
    spend(land, 3)
    field_counts.refresh()
    assert rows.days(opened.id) == []
    clock_at(datetime(2026, 3, 2, 17, 1, tzinfo=UTC))  # one minute past midnight
    field_counts.refresh()
    clock_at(datetime(2026, 3, 2, 18, 1, tzinfo=UTC))
    spend(land, 15)
    field_counts.refresh()
    assert rows.days(opened.id) == [DayCount(date(2026, 3, 2), 15)]
    clock_at(START + timedelta(days=4))  # the worker rested: its first count ends yesterday
    field_counts.refresh()
    assert rows.days(opened.id)[1:] == [DayCount(date(2026, 3, 5), 30)]
    days = [day for day in monitor(opened).days if day.ended]
    assert [(day.day.day, day.answered) for day in days] == [
        (2, Told(10, None)),  # nothing came today, and the total would tell
        (5, Told(15, 15)),
    ]


def test_a_closed_round_keeps_its_days_and_tells_exact_counts(opened):
    spend(opened.cells["TB/land"], 20)
    field_counts.refresh()
    spend(opened.cells["TB/land"], 2)
    spend(opened.cells["TB/health"], 14)
    db.session.get(Round, opened.id).state = RoundState.CLOSED
    db.session.commit()
    assert field_counts.refresh() == 1
    assert field_counts.refresh() == 0
    assert db.session.query(FieldCount).count() == 0
    assert rows.days(opened.id) == [DayCount(START.date(), 36)]
    work = monitor(opened)
    assert (work.answered, work.counted_at) == (Told(36, 36), None)
    assert [answered for _, answered in told(opened)] == [Told(14, 14), Told(22, 22)]


def test_outcomes_add_up_to_the_ballots(opened):
    spend(opened.cells["TB/land"], 20)
    spend(opened.cells["TB/health"], 10)
    field_counts.refresh()
    work = monitor(opened)
    assert (work.drawn, work.invited) == (70, 70)
    [strata] = [unit.strata for unit in work.units]
    for each in (*strata, work):
        assert sum(vars(each.outcomes).values()) == each.drawn
    land = next(stratum for stratum in strata if stratum.label == "TB/land")
    assert (land.outcomes.complete, land.outcomes.unknown_other, land.rates.rr1) == (20, 20, 0.5)


def test_ballots_without_a_code_count_as_not_asked(app: Flask):
    made = make_round({"TB": {"land": 30}}, state=RoundState.CLOSED)
    work = monitor(made)
    assert (work.invited, work.outcomes) == (0, None)
    spend(made.cells["TB/land"], 10)
    assert monitor(made).outcomes.unknown_place == 20


def test_the_page_waits_for_the_first_count(opened, signed_in):
    page = signed_in(Role.COORDINATOR).get(f"/rounds/{opened.id}").text
    assert "Chưa đếm lượt trả lời" in page
    field_counts.refresh()
    assert db.session.query(FieldDay).count() == 0
    page = signed_in(Role.COORDINATOR, email="b@x.vn").get(f"/rounds/{opened.id}").text
    assert 'id="answers"' in page
    assert "Chưa đếm lượt trả lời" not in page


def test_only_the_worker_with_the_keys_counts(opened, app: Flask):
    worker = Worker(app, app.config["KHAOSAT"], "a:b:c")
    worker.tick()
    assert rows.hourly(opened.id) is None
    worker.mixes_until = math.inf
    worker.tick()
    assert rows.hourly(opened.id) is not None
