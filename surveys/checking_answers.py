"""Which answers tell conditions apart: a few that stand for all that a question accepts."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from surveys.answers import Answer
from surveys.conditions import Atom
from surveys.conditions_evaluation import accepts
from surveys.conditions_typing import Sort, day, number, operands, options_of, sort_of
from surveys.kinds.day import EARLIEST, LATEST
from surveys.kinds.number import LARGEST
from surveys.limits import CountLimits, DateLimits, NumberLimits
from surveys.questionnaire import Question

MOST_OPTIONS = 12


class TooManyError(Exception):
    """More cases than are worth looking at."""


def standing_for_all(question: Question, atoms: Sequence[Atom]) -> list[Answer]:
    """Give answers such that whatever may be answered is judged like one of them.

    Parameters
    ----------
    question : Question
        The question that is answered.
    atoms : sequence of Atom
        Everything that is said of it.

    Returns
    -------
    list of Answer
        No two of them are judged alike by all atoms; without the case of no answer.

    Raises
    ------
    TooManyError
        If more than 12 options of a multiple choice are spoken of.
    """
    tests = [accepts(atom, {question.code: question}) for atom in atoms]
    found: dict[tuple[bool, ...], Answer] = {}
    for answer in _candidates(question, atoms):
        found.setdefault(tuple(test(answer) for test in tests), answer)
    return list(found.values())


def _candidates(question: Question, atoms: Sequence[Atom]) -> Iterator[Answer]:
    mentioned = [operand for atom in atoms for operand in operands(atom)]
    match sort_of(question):
        case Sort.OPTION:
            yield from options_of(question)
        case Sort.OPTIONS:
            yield from _selections(question, set(mentioned))
        case Sort.NUMBER:
            yield from _numbers(question, mentioned)
        case Sort.DATE:
            yield from _days(question, mentioned)
        case Sort.TEXT:
            yield "…"
        case Sort.NOTHING:
            return


def _selections(question: Question, mentioned: set[str]) -> Iterator[Answer]:
    """Give every selection among the options spoken of, filled up with others as allowed."""
    limits = question.limits if isinstance(question.limits, CountLimits) else CountLimits()
    options = options_of(question)
    ordinary = [code for code, exclusive in options.items() if not exclusive]
    spoken = [code for code in ordinary if code in mentioned]
    others = [code for code in ordinary if code not in mentioned]
    least = max(1, limits.at_least or 1)
    most = len(ordinary) if limits.at_most is None else limits.at_most
    if len(spoken) > MOST_OPTIONS:
        raise TooManyError
    for size in range(len(spoken) + 1):
        fill = max(0, least - size)
        if fill <= len(others) and size + fill <= most:
            for chosen in combinations(spoken, size):
                taken = {*chosen, *others[:fill]}
                yield tuple(code for code in ordinary if code in taken)
    yield from ((code,) for code, exclusive in options.items() if exclusive)


def _numbers(question: Question, mentioned: Iterable[str]) -> Iterator[Answer]:
    limits = question.limits if isinstance(question.limits, NumberLimits) else NumberLimits()
    unit = 10**limits.decimals
    low = -LARGEST if limits.low is None else limits.low
    high = LARGEST if limits.high is None else limits.high
    marks = [value * unit for text in mentioned if (value := number(text)) is not None]
    for steps in _around(marks, ceil(low * unit), floor(high * unit)):
        whole, part = divmod(abs(steps), unit)
        decimals = f"{part:0{limits.decimals}d}".rstrip("0") if part else ""
        yield f"{'-' if steps < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def _days(question: Question, mentioned: Iterable[str]) -> Iterator[Answer]:
    limits = question.limits if isinstance(question.limits, DateLimits) else DateLimits()
    low, high = limits.earliest or EARLIEST, limits.latest or LATEST
    marks = [Fraction(value.toordinal()) for text in mentioned if (value := day(text))]
    for ordinal in _around(marks, low.toordinal(), high.toordinal()):
        yield date.fromordinal(ordinal).isoformat()


def _around(marks: Iterable[Fraction], low: int, high: int) -> list[int]:
    """Give whole numbers from low to high: both ends, and at and beside each mark.

    Whatever lies between two marks has one of these in the same gap.
    """
    found = {low, high}
    for mark in marks:
        found |= {ceil(mark) - 1, floor(mark) + 1, floor(mark), ceil(mark)}
    return sorted(value for value in found if low <= value <= high)
