"""A first look at a list: where its header stands and what its columns hold, no person shown."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sampling.errors import Fault
from sampling.listing.errors import looks_personal, shape
from sampling.listing.folding import folded
from sampling.listing.header import opened
from sampling.listing.headings import is_private, target_of
from sampling.listing.wordings import WORDS
from sampling.tabular import Table

__all__ = ["Column", "Sheet", "described", "look", "opened"]

MOST_VALUES = 300
FEW_VALUES = 40
REPEATS = 4
LONGEST_VALUE = 200
SAMPLES = 3
# Columns whose values are words of the office, to be shown whatever they are.
SHOWN_TARGETS = frozenset(
    {"unit", "receiving_unit", "resolving_unit", "field", "procedure", *WORDS, "language"}
)


@dataclass(frozen=True)
class Column:
    """What stands in one column.

    Attributes
    ----------
    name : str
        As the header writes it; the two lines of a merged header joined by " / ".
    filled : float
        Share of the rows in which the cell is not empty, 0 to 1.
    distinct : int
        Number of different values.
    values : tuple of (str, int)
        Values with how often they stand there, most frequent first, for a column of words
        (status, channel, field, unit …); empty for any other column.
    samples : tuple of str
        Shapes of some values where `values` is empty: 9 for a digit, x for a letter.
    """

    name: str
    filled: float
    distinct: int
    values: tuple[tuple[str, int], ...] = ()
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A list seen from outside; it holds no personal value and may be stored and shown.

    Attributes
    ----------
    filename : str
        Name of the file.
    header_row : int
        Line where the header ends, 1 for the first line of the file.
    title_rows : int
        Lines above the header, empty ones too.
    rows : int
        Lines with text below it.
    signature : str
        SHA-256 of the folded names in their order: files of one export share it.
    columns : tuple of Column
        In the order of the file.
    faults : tuple of Fault
        Why the file cannot be read.
    """

    filename: str
    header_row: int
    title_rows: int
    rows: int
    signature: str
    columns: tuple[Column, ...]
    faults: tuple[Fault, ...] = ()

    def column(self, name: str) -> Column | None:
        """Find a column by its name."""
        return next((column for column in self.columns if column.name == name), None)

    def to_document(self) -> dict[str, Any]:
        """Make a JSON document of everything but the faults."""
        document = asdict(self)
        del document["faults"]
        document["columns"] = [
            {**column, "values": [*map(list, column["values"])], "samples": [*column["samples"]]}
            for column in document["columns"]
        ]
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Sheet":
        """Read what `to_document` made."""
        columns = tuple(
            Column(
                column["name"],
                column["filled"],
                column["distinct"],
                tuple((value, times) for value, times in column["values"]),
                tuple(column["samples"]),
            )
            for column in document["columns"]
        )
        return cls(**{**document, "columns": columns})


def look(content: bytes, filename: str) -> Sheet:
    """Open a file and describe it."""
    return described(opened(content, filename), filename)


def described(table: Table, filename: str) -> Sheet:
    """Describe a table of `opened` without repeating anything personal."""
    cells = zip(*table.rows, strict=True) if table.rows else ((),) * len(table.header)
    return Sheet(
        filename,
        table.header_row,
        table.title_rows,
        len(table.rows),
        signature(table.header),
        tuple(map(described_column, table.header, cells)),
        table.faults,
    )


def signature(header: Sequence[str]) -> str:
    """SHA-256 of the folded names, as 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(map(folded, header)).encode()).hexdigest()


def described_column(name: str, cells: Sequence[str]) -> Column:
    """Count the values of a column, and show them if they are words of the office."""
    counts = Counter(cells)
    empty = counts.pop("", 0)
    filled = len(cells) - empty
    values: tuple[tuple[str, int], ...] = ()
    samples: tuple[str, ...] = ()
    if may_be_shown(name, counts, filled):
        common = counts.most_common(MOST_VALUES)
        values = tuple((value[:LONGEST_VALUE], times) for value, times in common)
    else:
        samples = tuple(dict.fromkeys(shape(value) for value in [*counts][: SAMPLES * 3]))[:SAMPLES]
    share = filled / len(cells) if cells else 0.0
    return Column(name, round(share, 4), len(counts), values, samples)


def may_be_shown(name: str, counts: Mapping[str, int], filled: int) -> bool:
    """Tell words of an office from what people are called, whatever the heading says."""
    if is_private(name):
        return False
    if any(looks_personal(value) and not known_word(value) for value in counts):
        return False
    if target_of(name) in SHOWN_TARGETS:
        return True
    return len(counts) <= FEW_VALUES and filled >= REPEATS * len(counts)


def known_word(value: str) -> bool:
    """Tell whether a value is a word that closed columns are known to hold."""
    word = folded(value)
    return any(word in words for words in WORDS.values())
