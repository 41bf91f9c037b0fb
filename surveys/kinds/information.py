"""A text to read; nobody answers it."""

from collections.abc import Mapping, Sequence

from surveys.answers import Answer
from surveys.codebook import Coded, Column
from surveys.kinds.ordinary import OrdinaryKind
from surveys.questionnaire import Question


class InformationKind(OrdinaryKind):
    """Stands between questions without a number, and whatever is submitted for it is nothing."""

    name = "information"
    answered = False

    def read(self, question: Question, submitted: Sequence[str]) -> None:
        """Pass everything over."""
        return

    def longest(self, question: Question) -> int:
        """Tell that there is nothing to keep."""
        return 0

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe no column."""
        return ()

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Fill no column."""
        return {}
