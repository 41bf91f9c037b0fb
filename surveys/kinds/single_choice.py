"""One option out of a list of names."""

from collections.abc import Iterator, Mapping, Sequence

from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.kinds.protocol import Answer
from surveys.kinds.single import choice_labels, exclusive_codes, one_choice
from surveys.questionnaire import Question


class SingleChoiceKind:
    """Answers are codes of choices and stay codes in the data file."""

    name = "single_choice"
    properties = ("choices",)
    has_values = False
    is_text = False

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell when there is nothing to choose between."""
        if sum(not choice.exclusive for choice in question.choices) < 2:
            yield Fault(f"{path}.choices", "too_few_choices")

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Accept one code of the list."""
        return one_choice(question, submitted)

    def write(self, answer: Answer) -> tuple[str, ...]:
        """Submit the code itself."""
        return (answer,)

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe one column of codes."""
        return (
            Column(
                name=question.code,
                label=question.texts.in_language(language),
                measure="nominal",
                labels=choice_labels(question, language),
                values={},
                missing=exclusive_codes(question),
            ),
        )

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Give the code of the chosen option; None if it was said in place of an answer."""
        choice = None if answer is None else question.choice(answer)
        return {question.code: None if choice is None or choice.exclusive else choice.code}
