"""What the kinds that take one value from a form field have in common."""

from collections.abc import Mapping, Sequence

from surveys.errors import Fault
from surveys.questionnaire import Question


def one_value(question: Question, submitted: Sequence[str]) -> str | Fault | None:
    """Give the only value that is not blank, or None when an optional question was left blank.

    Blank values beside it are passed over: a form may carry an empty default.
    """
    filled = [value for value in submitted if value.strip()]
    if len(filled) > 1:
        return Fault(question.code, "several")
    if filled:
        return filled[0]
    return Fault(question.code, "required") if question.required else None


def one_choice(question: Question, submitted: Sequence[str]) -> str | Fault | None:
    """Give the code of the chosen option."""
    value = one_value(question, submitted)
    if not isinstance(value, str):
        return value
    code = value.strip()
    return code if question.choice(code) else Fault(question.code, "unknown_choice")


def choice_labels(question: Question, language: str) -> Mapping[str, str]:
    """Give the wording of each choice by its code."""
    return {choice.code: choice.texts.in_language(language) for choice in question.choices}


def exclusive_codes(question: Question) -> tuple[str, ...]:
    """Give the codes said in place of an answer."""
    return tuple(choice.code for choice in question.choices if choice.exclusive)
