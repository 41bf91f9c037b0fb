"""Conditions made into tests of answers, once for a questionnaire.

Whatever is compared with an option becomes a set of codes beforehand, so that a test is a look
into a set. What does not fit its question (`surveys.conditions_typing`) is false, never an error.
"""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from surveys.answers import Answer
from surveys.conditions import (
    ORDERINGS,
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
from surveys.conditions_typing import Sort, day, fits, number, operands, options_of, sort_of
from surveys.questionnaire import Question

Test = Callable[[Mapping[str, Answer]], bool]
Accepts = Callable[[Answer], bool]

RELATIONS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: eq,
    Operator.UNEQUAL: ne,
    Operator.LESS: lt,
    Operator.AT_MOST: le,
    Operator.MORE: gt,
    Operator.AT_LEAST: ge,
}


def compiled(condition: Condition, questions: Mapping[str, Question]) -> Test:
    """Make a test of a condition.

    Parameters
    ----------
    condition : Condition
        What was parsed.
    questions : mapping of code to Question
        Those that it may look back to.

    Returns
    -------
    callable
        Takes the answers that count as given, and tells whether the condition holds. It never
        raises; a comparison with what is not among the answers is false.
    """
    match condition:
        case And(parts):
            return _all([compiled(part, questions) for part in parts])
        case Or(parts):
            return _any([compiled(part, questions) for part in parts])
        case Not(part):
            return _opposite(compiled(part, questions))
        case _:
            return _looked_up(condition.question, accepts(condition, questions))


def accepts(atom: Atom, questions: Mapping[str, Question]) -> Accepts:
    """Make a test of one answer to the question that an atom speaks of."""
    question = questions.get(atom.question)
    if question is None or not fits(atom, question):
        return _never
    if isinstance(atom, Answered):
        return _always
    match sort_of(question):
        case Sort.OPTION:
            codes = _codes(atom, question)
            return lambda answer: isinstance(answer, str) and answer in codes
        case Sort.OPTIONS:
            [option] = operands(atom)
            return lambda answer: not isinstance(answer, str) and option in answer
        case Sort.NUMBER:
            return _measured(atom, number)
        case _:
            return _measured(atom, day)


def _never(answer: Answer) -> bool:  # noqa: ARG001  (whatever the answer)
    return False


def _always(answer: Answer) -> bool:  # noqa: ARG001  (whatever the answer)
    return True


def _codes(atom: Comparison | Membership, question: Question) -> frozenset[str]:
    """Give the options of which an atom is true."""
    if isinstance(atom, Membership):
        return frozenset(atom.operands)
    if atom.operator is Operator.EQUAL:
        return frozenset({atom.operand})
    if atom.operator is Operator.UNEQUAL:
        # What is said in place of an answer is not another answer.
        ordinary = {code for code, exclusive in options_of(question).items() if not exclusive}
        return frozenset(ordinary - {atom.operand})
    assert atom.operator in ORDERINGS
    holds, limit = RELATIONS[atom.operator], number(atom.operand)
    return frozenset(
        choice.code
        for choice in question.choices
        if choice.value is not None and not choice.exclusive and holds(choice.value, limit)
    )


def _measured(atom: Comparison | Membership, read: Callable[[str], Any]) -> Accepts:
    limits = [read(operand) for operand in operands(atom)]
    holds = eq if isinstance(atom, Membership) else RELATIONS[atom.operator]

    def accepted(answer: Answer) -> bool:
        value = read(answer) if isinstance(answer, str) else None
        return value is not None and any(holds(value, limit) for limit in limits)

    return accepted


def _looked_up(code: str, accepted: Accepts) -> Test:
    def test(answers: Mapping[str, Answer]) -> bool:
        answer = answers.get(code)
        return answer is not None and accepted(answer)

    return test


def _all(tests: list[Test]) -> Test:
    return lambda answers: all(test(answers) for test in tests)


def _any(tests: list[Test]) -> Test:
    return lambda answers: any(test(answers) for test in tests)


def _opposite(test: Test) -> Test:
    return lambda answers: not test(answers)
