"""The text of a condition becomes a value, or a fault that names the place and what belongs there.

``or`` binds loosest, then ``and``, then ``not``:

    condition  = both {"or" both}
    both       = single {"and" single}
    single     = "not" single | "(" condition ")" | "answered" "(" question ")"
               | question ("=" | "!=" | "<" | "<=" | ">" | ">=" | "has") value
               | question "in" "(" value {"," value} ")"
"""

import re
from dataclasses import dataclass

from surveys.conditions import (
    RESERVED,
    And,
    Answered,
    Comparison,
    Condition,
    Membership,
    Not,
    Operator,
    Or,
)
from surveys.errors import SurveyError

LONGEST = 1000
DEEPEST = 20
TOKEN = re.compile(r"\s*(?:(?P<word>-?[A-Za-z0-9_]+(?:[.\-][A-Za-z0-9_]+)*)|(?P<sign>[<>!=]+|\S))")
BLANK = re.compile(r"\s*\Z")
END = ""


class ConditionError(SurveyError):
    """A text is no condition.

    Attributes
    ----------
    code : str
        What was expected, as a key of `surveys.messages.MESSAGES`.
    position : int
        Where, counted from 1.
    found : str
        What stood there; empty at the end of the text.
    """

    def __init__(self, code: str, position: int, found: str) -> None:
        super().__init__(f"{code} at {position}: {found!r}")
        self.code = code
        self.position = position
        self.found = found


@dataclass(frozen=True)
class _Token:
    text: str
    position: int
    is_word: bool

    @property
    def keyword(self) -> str | None:
        """The reserved word it is, in small letters."""
        small = self.text.lower()
        return small if self.is_word and small in RESERVED else None


def parse(text: str) -> Condition:
    """Read a condition.

    Parameters
    ----------
    text : str
        Such as ``channel = online and not (late in (no, unknown))``. Reserved words may be
        written in capitals.

    Returns
    -------
    Condition
        Whether it fits a questionnaire is told by `surveys.conditions_typing`.

    Raises
    ------
    ConditionError
        At the first place where something else is expected.

    Examples
    --------
    >>> parse("days > 15")
    Comparison(question='days', operator=<Operator.MORE: '>'>, operand='15')
    """
    if len(text) > LONGEST:
        raise ConditionError("condition_too_long", LONGEST + 1, "")
    return _Reader(_tokens(text)).whole()


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while not BLANK.match(text, at):
        match = TOKEN.match(text, at)
        assert match is not None  # whatever is not blank is at least a sign
        kind = match.lastgroup or "sign"
        found.append(_Token(match[kind], match.start(kind) + 1, kind == "word"))
        at = match.end()
    return [*found, _Token(END, len(text) + 1, is_word=False)]


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def refuse(self, code: str) -> ConditionError:
        return ConditionError(code, self.next.position, self.next.text)

    def take(self) -> _Token:
        token = self.next
        self.at += 1
        return token

    def took(self, keyword: str) -> bool:
        if self.next.keyword != keyword:
            return False
        self.at += 1
        return True

    def expect(self, sign: str, code: str) -> None:
        if self.next.is_word or self.next.text != sign:
            raise self.refuse(code)
        self.at += 1

    def whole(self) -> Condition:
        condition = self.condition()
        if self.next.text != END:
            raise self.refuse("condition_expects_end")
        return condition

    def condition(self) -> Condition:
        parts = [self.both()]
        while self.took("or"):
            parts.append(self.both())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def both(self) -> Condition:
        parts = [self.single()]
        while self.took("and"):
            parts.append(self.single())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def single(self) -> Condition:
        if self.depth == DEEPEST:
            raise self.refuse("condition_too_deep")
        self.depth += 1
        condition = self.nested()
        self.depth -= 1
        return condition

    def nested(self) -> Condition:
        if self.took("not"):
            return Not(self.single())
        if self.next.text == "(":
            self.take()
            inner = self.condition()
            self.expect(")", "condition_expects_close")
            return inner
        if self.took("answered"):
            self.expect("(", "condition_expects_open")
            question = self.question()
            self.expect(")", "condition_expects_close")
            return Answered(question)
        return self.comparison()

    def question(self) -> str:
        if not self.next.is_word or self.next.keyword:
            raise self.refuse("condition_expects_question")
        return self.take().text

    def comparison(self) -> Condition:
        question = self.question()
        if self.took("in"):
            return Membership(question, self.values())
        sign = self.next.keyword or self.next.text
        if sign not in {operator.value for operator in Operator}:
            raise self.refuse("condition_expects_operator")
        self.at += 1
        return Comparison(question, Operator(sign), self.value())

    def values(self) -> tuple[str, ...]:
        self.expect("(", "condition_expects_open")
        found = [self.value()]
        while self.next.text == ",":
            self.take()
            found.append(self.value())
        self.expect(")", "condition_expects_close")
        return tuple(found)

    def value(self) -> str:
        # After an operator no reserved word can stand: an option may be called "not".
        if not self.next.is_word:
            raise self.refuse("condition_expects_value")
        return self.take().text
