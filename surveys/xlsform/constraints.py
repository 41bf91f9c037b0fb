"""What an answer must keep to, as the column "constraint" has it, both ways."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from surveys.conditions import Operator
from surveys.limits import CountLimits, DateLimits, NumberLimits
from surveys.questionnaire import Question
from surveys.xlsform.relevance import decimal
from surveys.xlsform.xpath import (
    HERE,
    Either,
    Every,
    Formula,
    FormulaError,
    Measure,
    Negation,
    Selected,
    Test,
    Today,
)

BOUNDS = {Operator.AT_LEAST: "min", Operator.AT_MOST: "max"}


def constraint(question: Question) -> str:
    """Write the limits of a question as XPath; "" for none."""
    return " and ".join(_terms(question))


def _terms(question: Question) -> Iterator[str]:
    if question.max_length:
        yield f"string-length(.) <= {question.max_length}"
    match question.limits:
        case CountLimits(low, high):
            yield from _counted(question, low, high)
        case NumberLimits(lowest, highest):
            if lowest is not None:
                yield f". >= {_number(lowest)}"
            if highest is not None:
                yield f". <= {_number(highest)}"
        case DateLimits(earliest, latest, not_future):
            if earliest is not None:
                yield f". >= date('{earliest}')"
            if latest is not None:
                yield f". <= date('{latest}')"
            if not_future:
                yield ". <= today()"
        case None:
            pass


def _counted(question: Question, low: int | None, high: int | None) -> Iterator[str]:
    apart = [f"selected(., '{choice.code}')" for choice in question.choices if choice.exclusive]
    if low is not None:
        least = " or ".join([f"count-selected(.) >= {low}", *apart])
        yield f"({least})" if apart else least
    if high is not None:
        yield f"count-selected(.) <= {high}"
    for alone in apart:
        yield f"not({alone} and count-selected(.) > 1)"


def _number(value: Fraction) -> str:
    try:
        return decimal(value)
    except FormulaError:
        return f"{value.numerator} div {value.denominator}"


def limits_of(formula: Formula) -> dict[str, Any]:
    """Give the properties of a question's document that a constraint states.

    Returns
    -------
    dict
        Of min, max, max_length and not_future; and under "alone" the codes of options that go
        with no other, for whoever knows the options to compare.

    Raises
    ------
    FormulaError
        If it states anything else, or the same bound twice.
    """
    found: dict[str, Any] = {}
    alone: list[str] = []
    for term in formula.parts if isinstance(formula, Every) else (formula,):
        code = _alone(term)
        if code:
            alone.append(code)
            continue
        name, value = _bound(term)
        if name in found:
            raise FormulaError("unsupported_formula", name)
        found[name] = value
    return found | ({"alone": alone} if alone else {})


def _alone(term: Formula) -> str:
    """Give the option that a term says goes with no other; "" if it says something else."""
    more = Test(HERE, Measure.COUNT, Operator.MORE, Fraction(1))
    match term:
        case Negation(Every((Selected(place, option), other))) if (place, other) == (HERE, more):
            return option
        case _:
            return ""


def _bound(term: Formula) -> tuple[str, Any]:
    if isinstance(term, Either) and all(isinstance(part, Selected) for part in term.parts[1:]):
        term = term.parts[0]
    if not isinstance(term, Test) or term.place != HERE:
        raise FormulaError("unsupported_formula", str(getattr(term, "place", "or")))
    name = BOUNDS.get(term.operator)
    if name is None:
        raise FormulaError("unsupported_formula", term.operator)
    match term.measure, term.value:
        case Measure.LENGTH, Fraction(denominator=1) as length if name == "max":
            return "max_length", length.numerator
        case Measure.COUNT, Fraction(denominator=1) as count:
            return name, count.numerator
        case Measure.ITSELF, Today() if name == "max":
            return "not_future", True
        case Measure.ITSELF, Fraction() as number:
            return name, number.numerator if number.denominator == 1 else str(number)
        case Measure.ITSELF, date() as day:
            return name, day.isoformat()
        case _:
            raise FormulaError("unsupported_formula", term.measure)
