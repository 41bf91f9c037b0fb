"""What most kinds have in common."""

from collections.abc import Iterator

from surveys.answers import Answer, said
from surveys.errors import Fault
from surveys.questionnaire import Question


class OrdinaryKind:
    """Takes answers that are neither text nor values; a kind says where it differs."""

    properties: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    answered = True
    is_text = False

    def has_values(self, question: Question) -> bool:
        """Tell that nothing can be rated by the answers."""
        return False

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell nothing."""
        return iter(())

    def write(self, answer: Answer) -> tuple[str, ...]:
        """Submit what was said."""
        return said(answer)
