"""A questionnaire becomes a JSON document again, and a hash that names this very version."""

import hashlib
from fractions import Fraction
from typing import Any

import rfc8785

from surveys.conditions import Condition, written
from surveys.kinds import KINDS
from surveys.kinds.yes_no import own_texts
from surveys.limits import CountLimits, DateLimits, Limits, NumberLimits
from surveys.places import entries
from surveys.questionnaire import (
    Choice,
    Paging,
    Question,
    Questionnaire,
    Replacement,
    Scale,
    Section,
)

MATRIX = "matrix"


def to_document(questionnaire: Questionnaire) -> dict[str, Any]:
    """Give the document that `surveys.reading.read_questionnaire` reads back to an equal value.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was read, or built in code.

    Returns
    -------
    dict
        Ready for JSON; properties that say nothing (no factor, not required) are left out.
    """
    lists = {
        "factors": [
            {
                "code": factor.code,
                "titles": dict(factor.titles),
                **({"filled_from": factor.filled_from.value} if factor.filled_from else {}),
            }
            for factor in questionnaire.factors
        ],
        "scales": [_scale(scale) for scale in questionnaire.scales],
    }
    return {
        "code": questionnaire.code,
        "version": questionnaire.version,
        "languages": list(questionnaire.languages),
        "titles": dict(questionnaire.titles),
        "intro": dict(questionnaire.intro),
        "thanks": dict(questionnaire.thanks),
        "label": dict(questionnaire.label),
        **{name: entries for name, entries in lists.items() if entries},
        "sections": [_section(section) for section in questionnaire.sections],
        **_shown(questionnaire),
    }


def version_hash(questionnaire: Questionnaire) -> str:
    """Name a version by its content.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was published.

    Returns
    -------
    str
        64 hexadecimal digits: SHA-256 of the document in canonical JSON (RFC 8785), so that
        the order of keys and the blanks of a file do not matter, and every text does.
    """
    return hashlib.sha256(rfc8785.dumps(to_document(questionnaire))).hexdigest()


def _scale(scale: Scale) -> dict[str, Any]:
    return {
        "code": scale.code,
        "satisfied_from": _number(scale.satisfied_from),
        "choices": [_choice(choice) for choice in scale.choices],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    document: dict[str, Any] = {"code": choice.code, "texts": dict(choice.texts)}
    if choice.value is not None:
        document["value"] = _number(choice.value)
    if choice.exclusive:
        document["exclusive"] = True
    return document


def _number(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else str(value)


def _section(section: Section) -> dict[str, Any]:
    return {
        "code": section.code,
        "titles": dict(section.titles),
        "questions": [_entry(questions) for questions in entries(section)],
        **_only_if(section.only_if),
        **({"shuffled": True} if section.shuffled else {}),
    }


def _shown(questionnaire: Questionnaire) -> dict[str, Any]:
    """Write how it is cut into pages, and what its questions stand for."""
    paged = questionnaire.paging is not Paging.WHOLE
    replaced = {it.new: _replaced(it) for it in questionnaire.replaces}
    return {
        **({"paging": questionnaire.paging.value} if paged else {}),
        **({"replaces": replaced} if replaced else {}),
        **({"drafts": list(questionnaire.drafts)} if questionnaire.drafts else {}),
    }


def _replaced(replacement: Replacement) -> str | dict[str, str]:
    if replacement.reason is None:
        return replacement.old
    return {"question": replacement.old, "reason": replacement.reason}


def _only_if(condition: Condition | None) -> dict[str, str]:
    return {} if condition is None else {"only_if": written(condition)}


def _entry(questions: tuple[Question, ...]) -> dict[str, Any]:
    """Write a question, or the matrix that its rows make."""
    first = questions[0]
    if first.matrix is None:
        return {"code": first.code, "kind": first.kind, **_question(first)}
    document: dict[str, Any] = {
        "code": first.matrix,
        "kind": MATRIX,
        "texts": dict(first.matrix_texts or {}),
        "scale": first.scale,
        "rows": [{"code": row.code, **_asked(row)} for row in questions],
    }
    if first.shuffled:
        document["shuffled"] = True
    return document if first.faces is None else document | {"faces": first.faces}


def _question(question: Question) -> dict[str, Any]:
    """Write what a question has beside code and kind."""
    fixed = question.kind == "yes_no"
    own = None if question.scale or fixed else [_choice(choice) for choice in question.choices]
    cut = None if question.scale else question.satisfied_from
    document = _asked(question) | _limits(question.limits) | (_words(question) if fixed else {})
    if cut is not None:
        document["satisfied_from"] = _number(cut)
    if question.faces is not None:
        document["faces"] = question.faces
    said = {"scale": question.scale, "choices": own, "max_length": question.max_length}
    return document | {name: value for name, value in said.items() if value}


def _asked(question: Question) -> dict[str, Any]:
    """Write what questions of all kinds have, and rows of a matrix."""
    document: dict[str, Any] = {"texts": dict(question.texts)}
    if KINDS[question.kind].answered:
        document["role"] = question.role.value
    said = {
        "hints": dict(question.hints) if question.hints else None,
        "required": question.required or None,
        "factor": question.factor,
        "attributed_to": question.attributed_to and question.attributed_to.value,
    }
    kept = {name: value for name, value in said.items() if value}
    return document | kept | _only_if(question.only_if)


def _words(question: Question) -> dict[str, Any]:
    """Write how yes and no are worded, where it is not our way."""
    return {
        choice.code: dict(choice.texts)
        for choice in question.choices
        if choice.texts != own_texts(choice.code, tuple(choice.texts))
    }


def _limits(limits: Limits | None) -> dict[str, Any]:
    """Write limits, leaving out those that limit nothing."""
    match limits:
        case CountLimits():
            said: dict[str, Any] = {"min": limits.at_least, "max": limits.at_most}
        case NumberLimits():
            said = {
                "min": None if limits.low is None else _number(limits.low),
                "max": None if limits.high is None else _number(limits.high),
                "decimals": limits.decimals or None,
                "unit": dict(limits.unit) if limits.unit else None,
            }
        case DateLimits():
            said = {
                "min": limits.earliest and limits.earliest.isoformat(),
                "max": limits.latest and limits.latest.isoformat(),
                "not_future": limits.not_future or None,
            }
        case _:
            said = {}
    return {name: value for name, value in said.items() if value is not None}
