import io
import zipfile

from python_calamine import CalamineWorkbook

from app.documents.fault_workbook import MOST_NOTES, fault_workbook
from sampling.errors import Fault
from sampling.listing.errors import ListFault

HEADER = ("Mã hồ sơ", "Ngày", "Ghi chú")
FAULTS = (
    Fault(None, "", "", "no_rows"),
    ListFault(3, "Ngày", "", "two_digit_year"),
    ListFault(3, "", "", "extra_cells", {"found": 4, "expected": 3}),
    Fault(5, "Mã hồ sơ", "H1", "duplicate_code", {"first": 3}),
)
ROWS = (
    (3, ("H1", "05/03/26", "=HYPERLINK(1)")),
    (4, ("H2", "05/03/2026", "+84901234567")),
    (5, ("H1", "", "x" * 40_000)),
)


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_the_first_sheet_lists_every_fault_with_its_place() -> None:
    found = sheets(fault_workbook(ROWS, HEADER, FAULTS, "vi"))
    assert [*found] == ["Lỗi", "Danh sách"]
    assert found["Lỗi"][0] == ["Dòng", "Cột", "Lỗi"]
    assert found["Lỗi"][1] == ["", "", FAULTS[0].message("vi")]
    assert found["Lỗi"][2] == [3, "Ngày", FAULTS[1].message("vi")]
    assert len(found["Lỗi"]) == 5


def test_the_rows_follow_with_their_faults_beside_them() -> None:
    found = sheets(fault_workbook(ROWS, HEADER, FAULTS, "en"))["List"]
    assert found[0] == ["Row", "Fault", *HEADER]
    assert found[1][:4] == [
        3,
        f"Ngày: {FAULTS[1].message('en')}\n{FAULTS[2].message('en')}",
        "H1",
        "05/03/26",
    ]
    assert found[2] == [4, "", "H2", "05/03/2026", "+84901234567"]
    assert found[3][0] == 5


def test_what_looks_like_a_formula_stays_text() -> None:
    content = fault_workbook(ROWS, HEADER, FAULTS, "vi")
    assert "<f>" not in part(content, "xl/worksheets/sheet2.xml")
    assert sheets(content)["Danh sách"][1][4] == "=HYPERLINK(1)"


def test_a_faulty_cell_is_coloured_and_noted() -> None:
    content = fault_workbook(ROWS, HEADER, FAULTS, "vi")
    comments = part(content, "xl/comments1.xml")
    assert 'ref="D2"' in comments
    assert 'ref="C4"' in comments
    assert FAULTS[1].message("vi") in comments
    assert "FFC7CE" in part(content, "xl/styles.xml")


def test_notes_end_where_excel_grows_slow_but_faults_do_not() -> None:
    many = [ListFault(row, "Ngày", "", "two_digit_year") for row in range(1, MOST_NOTES + 11)]
    rows = [(row, ("H", "x", "")) for row in range(1, MOST_NOTES + 11)]
    content = fault_workbook(rows, HEADER, many, "vi")
    assert part(content, "xl/comments1.xml").count("<comment ") == MOST_NOTES
    assert sheets(content)["Danh sách"][-1][1]


def test_cells_longer_than_excel_holds_are_cut() -> None:
    cell = sheets(fault_workbook(ROWS, HEADER, FAULTS, "vi"))["Danh sách"][3][4]
    assert isinstance(cell, str)
    assert len(cell) == 32_767
    assert cell.endswith("…")


def test_control_characters_do_not_break_the_file() -> None:
    content = fault_workbook([(1, ("a\x00b\x0b", "", ""))], HEADER, [], "vi")
    assert sheets(content)["Danh sách"][1][2]
