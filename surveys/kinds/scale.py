"""A rating on a scale of any length, with options such as "no opinion" beside it."""

from collections.abc import Iterator

from surveys.errors import Fault
from surveys.kinds.single import OneChoiceKind
from surveys.questionnaire import Question

FACES = 5


class ScaleKind(OneChoiceKind):
    """Answers are codes of choices; each choice but the exclusive ones has a value."""

    name = "scale"
    properties = ("scale",)
    optional = ("faces",)

    def has_values(self, question: Question) -> bool:
        """Tell that every scale has values."""
        return True

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell when there are not as many drawings as options; the scale is checked once."""
        if question.faces and sum(not choice.exclusive for choice in question.choices) != FACES:
            yield Fault(f"{path}.faces", "faces_need_five", value=True)
