"""Where the header of an export stands, and its two lines made one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from sampling.errors import Fault, UnreadableFileError
from sampling.listing.errors import shape
from sampling.listing.folding import folded
from sampling.listing.headings import JOINT, TARGET_OF
from sampling.tabular import (
    MOST_TITLE_ROWS,
    NumberedRow,
    Table,
    assembled,
    numbered_rows,
    within_limits,
)

HEADINGS = 2
LEAST_FILLED = 0.6
LONGEST_HEADING = 200
# Numbers of columns under the header: (1) (2) (3) or A B C.
COLUMN_NUMBER = re.compile(r"\(?\s*(?:[0-9]{1,3}|[A-Za-z])\s*\)?")
DATA = re.compile(r"[0-9]{3,}|[0-9]+[/.-][0-9]+")


def opened(content: bytes, filename: str) -> Table:
    """Read a list into a table, its header found under titles and joined if it has two lines.

    Parameters
    ----------
    content : bytes
        Anything that `sampling.tabular.read_table` reads, or CSV in Windows-1258.
    filename : str
        Its name, as a last hint at what it is.

    Returns
    -------
    Table
        All cells, personal ones too. Columns without a name, and names that stand twice, get
        names of their own. A file that cannot be read gives a table with faults.
    """
    try:
        rows = within_limits(numbered_rows(content, filename, has_headings, accented_headings))
        filled = (row for row in rows if any(row[1]))
        above = [*islice(filled, MOST_TITLE_ROWS)]
        if not above:
            return Table((), (), (), (Fault(None, "", "", "empty_table"),))
        place = header_place([cells for _, cells in above])
        number, names, below = joined_header(above[place:])
        return titled(number, names, chain(below, filled), number_of_titles(above, place))
    except UnreadableFileError as error:
        return Table((), (), (), (Fault(error.row, "", "", error.code),))


def number_of_titles(above: Sequence[NumberedRow], place: int) -> int:
    """Lines that stand above the header."""
    return above[place][0] - 1


def has_headings(cells: Iterable[str]) -> bool:
    """Tell whether a row holds headings that are known."""
    return known_headings(cells) >= HEADINGS


def known_headings(cells: Iterable[str]) -> int:
    """Count the different headings of a row that are known."""
    return len({name for name in map(folded, cells) if name in TARGET_OF})


def accented_headings(text: str) -> bool:
    """Tell whether a text begins with headings whose accents came out right."""
    for line in text.split("\n")[:MOST_TITLE_ROWS]:
        cells = re.split(r"[,;\t]", line.replace('"', ""))
        if has_headings(cell for cell in cells if not cell.isascii()):
            return True
    return False


def header_place(rows: Sequence[Sequence[str]]) -> int:
    """Find the header among the first rows: most known headings, else the first wide row."""
    known = [known_headings(cells) for cells in rows]
    best = max(known)
    if best >= HEADINGS:
        place = known.index(best)
        # The upper line of a merged header may know fewer names than the lower one.
        if place and merges(rows[place - 1], rows[place]):
            place -= 1
        return place
    widest = max(sum(map(bool, cells)) for cells in rows)
    return next(
        place for place, cells in enumerate(rows) if sum(map(bool, cells)) >= LEAST_FILLED * widest
    )


def merges(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Tell whether two rows are the two lines of one header.

    The lower one names what the upper one left empty under a wide cell, is itself empty under
    most names of the upper one, and holds no data.
    """
    width = max(len(upper), len(lower))
    top, under = padded(upper, width), padded(lower, width)
    added = [name for name, above in zip(under, top, strict=True) if name and not above]
    filled_both = sum(1 for name, above in zip(under, top, strict=True) if name and above)
    names = sum(map(bool, top))
    if not added or names < HEADINGS or any(DATA.search(name) for name in under):
        return False
    return filled_both <= max(len(added), 1) and sum(map(bool, under)) < width


def joined_header(rows: Sequence[NumberedRow]) -> tuple[int, tuple[str, ...], list[NumberedRow]]:
    """Give the header's last line, its names, and the rows read too far."""
    number, names = rows[0]
    rest = [*rows[1:]]
    if rest and merges(names, rest[0][1]):
        number, lower = rest.pop(0)
        names = two_lines(names, lower)
    if rest and column_numbers(rest[0][1]):
        rest.pop(0)
    return number, names, rest


def column_numbers(cells: Sequence[str]) -> bool:
    """Tell a row that only numbers the columns."""
    filled = [cell for cell in cells if cell]
    return (
        len(filled) > HEADINGS
        and len(set(filled)) == len(filled)
        and all(map(COLUMN_NUMBER.fullmatch, filled))
    )


def two_lines(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Join each lower name to the one above it, or to the wide one above and to the left."""
    width = max(len(upper), len(lower))
    names, over = [], ""
    for above, below in zip(padded(upper, width), padded(lower, width), strict=True):
        over = above or (over if below else "")
        names.append(JOINT.join(filter(None, (over, below))))
    return tuple(names)


def padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Fill a row with empty cells up to a width."""
    return (*cells, *[""] * (width - len(cells)))


def titled(
    number: int, names: Sequence[str], rows: Iterator[NumberedRow], title_rows: int
) -> Table:
    """Make the table, with a name for every column that holds anything."""
    data = [*rows]
    # Cells beyond the header are an unquoted comma: the row's other cells stand in wrong columns.
    width = max([filled_width(names), *(filled_width(cells) for _, cells in data)])
    header = distinct_names(padded(names, width)[: min(width, max(len(names), 1))])
    made = assembled(iter([(number, header), *data]))
    faults = tuple(replace(fault, value=shape(fault.value)) for fault in made.faults)
    return replace(made, title_rows=title_rows, faults=faults)


def filled_width(cells: Sequence[str]) -> int:
    """Place of the last filled cell, counted from 1; 0 if none is."""
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return width


def distinct_names(names: Sequence[str]) -> tuple[str, ...]:
    """Name unnamed columns by their place, and tell equal names apart."""
    found: dict[str, int] = {}
    for place, written in enumerate(names, start=1):
        base = " ".join(written.split())[:LONGEST_HEADING] or f"(cột {place})"
        name, times = base, 1
        while name in found:
            times += 1
            name = f"{base} ({times})"
        found[name] = place
    return tuple(found)
