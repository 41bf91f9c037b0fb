"""Earlier answers repeated in later texts: ``{commune}`` becomes what was answered there.

A literal brace is written twice. What was not answered, or was answered by "no opinion", shows
as "…". The result is plain text: whoever puts it on a page escapes it there.
"""

import re
from collections.abc import Iterator, Mapping

from surveys.answers import Answer, said
from surveys.conditions_typing import Sort, day, sort_of
from surveys.questionnaire import Question, Questionnaire, Role, Section
from surveys.routing import given_on_way
from surveys.wording import Wording

PIECE = re.compile(r"\{\{|\}\}|\{(?P<code>[a-z][a-z0-9_]{0,39})\}|[{}]")
NOTHING = "…"
POINT = ("en",)  # elsewhere, as in Vietnam, a comma divides off decimals


def filled(text: str, words: Mapping[str, str]) -> str:
    """Put words in the place of codes.

    Parameters
    ----------
    text : str
        A text of the questionnaire in one language.
    words : mapping of question code to str
        As `words_of` gave them, in the same language.

    Returns
    -------
    str
        Plain text. Words are not searched for braces again.

    Examples
    --------
    >>> filled("{office}, {day}: {{x}}", {"office": "Sở {day}"})
    'Sở {day}, …: {x}'
    """
    if "{" not in text and "}" not in text:
        return text
    return PIECE.sub(lambda piece: _put(piece, words), text)


def _put(piece: re.Match[str], words: Mapping[str, str]) -> str:
    code = piece["code"]
    return piece[0][0] if code is None else words.get(code, NOTHING)


def words_of(
    questionnaire: Questionnaire, answers: Mapping[str, Answer], language: str
) -> dict[str, str]:
    """Put into words what later texts may repeat.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version the person was given.
    answers : mapping of question code to answer
        What is answered so far; what is off the way is not repeated.
    language : str
        Language of the page.

    Returns
    -------
    dict of question code to str
        For the questions that some text repeats and that have an answer.
    """
    repeated = questionnaire.derived(_repeated)
    if not repeated:
        return {}
    given = given_on_way(questionnaire, answers)
    found = {code: _words(asked, given.get(code), language) for code, asked in repeated.items()}
    return {code: words for code, words in found.items() if words}


def can_be_repeated(question: Question) -> bool:
    """Tell whether the answers to a question fit into a sentence and may be shown again."""
    repeatable = sort_of(question) is not Sort.NOTHING and question.kind != "long_text"
    return repeatable and question.role is not Role.COMMENT


def codes_in(wording: Wording | None) -> frozenset[str]:
    """Name the questions that a text repeats in any of its languages."""
    pieces = (piece["code"] for text in (wording or {}).values() for piece in PIECE.finditer(text))
    return frozenset(code for code in pieces if code)


def repeated_by(question: Question) -> frozenset[str]:
    """Name the questions that the texts of a question repeat."""
    return frozenset().union(*map(codes_in, texts_of(question)))


def texts_of(question: Question) -> tuple[Wording, ...]:
    """Give the texts of a question in which answers can be repeated."""
    texts = (question.texts, question.hints, question.matrix_texts)
    return tuple(wording for wording in texts if wording)


def _repeated(questionnaire: Questionnaire) -> dict[str, Question]:
    codes = frozenset().union(*map(_codes, questionnaire.sections))
    return {
        question.code: question
        for question in questionnaire.questions
        if question.code in codes and can_be_repeated(question)
    }


def _codes(section: Section) -> frozenset[str]:
    return codes_in(section.titles).union(*map(repeated_by, section.questions))


def _words(question: Question, answer: Answer | None, language: str) -> str:
    if answer is None:
        return ""
    match sort_of(question):
        case Sort.NUMBER:
            text = str(answer)
            return text if language in POINT else text.replace(".", ",")
        case Sort.DATE:
            found = day(str(answer))
            return "" if found is None else f"{found:%d/%m/%Y}"
        case Sort.TEXT:
            return str(answer)
        case _:
            return ", ".join(_chosen(question, answer, language))


def _chosen(question: Question, answer: Answer, language: str) -> Iterator[str]:
    for code in said(answer):
        choice = question.choice(code)
        if choice is not None and not choice.exclusive:
            yield choice.texts.in_language(language)
