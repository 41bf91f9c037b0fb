"""A place in a JSON document that knows its path and collects what is wrong with it."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from surveys.cleaning import is_hidden, normalised
from surveys.errors import Fault, QuestionnaireError

LARGEST_DOCUMENT = 1_000_000
LARGEST_NUMBER = 999_999
LONGEST_TEXT = 4000
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
CHOICE_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
FRACTION = re.compile(r"-?[0-9]{1,6}(/[1-9][0-9]{0,5})?|-?[0-9]{1,4}\.[0-9]{1,2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ABSENT = object()


class Doubled(dict[str, Any]):
    """A JSON object that had the same key more than once."""

    keys_doubled: tuple[str, ...] = ()


def parse(document: bytes | Mapping[str, Any]) -> Any:
    """Give the value of a JSON file, or the mapping itself.

    Raises
    ------
    QuestionnaireError
        If the bytes are not JSON or too many.
    """
    if isinstance(document, Mapping):
        return document
    if len(document) > LARGEST_DOCUMENT:
        raise QuestionnaireError([Fault("", "too_large", None, {"limit": LARGEST_DOCUMENT})])
    try:
        return json.loads(document, object_pairs_hook=_object)
    except (ValueError, RecursionError) as problem:
        raise QuestionnaireError([Fault("", "not_json")]) from problem


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) == len(names):
        return dict(pairs)
    found = Doubled(pairs)
    found.keys_doubled = tuple(sorted({name for name in names if names.count(name) > 1}))
    return found


@dataclass(frozen=True)
class Node:
    """A value, its path, and the list its faults go to.

    A reader that meets a fault notes it and gives an empty value of the right type, so that
    one pass finds every fault; a place that is absent was reported by `members` already.
    """

    value: Any
    path: str
    faults: list[Fault]

    @property
    def present(self) -> bool:
        """Whether the document has this place at all."""
        return self.value is not ABSENT

    def refuse(self, code: str, **params: object) -> None:
        """Note a fault here; what is absent is not reported twice."""
        if self.present:
            self.faults.append(Fault(self.path, code, self.value, params))

    def member(self, name: str) -> "Node":
        """Give a property of an object, absent where the object does not have it."""
        known = self.value.get(name, ABSENT) if isinstance(self.value, Mapping) else ABSENT
        return Node(known, f"{self.path}.{name}" if self.path else name, self.faults)

    def members(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, "Node"]:
        """Give the properties of an object, noting what is missing, unknown or doubled."""
        found = {name: self.member(name) for name in (*required, *optional)}
        if not isinstance(self.value, Mapping):
            self.refuse("not_object")
            return found
        for name in required:
            if name not in self.value:
                self.faults.append(Fault(found[name].path, "missing"))
        for name in self.value:
            if name not in found:
                self.member(str(name)).refuse("unknown_key")
        self.note_doubled()
        return found

    def note_doubled(self) -> None:
        """Note the keys that were written more than once."""
        if isinstance(self.value, Doubled):
            for name in self.value.keys_doubled:
                self.member(name).refuse("doubled_key")

    def elements(self) -> list["Node"]:
        """Give the elements of a list that must not be empty."""
        if not isinstance(self.value, Sequence) or isinstance(self.value, str | bytes):
            self.refuse("not_list")
            return []
        if not self.value:
            self.refuse("empty")
        return [
            Node(value, f"{self.path}[{number}]", self.faults)
            for number, value in enumerate(self.value)
        ]

    def text(self) -> str:
        """Give a text that is not blank, in composed form."""
        if not isinstance(self.value, str):
            self.refuse("not_text")
            return ""
        if not self.value.strip():
            self.refuse("empty")
        elif len(self.value) > LONGEST_TEXT:
            self.refuse("text_too_long", limit=LONGEST_TEXT)
        elif any(is_hidden(character) for character in self.value):
            self.refuse("control_character")
        else:
            return normalised(self.value.strip())
        return ""

    def code(self, pattern: re.Pattern[str] = NAME) -> str:
        """Give a code of the wanted form."""
        if isinstance(self.value, str) and pattern.fullmatch(self.value):
            return self.value
        self.refuse("bad_code")
        return ""

    def one_of(self, names: Collection[str], fault: str = "unknown_name") -> str:
        """Give one of some names."""
        if isinstance(self.value, str) and self.value in names:
            return self.value
        self.refuse(fault, known=", ".join(names))
        return ""

    def integer(self, low: int, high: int = LARGEST_NUMBER) -> int:
        """Give a whole number within bounds."""
        if type(self.value) is int and low <= self.value <= high:
            return self.value
        self.refuse("not_integer", low=low, high=high)
        return low

    def boolean(self) -> bool:
        """Give true or false."""
        if isinstance(self.value, bool):
            return self.value
        self.refuse("not_boolean")
        return False

    def fraction(self, largest: int = LARGEST_NUMBER) -> Fraction:
        """Give an exact number: a whole one, or a fraction or decimal in quotes."""
        if type(self.value) is int and abs(self.value) <= largest:
            return Fraction(self.value)
        if isinstance(self.value, str) and FRACTION.fullmatch(self.value):
            return Fraction(self.value)
        self.refuse("bad_value")
        return Fraction(0)

    def day(self) -> date:
        """Give a day, written as ISO 8601 has it."""
        if isinstance(self.value, str) and DAY.fullmatch(self.value):
            try:
                return date.fromisoformat(self.value)
            except ValueError:
                pass
        self.refuse("bad_day")
        return date.min


def refuse_clashes(nodes: Sequence[Node]) -> None:
    """Note every node whose value an earlier one had."""
    first: dict[str, str] = {}
    for node in nodes:
        if isinstance(node.value, str) and first.setdefault(node.value, node.path) != node.path:
            node.refuse("clash", first=first[node.value])
