"""Where the header of a score sheet stands, under titles and over one or more lines."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.scoring.score_mapping_names import code_key, fold

MOST_TITLE_ROWS = 30
MOST_LINES = 4
ENOUGH = 2
LONGEST_NAME = 120

WORDS = (
    "stt", "tt", "ma", "ma so", "nhom", "group", "unit", "criterion", "points", "self_points",
    "verified_points", "don vi", "co quan", "tieu chi", "noi dung", "linh vuc", "tu cham",
    "tu danh gia", "tham dinh", "diem", "toi da", "ap dung", "tu so", "mau so", "ty le", "ti le",
    "gia tri", "ghi chu", "ket qua", "so lieu", "tai lieu", "giai trinh", "chenh lech", "ten",
    "applicable", "numerator", "denominator", "value", "self points", "verified points",
)  # fmt: skip
UNIT_STARTS = (
    "so ", "ubnd ", "uy ban nhan dan ", "phuong ", "xa ", "dac khu ", "ban ", "van phong ",
    "thanh tra ", "thi tran ",
)  # fmt: skip
CODE = re.compile(r"[0-9]+(?:\.[0-9]+)+")
NUMBERING = re.compile(r"\(?([0-9]{1,2}|[A-Z])\)?(?:\s*=.*)?")
STARTS = re.compile(r"(?:" + "|".join(WORDS) + r")\b")
HOLDS = re.compile(
    r"\b(?:don vi|co quan|tieu chi|tu cham|tu danh gia|tham dinh|diem|toi da|ap dung|ghi chu)\b"
)

Rows = Sequence[Sequence[str]]
Spot = tuple[int, int]


@dataclass(frozen=True)
class Header:
    """First and last line of a header, counted from 0."""

    first: int
    last: int


def find_header(
    rows: Rows, kinds: Mapping[Spot, str], merged: Sequence[tuple[Spot, Spot]]
) -> Header:
    """Find the header lines of a sheet.

    The first line under the titles that names two columns begins the header. It reaches down as
    far as its own merged cells, and over further lines that name columns where its first column
    stays empty. The person who maps the file may say otherwise.
    """
    above = range(min(len(rows), MOST_TITLE_ROWS))
    first = next((row for row in above if len(names_in(rows[row])) >= ENOUGH), None)
    if first is None:
        first = max(above, key=lambda row: len({*filter(None, rows[row])}), default=0)
        return Header(first, first)
    last = first
    for start, end in merged:
        if start[0] == first and end[0] < first + MOST_LINES:
            last = max(last, end[0])
    while last + 1 < min(len(rows), first + MOST_LINES) and is_further_line(
        rows, kinds, first, last + 1
    ):
        last += 1
    return Header(first, last)


def names_in(row: Sequence[str]) -> set[str]:
    """Give the different cells of a row that name a column."""
    return {cell for cell in row if names_column(cell)}


def names_column(cell: str) -> bool:
    """Tell whether a cell names a column: a word of score sheets, a criterion, a unit."""
    if not cell or len(cell) > LONGEST_NAME:
        return False
    key = fold(cell)
    if STARTS.match(key) or HOLDS.search(key) or key.startswith(UNIT_STARTS):
        return True
    return bool(CODE.match(code_key(cell)))


def is_further_line(rows: Rows, kinds: Mapping[Spot, str], first: int, row: int) -> bool:
    """Tell whether a line below the first belongs to the header."""
    filled = [column for column, cell in enumerate(rows[row]) if cell]
    top = [column for column, cell in enumerate(rows[first]) if cell]
    if not filled or filled[0] <= top[0] or is_numbering(rows[row]):
        return False
    return all(
        names_column(rows[row][column])
        and (kinds.get((row, column), "") == "" or CODE.match(rows[row][column]))
        for column in filled
    )


def is_numbering(row: Sequence[str]) -> bool:
    """Tell a line that numbers the columns: (1), (2), (3) = (2) - (1)."""
    marks = [NUMBERING.fullmatch(cell) for cell in row if cell]
    if len(marks) < ENOUGH + 1 or not all(marks):
        return False
    found = [mark[1] for mark in marks if mark]
    numbers = [int(mark) for mark in found if mark.isdigit()]
    letters = [mark for mark in found if not mark.isdigit()]
    steps = all(after - before == 1 for before, after in pairwise(numbers))
    return steps and letters == sorted(set(letters))
