"""What differs between two versions of a questionnaire, and which answers may be compared.

A published version never changes: its hash (`surveys.writing.version_hash`) names it, and what
is mended becomes the next version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.limits import NumberLimits
from surveys.places import placed
from surveys.questionnaire import Question, Questionnaire
from surveys.wording import Wording
from surveys.writing import version_hash

MISREADING = frozenset({"kind_changed", "option_value_changed"})
"""Codes of the faults that concern every earlier version, not only the one before."""


class Difference(StrEnum):
    """How a question differs from the one it stands for."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    KIND = "kind"
    REWORDED = "reworded"
    OPTIONS = "options"
    CONDITION = "condition"
    REQUIRED = "required"
    ORDER = "order"


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    question : str
        Its code in the new version; in the old one if it was removed.
    was, is_now : str
        What differs, in words or codes; empty where there is nothing to show.
    """

    question: str
    difference: Difference
    was: str = ""
    is_now: str = ""


def changes(old: Questionnaire, new: Questionnaire) -> tuple[Change, ...]:
    """List what differs between two versions.

    Parameters
    ----------
    old, new : Questionnaire
        The earlier and the later version.

    Returns
    -------
    tuple of Change
        Questions of the new version in their order, then those removed. A question counts as
        moved if, of the questions that both versions have, another one came before it.
    """
    pairs = _pairs(old, new)
    before = {question.code: question for question in old.questions}
    found = [
        change
        for question in new.questions
        for change in _changes(before.get(pairs.get(question.code, "")), question)
    ]
    found += [Change(code, Difference.ORDER) for code in _moved(old, new, pairs)]
    stayed = set(pairs.values())
    return (
        *found,
        *(Change(code, Difference.REMOVED) for code in before if code not in stayed),
    )


def comparable(old: Questionnaire, new: Questionnaire) -> dict[str, str]:
    """Match the questions whose answers mean the same in both versions.

    Parameters
    ----------
    old, new : Questionnaire
        The earlier and the later version.

    Returns
    -------
    dict of new code to old code
        Questions of the same code, or said by ``replaces`` to stand for one another, of the same
        kind and with the same options, values and unit. Wording is not judged: `changes` tells
        what was reworded.
    """
    before = {question.code: question for question in old.questions}
    pairs = _pairs(old, new)
    return {
        question.code: code
        for question in new.questions
        if (code := pairs.get(question.code)) and _same(before[code], question)
    }


def version_faults(old: Questionnaire, new: Questionnaire) -> tuple[Fault, ...]:
    """Find what would make answers to the old version misread as answers to the new one.

    Parameters
    ----------
    old, new : Questionnaire
        The earlier and the later version.

    Returns
    -------
    tuple of Fault
        Empty when the new version may follow the old one.
    """
    return tuple(_faults(old, new))


def _pairs(old: Questionnaire, new: Questionnaire) -> dict[str, str]:
    """Give the old code of each new question that continues one."""
    known = {question.code for question in old.questions}
    said = {it.new: it.old for it in new.replaces if it.old in known}
    same = {
        question.code: question.code
        for question in new.questions
        if question.code in known and question.code not in set(said.values())
    }
    return same | said


def _changes(before: Question | None, after: Question) -> Iterator[Change]:
    code = after.code
    if before is None:
        yield Change(code, Difference.ADDED)
        return
    if before.code != code:
        yield Change(code, Difference.RENAMED, before.code, code)
    if before.kind != after.kind:
        yield Change(code, Difference.KIND, before.kind, after.kind)
    if _texts(before) != _texts(after):
        was, is_now = (question.texts.in_language("vi") for question in (before, after))
        yield Change(code, Difference.REWORDED, was, is_now)
    if before.choices != after.choices:
        was, is_now = (_listed(question) for question in (before, after))
        yield Change(code, Difference.OPTIONS, was, is_now)
    if before.only_if != after.only_if:
        yield Change(code, Difference.CONDITION)
    if before.required != after.required:
        yield Change(code, Difference.REQUIRED)


def _texts(question: Question) -> tuple[Wording | None, ...]:
    return question.texts, question.hints, question.matrix_texts


def _listed(question: Question) -> str:
    return ", ".join(choice.code for choice in question.choices)


def _moved(old: Questionnaire, new: Questionnaire, pairs: Mapping[str, str]) -> Iterator[str]:
    ranks = {question.code: rank for rank, question in enumerate(old.questions)}
    latest = -1
    for question in new.questions:
        if question.code in pairs:
            rank = ranks[pairs[question.code]]
            if rank < latest:
                yield question.code
            latest = max(rank, latest)


def _same(before: Question, after: Question) -> bool:
    return (
        before.kind == after.kind
        and _values(before) == _values(after)
        and _unit(before) == _unit(after)
    )


def _values(question: Question) -> dict[str, tuple[Fraction | None, bool]]:
    return {choice.code: (choice.value, choice.exclusive) for choice in question.choices}


def _unit(question: Question) -> Wording | None:
    return question.limits.unit if isinstance(question.limits, NumberLimits) else None


def _faults(old: Questionnaire, new: Questionnaire) -> Iterator[Fault]:
    if old.code != new.code:
        yield Fault("code", "other_questionnaire", new.code, {"old": old.code})
    elif new.version <= old.version and version_hash(old) != version_hash(new):
        yield Fault("version", "version_not_raised", new.version, {"old": old.version})
    before = {question.code: question for question in old.questions}
    after = {question.code: question for question in new.questions}
    for replacement in new.replaces:
        path = f"replaces.{replacement.new}"
        earlier = before.get(replacement.old)
        if earlier is None:
            yield Fault(path, "replaced_unknown", replacement.old)
        elif replacement.new in after and not _same(earlier, after[replacement.new]):
            params = {"old": replacement.old}
            yield Fault(path, "replaced_differs", replacement.new, params)
    for path, question in placed(new):
        if question.code in before:
            yield from _misread(before[question.code], question, path)


def _misread(before: Question, after: Question, path: str) -> Iterator[Fault]:
    """Tell where an old answer under the same code would now mean something else."""
    if before.kind != after.kind:
        if not (KINDS[before.kind].is_text and KINDS[after.kind].is_text):
            params = {"old": before.kind, "new": after.kind}
            yield Fault(f"{path}.kind", "kind_changed", after.code, params)
        return
    for choice in after.choices:
        was = before.choice(choice.code)
        if was and (was.value, was.exclusive) != (choice.value, choice.exclusive):
            params = {
                "question": after.code,
                "old": _value(was.value),
                "new": _value(choice.value),
            }
            yield Fault(path, "option_value_changed", choice.code, params)


def _value(value: Fraction | None) -> str:
    return "–" if value is None else str(value)
