"""What every kind of question can do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from surveys.answers import Answer
from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.questionnaire import Question


class Kind(Protocol):
    """A kind of question: one object, without state, registered by its name."""

    @property
    def name(self) -> str:
        """Name in documents."""

    @property
    def properties(self) -> tuple[str, ...]:
        """Properties a question of this kind must have, beside those of all questions."""

    @property
    def optional(self) -> tuple[str, ...]:
        """Properties it may have."""

    @property
    def answered(self) -> bool:
        """Whether it takes an answer at all; what does not has no role, number or column."""

    @property
    def is_text(self) -> bool:
        """Whether answers are free text."""

    def has_values(self, question: Question) -> bool:
        """Tell whether answers are numbers that ratings can be made from."""

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell what makes no sense in a question of this kind."""

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Turn the values of a form field into an answer, a fault, or None when left blank."""

    def write(self, answer: Answer) -> tuple[str, ...]:
        """Give the values of the form field that `read` turns into this answer."""

    def longest(self, question: Question) -> int:
        """Tell how many bytes the longest answer takes as JSON, without the outer quotes."""

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe the columns this question fills."""

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Fill these columns; None where nothing was answered."""
