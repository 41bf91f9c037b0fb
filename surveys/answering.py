"""A submitted form becomes answers, or a fault for each question to mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.errors import Fault
from surveys.kinds import KINDS, Answer
from surveys.questionnaire import Question, Questionnaire, Role
from surveys.routing import path

FIELD_PREFIX = "a_"


@dataclass(frozen=True)
class Reading:
    """What a form said.

    Attributes
    ----------
    answers : dict of question code to answer
        Without the comment and without what was left blank.
    faults : dict of question code to Fault
        In the order of the questions; empty when the form may be sealed.
    comment : str or None
        Kept apart from the answers from here on, for it is stored apart.
    """

    answers: dict[str, Answer]
    faults: dict[str, Fault]
    comment: str | None


def field_name(question: Question) -> str:
    """Name the form field of a question: its code after ``a_``, clear of the form's own fields."""
    return FIELD_PREFIX + question.code


def read_answers(questionnaire: Questionnaire, form: Mapping[str, Sequence[str]]) -> Reading:
    """Read the answers of a form.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    form : mapping of field name to values
        Everything submitted; a question's field is ``a_`` and its code. Other fields, and
        those of questions off the person's way, are passed over.

    Returns
    -------
    Reading
        A fault never comes with an answer to the same question.
    """
    read = {
        question.code: KINDS[question.kind].read(question, form.get(field_name(question), ()))
        for question in questionnaire.questions
    }
    given = {code: value for code, value in read.items() if isinstance(value, Answer)}
    way = path(questionnaire, given)
    faults = {
        question.code: fault for question in way if isinstance(fault := read[question.code], Fault)
    }
    comments = [given.get(question.code) for question in way if question.role is Role.COMMENT]
    answers = {
        question.code: given[question.code]
        for question in way
        if question.role is not Role.COMMENT and question.code in given
    }
    return Reading(answers, faults, comments[0] if comments else None)


def to_form(
    questionnaire: Questionnaire, answers: Mapping[str, Answer], comment: str | None = None
) -> dict[str, tuple[str, ...]]:
    """Give the form that `read_answers` reads back to these answers.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version they answer.
    answers : mapping of question code to answer
        Codes that are not in the questionnaire are passed over.
    comment : str, optional
        The text of the comment question.

    Returns
    -------
    dict of field name to values
        A field for each answered question.
    """
    given = dict(answers)
    if questionnaire.comment_question and comment is not None:
        given[questionnaire.comment_question.code] = comment
    return {
        field_name(question): KINDS[question.kind].write(given[question.code])
        for question in questionnaire.questions
        if question.code in given
    }
