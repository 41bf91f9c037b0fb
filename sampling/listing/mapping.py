"""How the columns and words of an export become those of the frame."""

from collections import Counter
from collections.abc import Iterator, Mapping as Names
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from sampling.errors import Fault
from sampling.listing.documents import Reader
from sampling.listing.errors import ListFault, discreet
from sampling.listing.folding import folded
from sampling.listing.sheet import Sheet
from sampling.listing.wordings import PROGRESS, WORDS

# What a column may be mapped to. `unit` is the rated unit where the list names it outright.
TARGETS = (
    *("code", "unit", "receiving_unit", "resolving_unit", "field", "procedure"),
    *("respondent_kind", "channel", "status", "received", "due", "finished", "step_at"),
    *("person_role", "name", "phone", "owner_name", "owner_phone"),
    *("submitter_name", "submitter_phone", "authorised_name", "authorised_phone"),
    *("taker_name", "taker_phone", "tax_code", "language"),
    *("phone_group", "digits_hash"),
)
REQUIRED = ("code", "received")
UNIT_TARGETS: Names[str, str] = MappingProxyType(
    {"unit": "unit", "receiving": "receiving_unit", "resolving": "resolving_unit"}
)
PERSONAL = frozenset(name for name in TARGETS if name.endswith(("name", "phone"))) | {
    "tax_code",
    "phone_group",
    "digits_hash",
}
WORD_TARGETS = tuple(WORDS)
CANONICAL: Names[str, tuple[str, ...]] = MappingProxyType(
    {
        "status": PROGRESS[1:],
        "channel": ("counter", "online", "post"),
        "respondent_kind": ("citizen", "business", "household_business"),
        "person_role": ("owner", "submitter", "authorised", "taker"),
    }
)

UnitFrom = Literal["unit", "receiving", "resolving"]
Rows = Literal["dossier", "step"]
DateOrder = Literal["day_first", "month_first"]

SHARED_ABOVE = 5


@dataclass(frozen=True)
class Mapping:
    """How a kind of export is read.

    Attributes
    ----------
    columns : mapping of str to tuple of str
        Target -> names of the columns as the header writes them. Of several the first that is
        filled counts.
    words : mapping of str to mapping
        Word target -> {folded word: canonical word}, beyond the words that are known anyway.
    unit_names : mapping of str to str
        Folded name of a unit as the list writes it -> code of the unit: settles what the book
        of units does not resolve.
    unit_from : {"unit", "receiving", "resolving"}
        Which column names the rated unit.
    rows : {"dossier", "step"}
        Whether a dossier has one row or one for each step. Of steps the latest one gives the
        status and the resolving unit, the first one the receiving unit; the earliest receipt
        and the last end count. Steps are in the order of `step_at`, else of the status.
    date_order : {"day_first", "month_first"}
        How 05/03/2026 is meant; never guessed.
    test_words, sensitive_words : tuple of str
        Words of the office's own besides the built-in ones: dossiers of tests are left out,
        sensitive procedures get no message.
    shared_above : int
        A phone on more dossiers than this goes to the review list.
    """

    columns: Names[str, tuple[str, ...]]
    words: Names[str, Names[str, str]] = field(default_factory=dict)
    unit_names: Names[str, str] = field(default_factory=dict)
    unit_from: UnitFrom = "unit"
    rows: Rows = "dossier"
    date_order: DateOrder = "day_first"
    test_words: tuple[str, ...] = ()
    sensitive_words: tuple[str, ...] = ()
    shared_above: int = SHARED_ABOVE

    def meaning(self, target: str, word: str) -> str | None:
        """Canonical word of a closed column, None for a word that means nothing yet."""
        key = folded(word)
        return self.words.get(target, {}).get(key) or WORDS[target].get(key)

    def to_document(self) -> dict[str, Any]:
        """Make a JSON document that `from_document` reads back to an equal mapping."""
        return {
            "columns": {target: [*names] for target, names in self.columns.items()},
            "words": {target: dict(words) for target, words in self.words.items()},
            "unit_names": dict(self.unit_names),
            "unit_from": self.unit_from,
            "rows": self.rows,
            "date_order": self.date_order,
            "test_words": [*self.test_words],
            "sensitive_words": [*self.sensitive_words],
            "shared_above": self.shared_above,
        }

    @classmethod
    def from_document(cls, document: object) -> "Mapping":
        """Read a mapping.

        Raises
        ------
        MappingError
            If the document is none; an unknown key counts as a mistake.
        """
        reader = Reader(document, frozenset(cls.__dataclass_fields__))
        unit_from: Any = reader.choice("unit_from", tuple(UNIT_TARGETS), "unit")
        rows: Any = reader.choice("rows", ("dossier", "step"), "dossier")
        order: Any = reader.choice("date_order", ("day_first", "month_first"), "day_first")
        return cls(
            columns=reader.lists("columns", TARGETS),
            words=reader.tables("words", CANONICAL),
            unit_names=reader.table("unit_names"),
            unit_from=unit_from,
            rows=rows,
            date_order=order,
            test_words=reader.texts("test_words"),
            sensitive_words=reader.texts("sensitive_words"),
            shared_above=reader.number("shared_above", SHARED_ABOVE),
        )

    def faults(self, sheet: Sheet) -> tuple[Fault, ...]:
        """List what keeps this mapping from reading the sheet.

        Columns that the sheet lacks or that serve two targets, required targets left out,
        words of closed columns that mean nothing yet (value = the word as written).
        """
        return (
            *self._missing_targets(),
            *self._absent_columns(sheet),
            *self._unknown_words(sheet),
        )

    def _missing_targets(self) -> Iterator[Fault]:
        for target in REQUIRED:
            if not self.columns.get(target):
                yield ListFault(None, "", target, "missing_target")
        if not self.columns.get(UNIT_TARGETS[self.unit_from]):
            yield ListFault(None, "", UNIT_TARGETS[self.unit_from], "missing_unit_target")

    def _absent_columns(self, sheet: Sheet) -> Iterator[Fault]:
        present = {column.name for column in sheet.columns}
        used = Counter(name for names in self.columns.values() for name in names)
        for name, times in used.items():
            if name not in present:
                yield ListFault(sheet.header_row, name, "", "absent_column")
            if times > 1:
                yield ListFault(sheet.header_row, name, "", "column_used_twice")

    def _unknown_words(self, sheet: Sheet) -> Iterator[Fault]:
        for target in WORD_TARGETS:
            for name in self.columns.get(target, ()):
                column = sheet.column(name)
                for word, _ in column.values if column else ():
                    if self.meaning(target, word) is None:
                        allowed = {"allowed": ", ".join(CANONICAL[target])}
                        yield ListFault(
                            sheet.header_row, name, discreet(word), "unknown_list_word", allowed
                        )
