"""What each row of a list says, column by column, and what is wrong with it."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sampling.errors import Fault, UnreadableValueError
from sampling.listing.cells import Cells
from sampling.listing.dates import EXPECTED, MomentReader
from sampling.listing.errors import ListFault, discreet
from sampling.listing.mapping import CANONICAL, Mapping
from sampling.listing.units import Resolution, UnitBook

LONGEST = {"code": 64, "field": 200, "language": 64}
LONGEST_PROCEDURE = 300
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
HASH = re.compile(r"[0-9a-f]{64}")
MOMENTS = ("received", "due", "finished", "step_at")


class Facts:
    """The rows of a list, read.

    Attributes
    ----------
    faults : list of Fault
        Of single rows, in no order.
    bad : set of int
        Rows that have a fault.
    """

    def __init__(self, cells: Cells, mapping: Mapping, book: UnitBook) -> None:
        """Read every column that closed words, dates or lengths are asked of."""
        self.cells, self.mapping, self.book = cells, mapping, book
        self.faults: list[Fault] = []
        self.bad: set[int] = set()
        self._resolved: dict[tuple[str, date | None], Resolution] = {}
        self.code = self._codes()
        moments = MomentReader(mapping.date_order == "month_first")
        self.moments = {target: self._moments(target, moments) for target in MOMENTS}
        self.words = {target: self._words(target) for target in CANONICAL}
        self.field = self._texts("field")
        self.language = self._texts("language")
        self.phone_group = self._hashes("phone_group")
        self.digits_hash = self._hashes("digits_hash")
        self.procedure, self.shortened = self._procedures()
        for row, moment in enumerate(self.moments["received"]):
            if moment is None and not cells["received"][row]:
                self.blame(row, "received", "", "missing_value")

    def blame(self, row: int, target: str, value: str, code: str, **params: Any) -> None:
        """Add a fault of a row."""
        self.bad.add(row)
        place = self.cells.numbers[row]
        self.faults.append(ListFault(place, self.cells.name(target), value, code, params))

    def resolve(self, text: str, received: datetime) -> Resolution:
        """Find the unit that a cell names, as of the day of receipt."""
        day = received.date()
        key = (text, day if day < self.book.newest else None)
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self.book.resolve(text, day)
        return found

    def _each(
        self, target: str, read: Callable[[str], Any], tell: Callable[[int, str, str], None]
    ) -> list[Any]:
        """Read each different cell once; a fault is told for every row that holds it."""
        cells = self.cells[target]
        known: dict[str, Any] = {"": None}
        wrong: dict[str, str] = {}
        for text in set(cells) - {""}:
            try:
                known[text] = read(text)
            except UnreadableValueError as error:
                known[text], wrong[text] = None, error.code
        if wrong:
            for row, text in enumerate(cells):
                if text in wrong:
                    tell(row, text, wrong[text])
        return [known[text] for text in cells]

    def _codes(self) -> Sequence[str]:
        for row, code in enumerate(self.cells["code"]):
            if not code:
                self.blame(row, "code", "", "missing_value")
            elif len(code) > LONGEST["code"]:
                self.blame(row, "code", discreet(code), "too_long", limit=LONGEST["code"])
            elif not code.isprintable():
                self.blame(row, "code", CONTROL.sub("…", code), "control_character")
        return self.cells["code"]

    def _moments(self, target: str, reader: MomentReader) -> list[datetime | None]:
        expected = EXPECTED[self.mapping.date_order]

        def tell(row: int, text: str, code: str) -> None:
            self.blame(row, target, discreet(text), code, expected=expected)

        return self._each(target, reader.read, tell)

    def _words(self, target: str) -> list[str]:
        def read(text: str) -> str:
            found = self.mapping.meaning(target, text)
            if found is None:
                raise UnreadableValueError("unknown_list_word", text)
            return found

        def tell(row: int, text: str, code: str) -> None:
            self.blame(row, target, discreet(text), code, allowed=", ".join(CANONICAL[target]))

        return [word or "" for word in self._each(target, read, tell)]

    def _texts(self, target: str) -> list[str]:
        limit = LONGEST[target]

        def read(text: str) -> str:
            written = on_one_line(text)
            if len(written) > limit:
                raise UnreadableValueError("too_long", text)
            return written

        def tell(row: int, text: str, code: str) -> None:
            self.blame(row, target, discreet(text[:limit]), code, limit=limit)

        return [text or "" for text in self._each(target, read, tell)]

    def _hashes(self, target: str) -> list[str]:
        def read(text: str) -> str:
            if not HASH.fullmatch(text):
                raise UnreadableValueError("not_a_hash", text)
            return text

        read_all = self._each(target, read, lambda row, _, code: self.blame(row, target, "", code))
        return [text or "" for text in read_all]

    def _procedures(self) -> tuple[list[str], int]:
        cells = self.cells["procedure"]
        known = {text: on_one_line(text) for text in set(cells)}
        long = {text for text, written in known.items() if len(written) > LONGEST_PROCEDURE}
        known |= {text: known[text][: LONGEST_PROCEDURE - 1] + "…" for text in long}
        return [known[text] for text in cells], sum(1 for text in cells if text in long)


def on_one_line(text: str) -> str:
    """Even out blanks, line breaks and control characters."""
    return " ".join(CONTROL.sub(" ", text).split()) if not text.isprintable() else text
