"""One option out of a list of names, or of answers that are worth something."""

from collections.abc import Iterator

from surveys.errors import Fault
from surveys.kinds.single import OneChoiceKind
from surveys.kinds.values import value_faults
from surveys.questionnaire import RATED_ROLES, Question

SINGLE = "single_choice"


class SingleChoiceKind(OneChoiceKind):
    """Answers are codes of choices; with values they are numbers in the data file.

    A panel of experts rates with such options (100, 60, 20, 0 points). A rating needs a cut
    too, from which an answer is satisfied.
    """

    name = SINGLE
    properties = ("choices",)
    optional = ("satisfied_from",)

    def has_values(self, question: Question) -> bool:
        """Tell whether the document gives values to the options."""
        return any(choice.value is not None for choice in question.choices)

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell when there is nothing to choose between, and what is wrong with values."""
        if sum(not choice.exclusive for choice in question.choices) < 2:
            yield Fault(f"{path}.choices", "too_few_choices")
        cut = question.satisfied_from
        if self.has_values(question):
            yield from value_faults(question.choices, cut, path)
            if cut is None and question.role in RATED_ROLES:
                yield Fault(path, "cut_missing")
        elif cut is not None:
            yield Fault(f"{path}.satisfied_from", "cut_without_values", cut)
