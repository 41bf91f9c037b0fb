"""Answers become rows of a data file, and a codebook tells what stands in it."""

from collections.abc import Collection, Mapping

from surveys.answers import Answer
from surveys.codebook import Coded, Column
from surveys.kinds import KINDS
from surveys.ordering import ORDER_COLUMN, columns, shuffles
from surveys.questionnaire import Question, Questionnaire, Role


def codebook(questionnaire: Questionnaire, language: str = "vi") -> tuple[Column, ...]:
    """Describe the columns of coded answers.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version that was answered.
    language : str
        Language of the labels; the first of the questionnaire stands in for one it has not.

    Returns
    -------
    tuple of Column
        In the order of the questions; at the end the order in which they were shown, where
        something is shuffled. The comment has none: it is stored apart.
    """
    found = tuple(
        column
        for question in _coded_questions(questionnaire)
        for column in KINDS[question.kind].columns(question, language)
    )
    return found + columns(questionnaire, language)


def coded(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> dict[str, Coded]:
    """Turn one person's answers into one row.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version that was answered.
    answers : mapping of question code to answer
        As `surveys.answering.read_answers` gave them.

    Returns
    -------
    dict of column name to float, str or None
        A float for a scale (1 to 5 on five points), for options with values and for a number;
        1 or 0 for each option of which several may be chosen; the code for a choice, ISO text
        for a day, the text for a text. None where nothing was answered, where an exclusive
        option was chosen (no opinion, prefer not to say), and where the questionnaire knows
        no such option.
    """
    row: dict[str, Coded] = {}
    for question in _coded_questions(questionnaire):
        row.update(KINDS[question.kind].code(question, answers.get(question.code)))
    if shuffles(questionnaire):
        order = answers.get(ORDER_COLUMN)
        row[ORDER_COLUMN] = order if isinstance(order, str) else None
    return row


def factors(
    questionnaire: Questionnaire, roles: Collection[Role] = (Role.SATISFACTION,)
) -> dict[str, tuple[str, ...]]:
    """List the questions of each factor.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version that was answered.
    roles : collection of Role
        Which questions count; those on satisfaction unless told otherwise.

    Returns
    -------
    dict of factor code to question codes
        In the order of the document, without factors that no such question measures.
    """
    found = {
        factor.code: tuple(
            question.code
            for question in questionnaire.questions
            if question.factor == factor.code and question.role in roles
        )
        for factor in questionnaire.factors
    }
    return {factor: questions for factor, questions in found.items() if questions}


def top_codes(question: Question) -> tuple[str, ...]:
    """List the options that count as satisfied.

    Parameters
    ----------
    question : Question
        Any question.

    Returns
    -------
    tuple of str
        Codes of the options whose value reaches the cut, such as 4 and 5 of five; empty for
        a question whose options have none.
    """
    cut = question.satisfied_from
    if cut is None:
        return ()
    return tuple(
        choice.code
        for choice in question.choices
        if choice.value is not None and choice.value >= cut
    )


def _coded_questions(questionnaire: Questionnaire) -> tuple[Question, ...]:
    return tuple(
        question for question in questionnaire.questions if question.role is not Role.COMMENT
    )
