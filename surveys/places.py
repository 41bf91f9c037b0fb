"""Where the questions of a questionnaire stand in its document."""

from collections.abc import Iterator
from itertools import groupby

from surveys.questionnaire import Question, Questionnaire, Section


def entries(section: Section) -> tuple[tuple[Question, ...], ...]:
    """Give what a section lists: single questions, and together the rows of a matrix."""
    together = groupby(section.questions, key=lambda question: question.matrix or question.code)
    return tuple(tuple(questions) for _, questions in together)


def placed(questionnaire: Questionnaire) -> Iterator[tuple[str, Question]]:
    """Give every question with the path of its place in the document.

    Yields
    ------
    path, question
        Such as ``sections[0].questions[2]``, or ``sections[0].questions[2].rows[1]``.
    """
    for outer, section in enumerate(questionnaire.sections):
        for inner, entry in enumerate(entries(section)):
            path = f"sections[{outer}].questions[{inner}]"
            for row, question in enumerate(entry):
                yield (f"{path}.rows[{row}]" if question.matrix else path), question
