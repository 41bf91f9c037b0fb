"""A place in a document: reads what should stand there and reports what does not."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from analysis.scoring.errors import ScoringFault
from analysis.scoring.numbers import exact_text
from sampling.errors import UnreadableValueError
from sampling.tabular import read_decimal

FLAGS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Node:
    """A value of a document with its path; faults of all nodes gather in one list."""

    value: object
    path: str = ""
    faults: list[ScoringFault] = field(default_factory=list)

    def report(self, code: str, shown: str | None = None, **params: Any) -> None:
        """Note a fault at this place."""
        value = described(self.value) if shown is None else shown
        self.faults.append(ScoringFault(None, self.path, value, code, params))

    def child(self, key: str, value: object) -> "Node":
        """Give the node of a key."""
        return Node(value, f"{self.path}.{key}" if self.path else key, self.faults)

    def mapping(self, required: Collection[str], optional: Collection[str]) -> dict[str, "Node"]:
        """Give the nodes of known keys, reporting those unknown and those missing."""
        children = self.entries()
        allowed = [*required, *optional]
        for key in children:
            if key not in allowed:
                children[key].report("unknown_key", key, allowed=", ".join(allowed))
        if isinstance(self.value, dict):
            for key in required:
                if key not in children:
                    self.child(key, "").report("missing_key")
        return {key: child for key, child in children.items() if key in allowed}

    def entries(self) -> dict[str, "Node"]:
        """Give the nodes of a mapping with free keys."""
        if not isinstance(self.value, dict):
            self.report("not_a_mapping")
            return {}
        children = {}
        for key, value in self.value.items():
            name = tidy(str(key)) if isinstance(key, str | int) else ""
            if name:
                children[name] = self.child(name, value)
            else:
                self.report("not_text_value", described(key))
        return children

    def items(self) -> list["Node"]:
        """Give the nodes of a list."""
        if not isinstance(self.value, list | tuple):
            self.report("not_a_list")
            return []
        return [
            Node(value, f"{self.path}[{place}]", self.faults)
            for place, value in enumerate(self.value)
        ]

    def filled_items(self) -> list["Node"]:
        """Give the nodes of a list that must not be empty."""
        if isinstance(self.value, list | tuple) and not self.value:
            self.report("empty_section")
        return self.items()

    def filled_entries(self) -> dict[str, "Node"]:
        """Give the nodes of a mapping that must not be empty."""
        if isinstance(self.value, dict) and not self.value:
            self.report("empty_section")
        return self.entries()

    def text(self) -> str:
        """Read text; a code written as a fraction is refused, for 1.10 would become 1.1."""
        if isinstance(self.value, bool | float) or not isinstance(self.value, str | int):
            self.report("not_text_value")
            return ""
        text = tidy(str(self.value))
        if not text:
            self.report("missing_value")
        return text

    def number(self) -> Fraction | None:
        """Read a number exactly; None after reporting that there is none."""
        if isinstance(self.value, Fraction):
            return self.value
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | float):
            self.report("not_a_number")
            return None
        try:
            return read_decimal(str(self.value))
        except UnreadableValueError as error:
            self.report(error.code)
            return None

    def positive(self, highest: Fraction | None = None) -> Fraction | None:
        """Read a number above 0, up to a limit if there is one."""
        number = self.within(Fraction(0), highest) if highest is not None else self.number()
        if number is not None and number <= 0:
            self.report("not_positive")
            return None
        return number

    def within(self, lowest: Fraction, highest: Fraction | None) -> Fraction | None:
        """Read a number between two limits, both included."""
        number = self.number()
        if number is None or (number >= lowest and (highest is None or number <= highest)):
            return number
        top = "∞" if highest is None else exact_text(highest)
        self.report("out_of_range", lowest=exact_text(lowest), highest=top)
        return None

    def whole(self, lowest: int, highest: int) -> int:
        """Read a whole number between two limits; `lowest` after a fault."""
        number = self.number()
        if number is None:
            return lowest
        if number.denominator != 1 or not lowest <= number <= highest:
            self.report("not_whole", lowest=lowest, highest=highest)
            return lowest
        return int(number)

    def flag(self) -> bool:
        """Read true or false."""
        text = str(self.value).lower() if isinstance(self.value, str | bool) else ""
        if text not in FLAGS:
            self.report("not_a_flag")
        return FLAGS.get(text, False)

    def word(self, allowed: Collection[str]) -> str:
        """Read one of a few words; the first of them after a fault."""
        text = self.text()
        if text and text not in allowed:
            self.report("unknown_word", allowed=", ".join(allowed))
        return text if text in allowed else next(iter(allowed))


def described(value: object) -> str:
    """Show a scalar as it is and a collection by its kind, for it may be huge or recursive."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list | tuple):
        return "[…]"
    return exact_text(value) if isinstance(value, Fraction) else str(value)


def tidy(text: str) -> str:
    """Strip blanks and compose accents, as the reader of tables does."""
    return unicodedata.normalize("NFC", text.strip())
