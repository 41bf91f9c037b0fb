"""What every kind of question can do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.questionnaire import Question

Answer = str
"""What is kept of an answer, ready for JSON: the code of a choice, or a text."""


class Kind(Protocol):
    """A kind of question: one object, without state, registered by its name."""

    @property
    def name(self) -> str:
        """Name in documents."""

    @property
    def properties(self) -> tuple[str, ...]:
        """Properties a question of this kind must have, beside those of all questions."""

    @property
    def has_values(self) -> bool:
        """Whether answers are numbers that ratings can be made from."""

    @property
    def is_text(self) -> bool:
        """Whether answers are free text."""

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell what makes no sense in a question of this kind."""

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Turn the values of a form field into an answer, a fault, or None when left blank."""

    def write(self, answer: Answer) -> tuple[str, ...]:
        """Give the values of the form field that `read` turns into this answer."""

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe the columns this question fills."""

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Fill these columns; None where nothing was answered."""
