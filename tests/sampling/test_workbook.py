"""Workbooks made to harm are faults; those with much emptiness are read."""

import io
import tracemalloc
import zipfile

import pytest

from sampling.tabular import read_table
from tests.sampling.test_tabular import PARTS, codes

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def package(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def sheet(rows: str, **others: str) -> bytes:
    text = f'<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'
    return package({**PARTS, "xl/worksheets/sheet1.xml": text, **others})


def open_document(rows: str) -> bytes:
    spaces = "".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" '
        for name in ("office", "table", "text")
    )
    text = (
        f'<office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return package({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": text})


def ods_row(times: int, *cells: tuple[str, int]) -> str:
    written = "".join(
        f'<table:table-cell table:number-columns-repeated="{count}"'
        + (
            f' office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            if text
            else "/>"
        )
        for text, count in cells
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{written}</table:table-row>'


@pytest.mark.parametrize("name", ["xl/media/image1.png", "xl/worksheets/sheet1.xml"])
def test_a_workbook_of_600_megabytes_is_refused_without_eating_memory(name: str) -> None:
    bomb = package({**PARTS, name: " " * 600_000_000})
    assert len(bomb) < 900_000
    tracemalloc.start()
    assert codes(bomb, "a.xlsx") == [(None, "too_large")]
    assert tracemalloc.get_traced_memory()[1] < 300_000_000
    tracemalloc.stop()


def test_a_size_that_the_archive_understates_is_measured() -> None:
    bomb = package({**PARTS, "xl/media/image1.png": "0" * 200_000_000})
    told = (200_000_000).to_bytes(4, "little")
    assert bomb.count(told) >= 1
    assert codes(bomb.replace(told, (10).to_bytes(4, "little")), "a.xlsx") != []


@pytest.mark.parametrize(
    "content",
    [
        sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        sheet('<row r="1"><c s="0" r="SG1"><v>1</v></c></row>'),
        sheet('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'),
        sheet('<row r="900000"><c r="SF900000"><v>1</v></c></row>'),
        open_document(ods_row(1_048_576, ("x", 400))),
        open_document(ods_row(1, ("", 16_000), ("x", 1))),
        open_document(ods_row(1_048_575, ("", 16_000)) + ods_row(2, ("x", 1))),
    ],
)
def test_a_small_workbook_with_a_cell_far_out_is_refused(content: bytes) -> None:
    assert len(content) < 3_000
    assert codes(content, "a.xlsx") == [(None, "too_large")]


def test_one_long_text_in_twenty_thousand_cells_is_refused() -> None:
    cells = "".join(f'<c r="A{row}" t="s"><v>0</v></c>' for row in range(1, 20_001))
    texts = f'<sst xmlns="{SPACE}"><si><t>{"x" * 30_000}</t></si></sst>'
    content = sheet(cells, **{"xl/sharedStrings.xml": texts})
    assert codes(content, "a.xlsx") == [(None, "too_large")]


def test_a_binary_workbook_is_told_to_be_saved_otherwise() -> None:
    content = package({**PARTS, "xl/workbook.bin": "x"})
    assert codes(content, "a.xlsb") == [(None, "binary_workbook")]


def test_empty_cells_far_out_do_no_harm() -> None:
    filled = '<row r="1"><c r="A1"><v>7</v></c><c r="XFD1" s="1"/></row>'
    assert read_table(sheet(filled), "a.xlsx").header == ("7",)
    rows = ods_row(1, ("n", 1), ("", 16_383)) + ods_row(1_048_575, ("", 16_384))
    assert read_table(open_document(rows), "a.ods").header == ("n",)
