"""The field monitor: one hiding for all its tables, and answers beside the sample apart."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from app.database import writing
from app.models import (
    Batch,
    Cell,
    Counter,
    CredentialCount,
    FieldCount,
    FieldDay,
    FormTally,
    SlipRun,
)
from app.queries import rounds
from app.services import field_monitor, hiding
from app.services.field_flags import Flag
from app.services.field_forecast import Reach
from app.services.hiding import Told
from app.vocabulary import CellLevel, Trait
from tests.app.field_factory import START, close, monitor, opened, spend
from tests.app.round_factory import make_round


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.clock.now", lambda: START)


def test_units_strata_and_total_are_told_together(app: Flask):
    made = opened({"A": {"x": 60, "y": 20}, "B": {"x": 60, "y": 20}})
    spend(made, A_x=50, A_y=3, B_x=40, B_y=8)
    told = monitor(made)
    assert told.answered == Told(101, 101)
    assert [unit.answered for unit in told.units] == [Told(50, 59), Told(40, 49)]
    strata = [stratum.answered for unit in told.units for stratum in unit.strata]
    assert strata == [Told(50, 50), Told(0, 9), Told(40, 40), Told(0, 9)]
    assert [unit.rate for unit in told.units] == [
        hiding.Share(50 / 80, 59 / 80),
        hiding.Share(40 / 80, 49 / 80),
    ]
    assert [unit.opened for unit in told.units] == [None, None]


def test_an_open_round_moves_with_the_hour_and_not_with_people(app: Flask):
    made = opened({"A": {"x": 60}})
    spend(made, A_x=20)
    before = monitor(made)
    spend(made, A_x=41)
    assert monitor(made) == before
    close(made)
    after = monitor(made)
    assert (after.answered, after.counted_at) == (Told(41, 41), None)


def test_before_the_first_count_nothing_of_answers_is_told(app: Flask):
    made = opened({"A": {"x": 60}})
    told = monitor(made)
    assert (told.counted, told.answered, told.rates, told.days) == (False, Told(0, None), None, ())
    assert (told.drawn, told.invited) == (60, 60)
    assert told.units[0].rate is None


def test_a_round_that_is_not_open_yet_has_no_fieldwork(app: Flask):
    found = rounds.one(make_round({"A": {"x": 5}}).id)
    assert found is not None
    assert field_monitor.of_round(found) is None


def test_answers_of_dossiers_not_drawn_are_not_counted_here(app: Flask):
    made = opened({"A": {"x": 60}})
    with writing() as session:
        apart = Cell(
            round_id=made.id,
            level=CellLevel.VOLUNTEER_UNIT,
            label="A",
            unit_id=made.units["A"],
            population=30,
            drawn=0,
        )
        session.add(apart)
        session.flush()
        for place, cell in enumerate((apart.id, made.cells["A/x"])):
            session.add(FormTally(cell_id=cell, trait=Trait.DOOR, value="slip", n=15))
            session.add(
                Batch(
                    id=f"{place:032}",
                    cell_id=cell,
                    week="2026-W10",
                    opened=15,
                    damaged=0,
                    duplicates=0,
                    straight=0,
                )
            )
    spend(made, A_x=20)
    told = monitor(made)
    assert told.doors == {"slip": Told(15, 15)}
    assert (told.units[0].opened, told.drawn) == (15, 60)


def test_what_came_in_beside_the_sample_stands_apart(app: Flask):
    made = opened({"A": {"x": 60}, "B": {"x": 60}})
    with writing() as session:
        apart = {}
        for code, unit_id in made.units.items():
            cell = session.scalar(
                select(Cell).where(
                    Cell.round_id == made.id,
                    Cell.level == CellLevel.VOLUNTEER_UNIT,
                    Cell.unit_id == unit_id,
                )
            ) or Cell(
                round_id=made.id,
                level=CellLevel.VOLUNTEER_UNIT,
                label=code,
                unit_id=unit_id,
                population=540,
                drawn=0,
            )
            session.add(cell)
            session.flush()
            apart[code] = cell.id
    spend(made, A_x=20, B_x=30)
    with writing() as session:
        session.execute(delete(FieldCount).where(FieldCount.cell_id.in_(apart.values())))
        for code, given in {"A": 25, "B": 14}.items():
            session.add(FieldCount(cell_id=apart[code], spent=given, counted_at=START))
    told = monitor(made)
    assert told.answered == Told(50, 50)
    assert [(unit.volunteers, unit.open) for unit in told.units] == [
        (Told(25, 25), Told(0, 9)),
        (Told(14, 14), Told(0, 9)),
    ]


def test_days_and_what_came_since_hide_each_other(app: Flask):
    made = opened({"A": {"x": 90}})
    spend(made, A_x=43)
    with writing() as session:
        for place, so_far in enumerate((20, 40)):
            day = START.date() - timedelta(days=2 - place)
            session.add(FieldDay(round_id=made.id, day=day, spent=so_far))
    told = monitor(made)
    # 20, 20 and 3 since: the three would follow from the total.
    assert [(day.answered, day.ended) for day in told.days] == [
        (Told(10, None), True),
        (Told(20, 20), True),
        (Told(0, 9), False),
    ]


def test_a_forecast_carries_the_pace_on(app: Flask):
    made = opened({"A": {"x": 90}})
    spend(made, A_x=60)
    with writing() as session:
        for place, so_far in enumerate((20, 40)):
            day = START.date() - timedelta(days=2 - place)
            session.add(FieldDay(round_id=made.id, day=day, spent=so_far))
    told = monitor(made, START.date() + timedelta(days=3))
    assert told.per_day == 20
    assert told.forecast is not None
    assert (told.forecast.days_left, told.forecast.answers) == (3, 120)
    assert told.reaching(Reach.REACHED) == 1


def test_marks_name_what_to_look_at(app: Flask):
    made = opened({"A": {"x": 100}, "B": {"x": 100}, "C": {"x": 100}})
    spend(made, A_x=60, B_x=12, C_x=50)
    already = monitor(made).units[2].slips
    with writing() as session:
        session.add(Counter(code="QA1", unit_id=made.units["A"], name="Quầy 1", created_at=START))
        day = START.date()
        codes = {"round_id": made.id, "day": day, "issued": 50}
        session.add(CredentialCount(counter_code="QA1", reissued=20, **codes))
        session.add(CredentialCount(counter_code="nobody's", reissued=1, **codes))
        run = {"round_id": made.id, "unit_id": made.units["C"], "printed_at": START}
        session.add(SlipRun(day=day - timedelta(days=1), printed=30, **run))
        session.add(SlipRun(day=day, printed=8, **run))
        session.add(
            SlipRun(day=day, printed=40, handed=30, returned=5, spoiled=1, closed_at=START, **run)
        )
    told = monitor(made)
    assert [unit.flags for unit in told.units] == [(Flag.REISSUED,), (Flag.FEW,), (Flag.SLIPS,)]
    slips = told.units[2].slips
    assert slips is not None
    assert slips.printed == 78 + (already.printed if already else 0)
    assert (slips.handed, slips.missing) == (30, 4)
    assert (slips.open_runs, slips.open_slips) == (1, 30)
    assert told.strays is not None
    assert (told.strays.issued, told.strays.reissued) == (50, 1)
