"""How long it takes to answer: an estimate from what is to be read and to be done.

Nothing is measured of people here. The constants are for somebody who reads slowly, on a phone:
fifteen characters a second is about 200 Vietnamese words a minute.
"""

from collections.abc import Mapping
from math import ceil

from surveys.questionnaire import Question, Questionnaire
from surveys.wording import Wording

READ_A_SECOND = 15
SECONDS: Mapping[str, int] = {
    "scale": 3,
    "single_choice": 4,
    "multiple_choice": 8,
    "yes_no": 2,
    "number": 8,
    "date": 12,
    "short_text": 15,
    "long_text": 40,
}
"""To decide and to enter one answer, by kind."""


def minutes(questionnaire: Questionnaire, language: str = "vi") -> int:
    """Estimate how long somebody needs who is asked everything.

    Parameters
    ----------
    questionnaire : Questionnaire
        Any version.
    language : str
        In which it is read.

    Returns
    -------
    int
        Whole minutes, at least 1, rounded up: reading everything once (the options of a scale
        once, the heading of a matrix once) and entering every answer, save texts that may be
        left blank. Whoever is asked less needs less.
    """
    seconds = len(questionnaire.intro.in_language(language)) / READ_A_SECOND
    read: set[str] = set()
    for question in questionnaire.questions:
        seconds += _characters(question, language, read) / READ_A_SECOND
        if not (question.max_length and not question.required):
            seconds += SECONDS.get(question.kind, 0)
    return max(1, ceil(seconds / 60))


def _characters(question: Question, language: str, read: set[str]) -> int:
    """Count what is new to read; `read` names scales and matrices met before."""
    texts: list[Wording | None] = [question.texts, question.hints]
    if question.matrix not in read:
        texts.append(question.matrix_texts)
    if question.scale is None or question.scale not in read:
        texts += [choice.texts for choice in question.choices]
    read.update(name for name in (question.scale, question.matrix) if name)
    return sum(len(text.in_language(language)) for text in texts if text)
