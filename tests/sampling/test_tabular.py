import io
import zipfile

import pytest
from hypothesis import given, strategies as st

from sampling import encodings, equal_cells
from sampling.tabular import read_table

SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="2"><c r="A2" t="inlineStr"><is><t>code</t></is></c>
<c r="B2" t="inlineStr"><is><t>ngày</t></is></c><c r="C2" t="inlineStr"><is><t>n</t></is></c></row>
<row r="4"><c r="A4"><v>12</v></c><c r="B4" s="1"><v>46086</v></c><c r="C4"><v>1.5</v></c></row>
<row r="5"><c r="A5"><v>1234567890123</v></c><c r="B5" s="1"><v>46086.354166666664</v></c>
<c r="C5" t="b"><v>1</v></c></row>
</sheetData></worksheet>"""
PARTS = {
    "[Content_Types].xml": """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>""",
    "_rels/.rels": """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>""",
    "xl/workbook.xml": """<?xml version="1.0"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/_rels/workbook.xml.rels": """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="worksheets/sheet1.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>
<Relationship Id="r2" Target="styles.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/></Relationships>""",
    "xl/styles.xml": """<?xml version="1.0"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>
</styleSheet>""",
    "xl/worksheets/sheet1.xml": SHEET,
}


def workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in PARTS.items():
            package.writestr(name, text)
    return stream.getvalue()


def codes(content: bytes, name: str = "a.csv") -> list[tuple[int | None, str]]:
    return [(fault.row, fault.code) for fault in read_table(content, name).faults]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiter_encoding_and_line_ends_are_found_out(
    mark: str, encoding: str, line_end: str
) -> None:
    text = line_end.join([mark.join(["mã", "tên"]), mark.join(["1", "Đồng Nai"]), ""])
    table = read_table(text.encode(encoding), "a.csv")
    assert (table.header, table.rows, table.faults) == (("mã", "tên"), (("1", "Đồng Nai"),), ())


def test_row_numbers_are_lines_of_the_file() -> None:
    table = read_table(b'\na,b\n\n1,"x\ny"\n\n2,z\n', "a.csv")
    assert table.header_row == 2
    assert table.numbers == (4, 7)
    assert [*table.records()] == [(4, {"a": "1", "b": "x\ny"}), (7, {"a": "2", "b": "z"})]


def test_cells_are_stripped_and_composed() -> None:
    decomposed = "Hoa\u0300"
    assert read_table(f"a\n {decomposed}\u00a0\n".encode(), "a.csv").column("a") == ("Hoà",)


def test_semicolons_leave_decimal_commas_alone() -> None:
    assert read_table(b"unit;points\nA;1,5\n", "a.csv").rows == (("A", "1,5"),)


def test_blank_lines_above_do_not_hide_the_delimiter() -> None:
    assert read_table(b" \n\na;b\n1;2\n", "a.csv").header == ("a", "b")


def test_an_unquoted_decimal_comma_is_told_as_a_surplus_cell() -> None:
    table = read_table(b"unit,points\nA,1,5\nB,2\n", "a.csv")
    assert [(fault.row, fault.code, fault.value) for fault in table.faults] == [
        (2, "extra_cells", "5")
    ]
    assert table.rows == (("B", "2"),)


def test_short_rows_are_filled_and_empty_surplus_is_dropped() -> None:
    assert read_table(b"a,b,\n1\n1,2,,,\n", "a.csv").rows == (("1", ""), ("1", "2"))


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", [(None, "empty_table")]),
        (b"\n \n,,\n", [(None, "empty_table")]),
        (b"a\nb\n\xff\n", [(3, "unknown_encoding")]),
        (b"a\x00b", [(None, "unknown_encoding")]),
        (b'a,b\n1,"2\n3,4\n', [(2, "broken_csv")]),
        (b"a\n" + b"x" * 200_000, [(2, "broken_csv")]),
        (b'"' + b"x" * 200_000, [(1, "broken_csv")]),
        (b"a,b,a\n", [(1, "duplicate_column")]),
        (b"PK\x03\x04 no zip", [(None, "unreadable_workbook")]),
        (b"\xd0\xcf\x11\xe0 no workbook", [(None, "unreadable_workbook")]),
    ],
)
def test_what_cannot_be_read_is_a_fault_with_its_row(
    content: bytes, faults: list[tuple[int | None, str]]
) -> None:
    assert codes(content) == faults


def test_a_text_called_xlsx_is_no_workbook() -> None:
    assert codes(b"a,b\n1,2\n", "a.XLSX") == [(None, "unreadable_workbook")]


def test_a_workbook_gives_iso_dates_and_plain_numbers() -> None:
    table = read_table(workbook(), "frame.xlsx")
    assert table.faults == ()
    assert table.header == ("code", "ngày", "n")
    assert table.rows == (
        ("12", "2026-03-05", "1.5"),
        ("1234567890123", "2026-03-05 08:30:00", "TRUE"),
    )


def test_row_numbers_of_a_workbook_are_those_of_the_sheet() -> None:
    table = read_table(workbook(), "frame.xlsx")
    assert (table.header_row, table.numbers) == (2, (4, 5))


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx", "a.ods", "a"]))
def test_no_content_breaks_the_reader(content: bytes, name: str) -> None:
    table = read_table(content, name)
    assert table.header or table.faults
    assert all(len(row) == len(table.header) for row in table.rows)


def test_a_table_may_have_five_hundred_columns_and_no_more() -> None:
    wide = ",".join(f"c{number}" for number in range(500)).encode()
    assert codes(wide) == []
    assert codes(wide + b",c500") == [(1, "too_large")]


def test_a_table_ends_where_a_sheet_of_excel_ends() -> None:
    content = b"a\n" + b"\n" * 1_048_574 + b"1\n"
    assert read_table(content, "a.csv").numbers == (1_048_576,)
    assert codes(content + b"1\n") == [(1_048_577, "too_large")]


def test_equal_cells_of_a_column_are_kept_once() -> None:
    lines = b"".join(b"%d,Tr\xe1\xba\xa5n Bi\xc3\xaan\n" % number for number in range(50))
    rows = read_table(b"code,unit\n" + lines, "a.csv").rows
    assert len({row[0] for row in rows}) == 50
    assert len({id(row[1]) for row in rows}) == 1


def test_a_column_without_repeats_is_no_longer_remembered(monkeypatch) -> None:
    monkeypatch.setattr(equal_cells, "MOST_SHARED", 10)
    monkeypatch.setattr(equal_cells, "LOOK_EVERY", 5)
    sharing = equal_cells.Sharing()
    for number in range(30):
        assert sharing.row((str(number), "x")) == (str(number), "x")
    assert [known and len(known) for known in sharing.known] == [None, 1]


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_utf8_torn_between_pieces_is_read_as_it_stands(monkeypatch, piece: int) -> None:
    monkeypatch.setattr(encodings, "PIECE", piece)
    content = "mã,đơn vị\nH1,Phường Trấn Biên\n".encode()
    assert read_table(content, "a.csv").rows == (("H1", "Phường Trấn Biên"),)
    assert codes(content + b"\xc3") == [(3, "unknown_encoding")]
