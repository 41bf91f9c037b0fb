"""Does a condition fit the questionnaire it stands in?"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from enum import Enum, auto
from fractions import Fraction

from surveys.conditions import (
    ORDERINGS,
    Answered,
    Atom,
    Comparison,
    Condition,
    Membership,
    Operator,
    atoms,
)
from surveys.errors import Fault
from surveys.questionnaire import Question, Role

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YES_NO = ("yes", "no")


class Sort(Enum):
    """What the answers to a question are, as far as conditions go."""

    OPTION = auto()
    OPTIONS = auto()
    NUMBER = auto()
    DATE = auto()
    TEXT = auto()
    NOTHING = auto()


SORTS: Mapping[str, Sort] = {
    "scale": Sort.OPTION,
    "single_choice": Sort.OPTION,
    "yes_no": Sort.OPTION,
    "multiple_choice": Sort.OPTIONS,
    "number": Sort.NUMBER,
    "date": Sort.DATE,
    "short_text": Sort.TEXT,
    "long_text": Sort.TEXT,
    "information": Sort.NOTHING,
}


def sort_of(question: Question) -> Sort:
    """Tell what the answers to a question are; a kind of its own is told apart by nothing."""
    return SORTS.get(question.kind, Sort.TEXT)


def options_of(question: Question) -> dict[str, bool]:
    """Give each option's code, and whether it is said in place of an answer."""
    listed = {choice.code: choice.exclusive for choice in question.choices}
    return dict.fromkeys(YES_NO, False) | listed if question.kind == "yes_no" else listed


def number(text: str) -> Fraction | None:
    """Read a number such as ``-2.5``; None when it is none."""
    return Fraction(text) if NUMBER.fullmatch(text) else None


def day(text: str) -> date | None:
    """Read a date such as ``2026-01-31``; None when there is no such day."""
    if not DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def operands(atom: Atom) -> tuple[str, ...]:
    """Give what an answer is compared with."""
    match atom:
        case Comparison():
            return (atom.operand,)
        case Membership():
            return atom.operands
        case Answered():
            return ()


def condition_faults(
    condition: Condition,
    path: str,
    own: Collection[str],
    earlier: Mapping[str, Question],
    known: Collection[str],
) -> Iterator[Fault]:
    """Tell what a condition says that its questionnaire gives no sense.

    Parameters
    ----------
    condition : Condition
        What was parsed.
    path : str
        Where it stands in the document.
    own : collection of str
        Codes of the questions that it decides on.
    earlier : mapping of code to Question
        The questions before these.
    known : collection of str
        Codes of all questions of the document.

    Yields
    ------
    Fault
        One for each part that is wrong, from left to right.
    """
    for atom in atoms(condition):
        code = atom.question
        question = earlier.get(code)
        if question is not None:
            yield from _atom_faults(atom, question, path)
        elif code in own:
            yield Fault(path, "condition_on_itself", code)
        elif code in known:
            yield Fault(path, "condition_on_later", code)
        else:
            yield Fault(path, "condition_unknown_question", code)


def fits(atom: Atom, question: Question) -> bool:
    """Tell whether an atom may be said of a question."""
    return next(_atom_faults(atom, question, ""), None) is None


def _atom_faults(atom: Atom, question: Question, path: str) -> Iterator[Fault]:
    sort = sort_of(question)
    if question.role is Role.COMMENT:
        yield Fault(path, "condition_on_comment", question.code)
    elif sort is Sort.NOTHING:
        yield Fault(path, "condition_on_information", question.code)
    elif isinstance(atom, Answered):
        return
    elif sort is Sort.TEXT:
        yield Fault(path, "condition_on_text", question.code)
    elif not _allowed(atom, question, sort):
        operator = "in" if isinstance(atom, Membership) else atom.operator.value
        params = {"operator": operator, "kind": question.kind}
        yield Fault(path, "condition_operator", question.code, params)
    else:
        for operand in operands(atom):
            yield from _operand_faults(atom, operand, question, path)


def _allowed(atom: Comparison | Membership, question: Question, sort: Sort) -> bool:
    if isinstance(atom, Membership):
        return sort is not Sort.OPTIONS
    if sort is Sort.OPTIONS or atom.operator is Operator.HAS:
        return sort is Sort.OPTIONS and atom.operator is Operator.HAS
    if sort is Sort.OPTION and atom.operator in ORDERINGS:
        return any(choice.value is not None for choice in question.choices)
    return True


def _operand_faults(
    atom: Comparison | Membership, operand: str, question: Question, path: str
) -> Iterator[Fault]:
    sort = sort_of(question)
    ordering = isinstance(atom, Comparison) and atom.operator in ORDERINGS
    params = {"question": question.code}
    if sort is Sort.DATE:
        if day(operand) is None:
            yield Fault(path, "condition_not_date", operand, params)
    elif sort is Sort.NUMBER or ordering:
        if number(operand) is None:
            yield Fault(path, "condition_not_number", operand, params)
    elif operand not in options_of(question):
        known = ", ".join(options_of(question))
        yield Fault(path, "condition_unknown_option", operand, {**params, "known": known})
