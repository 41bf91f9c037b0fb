"""A submitted form becomes answers, or a fault for each question to mend."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from surveys.answers import Answer
from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.ordering import ORDER_COLUMN, ORDERS, shuffles
from surveys.questionnaire import Question, Questionnaire, Role
from surveys.routing import path

FIELD_PREFIX = "a_"
NOTHING: Mapping[str, Answer] = {}

Form = Mapping[str, Sequence[str]]
Read = Mapping[str, Answer | Fault | None]


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


def read_answers(questionnaire: Questionnaire, form: Form, order: int | None = None) -> Reading:
    """Read the answers of a form.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    form : mapping of field name to values
        Everything submitted; a question's field is ``a_`` and its code. Other fields, and
        those of questions off the person's way, are passed over.
    order : int, optional
        The order in which questions were shown (`surveys.ordering.order_of`); it stands among
        the answers as ``_order`` if the questionnaire shuffles anything.

    Returns
    -------
    Reading
        A fault never comes with an answer to the same question; what is off the way has
        neither.
    """
    read = _read(questionnaire.questions, form)
    reading = _reading(path(questionnaire, _given(read)), read)
    if order is not None and shuffles(questionnaire):
        reading.answers[ORDER_COLUMN] = str(order % ORDERS)
    return reading


def read_page(
    questionnaire: Questionnaire,
    page: Collection[str],
    form: Form,
    before: Mapping[str, Answer] = NOTHING,
) -> Reading:
    """Read one page of a form that is shown page by page.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    page : collection of str
        Codes of the page's questions, as `surveys.paging.pages` gave them.
    form : mapping of field name to values
        Fields of other pages are passed over.
    before : mapping of question code to answer
        What was answered on other pages; it decides which of these questions are asked.

    Returns
    -------
    Reading
        Of this page's questions alone; `carried` puts it to what was answered before.
    """
    elsewhere = {code: answer for code, answer in before.items() if code not in page}
    read = _read((asked for asked in questionnaire.questions if asked.code in page), form)
    way = path(questionnaire, {**elsewhere, **_given(read)})
    return _reading((question for question in way if question.code in page), read)


def carried(
    questionnaire: Questionnaire,
    page: Collection[str],
    before: Mapping[str, Answer],
    reading: Reading,
) -> dict[str, Answer]:
    """Put the answers of a page to those given before.

    What a page no longer asks is kept, so that going back and forth loses nothing; `to_form`
    and `read_answers` drop at the end what is off the way.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    page : collection of str
        Codes of the page's questions.
    before : mapping of question code to answer
        What was answered before, here too.
    reading : Reading
        What `read_page` gave, without faults.

    Returns
    -------
    dict of question code to answer
        The comment is among them, under its question's code.
    """
    on_way = {question.code for question in path(questionnaire, {**before, **reading.answers})}
    answers = {
        code: answer
        for code, answer in before.items()
        if not (code in page and code in on_way)  # asked again, and perhaps left blank now
    }
    answers.update(reading.answers)
    asked = questionnaire.comment_question
    if asked is not None and reading.comment is not None:
        answers[asked.code] = reading.comment
    return answers


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


def _read(questions: Iterable[Question], form: Form) -> Read:
    return {
        question.code: KINDS[question.kind].read(question, form.get(field_name(question), ()))
        for question in questions
    }


def _given(read: Read) -> dict[str, Answer]:
    return {
        code: value
        for code, value in read.items()
        if value is not None and not isinstance(value, Fault)
    }


def _reading(way: Iterable[Question], read: Read) -> Reading:
    """Sort what was read of the questions on the way."""
    answers: dict[str, Answer] = {}
    faults: dict[str, Fault] = {}
    comments: list[str] = []
    for question in way:
        value = read[question.code]
        if isinstance(value, Fault):
            faults[question.code] = value
        elif question.role is Role.COMMENT:
            comments += [value] if isinstance(value, str) else []
        elif value is not None:
            answers[question.code] = value
    return Reading(answers, faults, comments[0] if comments else None)
