"""The part of XPath that forms decide by, read into values; everything else is refused.

either     = both {"or" both}
both       = single {"and" single}
single     = "not" "(" either ")" | "(" either ")" | "selected" "(" place "," text ")"
           | "false" "(" ")" | measured ("=" | "!=" | "<" | "<=" | ">" | ">=") value
measured   = place | "count-selected" "(" place ")" | "string-length" "(" place ")"
place      = "${name}" | "."
value      = text | number ["div" number] | "date" "(" text ")" | "today" "(" ")"
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from surveys.conditions import Operator
from surveys.errors import SurveyError

LONGEST, DEEPEST = 4000, 40
TOKEN = re.compile(
    r"""\s*(?:
    \$\{\s*(?P<place>[A-Za-z_][\w.\-]*)\s*\}
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
    | (?P<name>[A-Za-z][A-Za-z\-]*)
    | (?P<sign><=|>=|!=|[=<>(),.])
    )""",
    re.VERBOSE,
)
BLANK = re.compile(r"\s*\Z")
HERE = "."
RELATIONS = frozenset(operator.value for operator in Operator if operator is not Operator.HAS)


class Measure(StrEnum):
    """What of an answer is compared."""

    ITSELF = "itself"
    COUNT = "count-selected"
    LENGTH = "string-length"


@dataclass(frozen=True)
class Today:
    """The day on which the form is answered."""


@dataclass(frozen=True)
class Test:
    """An answer, or a measure of it, against a value; a place is a question's name or "."."""

    place: str
    measure: Measure
    operator: Operator
    value: str | Fraction | date | Today


@dataclass(frozen=True)
class Selected:
    """An option that is among those chosen."""

    place: str
    option: str


@dataclass(frozen=True)
class Never:
    """What is never true."""


@dataclass(frozen=True)
class Negation:
    """The opposite."""

    part: "Formula"


@dataclass(frozen=True)
class Every:
    """All of two or more."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True)
class Either:
    """One of two or more."""

    parts: tuple["Formula", ...]


Formula = Test | Selected | Never | Negation | Every | Either


class FormulaError(SurveyError):
    """A text is no formula that we know; `code` is one of the faults of forms."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value!r}")
        self.code = code
        self.value = value


def parse(text: str) -> Formula:
    """Read a formula.

    Raises
    ------
    FormulaError
        If anything in it is not in the grammar above.

    Examples
    --------
    >>> parse("selected(${helped}, 'staff')")
    Selected(place='helped', option='staff')
    """
    if len(text) > LONGEST:
        raise FormulaError("bad_formula", text)
    reader = _Reader(_tokens(text))
    found = reader.either()
    if reader.kind:
        raise FormulaError("bad_formula", reader.text)
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while not BLANK.match(text, at):
        match = TOKEN.match(text, at)
        if match is None:
            raise FormulaError("bad_formula", text[at:].strip())
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return [*found, ("", "")]


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def text(self) -> str:
        return self.tokens[self.at][1]

    def take(self, kind: str, text: str = "") -> str:
        if self.kind != kind or (text and self.text != text):
            raise FormulaError("bad_formula", self.text)
        self.at += 1
        return self.tokens[self.at - 1][1]

    def took(self, kind: str, text: str) -> bool:
        if (self.kind, self.text) != (kind, text):
            return False
        self.at += 1
        return True

    def either(self) -> Formula:
        parts = [self.both()]
        while self.took("name", "or"):
            parts.append(self.both())
        return Either(tuple(parts)) if len(parts) > 1 else parts[0]

    def both(self) -> Formula:
        parts = [self.single()]
        while self.took("name", "and"):
            parts.append(self.single())
        return Every(tuple(parts)) if len(parts) > 1 else parts[0]

    def single(self) -> Formula:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError("bad_formula", self.text)
        found = self.nested()
        self.depth -= 1
        return found

    def nested(self) -> Formula:
        if self.took("sign", "("):
            found = self.either()
            self.take("sign", ")")
            return found
        if self.took("name", "not"):
            self.take("sign", "(")
            part = self.either()
            self.take("sign", ")")
            return Negation(part)
        if self.took("name", "false"):
            self.take("sign", "(")
            self.take("sign", ")")
            return Never()
        if self.took("name", "selected"):
            self.take("sign", "(")
            place = self.place()
            self.take("sign", ",")
            option = self.take("text")[1:-1]
            self.take("sign", ")")
            return Selected(place, option)
        return self.test()

    def place(self) -> str:
        if self.took("sign", HERE):
            return HERE
        return self.take("place")

    def test(self) -> Test:
        measure = Measure.ITSELF
        if self.kind == "name":
            if self.text not in (Measure.COUNT, Measure.LENGTH):
                raise FormulaError("unsupported_formula", self.text)
            measure = Measure(self.take("name"))
            self.take("sign", "(")
        place = self.place()
        if measure is not Measure.ITSELF:
            self.take("sign", ")")
        if self.kind != "sign" or self.text not in RELATIONS:
            raise FormulaError("bad_formula", self.text)
        return Test(place, measure, Operator(self.take("sign")), self.value())

    def value(self) -> str | Fraction | date | Today:
        if self.kind == "text":
            return self.take("text")[1:-1]
        if self.kind == "number":
            number = Fraction(self.take("number"))
            return number / self.divisor() if self.took("name", "div") else number
        if self.took("name", "today"):
            self.take("sign", "(")
            self.take("sign", ")")
            return Today()
        if self.took("name", "date"):
            self.take("sign", "(")
            text = self.take("text")[1:-1]
            self.take("sign", ")")
            return self.day(text)
        raise FormulaError("unsupported_formula" if self.kind else "bad_formula", self.text)

    def divisor(self) -> Fraction:
        number = Fraction(self.take("number"))
        if not number:
            raise FormulaError("bad_formula", "div 0")
        return number

    def day(self, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise FormulaError("bad_formula", text) from None
