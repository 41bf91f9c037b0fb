"""The small language of "ask this only if": what a condition is made of.

A condition looks back: it speaks of answers to earlier questions and is true or false, never
unknown. A comparison with a question that was not answered, or not asked, is false.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

RESERVED = frozenset({"and", "or", "not", "in", "has", "answered"})


class Operator(StrEnum):
    """How an answer is compared with one operand."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    HAS = "has"


ORDERINGS = frozenset({Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST})


@dataclass(frozen=True)
class Comparison:
    """An answer against an option's code, a number or a date; the operand as it was written."""

    question: str
    operator: Operator
    operand: str


@dataclass(frozen=True)
class Membership:
    """An answer that is one of several."""

    question: str
    operands: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """An answer of whatever content."""

    question: str


@dataclass(frozen=True)
class Not:
    """The opposite."""

    part: "Condition"


@dataclass(frozen=True)
class And:
    """All of two or more."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Or:
    """One of two or more."""

    parts: tuple["Condition", ...]


Atom = Comparison | Membership | Answered
Condition = Atom | Not | And | Or


def atoms(condition: Condition) -> Iterator[Atom]:
    """Give what a condition says of single questions, from left to right.

    Parameters
    ----------
    condition : Condition
        Any condition.

    Yields
    ------
    Comparison, Membership or Answered
        As often as written.
    """
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield condition


def questions_of(condition: Condition | None) -> frozenset[str]:
    """Name the questions that a condition looks back to.

    Parameters
    ----------
    condition : Condition or None
        None, the condition of what is always asked, looks back to nothing.

    Returns
    -------
    frozenset of str
        Codes of questions.
    """
    return frozenset(atom.question for atom in atoms(condition)) if condition else frozenset()


def written(condition: Condition) -> str:
    """Write a condition in its one canonical form.

    Parameters
    ----------
    condition : Condition
        Any condition.

    Returns
    -------
    str
        What `surveys.conditions_parsing.parse` reads back to an equal value: one blank between
        words, parentheses only where they change something.

    Examples
    --------
    >>> late = Comparison("days", Operator.MORE, "15")
    >>> written(And((Not(Answered("reason")), Or((late, Membership("how", ("post", "web")))))))
    'not answered(reason) and (days > 15 or how in (post, web))'
    """
    match condition:
        case Comparison(question, operator, operand):
            return f"{question} {operator} {operand}"
        case Membership(question, operands):
            return f"{question} in ({', '.join(operands)})"
        case Answered(question):
            return f"answered({question})"
        case Not(part):
            return f"not {_within(part, (And, Or))}"
        case And(parts):
            return " and ".join(_within(part, (And, Or)) for part in parts)
        case Or(parts):
            return " or ".join(_within(part, (Or,)) for part in parts)


def _within(part: Condition, looser: tuple[type, ...]) -> str:
    text = written(part)
    return f"({text})" if isinstance(part, looser) else text
