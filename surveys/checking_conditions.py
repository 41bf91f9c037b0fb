"""Conditions that can never hold, and conditions that always do.

All cases are tried that the conditions on the way tell apart: options one by one, of numbers and
dates the intervals between those that conditions name. Where that takes more than `MOST_CASES`
nothing is said, so that what is said is always true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from surveys.answers import Answer
from surveys.checking_answers import TooManyError, standing_for_all
from surveys.conditions import Atom, Condition, atoms, questions_of
from surveys.conditions_evaluation import Test, compiled
from surveys.kinds import KINDS
from surveys.places import entries
from surveys.questionnaire import Question, Questionnaire

MOST_CASES = 20_000

State = dict[str, Answer]


class Verdict(Enum):
    """What is wrong with a condition."""

    NEVER_HOLDS = auto()
    ALWAYS_HOLDS = auto()


@dataclass(frozen=True)
class Finding:
    """A condition that decides nothing.

    Attributes
    ----------
    path : str
        Where it stands in the document.
    questions : tuple of str
        Codes of the questions that it decides on.
    """

    path: str
    condition: Condition
    verdict: Verdict
    questions: tuple[str, ...]


@dataclass(frozen=True)
class _Asked:
    """A question with all conditions on it, those of its section first."""

    question: Question
    conditions: tuple[Condition, ...]
    tests: tuple[Test, ...]

    @property
    def back(self) -> frozenset[str]:
        return frozenset().union(*map(questions_of, self.conditions))

    def met(self, state: Mapping[str, Answer]) -> bool:
        return all(test(state) for test in self.tests)


def findings(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Judge every condition of a questionnaire.

    A condition is judged by complete answers: a required question that is met is answered. One
    that nobody comes to, for its section is never entered, is not judged.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was read.

    Returns
    -------
    tuple of Finding
        In the order of the document; empty without conditions.
    """
    return questionnaire.derived(_findings)


def never_asked(questionnaire: Questionnaire) -> frozenset[str]:
    """Name the questions that no answers lead to, as far as that is known."""
    return frozenset(
        code
        for finding in findings(questionnaire)
        if finding.verdict is Verdict.NEVER_HOLDS
        for code in finding.questions
    )


def _findings(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    by_code = {question.code: question for question in questionnaire.questions}
    asked = {
        question.code: _asked(question, section.only_if, by_code)
        for section in questionnaire.sections
        for question in section.questions
    }
    return tuple(
        Finding(path, condition, verdict, codes)
        for path, context, condition, codes in _places(questionnaire)
        if (verdict := _verdict(context, condition, asked, by_code))
    )


def _asked(
    question: Question, entered: Condition | None, by_code: Mapping[str, Question]
) -> _Asked:
    conditions = tuple(part for part in (entered, question.only_if) if part is not None)
    return _Asked(question, conditions, tuple(compiled(part, by_code) for part in conditions))


Place = tuple[str, Condition | None, Condition, tuple[str, ...]]


def _places(questionnaire: Questionnaire) -> Iterator[Place]:
    """Give each condition with its path, the condition around it and what it decides on."""
    for outer, section in enumerate(questionnaire.sections):
        path = f"sections[{outer}]"
        if section.only_if is not None:
            codes = tuple(question.code for question in section.questions)
            yield f"{path}.only_if", None, section.only_if, codes
        for inner, entry in enumerate(entries(section)):
            place = f"{path}.questions[{inner}]"
            yield from _entry_places(place, entry, section.only_if)


def _entry_places(
    path: str, entry: tuple[Question, ...], entered: Condition | None
) -> Iterator[Place]:
    codes = tuple(question.code for question in entry)
    shared = entry[0].only_if
    if all(question.only_if == shared for question in entry):  # that of a matrix, or of one
        if shared is not None:
            yield f"{path}.only_if", entered, shared, codes
        return
    for row, question in enumerate(entry):
        if question.only_if is not None:
            place = f"{path}.rows[{row}].only_if"
            yield place, entered, question.only_if, (question.code,)


def _verdict(
    context: Condition | None,
    condition: Condition,
    asked: Mapping[str, _Asked],
    by_code: Mapping[str, Question],
) -> Verdict | None:
    around = [] if context is None else [context]
    entered = [compiled(part, by_code) for part in around]
    holds = compiled(condition, by_code)
    seen = set()
    try:
        for state in _states([*around, condition], asked):
            if all(test(state) for test in entered):
                seen.add(holds(state))
            if len(seen) == 2:
                return None
    except TooManyError:
        return None
    if not seen:
        return None
    return Verdict.ALWAYS_HOLDS if seen == {True} else Verdict.NEVER_HOLDS


def _states(conditions: Sequence[Condition], asked: Mapping[str, _Asked]) -> Iterator[State]:
    """Give every case that conditions, and the ways to their questions, can tell apart."""
    ahead = frozenset().union(*map(questions_of, conditions))
    needed: set[str] = set()
    while ahead:
        needed |= ahead
        ahead = frozenset(
            back for code in ahead if code in asked for back in asked[code].back if back in asked
        ).difference(needed)
    variables = [one for code, one in asked.items() if code in needed]
    said = [
        *(atom for condition in conditions for atom in atoms(condition)),
        *(atom for one in variables for part in one.conditions for atom in atoms(part)),
    ]
    possible = [_possible(one.question, said) for one in variables]
    return _walk(variables, possible)


def _possible(question: Question, said: Sequence[Atom]) -> list[Answer]:
    return standing_for_all(question, [atom for atom in said if atom.question == question.code])


def _walk(variables: Sequence[_Asked], possible: Sequence[list[Answer]]) -> Iterator[State]:
    """Go through the cases, depth first."""
    stack: list[State] = [{}]
    places = [0]
    cases = 0
    while stack:
        state, at = stack.pop(), places.pop()
        cases += 1
        if cases > MOST_CASES:
            raise TooManyError
        if at == len(variables):
            yield state
            continue
        one = variables[at]
        met = one.met(state) and KINDS[one.question.kind].answered
        answers = possible[at] if met else []
        if not (answers and one.question.required):
            stack.append(state)
            places.append(at + 1)
        for answer in answers:
            stack.append({**state, one.question.code: answer})
            places.append(at + 1)
