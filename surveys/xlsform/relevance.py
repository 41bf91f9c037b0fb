"""Conditions as the column "relevant" has them, both ways.

In XPath what was not answered is an empty text, and ``!=`` is then true; in ours (0032) every
comparison with it is false. Both ways keep the meaning, not the letters.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from surveys.conditions import (
    And,
    Answered,
    Atom,
    Comparison,
    Condition,
    Membership,
    Not,
    Operator,
    Or,
)
from surveys.conditions_evaluation import accepts
from surveys.conditions_typing import Sort, operands, sort_of
from surveys.questionnaire import Question
from surveys.xlsform.xpath import (
    Either,
    Every,
    Formula,
    FormulaError,
    Measure,
    Negation,
    Never,
    Selected,
    Test,
)

WORD = re.compile(r"-?[A-Za-z0-9_]+(?:[.\-][A-Za-z0-9_]+)*")
Questions = Mapping[str, Question]


def to_xpath(condition: Condition, questions: Questions) -> str:
    """Write a condition as XPath.

    Parameters
    ----------
    condition : Condition
        One that fits the questions.
    questions : mapping of code to Question
        Those it looks back to, or more.

    Returns
    -------
    str
        True of a form in ODK exactly where the condition holds of the same answers. Options that
        a comparison accepts are listed one by one.
    """
    match condition:
        case And(parts):
            return " and ".join(_bracketed(part, questions, Or) for part in parts)
        case Or(parts):
            return " or ".join(_bracketed(part, questions, And) for part in parts)
        case Not(part):
            return f"not({to_xpath(part, questions)})"
        case _:
            return _atom(condition, questions)


def _bracketed(part: Condition, questions: Questions, other: type) -> str:
    text = to_xpath(part, questions)
    return f"({text})" if isinstance(part, other) else text


def _atom(atom: Atom, questions: Questions) -> str:
    question, place = questions[atom.question], f"${{{atom.question}}}"
    if isinstance(atom, Answered):
        return f"{place} != ''"
    match sort_of(question):
        case Sort.OPTION:
            accepted = accepts(atom, questions)
            codes = [choice.code for choice in question.choices if accepted(choice.code)]
            return _any(f"{place} = '{code}'" for code in codes) if codes else "false()"
        case Sort.OPTIONS:
            return _any(f"selected({place}, '{code}')" for code in operands(atom))
        case Sort.DATE:
            values = [f"date('{operand}')" for operand in operands(atom)]
        case _:
            values = list(operands(atom))
    if isinstance(atom, Membership):
        return _any(f"{place} = {value}" for value in values)
    told = f"{place} {atom.operator} {values[0]}"
    return f"({place} != '' and {told})" if atom.operator is Operator.UNEQUAL else told


def _any(parts: Iterable[str]) -> str:
    found = list(parts)
    return found[0] if len(found) == 1 else f"({' or '.join(found)})"


def from_formula(formula: Formula, questions: Questions) -> Condition:
    """Give the condition that a formula of the column "relevant" states.

    Raises
    ------
    FormulaError
        If it speaks of a question that is not there, or of what conditions cannot say.
    """
    match formula:
        case Every(parts):
            return And(tuple(from_formula(part, questions) for part in parts))
        case Either(parts):
            return Or(tuple(from_formula(part, questions) for part in parts))
        case Negation(part):
            return Not(from_formula(part, questions))
        case Selected(place, option):
            several = sort_of(_known(place, questions)) is Sort.OPTIONS
            operator = Operator.HAS if several else Operator.EQUAL
            return Comparison(place, operator, _word(option))
        case Test():
            return _from_test(formula, questions)
        case Never():
            raise FormulaError("unsupported_formula", "false()")


def _from_test(test: Test, questions: Questions) -> Condition:
    question = _known(test.place, questions)
    if test.measure is not Measure.ITSELF:
        raise FormulaError("unsupported_formula", test.measure)
    if test.value == "":
        return _from_blank(test)
    if sort_of(question) is Sort.OPTIONS:
        raise FormulaError("unsupported_formula", test.operator)
    ordering = test.operator not in (Operator.EQUAL, Operator.UNEQUAL)
    if isinstance(test.value, str) and ordering:
        raise FormulaError("unsupported_formula", test.operator)
    if test.operator is Operator.UNEQUAL:
        return Not(Comparison(test.place, Operator.EQUAL, _operand(test.value)))
    return Comparison(test.place, test.operator, _operand(test.value))


def _from_blank(test: Test) -> Condition:
    match test.operator:
        case Operator.EQUAL:
            return Not(Answered(test.place))
        case Operator.UNEQUAL:
            return Answered(test.place)
        case _:
            raise FormulaError("unsupported_formula", test.operator)


def _known(place: str, questions: Questions) -> Question:
    if place not in questions:
        raise FormulaError("unknown_reference", place)
    return questions[place]


def _operand(value: object) -> str:
    match value:
        case str():
            return _word(value)
        case Fraction():
            return decimal(value)
        case date():
            return value.isoformat()
        case _:
            raise FormulaError("unsupported_formula", "today()")


def _word(text: str) -> str:
    if not WORD.fullmatch(text):
        raise FormulaError("unsupported_formula", text)
    return text


def decimal(value: Fraction) -> str:
    """Write a number with a decimal point.

    Raises
    ------
    FormulaError
        If it has no end.
    """
    for places in range(10):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            sign = "-" if value < 0 else ""
            return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    raise FormulaError("unsupported_formula", f"{value.numerator} div {value.denominator}")
