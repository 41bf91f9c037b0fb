"""Which questions a person meets."""

from collections.abc import Mapping

from surveys.kinds import Answer
from surveys.questionnaire import Question, Questionnaire


def path(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> tuple[Question, ...]:  # noqa: ARG001
    """Give the questions on a person's way, in the order of the document.

    Every question is on the way as long as documents have no conditions; callers hand over
    the answers all the same, and take no other question than these.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    answers : mapping of question code to answer
        What is answered so far. An answer to a question that is itself off the way counts
        as not given.

    Returns
    -------
    tuple of Question
        A subsequence of ``questionnaire.questions``.
    """
    return questionnaire.questions
