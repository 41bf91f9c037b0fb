"""Conditions, pages, orders and replacements out of the nodes of a document.

They are read when all questions are known, for a condition that looks forward must be told from
one that speaks of nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from surveys.conditions import And, Condition
from surveys.conditions_parsing import ConditionError, parse
from surveys.conditions_typing import condition_faults
from surveys.document import Node
from surveys.errors import Fault
from surveys.questionnaire import Paging, Question, Questionnaire, Replacement, Section
from surveys.reading_questions import MATRIX

NOTHING_LEFT = "(hết/end)"


def with_logic(root: Node, questionnaire: Questionnaire) -> Questionnaire:
    """Add what a document says about who is asked what, in which order, on which page.

    Parameters
    ----------
    root : Node
        The document; new faults go to its list.
    questionnaire : Questionnaire
        What was read of it so far.

    Returns
    -------
    Questionnaire
        Conditions fit the questions they look back to, if there was no fault.
    """
    known = frozenset(question.code for question in questionnaire.questions)
    passed = _Passed(known, {})
    nodes = _elements(root.member("sections"))
    sections = [
        _section(node, section, passed)
        for node, section in zip(nodes, questionnaire.sections, strict=False)
    ]
    paging = root.member("paging").one_of(tuple(Paging))
    return replace(
        questionnaire,
        sections=tuple(sections),
        paging=Paging(paging) if paging else Paging.WHOLE,
        replaces=tuple(_replacements(root.member("replaces"), known)),
    )


@dataclass(frozen=True)
class _Passed:
    """All codes of the document, and the questions that the reader has come past."""

    codes: Collection[str]
    questions: dict[str, Question]


def _elements(node: Node) -> list[Node]:
    """Give the elements of a list, without reporting again what is none."""
    return Node(node.value, node.path, []).elements() and node.elements()


def _section(node: Node, section: Section, passed: _Passed) -> Section:
    only_if = _condition(node.member("only_if"), section.questions, passed)
    questions: list[Question] = []
    rest = iter(section.questions)
    for entry in _elements(node.member("questions")):
        if entry.member("kind").value == MATRIX:
            questions += _rows(entry, rest, passed)
        else:
            questions.append(_one(entry, next(rest), passed))
    return replace(
        section,
        questions=tuple(questions),
        only_if=only_if,
        shuffled=node.member("shuffled").boolean(),
    )


def _one(node: Node, question: Question, passed: _Passed) -> Question:
    only_if = _condition(node.member("only_if"), (question,), passed)
    passed.questions[question.code] = question
    return replace(question, only_if=only_if)


def _rows(node: Node, rest: Iterator[Question], passed: _Passed) -> Iterator[Question]:
    """Give the rows of a matrix its own condition beside theirs."""
    nodes = _elements(node.member("rows"))
    rows = tuple(islice(rest, len(nodes)))
    shared = _condition(node.member("only_if"), rows, passed)
    shuffled = node.member("shuffled").boolean()
    for place, row in zip(nodes, rows, strict=True):
        read = _one(place, row, passed)
        yield replace(read, only_if=_both(shared, read.only_if), shuffled=shuffled)


def _both(first: Condition | None, second: Condition | None) -> Condition | None:
    if first is None or second is None:
        return first or second
    return And((*_parts(first), *_parts(second)))


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, And) else (condition,)


def _condition(node: Node, own: Sequence[Question], passed: _Passed) -> Condition | None:
    text = node.text()
    if not text:
        return None
    try:
        condition = parse(text)
    except ConditionError as error:
        shown = error.found or NOTHING_LEFT
        node.faults.append(Fault(node.path, error.code, shown, {"at": error.position}))
        return None
    codes = [question.code for question in own]
    node.faults.extend(
        condition_faults(condition, node.path, codes, passed.questions, passed.codes)
    )
    return condition


def _replacements(node: Node, known: Collection[str]) -> Iterator[Replacement]:
    if not node.present:
        return
    if not isinstance(node.value, Mapping):
        node.refuse("not_object")
        return
    node.note_doubled()
    for new in node.value:
        entry = node.member(str(new))
        if new not in known:
            entry.faults.append(Fault(entry.path, "replaces_unknown", new))
        yield _replacement(str(new), entry)


def _replacement(new: str, node: Node) -> Replacement:
    if not isinstance(node.value, Mapping):
        return Replacement(new, node.code())
    parts = node.members(("question",), ("reason",))
    return Replacement(new, parts["question"].code(), parts["reason"].text() or None)
