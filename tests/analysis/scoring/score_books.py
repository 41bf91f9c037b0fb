"""Score files as offices' programs write them, made cell by cell."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import xlsxwriter

from analysis.scoring.reading import read_scheme_file
from analysis.scoring.scheme import Scheme
from analysis.scoring.score_mapping import ScoreMapping
from analysis.scoring.score_mapping_names import UnitName
from analysis.scoring.score_mapping_reading import Reading, read_scores
from analysis.scoring.score_mapping_sheets import Workbook, look
from analysis.scoring.score_mapping_suggesting import suggest

SCHEME = """
name: Bộ tiêu chí thử
groups:
  departments: {title: "Sở, ban, ngành"}
  communes: {title: "Xã, phường"}
fields:
  - code: "1"
    title: Chỉ đạo, điều hành
    criteria:
      - {code: "1.1", title: Ban hành kế hoạch, max_points: 2, source: verified}
      - {code: "1.2", title: Kiểm tra cải cách hành chính, max_points: 3, source: verified}
      - {code: "1.10", title: Tuyên truyền, max_points: 4, source: verified}
  - code: "2"
    title: Thủ tục hành chính
    criteria:
      - {code: "2.1", title: Hồ sơ đúng hạn, max_points: 5, source: verified, rule: {kind: proportional}}
bonus: {cap: 2}
""".encode()  # noqa: E501  (a line is a row)

UNITS = (
    UnitName("STP", "Sở Tư pháp", "departments"),
    UnitName("SYT", "Sở Y tế", "departments"),
    UnitName("26068", "Phường Biên Hòa", "communes"),
    UnitName("26080", "Xã Trị An", "communes"),
    UnitName("VP", "Văn phòng Ủy ban nhân dân tỉnh", "departments"),
)
CRITERIA = ("1.1", "1.2", "1.10", "2.1")
TITLES = {
    "1.1": "Ban hành kế hoạch",
    "1.2": "Kiểm tra cải cách hành chính",
    "1.10": "Tuyên truyền",
    "2.1": "Hồ sơ đúng hạn",
}
# Unit and criterion: self points, verified points.
Points = Mapping[tuple[str, str], tuple[float | str, float | str]]
POINTS: Points = {
    ("STP", "1.1"): (2, 1.5),
    ("STP", "1.2"): (3, 3),
    ("STP", "1.10"): (4, 3.25),
    ("STP", "2.1"): (5, 4),
    ("26068", "1.1"): (1.75, 1),
    ("26068", "1.2"): (2.5, 2),
    ("26068", "1.10"): (0, 0),
    ("26068", "2.1"): (4.5, 4.5),
}
Fill = Callable[[xlsxwriter.Workbook], None]


def scheme() -> Scheme:
    found = read_scheme_file(SCHEME)
    assert found.scheme is not None, found.faults
    return found.scheme


def book(fill: Fill) -> bytes:
    """Make a workbook."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        fill(workbook)
    return content.getvalue()


def sheet_of(rows: Sequence[Sequence[Any]], name: str = "Sheet1") -> bytes:
    """Make a workbook of one plain sheet."""
    return book(lambda workbook: write(workbook, name, rows))


def write(workbook: xlsxwriter.Workbook, name: str, rows: Sequence[Sequence[Any]]) -> Any:
    """Write rows from the first cell on; texts stay texts, dates become dates."""
    sheet = workbook.add_worksheet(name)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell) if cell else None
            elif isinstance(cell, datetime):
                shape = workbook.add_format({"num_format": "d-mmm"})
                sheet.write_datetime(number, column, cell, shape)
            elif cell is not None:
                sheet.write(number, column, cell)
    return sheet


def name_of(unit: str) -> str:
    return next(each.name for each in UNITS if each.code == unit)


def units_of(points: Points) -> list[str]:
    return [*dict.fromkeys(unit for unit, _ in points)]


def long_rows(points: Points = POINTS) -> list[list[Any]]:
    """One row for each unit and criterion."""
    head = ["STT", "Tên đơn vị", "Mã tiêu chí", "Điểm tối đa", "Điểm tự chấm", "Điểm thẩm định"]
    tops = {"1.1": 2, "1.2": 3, "1.10": 4, "2.1": 5}
    rows = [
        [number, name_of(unit), f"TC {code}", tops[code], own, verified]
        for number, ((unit, code), (own, verified)) in enumerate(points.items(), start=1)
    ]
    return [head, *rows]


def seen(content: bytes, name: str = "diem.xlsx") -> Workbook:
    found = look(content, name)
    assert found.faults == (), found.faults
    return found


def read(
    content: bytes, mapping: ScoreMapping | None = None, name: str = "diem.xlsx"
) -> tuple[ScoreMapping, Reading]:
    """Read a file the way that is suggested for it."""
    found = seen(content, name)
    mapping = mapping or suggest(found, scheme(), UNITS)
    assert mapping.faults(found, scheme()) == []
    return mapping, read_scores(found, mapping, scheme(), UNITS)


def numbers(reading: Reading, column: str) -> dict[tuple[str, str], Fraction]:
    """Give one column of what was read as numbers."""
    return {
        key: Fraction(scored.cells[column].replace(",", "."))
        for key, scored in reading.scored.items()
        if column in scored.cells
    }


def both(reading: Reading) -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
    """Give self and verified points of what was read."""
    own, verified = numbers(reading, "self_points"), numbers(reading, "verified_points")
    return {key: (own[key], verified[key]) for key in own}


def exactly(points: Points) -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
    return {key: (Fraction(str(a)), Fraction(str(b))) for key, (a, b) in points.items()}


def codes(reading: Reading) -> list[tuple[str, str, int | None, str]]:
    """Name the faults by code, sheet, row and letter."""
    return [(fault.code, fault.sheet, fault.row, fault.letter) for fault in reading.faults]
