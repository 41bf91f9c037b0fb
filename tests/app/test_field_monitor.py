"""The field monitor: one hiding for all its tables, few statements, and nobody else's eyes."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, event, insert, select, update

from app.database import writing
from app.extensions import db
from app.models import (
    Ballot,
    Batch,
    Cell,
    Counter,
    CredentialCount,
    FieldCount,
    FieldDay,
    FormTally,
    Round,
    SlipRun,
    Unit,
)
from app.queries import rounds
from app.services import field_counts, field_monitor, field_workbooks, hiding
from app.services.field_flags import Flag
from app.services.field_forecast import Reach
from app.services.hiding import Told
from app.vocabulary import CellLevel, Role, RoundState, Trait, UnitKind, UnitLevel
from tests.app.round_factory import MadeRound, make_round, open_and_hand_out

START = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
FIELDS = ("Đất đai", "Hộ tịch", "Tư pháp", "Xây dựng")
MOST_STATEMENTS = 16
# Around it stand tokens that are new each time.
CONTENT = re.compile(rb"<main .*</main>", re.DOTALL)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.clock.now", lambda: START)


def opened(layout: dict[str, dict[str, int]]) -> MadeRound:
    made, _ = open_and_hand_out(layout)
    return made


def spend(made: MadeRound, **answers: int) -> None:
    """Let so many people of each stratum have answered, then count."""
    for label, number in answers.items():
        cell = made.cells[label.replace("_", "/")]
        wanted = select(Ballot.id).where(Ballot.cell_id == cell).limit(number)
        db.session.execute(update(Ballot).where(Ballot.id.in_(wanted)).values(spent=True))
    db.session.commit()
    field_counts.refresh()


def monitor(made: MadeRound, end: date | None = None) -> field_monitor.Monitor:
    db.session.rollback()
    found = rounds.one(made.id)
    assert found is not None
    told = field_monitor.of_round(found, end)
    assert told is not None
    return told


def close(made: MadeRound) -> None:
    db.session.get(Round, made.id).state = RoundState.CLOSED
    db.session.commit()


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


# Pages


def province(units: int, state: RoundState = RoundState.OPEN) -> int:
    """Store a round of many units with four strata each, without dossiers: counts alone."""
    with writing() as session:
        made = Round(
            name="Khảo sát cả tỉnh",
            year=2026,
            state=state,
            questionnaire_code="x",
            questionnaire_hash="0" * 64,
            questionnaire={},
            plan={"expected_response": 0.3, "k": 10},
            created_at=START,
        )
        session.add(made)
        session.flush()
        sizes = cycle((3, 12, 7, 30, 9, 18))
        for place in range(units):
            code = f"U{place:03}"
            unit = Unit(code=code, name=f"Xã {code}", level=UnitLevel.COMMUNE, kind=UnitKind.WARD)
            session.add(unit)
            session.flush()
            of_unit = {"round_id": made.id, "unit_id": unit.id}
            whole = Cell(level=CellLevel.UNIT, label=code, population=800, drawn=160, **of_unit)
            session.add(whole)
            session.flush()
            for name in FIELDS:
                cell = Cell(
                    level=CellLevel.STRATUM,
                    label=f"{code}/{name}",
                    parent_id=whole.id,
                    population=200,
                    drawn=40,
                    **of_unit,
                )
                session.add(cell)
                session.flush()
                session.execute(
                    insert(FieldCount).values(cell_id=cell.id, spent=next(sizes), counted_at=START)
                )
        return made.id


def test_the_page_takes_few_statements_whatever_the_number_of_units(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR)
    browser.get("/rounds")
    seen = []
    for units in (3, 110):
        round_id = province(units) if units == 3 else more(units)
        counted: list[str] = []

        def note(_c, _u, statement, *_rest, into=counted):
            into.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        reply = browser.get(f"/rounds/{round_id}/field")
        event.remove(db.engine, "before_cursor_execute", note)
        assert reply.status_code == 200
        seen.append(len(counted))
    assert seen[0] == seen[1] <= MOST_STATEMENTS


def more(units: int) -> int:
    """Make another province: the codes of the first are taken."""
    with writing() as session:
        for unit in session.query(Unit):
            unit.code = f"old{unit.code}"
    return province(units)


@pytest.mark.parametrize(
    "page", ["field", "field/strata", "field/units/A", "field.csv", "field.xlsx"]
)
def test_agencies_and_home_affairs_never_see_it(app: Flask, signed_in, page: str):
    made = opened({"A": {"x": 60}})
    spend(made, A_x=20)
    address = f"/rounds/{made.id}/{page}"
    for role in set(Role) - {Role.COORDINATOR, Role.ADMINISTRATOR}:
        assert signed_in(role).get(address).status_code == 403, role
    assert signed_in(Role.AGENCY, unit=made.units["A"]).get(address).status_code == 403
    assert signed_in(Role.ADMINISTRATOR).get(address).status_code == 200


def test_the_page_sorts_by_what_it_shows(app: Flask, signed_in):
    made = opened({"A": {"x": 100}, "B": {"x": 100}, "C": {"x": 100}})
    spend(made, A_x=20, B_x=60, C_x=40)
    browser = signed_in(Role.COORDINATOR)

    def order(query: str) -> list[str]:
        page = browser.get(f"/rounds/{made.id}/field{query}").text
        return re.findall(r'field/units/(\w)"', page)

    assert order("") == ["A", "B", "C"]
    assert order("?sort=answered&order=descending") == ["B", "C", "A"]
    assert order("?sort=answered&order=ascending") == ["A", "C", "B"]
    assert order("?sort=name&order=descending") == ["C", "B", "A"]
    assert order("?sort=__class__&order=x&until=tomorrow&_external=1") == ["A", "B", "C"]


def cells(content: bytes) -> dict[str, list[list[object]]]:
    """Read the sheets of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_hidden_counts_stand_on_no_page_and_in_no_file(app: Flask, signed_in):
    made = opened({"A": {"x": 500, "y": 80}, "B": {"x": 700, "y": 70}})
    spend(made, A_x=411, A_y=7, B_x=613, B_y=6)
    browser = signed_in(Role.COORDINATOR)
    base = f"/rounds/{made.id}/field"
    pages = [browser.get(f"{base}{page}").text for page in ("", "/strata", "/units/A", "/units/B")]
    pages.append(browser.get(f"{base}.csv").data.decode("utf-8-sig"))
    sheets = cells(browser.get(f"{base}.xlsx").data)
    pages.append("\n".join(str(cell) for rows in sheets.values() for row in rows for cell in row))
    for text in pages:
        assert not re.search(r"\b(418|619)\b", text), "the sum of a unit gives its stratum away"
        assert re.search(r"\b(411|613)\b", text)
    assert "411–420" in pages[0]
    assert "411–420" in pages[-1]


def test_worlds_that_are_told_alike_have_the_same_pages(app: Flask, signed_in):
    """Nothing on a page or in a file is made of a count that is not told."""
    made = opened({"A": {"x": 500, "y": 80, "z": 90}, "B": {"x": 700, "y": 70}})
    spend(made, A_x=411, A_y=7, A_z=8, B_x=613, B_y=6)
    with writing() as session:
        session.add(FieldDay(round_id=made.id, day=date(2026, 3, 1), spent=40))
    browser = signed_in(Role.COORDINATOR)
    base = f"/rounds/{made.id}/field"
    sorts = [f"?sort={name}&until=2026-03-09" for name in ("answered", "rate", "flags")]
    pages = ["", *sorts, "/strata", "/units/A", "/units/B", ".csv", ".xlsx"]

    def read() -> list[bytes]:
        found = [browser.get(f"{base}{page}").data for page in pages]
        return [(CONTENT.search(data) or [data])[0] for data in found]

    first = read()
    for label, number in {"A/y": 8, "A/z": 5, "B/y": 8}.items():
        cell = made.cells[label]
        db.session.execute(
            update(FieldCount).where(FieldCount.cell_id == cell).values(spent=number)
        )
    db.session.commit()
    assert read() == first
    for label, number in {"A/y": 30, "A/z": 30}.items():
        cell = made.cells[label]
        db.session.execute(
            update(FieldCount).where(FieldCount.cell_id == cell).values(spent=number)
        )
    db.session.commit()
    assert all(one != other for one, other in zip(read(), first, strict=True))


def test_the_files_tell_what_the_page_tells(app: Flask):
    made = opened({"A": {"x": 60, "y": 20}, "B": {"x": 60, "y": 20}})
    spend(made, A_x=50, A_y=3, B_x=40, B_y=8)
    told = monitor(made)
    lines = field_workbooks.as_csv(told).decode("utf-8-sig").splitlines()
    assert lines[1].split(",")[:7] == ["A", told.units[0].name, "800", "80", "80", "50–59", '"62']
    found = rounds.one(made.id)
    assert found is not None
    book = cells(field_workbooks.as_workbook(found, told))
    assert [*book] == ["Đơn vị", "Tầng", "Ngày", "Kênh"]
    strata = [tuple(row[2:6]) for row in book["Tầng"] if row[0] == "A"]
    assert strata == [("x", 600, 60, 50), ("y", 200, 20, "< 10")]


def test_empty_new_and_closed_rounds_have_a_page(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR)
    drawn = make_round({"A": {"x": 60}})
    page = browser.get(f"/rounds/{drawn.id}/field")
    assert page.status_code == 200
    assert 'id="units"' not in page.text
    assert browser.get(f"/rounds/{drawn.id}/field.csv").status_code == 409
    assert browser.get(f"/rounds/{drawn.id}/field/units/A").status_code == 404
    made = opened({"B": {"x": 60}})
    assert 'id="units"' in browser.get(f"/rounds/{made.id}/field").text
    spend(made, B_x=50)
    close(made)
    field_counts.refresh()
    page = browser.get(f"/rounds/{made.id}/field").text
    assert "<svg class=" in page
    assert 'name="until"' not in page
    assert browser.get(f"/rounds/{made.id}/field/units/khong-co").status_code == 404


def test_the_page_of_the_round_leads_here_only_whom_it_may(app: Flask, signed_in):
    made = opened({"A": {"x": 60}})
    link = f"/rounds/{made.id}/field"
    assert link in signed_in(Role.COORDINATOR).get(f"/rounds/{made.id}").text
    assert link not in signed_in(Role.HOME_AFFAIRS).get(f"/rounds/{made.id}").text
