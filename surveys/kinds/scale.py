"""A rating on a scale of any length, with options such as "no opinion" beside it."""

from collections.abc import Iterator, Mapping, Sequence

from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.kinds.protocol import Answer
from surveys.kinds.single import choice_labels, exclusive_codes, one_choice
from surveys.questionnaire import Question


class ScaleKind:
    """Answers are codes of choices; each choice but the exclusive ones has a value."""

    name = "scale"
    properties = ("scale",)
    has_values = True
    is_text = False

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell nothing: the scale itself is checked once, not with each question."""
        return iter(())

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Accept one code of the scale."""
        return one_choice(question, submitted)

    def write(self, answer: Answer) -> tuple[str, ...]:
        """Submit the code itself."""
        return (answer,)

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe one column of numbers."""
        values = {
            choice.code: float(choice.value)
            for choice in question.choices
            if choice.value is not None
        }
        return (
            Column(
                name=question.code,
                label=question.texts.in_language(language),
                measure="scale",
                labels=choice_labels(question, language),
                values=values,
                missing=exclusive_codes(question),
            ),
        )

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Give the value of the chosen option; None for no opinion and for no answer."""
        choice = None if answer is None else question.choice(answer)
        value = None if choice is None else choice.value
        return {question.code: None if value is None else float(value)}
