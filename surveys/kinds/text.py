"""What short and long free text have in common."""

from collections.abc import Iterator, Mapping, Sequence

from surveys.answers import Answer
from surveys.cleaning import normalised, visible
from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.kinds.ordinary import OrdinaryKind
from surveys.kinds.single import one_value
from surveys.questionnaire import Question

# Text of n composed characters may be typed as up to three times as many.
SLACK = 3
# Bytes of a character: the most that UTF-8 takes, and more than JSON's escapes.
WIDEST = 4


class TextKind(OrdinaryKind):
    """Answers are texts in composed form, without control characters.

    Parameters
    ----------
    name : str
        Name in documents.
    limit : int
        The most that `max_length` may be, in code points.
    lines : bool
        Whether newlines stay; otherwise they become spaces.
    """

    properties = ("max_length",)
    is_text = True

    def __init__(self, name: str, limit: int, *, lines: bool) -> None:
        self.name = name
        self.limit = limit
        self.lines = lines

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell when the text may grow longer than a sealed answer has room for."""
        if question.max_length is not None and question.max_length > self.limit:
            yield Fault(
                f"{path}.max_length",
                "length_out_of_range",
                question.max_length,
                {"limit": self.limit},
            )

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Clean a text; what is left blank by that counts as blank."""
        cleaned = [visible(value) for value in submitted]
        value = one_value(question, cleaned)
        if not isinstance(value, str):
            return value
        limit = question.max_length or self.limit
        if len(value) > SLACK * limit:
            return Fault(question.code, "answer_too_long", None, {"limit": limit})
        text = normalised(value if self.lines else " ".join(value.split()))
        if len(text) > limit:
            return Fault(question.code, "answer_too_long", None, {"limit": limit})
        return text

    def longest(self, question: Question) -> int:
        """Count the widest characters."""
        return WIDEST * (question.max_length or self.limit)

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe one column of text."""
        label = question.whole_text(language)
        return (Column(question.code, label, "text", labels={}, values={}, missing=()),)

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Give the text as it is."""
        return {question.code: answer if isinstance(answer, str) else None}
