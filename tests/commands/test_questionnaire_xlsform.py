"""`khaosat questionnaire export` and `import`: a workbook and back."""

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from app.commands.questionnaire import questionnaire
from app.documents import xlsforms
from app.documents.xlsforms import read_sheets, text, write_sheets
from surveys import instruments
from surveys.reading import read_questionnaire
from surveys.writing import to_document, version_hash
from surveys.xlsform.exporting import to_sheets
from surveys.xlsform.faults import FormError
from tests.questionnaires.every_kind import EVERY_KIND

SOUND = {code: instruments.load(code) for code in instruments.available()}
SOUND["every_kind"] = EVERY_KIND


@pytest.fixture
def run(monkeypatch):
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)

    def called(*arguments: object) -> Result:
        return CliRunner().invoke(questionnaire, [str(each) for each in arguments])

    return called


@pytest.mark.parametrize("name", SOUND)
def test_a_questionnaire_goes_out_and_comes_back_as_it_was(run, tmp_path: Path, name: str):
    asked = SOUND[name]
    source, form, out = (tmp_path / file for file in ("a.json", "form.xlsx", "b.json"))
    source.write_text(json.dumps(to_document(asked)))
    result = run("export", source, form)
    assert (result.exit_code, asked.code in result.stdout) == (0, True)
    result = run("import", form, out, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["hash"] == version_hash(asked)
    assert read_questionnaire(out.read_bytes()) == asked


def test_the_same_questionnaire_makes_the_same_file():
    sheets = to_sheets(SOUND["counter_rating"])
    assert write_sheets(sheets) == write_sheets(sheets)


def edited(**cells: str) -> bytes:
    """A workbook with cells of its first question changed."""
    sheets = to_sheets(SOUND["citizen_satisfaction"])
    header, row = sheets["survey"][0], sheets["survey"][3]
    for column, value in cells.items():
        row[header.index(column)] = value
    return write_sheets(sheets)


def test_faults_carry_sheet_row_and_column_and_nothing_is_written(run, tmp_path: Path):
    form, out = tmp_path / "form.xlsx", tmp_path / "out.json"
    form.write_bytes(edited(type="geopoint"))
    result = run("import", form, out)
    assert (result.exit_code, result.stdout, out.exists()) == (1, "", False)
    assert 'survey, dòng 4, type: loại "geopoint" không được hỗ trợ' in result.stderr
    found = json.loads(run("import", form, out, "--json").stdout)["faults"]
    assert (found[0]["sheet"], found[0]["row"], found[0]["column"]) == ("survey", 4, "type")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"type,name,label\ntext,q,Q\n", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"PK" * 500],
)
def test_what_is_no_workbook_is_told(run, tmp_path: Path, content: bytes):
    form = tmp_path / "form.xlsx"
    form.write_bytes(content)
    result = run("import", form, tmp_path / "out.json")
    assert result.exit_code == 1
    assert "không đọc được tệp này như một bảng tính" in result.stderr


def test_a_book_that_unpacks_to_too_much_is_refused(monkeypatch):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (1 << 29) + b"\0")
    with pytest.raises(FormError):
        read_sheets(content.getvalue())
    monkeypatch.setattr(xlsforms, "MOST_BYTES", 10)
    with pytest.raises(FormError):
        read_sheets(edited())


def test_a_missing_file_leaves_with_2(run, tmp_path: Path):
    assert run("import", tmp_path / "none.xlsx", tmp_path / "out.json").exit_code == 2
    assert run("export", tmp_path / "none.json", tmp_path / "out.xlsx").exit_code == 2


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (1.0, "1"),
        (2.5, "2.5"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1), "2026-05-01"),  # noqa: DTZ001  (workbooks know no time zones)
        ("Hỏi", "Hỏi"),
        ("", ""),
    ],
)
def test_cells_become_text(cell: object, written: str):
    assert text(cell) == written


def test_numbers_typed_into_cells_are_read_as_they_were_meant():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, rows in to_sheets(SOUND["citizen_satisfaction"]).items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write(line, place, int(cell) if cell.isdigit() else cell)
    again = read_sheets(content.getvalue())
    assert again["settings"][1][again["settings"][0].index("version")] == "1"
    assert read_sheets(write_sheets(again)) == again
