"""What the kinds that take one value from a form field have in common."""

from collections.abc import Mapping, Sequence

from surveys.answers import Answer
from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.kinds.ordinary import OrdinaryKind
from surveys.questionnaire import Choice, Question


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


def choice_labels(question: Question, language: str) -> Mapping[str, str]:
    """Give the wording of each choice by its code."""
    return {choice.code: choice.texts.in_language(language) for choice in question.choices}


def exclusive_codes(question: Question) -> tuple[str, ...]:
    """Give the codes said in place of an answer."""
    return tuple(choice.code for choice in question.choices if choice.exclusive)


def chosen(question: Question, answer: Answer | None) -> Choice | None:
    """Find the chosen option; None where there is no such one."""
    return question.choice(answer) if isinstance(answer, str) else None


class OneChoiceKind(OrdinaryKind):
    """Answers are codes of choices."""

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Accept one code of the list."""
        value = one_value(question, submitted)
        if not isinstance(value, str):
            return value
        code = value.strip()
        return code if question.choice(code) else Fault(question.code, "unknown_choice")

    def longest(self, question: Question) -> int:
        """Count all options, more than one alone can take."""
        return sum(len(choice.code) + 1 for choice in question.choices)

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe one column, of numbers where options have values and of codes where not."""
        return (
            Column(
                name=question.code,
                label=question.whole_text(language),
                measure="scale" if self.has_values(question) else "nominal",
                labels=choice_labels(question, language),
                values={
                    choice.code: float(choice.value)
                    for choice in question.choices
                    if choice.value is not None
                },
                missing=exclusive_codes(question),
            ),
        )

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Give the value or the code of the chosen option; None if said in place of an answer."""
        choice = chosen(question, answer)
        if choice is None or choice.exclusive:
            return {question.code: None}
        if not self.has_values(question):
            return {question.code: choice.code}
        return {question.code: None if choice.value is None else float(choice.value)}
