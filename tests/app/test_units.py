"""Importing lists of administrative units, on screen and by command."""

import io
import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Unit, UnitCrosswalk, UnitPredecessor
from app.queries import units as rows
from app.services.errors import InvalidInputError
from app.services.recording import SYSTEM
from app.services.units import UnitImport, import_shipped_units, import_units
from app.vocabulary import Role
from tests.app.at_once import at_once
from tests.factories import dong_nai

HEAD = "code,name,level,kind,group,parent,valid_from,valid_to,predecessors\n"
GOOD = (
    HEAD
    + "P,Tỉnh,province,province,,,2025-07-01,,\nA,Phường A,commune,ward,communes,P,01/07/2025,,"
)


def test_the_shipped_list_can_be_imported_twice(app: Flask):
    dong_nai()
    dong_nai()
    units = rows.all_units()
    assert len(units) == 114
    assert sum(unit.kind == "ward" and unit.valid_to is None for unit in units) == 23


def test_the_list_imported_by_several_at_once_is_there_once(app: Flask):
    imported: list[UnitImport] = []
    at_once(app, [lambda: imported.append(import_shipped_units(SYSTEM))] * 4)
    assert sorted(done.added for done in imported) == [0, 0, 0, 114]
    db.session.rollback()
    assert len(rows.all_units()) == 114
    lines = db.session.scalars(select(UnitCrosswalk)).all()
    db.session.rollback()
    import_shipped_units(SYSTEM)
    assert len(db.session.scalars(select(UnitCrosswalk)).all()) == len(lines) > 0


def test_a_list_is_brought_up_to_date_by_code(app: Flask):
    import_units(SYSTEM, GOOD.encode(), "a.csv")
    done = import_units(SYSTEM, GOOD.replace("Phường A", "Phường Á").encode(), "a.csv")
    assert (done.added, done.changed) == (0, 2)
    assert db.session.scalars(select(Unit.name).where(Unit.code == "A")).one() == "Phường Á"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("A,Phường A,commune,ward,,,,,", "code"),
        (",Phường B,commune,ward,,,,,", "code"),
        ("B,,commune,ward,,,,,", "name"),
        ("B,Phường B,village,ward,,,,,", "level"),
        ("B,Phường B,commune,town,,,,,", "kind"),
        ("B,Phường B,commune,ward,,NO,,,", "parent"),
        ("B,Phường B,commune,ward,,,31/02/2025,,", "valid_from"),
        ("B,Phường B,commune,ward,,,2025-07-01,2025-06-30,", "valid_to"),
        ("B,Phường B,commune,ward,,,,,X|Y", "predecessors"),
        ("B," + "x" * 301 + ",commune,ward,,,,,", "name"),
    ],
)
def test_each_fault_is_told_with_its_place_and_nothing_is_stored(app: Flask, row, column):
    with pytest.raises(InvalidInputError) as caught:
        import_units(SYSTEM, f"{GOOD}\n{row}".encode(), "a.csv")
    assert (caught.value.faults[0].row, caught.value.faults[0].column) == (4, column)
    assert caught.value.faults[0].line("vi")
    assert caught.value.faults[0].line("en")
    assert rows.unit_count() == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04 no zip", b"code\nA"])
def test_a_file_that_is_no_list_is_refused(app: Flask, content: bytes):
    with pytest.raises(InvalidInputError):
        import_units(SYSTEM, content, "a.xlsx")


def test_predecessors_are_kept(app: Flask):
    old = "O,Thị xã cũ,district,district,,,,2025-06-30,"
    import_units(SYSTEM, f"{HEAD}{old}\nA,Phường A,commune,ward,,,2025-07-01,,O".encode(), "a.csv")
    assert len(db.session.scalars(select(UnitPredecessor)).all()) == 1


def test_the_page_shows_faults_and_then_the_units(signed_in):
    browser = signed_in(Role.COORDINATOR)
    bad = {"file": (io.BytesIO(GOOD.replace("ward", "town").encode()), "a.csv")}
    reply = browser.post("/units", data=bad)
    assert reply.status_code == 422
    assert "town" in reply.text
    good = {"file": (io.BytesIO(GOOD.encode()), "a.csv")}
    assert browser.post("/units", data=good).status_code == 302
    assert "Phường A" in browser.get("/units").text


def test_the_command_lists_faults_and_leaves_with_1(tmp_path):
    listed = tmp_path / "a.csv"
    listed.write_text(GOOD.replace("ward", "town"))
    environment = {"KHAOSAT_HOME": str(tmp_path / "home"), "PATH": ""}
    program = [sys.executable, "-m", "app"]
    subprocess.run([*program, "migrate"], env=environment, check=True, capture_output=True)
    done = subprocess.run(
        [*program, "units", "import", str(listed)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "town" in done.stderr
    assert "Traceback" not in done.stderr
