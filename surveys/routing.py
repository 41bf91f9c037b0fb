"""Which questions a person meets."""

from collections.abc import Mapping

from surveys.answers import Answer
from surveys.conditions import Condition
from surveys.conditions_evaluation import Test, compiled
from surveys.questionnaire import Question, Questionnaire

Step = tuple[Question, Test | None]
Route = tuple[tuple[Test | None, tuple[Step, ...]], ...]


def path(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> tuple[Question, ...]:
    """Give the questions on a person's way, in the order of the document.

    The way follows from the answers alone: nothing says where to go next, so no way can miss
    its default or lead in a circle. It takes time linear in questions and conditions; conditions
    are compiled once for a questionnaire, and one without any gives its own tuple.

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
    route = questionnaire.derived(_route)
    if route is None:
        return questionnaire.questions
    way: list[Question] = []
    given: dict[str, Answer] = {}
    for entered, steps in route:
        if entered is not None and not entered(given):
            continue
        for question, asked in steps:
            if asked is None or asked(given):
                way.append(question)
                answer = answers.get(question.code)
                if answer is not None:
                    given[question.code] = answer
    return tuple(way)


def given_on_way(questionnaire: Questionnaire, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Keep the answers that count as given.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    answers : mapping of question code to answer
        Any answers.

    Returns
    -------
    dict of question code to answer
        Those to questions on the way, in the order of the document.
    """
    return {
        question.code: answers[question.code]
        for question in path(questionnaire, answers)
        if question.code in answers
    }


def _route(questionnaire: Questionnaire) -> Route | None:
    """Compile the conditions; None when there is none."""
    sections, questions = questionnaire.sections, questionnaire.questions
    if not any(part.only_if for part in sections) and not any(part.only_if for part in questions):
        return None
    by_code = {question.code: question for question in questions}

    def test(condition: Condition | None) -> Test | None:
        return None if condition is None else compiled(condition, by_code)

    return tuple(
        (
            test(section.only_if),
            tuple((question, test(question.only_if)) for question in section.questions),
        )
        for section in sections
    )
