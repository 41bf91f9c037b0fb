"""How a question is put into a message, and which question comes next."""

from collections.abc import Iterator, Mapping

from surveys.answers import Answer
from surveys.conversation_state import Conversation
from surveys.conversation_words import text
from surveys.piping import filled, words_of
from surveys.questionnaire import Question, Questionnaire, Role
from surveys.routing import path
from surveys.texts import without_marks

ONE_OF_LIST = ("scale", "single_choice", "yes_no")
REPLIED = (*ONE_OF_LIST, "multiple_choice", "number")
"""Kinds of questions that a short reply can answer for certain."""


def asked_by_message(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """List the questions that are asked: all but information and the comment, which is optional."""
    return tuple(filter(is_asked, questionnaire.questions))


def is_asked(question: Question) -> bool:
    """Tell whether a question has a place in a conversation."""
    return question.kind != "information" and question.role is not Role.COMMENT


def next_question(questionnaire: Questionnaire, conversation: Conversation) -> Question | None:
    """Find the first question on the person's way that is neither answered nor passed over."""
    answers = conversation.answers
    done = {*answers, *conversation.skipped}
    way = path(questionnaire, answers)
    return next((found for found in way if is_asked(found) and found.code not in done), None)


def question_text(
    questionnaire: Questionnaire, question: Question, answers: Mapping[str, Answer], language: str
) -> str:
    """Word a question for a message.

    Parameters
    ----------
    answers : mapping of question code to answer
        For the texts that repeat one.
    language : str
        ``vi`` or ``en``.

    Returns
    -------
    str
        Without hint and without Vietnamese marks; options are numbered from 1 in the order of the
        document, whatever their codes.
    """
    return worded(question, words_of(questionnaire, answers, language), language)


def worded(question: Question, words: Mapping[str, str], language: str) -> str:
    """Word a question with these words in the places of earlier answers."""
    lines = [filled(question.whole_text(language), words)]
    if question.kind == "multiple_choice":
        lines[0] += " " + text("several", language)
    lines += _options(question, language)
    return without_marks("\n".join(lines))


def hint(question: Question | None, language: str) -> str:
    """Say how to reply to a question, or to the first message."""
    if question is None:
        return text("hint_consent", language)
    if question.kind in ONE_OF_LIST:
        return text("hint_one", language, last=len(question.choices))
    name = "hint_number" if question.kind == "number" else "hint_several"
    return text(name, language)


def _options(question: Question, language: str) -> Iterator[str]:
    for number, choice in enumerate(question.choices, start=1):
        yield f"{number}. {choice.texts.in_language(language)}"
