"""Pages and files of the field monitor: few statements, and nobody else's eyes."""

import io
import re
from datetime import date
from itertools import cycle

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import event, insert, update

from app.database import writing
from app.extensions import db
from app.models import (
    Cell,
    FieldCount,
    FieldDay,
    Round,
    Unit,
)
from app.queries import rounds
from app.services import field_counts, field_workbooks
from app.vocabulary import CellLevel, Role, RoundState, UnitKind, UnitLevel
from tests.app.field_factory import START, close, monitor, opened, spend
from tests.app.round_factory import make_round

FIELDS = ("Đất đai", "Hộ tịch", "Tư pháp", "Xây dựng")
MOST_STATEMENTS = 16
# Around it stand tokens that are new each time.
CONTENT = re.compile(rb"<main .*</main>", re.DOTALL)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.clock.now", lambda: START)


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
