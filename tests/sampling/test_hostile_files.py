"""Files that are damaged, disguised or made to harm: each is read or refused with its fault."""

import io
import tracemalloc
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, strategies as st

from sampling.archive import MOST_UNPACKED
from sampling.listing.reading import read_list
from sampling.listing.sheet import described, opened
from sampling.listing.suggesting import suggest
from sampling.tabular import Table
from tests.sampling.listing.lists import BOOK
from tests.sampling.test_tabular import PARTS
from tests.sampling.test_workbook import SPACE, open_document, package, sheet

HEADER = ("Mã hồ sơ", "Đơn vị", "Ngày tiếp nhận", "Trạng thái")
ROW = ("H1", "U1", "05/03/2026", "Đã trả kết quả")
TEXT = f"{';'.join(HEADER)}\n{';'.join(ROW)}\n"
MEMORY = 300_000_000


def workbook(*rows: tuple[object, ...]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False}) as book:
        made = book.add_worksheet()
        for line, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                made.write(line, place, cell)
    return stream.getvalue()


def with_part(content: bytes, name: str, text: bytes | str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part, held in {**parts, name: text}.items():
            new.writestr(part, held)
    return stream.getvalue()


def encrypted_zip(content: bytes) -> bytes:
    """Set the flag of a password on every part."""
    marked = bytearray(content)
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = marked.find(start)
        while place >= 0:
            marked[place + offset] |= 1
            place = marked.find(start, place + 1)
    return bytes(marked)


def stated(content: bytes, size: int) -> bytes:
    """Overstate the size of the last part, as a bomb that needs no bytes."""
    marked = bytearray(content)
    place = marked.rfind(b"PK\x01\x02")
    marked[place + 24 : place + 28] = size.to_bytes(4, "little")
    return bytes(marked)


GOOD = workbook(HEADER, ROW)
XXE = (
    '<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    f'<worksheet xmlns="{SPACE}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
    "<t>&secret;</t></is></c></row></sheetData></worksheet>"
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + f']><worksheet xmlns="{SPACE}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
    "<t>&i;</t></is></c></row></sheetData></worksheet>"
)

REFUSED = {
    "nothing": (b"", "a.xlsx", "unreadable_workbook"),
    "text called a workbook": (TEXT.encode(), "a.xlsx", "unreadable_workbook"),
    "nothing as text": (b"", "a.csv", "empty_table"),
    "blank lines": (b"\n \n,,\n", "a.csv", "empty_table"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a.xlsx", "wrong_kind"),
    "a photograph": (b"\xff\xd8\xff\xe0" + b"\0" * 100, "a.csv", "wrong_kind"),
    "a document": (b"%PDF-1.7\n", "a.xlsx", "wrong_kind"),
    "a Word file": (package({"word/document.xml": "<x/>"}), "a.xlsx", "wrong_kind"),
    "an archive of files": (package({"a.csv": TEXT}), "a.xlsx", "wrong_kind"),
    "an empty archive": (b"PK\x05\x06" + b"\0" * 18, "a.xlsx", "wrong_kind"),
    "another archive": (b"Rar!\x1a\x07\x00", "a.xlsx", "wrong_kind"),
    "a web archive": (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a.xls", "wrong_kind"),
    "a workbook as XML": (b'<?xml version="1.0"?><Workbook/>', "a.xls", "wrong_kind"),
    "a web page without a table": (b"<html><body>x</body></html>", "a.xls", "no_table"),
    "a cut workbook": (GOOD[: len(GOOD) // 2], "a.xlsx", "unreadable_workbook"),
    "a torn workbook": (GOOD[:-40] + b"\0" * 40, "a.xlsx", "unreadable_workbook"),
    "an encrypted workbook": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "a.xlsx",
        "encrypted_workbook",
    ),
    "parts under a password": (encrypted_zip(GOOD), "a.xlsx", "encrypted_workbook"),
    "a binary workbook": (with_part(GOOD, "xl/workbook.bin", "x"), "a.xlsb", "binary_workbook"),
    "a stated size of 2 GB": (stated(GOOD, (1 << 31) + 1), "a.xlsx", "too_large"),
    "a real size of 600 MB": (
        with_part(GOOD, "xl/media/a.png", b"0" * 600_000_000),
        "a.xlsx",
        "too_large",
    ),
    "ten thousand parts": (
        package({**PARTS, **{f"xl/{n}": "" for n in range(10_001)}}),
        "a.xlsx",
        "too_large",
    ),
    "an entity of the outside": (
        with_part(GOOD, "xl/worksheets/sheet1.xml", XXE),
        "a.xlsx",
        None,
    ),
    "entities that multiply": (
        with_part(GOOD, "xl/worksheets/sheet1.xml", LAUGHS),
        "a.xlsx",
        None,
    ),
    "more rows than a sheet has": (b"a,b\n" + b"\n" * 1_048_576, "a.csv", "too_large"),
    "501 columns": (",".join(f"c{n}" for n in range(501)).encode(), "a.csv", "too_large"),
    "a huge cell": (b"a,b\n1," + b"x" * 200_000, "a.csv", "broken_csv"),
    "a huge shared text": (
        sheet(
            '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
            **{"xl/sharedStrings.xml": f"<sst><si><t>{'x' * 2_000_000}</t></si></sst>"},
        ),
        "a.xlsx",
        "too_large",
    ),
    "a tag without an end": (
        sheet("<row><c " + "x" * 30_000_000),
        "a.xlsx",
        "too_large",
    ),
    "a cell in the last corner": (
        sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "a.xlsx",
        "too_large",
    ),
    "zeros": (b"\0" * 1000, "a.csv", "unknown_encoding"),
    "a zero in the text": (TEXT.replace("H1", "H\0").encode(), "a.csv", "unknown_encoding"),
    "no text at all": (bytes(range(128, 256)) * 20, "a.csv", "unknown_encoding"),
    "TCVN 3": ("M· hå s¬;Tr¹ng th¸i\nH1;§· tr¶\n".encode("latin-1"), "a.csv", "legacy_encoding"),
    "a quotation mark left open": (b'a,b\n"1,2\n', "a.csv", "broken_csv"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_hostile_file_is_refused_with_its_fault_and_little_memory(kind: str) -> None:
    content, name, code = REFUSED[kind]
    tracemalloc.start()
    table = opened(content, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MEMORY
    assert "root:" not in str(table)
    if code is None:
        assert all(len(cell) < 100 for row in (table.header, *table.rows) for cell in row)
        return
    assert [fault.code for fault in table.faults] == [code]
    assert table.rows == ()
    assert table.faults[0].message("vi")
    assert table.faults[0].message("en")


def page(table: str, charset: str = "utf-8") -> bytes:
    return (
        f'<html xmlns:x="urn:x"><head><meta charset="{charset}"><style>td {{a: b}}</style>'
        f"<script>alert('<td>x</td>')</script></head><body>{table}</body></html>"
    ).encode(charset)


def cells(*rows: tuple[str, ...]) -> str:
    return "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) + "</tr>" for row in rows)


READ = {
    "a workbook": (GOOD, "a.xlsx"),
    "a workbook called otherwise": (GOOD, "a.csv"),
    "macros, which are not run": (with_part(GOOD, "xl/vbaProject.bin", "Sub Auto_Open"), "a.xlsm"),
    "links to other files, which are not followed": (
        with_part(GOOD, "xl/externalLinks/externalLink1.xml", "<externalLink/>"),
        "a.xlsx",
    ),
    "an archive within": (with_part(GOOD, "xl/media/inner.zip", GOOD), "a.xlsx"),
    "a web page called a workbook": (page(f"<table>{cells(HEADER, ROW)}</table>"), "a.xls"),
    "a web page in UTF-16": (page(f"<table>{cells(HEADER, ROW)}</table>", "utf-16"), "a.xls"),
    "a web page with a title table": (
        page(f"<table><tr><td>TIÊU ĐỀ</table><table border=1>{cells(HEADER, ROW)}</table>"),
        "a.xls",
    ),
    "text in UTF-16 without its mark": (TEXT.encode("utf-16-le"), "a.csv"),
    "text called an old workbook": (TEXT.replace(";", "\t").encode(), "a.xls"),
    "text in UTF-8": (TEXT.encode(), "a.csv"),
    "text with old line ends": (TEXT.replace("\n", "\r\n").encode("utf-8-sig"), "a.csv"),
    "an OpenDocument sheet": (
        open_document(
            "".join(
                "<table:table-row>"
                + "".join(
                    f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
                    "</table:table-cell>"
                    for cell in row
                )
                + "</table:table-row>"
                for row in (HEADER, ROW)
            )
        ),
        "a.ods",
    ),
}


@pytest.mark.parametrize("kind", READ)
def test_an_odd_but_honest_file_is_read(kind: str) -> None:
    content, name = READ[kind]
    table = opened(content, name)
    assert table.faults == ()
    assert (table.header, table.rows) == (HEADER, (ROW,))


def test_spans_of_a_web_page_leave_empty_cells() -> None:
    table = (
        '<table><tr><th rowspan="2">Mã hồ sơ<th colspan=2>Ngày<th rowspan="2">Trạng thái</tr>'
        "<tr><th>tiếp nhận<th>hẹn trả</tr>"
        "<tr><td>H1<td>05/03/2026<td>06/03/2026<td>Đã&nbsp;trả<br>kết quả</tr></table>"
    )
    found = opened(page(table), "a.xls")
    assert found.header == ("Mã hồ sơ", "Ngày / tiếp nhận", "Ngày / hẹn trả", "Trạng thái")
    assert found.rows == (("H1", "05/03/2026", "06/03/2026", "Đã trả kết quả"),)


def test_a_web_page_of_endless_spans_is_refused() -> None:
    bomb = f"<table>{'<tr>' + '<td colspan=500 rowspan=500>' * 20}</table>" * 600
    assert [fault.code for fault in opened(page(bomb), "a.xls").faults] == ["too_large"]


def test_formulas_stay_what_was_written() -> None:
    commands = ("=cmd|'/c calc'!A0", "+1+1", "-2", "@SUM(A1)")
    for content, name in (
        (workbook(HEADER, ROW, commands), "a.xlsx"),
        ((TEXT + ";".join(commands)).encode(), "a.csv"),
    ):
        assert opened(content, name).rows[1] == commands


def test_wrong_headers_bad_dates_and_doubled_codes_are_all_told_at_once() -> None:
    rows = [("H1", "U1", "31/02/2026", "Lạ"), ("H2", "U1", "x", ""), ("H3", "U1", "05/03/2026", "")]
    table: Table = opened(
        workbook(
            HEADER,
            *rows,
            *[(f"K{n}", "U1", "05/03/2026", "") for n in range(30)],
            ("H3", "U2", "05/03/2026", ""),
        ),
        "a.xlsx",
    )
    made = read_list(table, suggest(described(table, "a.xlsx")), BOOK)
    assert {(fault.row, fault.code) for fault in made.faults} == {
        (2, "impossible_list_date"),
        (2, "unknown_list_word"),
        (3, "bad_list_date"),
        (35, "duplicate_code"),
    }


@given(st.binary(max_size=400), st.sampled_from(("a.csv", "a.xlsx", "a.xls")))
def test_no_bytes_break_the_reader(content: bytes, name: str) -> None:
    table = opened(content, name)
    assert table.faults or table.header
    assert MOST_UNPACKED < 1 << 30


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_wrong_byte_breaks_nothing(place: int, value: int) -> None:
    changed = bytearray(GOOD)
    changed[place] = value
    table = opened(bytes(changed), "a.xlsx")
    assert table.faults or table.header


@given(st.text(alphabet="<>/tdrh =\"'ab&;!-\n", max_size=200))
def test_no_markup_breaks_the_reader(text: str) -> None:
    table = opened(f"<table>{text}".encode(), "a.xls")
    assert table.faults or table.header
