"""The cells of a list by what its columns are mapped to, notes between the rows left out."""

from collections.abc import Sequence
from functools import cached_property

from sampling.listing.mapping import Mapping
from sampling.tabular import Table

# A row that fills at most this many of the mapped columns is a total, a signature or a title.
MOST_OF_A_NOTE = 1


class Cells:
    """Columns of a list under the names of the frame.

    Attributes
    ----------
    numbers : list of int
        Line of the file of each row that is a dossier or a step of one.
    notes : int
        Rows left out: totals, signatures, repeated headers.
    """

    def __init__(self, table: Table, mapping: Mapping) -> None:
        """Take the mapped columns; a column that the table lacks counts as empty."""
        places = {name: place for place, name in enumerate(table.header)}
        self.names = {
            target: [name for name in names if name in places]
            for target, names in mapping.columns.items()
        }
        columns = {
            target: [[row[places[name]] for row in table.rows] for name in names]
            for target, names in self.names.items()
            if names
        }
        self._columns = {target: first_filled(found) for target, found in columns.items()}
        self._header = {target: self.names[target][0] for target in columns}
        size = len(table.rows)
        kept = [row for row in range(size) if not self._is_note(row)]
        self.notes = size - len(kept)
        self.numbers = [table.numbers[row] for row in kept]
        if self.notes:
            self._columns = {
                target: [cells[row] for row in kept] for target, cells in self._columns.items()
            }

    def __len__(self) -> int:
        return len(self.numbers)

    def __contains__(self, target: str) -> bool:
        return target in self._columns

    def __getitem__(self, target: str) -> Sequence[str]:
        """Cells of a target, empty ones where no column is mapped to it."""
        return self._columns.get(target) or self._nothing

    def name(self, target: str) -> str:
        """Name of a target's column as the file spells it; the target itself if it has none."""
        return self._header.get(target, target)

    @cached_property
    def _nothing(self) -> list[str]:
        return [""] * len(self.numbers)

    def _is_note(self, row: int) -> bool:
        code = self._columns["code"][row] if "code" in self._columns else ""
        received = self._columns["received"][row] if "received" in self._columns else ""
        if code and received:
            return code == self._header["code"] and received == self._header["received"]
        if code and not any(map(str.isspace, code)):
            return False
        filled = sum(1 for cells in self._columns.values() if cells[row])
        return filled <= MOST_OF_A_NOTE


def first_filled(columns: Sequence[list[str]]) -> list[str]:
    """Join columns cell by cell: the first that is filled counts."""
    first, *others = columns
    for other in others:
        first = [cell or instead for cell, instead in zip(first, other, strict=True)]
    return first
