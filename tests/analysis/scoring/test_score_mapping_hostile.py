"""What spreadsheets do to codes and numbers is found and told by its cell, never guessed."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest

from analysis.scoring.score_mapping import Meaning
from analysis.scoring.score_mapping_faults import MappedFault
from analysis.scoring.score_mapping_names import CriterionNames, UnitName, UnitNames, fold
from analysis.scoring.score_mapping_reading import read_scores
from analysis.scoring.score_mapping_sheets import letter, look
from analysis.scoring.score_mapping_suggesting import suggest
from analysis.scoring.score_mapping_table import as_table, check
from tests.analysis.scoring.score_books import (
    CRITERIA,
    UNITS,
    book,
    codes,
    read,
    scheme,
    seen,
    sheet_of,
    write,
)

HEAD = ["Đơn vị", "Mã tiêu chí", "Tự chấm", "Thẩm định", "Giá trị", "Áp dụng"]
JANUARY = datetime(2026, 1, 1)  # noqa: DTZ001  (a spreadsheet's date has no zone)


def table(*rows):
    """A long table with rows of STP for the other criteria, so that its columns are known."""
    known = [["STP", "1.1", 1, 1], ["STP", "1.2", 1, 1], ["SYT", "2.1", 1, 1]]
    return sheet_of([HEAD, *known, *rows])


def checked(content, **changes):
    """Let the reader of score tables check a file."""
    found = seen(content)
    mapping = replace(suggest(found, scheme(), UNITS), **changes)
    reading = read_scores(found, mapping, scheme(), UNITS)
    faults = [*reading.faults, *check(scheme(), as_table(reading)).faults]
    return reading, [f for f in faults if f.code not in ("missing_criterion", "missing_criteria")]


def only_fault(content, **changes) -> MappedFault:
    _, faults = checked(content, **changes)
    assert len(faults) == 1, [fault.line("vi") for fault in faults]
    assert faults[0].line("vi") != faults[0].line("en")
    return faults[0]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (JANUARY, "criterion_date"),
        ("01-Jan", "criterion_date"),
        ("1/1/2026", "criterion_date"),
        (1.1, "criterion_ambiguous"),
        ("1,1", "criterion_ambiguous"),
        ("9.9", "criterion_not_found"),
        ("1.1. Kiểm tra cải cách hành chính", "criterion_disagrees"),
    ],
)
def test_a_code_that_was_lost_is_a_fault_of_its_cell(cell, code):
    fault = only_fault(table(["STP", cell, 1, 1]))
    assert (fault.code, fault.sheet, fault.row, fault.letter) == (code, "Sheet1", 5, "B")
    assert fault.column == "Mã tiêu chí"
    assert fault.as_dict("vi")["column"] == "Sheet1 · B · Mã tiêu chí"


def test_a_number_that_can_be_one_code_only_is_that_code():
    reading, faults = checked(table(["STP", 2.1, 1, 1]))
    assert faults == []
    assert reading.scored["STP", "2.1"].cells["self_points"] == "1"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.234,5", "ambiguous_number"),
        ("hai", "not_a_number"),
        (-1, "negative"),
        (4.5, "above_maximum"),
        ("85 %", "percent_of_points"),
        (JANUARY, "cell_date"),
    ],
)
def test_points_that_are_none_are_a_fault_of_their_cell(cell, code):
    fault = only_fault(table(["STP", "1.10", 1, cell]))
    assert (fault.code, fault.row, fault.letter, fault.column) == (code, 5, "D", "Thẩm định")


def test_errors_and_formulas_that_were_never_worked_out_do_not_pass_for_empty_cells():
    def fill(workbook):
        sheet = write(workbook, "Điểm & số", [HEAD, *[["STP", c, 1, 1] for c in CRITERIA]])
        sheet.write_formula(1, 3, "=X!A1", None, "#REF!")
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(3, 3, "=1+2", None, 3)

    content = without_value(book(fill), b"<f>1+2</f><v>3</v>", b"<f>1+2</f>")
    _, reading = read(content)
    assert codes(reading) == [
        ("cell_error", "Điểm & số", 2, "D"),
        ("cell_error", "Điểm & số", 3, "D"),
        ("formula_without_value", "Điểm & số", 4, "D"),
    ]
    assert [fault.value for fault in reading.faults] == ["#REF!", "#DIV/0!", ""]


def without_value(content: bytes, before: bytes, after: bytes) -> bytes:
    """Write a workbook again with a part of its sheet changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            changed = text.replace(before, after)
            assert part.filename != "xl/worksheets/sheet1.xml" or changed != text
            new.writestr(part.filename, changed)
    return made.getvalue()


def test_a_formula_counts_with_the_digits_that_people_see():
    def fill(workbook):
        sheet = write(workbook, "Điểm", [HEAD, *[["STP", code, 0, 0] for code in CRITERIA]])
        sheet.write_formula(1, 2, "=0.1+0.2", None, 0.1 + 0.2)

    _, reading = read(book(fill))
    assert Fraction(reading.scored["STP", "1.1"].cells["self_points"]) == Fraction(3, 10)


def test_a_criterion_given_twice_is_told_with_both_places():
    fault = only_fault(
        sheet_of([HEAD, *[["STP", c, 1, ""] for c in CRITERIA], ["STP", "TC 1.2", 2, ""]])
    )
    assert (fault.code, fault.row, fault.letter) == ("duplicate_cell", 6, "C")
    assert "Sheet1!C3" in fault.message("vi")


@pytest.mark.parametrize("word", ["KAD", "Không áp dụng", "không  đánh giá", "N/A"])
def test_words_for_not_applicable_are_read(word):
    reading, faults = checked(table(["STP", "1.10", 1, word]))
    assert faults == []
    assert reading.scored["STP", "1.10"].cells == {"self_points": "1", "applicable": "no"}


@pytest.mark.parametrize(
    ("own", "verified", "cells"),
    [
        ("KAD", 2, {"verified_points": "2"}),
        ("KAD", "", {"applicable": "no"}),
        ("KAD", "KAD", {"applicable": "no"}),
        (1, "", {"self_points": "1"}),
    ],
)
def test_the_verifier_has_the_last_word_on_what_applies(own, verified, cells):
    reading, faults = checked(table(["STP", "1.10", own, verified]))
    assert faults == []
    assert reading.scored["STP", "1.10"].cells == cells


def test_data_beside_a_refusal_are_a_fault():
    fault = only_fault(table(["STP", "2.1", 1, "KAD", "0,5"]))
    assert (fault.code, fault.letter) == ("both_scored_and_not", "D")


@pytest.mark.parametrize(
    ("cell", "meaning", "cells"),
    [
        ("-", "dash", {"self_points": "1", "applicable": "no"}),
        ("–", "dash", {"self_points": "1", "applicable": "no"}),
        ("", "blank", {"self_points": "1", "applicable": "no"}),
        ("-", "blank", {"self_points": "1"}),
        ("", "dash", {"self_points": "1"}),
    ],
)
def test_a_dash_and_an_empty_cell_say_what_the_mapping_says(cell, meaning, cells):
    changes = {meaning: Meaning.NOT_APPLICABLE}
    rows = [["STP", c, 1, 1] for c in ("1.1", "1.2", "2.1")]
    reading, faults = checked(sheet_of([HEAD, *rows, ["STP", "1.10", 1, cell]]), **changes)
    assert faults == []
    assert reading.scored["STP", "1.10"].cells == cells


def test_a_percentage_is_a_share_where_a_rule_takes_one():
    reading, faults = checked(table(["STP", "2.1", "", "", "87,5 %"]))
    assert faults == []
    assert reading.scored["STP", "2.1"].cells == {"value": "0.875"}


@pytest.mark.parametrize(
    ("word", "cell"), [("x", "yes"), ("Có", "yes"), ("Không", "no"), ("Không áp dụng", "no")]
)
def test_the_column_of_what_applies_takes_ticks_and_words(word, cell):
    points = 1 if cell == "yes" else ""
    reading, faults = checked(table(["STP", "1.10", 1, points, "", word]))
    assert faults == []
    assert reading.scored["STP", "1.10"].cells["applicable"] == cell


def test_an_unknown_unit_is_a_fault_and_a_remark_is_not():
    _, faults = checked(table(["Sở Tư Pháo", "1.10", 1, 1], ["Ghi chú: số liệu đến 31/12", "", ""]))
    assert [(f.code, f.row, f.letter, f.value) for f in faults] == [
        ("unit_not_found", 5, "A", "Sở Tư Pháo")
    ]


@pytest.mark.parametrize(
    "name",
    ["26068", "Phường Biên Hòa", "UBND phường Biên Hoà", "Ủy ban nhân dân Phường Biên Hòa",
     "P. Biên Hòa", "biên hòa", "1. Phường Biên Hòa", "Phường Biên Hòa (26068)",
     "26068 - Phường Biên Hòa"],
)  # fmt: skip
def test_a_unit_is_known_by_code_name_and_usual_forms(name):
    assert UnitNames(UNITS).find(name).code == "26068"


def test_the_office_of_the_provincial_committee_keeps_its_name():
    names = UnitNames(UNITS)
    assert names.find("Văn phòng UBND tỉnh").code == "VP"
    assert names.find("UBND tỉnh").fault == "unit_not_found"


def test_names_that_may_be_several_units_are_refused():
    units = (UnitName("A", "Xã Tân Phú"), UnitName("B", "Phường Tân Phú"))
    assert UnitNames(units).find("Tân Phú").fault == "unit_ambiguous"
    assert UnitNames(units).find("P. Tân Phú").code == "B"
    assert UnitNames(units).find("A - Phường Tân Phú").fault == "unit_disagrees"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.10", "1.10"), ("1.1", "1.1"), ("TC 1.2", "1.2"), ("TC1.2.", "1.2"),
        ("Tiêu chí 2.1", "2.1"),
        ("2.1 Hồ sơ đúng hạn", "2.1"), ("HỒ SƠ ĐÚNG HẠN", "2.1"), ("1.10. Tuyên truyền", "1.10"),
        ("Điểm thưởng", "BONUS"), ("bonus", "BONUS"),
    ],
)  # fmt: skip
def test_a_criterion_is_known_by_code_title_and_both(text, code):
    assert CriterionNames(scheme()).find(text).code == code


@pytest.mark.parametrize("text", ["1", "I", "Chỉ đạo, điều hành", "I. Chỉ đạo, điều hành"])
def test_headings_of_fields_are_no_criteria(text):
    assert CriterionNames(scheme()).find(text).heading


def test_a_penalty_that_the_set_does_not_know_is_unknown():
    assert CriterionNames(scheme()).find("Điểm trừ").fault == "criterion_not_found"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\xff\xfe\x00", b"a\0b"])
def test_what_is_no_table_is_told(content):
    found = look(content, "diem.xlsx")
    assert found.sheets == ()
    assert all(fault.message("vi") for fault in found.faults)
    assert len(found.faults) == 1


def test_folding_and_letters():
    assert fold("ĐƠN VỊ – Điểm Tự chấm") == "don vi diem tu cham"
    assert [letter(column) for column in (0, 27, 701, 702)] == ["A", "AB", "ZZ", "AAA"]


def test_an_unexpected_missing_criterion_is_told_at_the_unit():
    _, reading = read(sheet_of([HEAD, ["STP", "1.1", 1, 1], ["STP", "1.2", 1, 1]]))
    faults = check(scheme(), as_table(reading)).faults
    assert {(f.code, f.value, f.row, f.letter) for f in faults} == {
        ("missing_criterion", "1.10", 2, "A"),
        ("missing_criterion", "2.1", 2, "A"),
    }
