"""A questionnaire becomes a JSON document again, and a hash that names this very version."""

import hashlib
from fractions import Fraction
from typing import Any

import rfc8785

from surveys.questionnaire import Choice, Question, Questionnaire, Scale, Section


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
            {"code": factor.code, "titles": dict(factor.titles)} for factor in questionnaire.factors
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
        "questions": [_question(question) for question in section.questions],
    }


def _question(question: Question) -> dict[str, Any]:
    document: dict[str, Any] = {
        "code": question.code,
        "kind": question.kind,
        "role": question.role.value,
        "texts": dict(question.texts),
    }
    said = {
        "hints": dict(question.hints) if question.hints else None,
        "required": question.required or None,
        "factor": question.factor,
        "attributed_to": question.attributed_to and question.attributed_to.value,
        "scale": question.scale,
        "choices": None if question.scale else [_choice(choice) for choice in question.choices],
        "max_length": question.max_length,
    }
    return document | {name: value for name, value in said.items() if value}
