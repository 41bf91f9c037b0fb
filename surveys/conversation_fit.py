"""Whether a questionnaire can be asked by text messages."""

from collections import Counter
from collections.abc import Iterator

from surveys.conversation_asking import REPLIED, asked_by_message, is_asked, worded
from surveys.conversation_reading import NUMBERED, command, labels
from surveys.conversation_words import TEXTS, text
from surveys.errors import Fault
from surveys.piping import repeated_by
from surveys.places import placed
from surveys.questionnaire import Question, Questionnaire
from surveys.texts import Encoding, parts, without_marks

LANGUAGES = tuple(TEXTS["ask"])
MOST_CHOICES = 9
MOST_QUESTIONS = 20
MOST_PARTS = 2
LONGEST_KEYWORD = "KSCC999"
LONGEST_NUMBER = "-999999999999,999999"
"""What a text may repeat of a number at most."""


def unsuitable(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Find what cannot be asked by message.

    Parameters
    ----------
    questionnaire : Questionnaire
        One without other faults.

    Returns
    -------
    tuple of Fault
        Empty when every question fits. Information and the comment are left out of messages, so
        that nothing is wrong with them.
    """
    asked = asked_by_message(questionnaire)
    spoken = [language for language in LANGUAGES if language in questionnaire.languages]
    faults: list[Fault] = []
    if not spoken:
        faults.append(Fault("languages", "reply_no_language"))
    if not asked:
        faults.append(Fault("sections", "reply_nothing_asked"))
    if len(asked) > MOST_QUESTIONS:
        limit = {"limit": MOST_QUESTIONS}
        faults.append(Fault("sections", "reply_too_many_questions", len(asked), limit))
    for path, question in placed(questionnaire):
        if is_asked(question):
            faults += _faults(questionnaire, question, path, spoken)
    return tuple(faults)


def _faults(
    questionnaire: Questionnaire, question: Question, path: str, languages: list[str]
) -> Iterator[Fault]:
    if question.kind not in REPLIED:
        yield Fault(f"{path}.kind", "reply_kind", question.kind)
        return
    count = len(question.choices)
    if count > MOST_CHOICES:
        yield Fault(f"{path}.choices", "reply_too_many_choices", count, {"limit": MOST_CHOICES})
        return
    for language in languages:
        yield from _length_faults(questionnaire, question, path, language)
        yield from _choice_faults(question, path, language)


def _length_faults(
    questionnaire: Questionnaire, question: Question, path: str, language: str
) -> Iterator[Fault]:
    words = {code: _longest(questionnaire, code, language) for code in repeated_by(question)}
    message = worded(question, words, language)
    cut = parts(text("ask", language, keyword=LONGEST_KEYWORD, question=message))
    place = f"{path}.texts.{language}"
    if cut.encoding is Encoding.UCS2:
        shown = " ".join(cut.offenders)
        yield Fault(place, "reply_outside_gsm", shown, {"language": language})
    elif cut.count > MOST_PARTS:
        params = {"language": language, "limit": MOST_PARTS}
        yield Fault(place, "reply_too_long", cut.count, params)


def _longest(questionnaire: Questionnaire, code: str, language: str) -> str:
    question = questionnaire.question(code)
    if question is None or not question.choices:
        return LONGEST_NUMBER
    wordings = [choice.texts.in_language(language) for choice in question.choices]
    several = question.kind == "multiple_choice"
    return ", ".join(wordings) if several else max(wordings, key=lambda it: len(without_marks(it)))


def _choice_faults(question: Question, path: str, language: str) -> Iterator[Fault]:
    """Tell which options somebody could name and not be understood."""
    words = labels(question, language)
    for label, times in Counter(words).items():
        if times > 1:
            yield Fault(f"{path}.choices", "reply_choices_alike", label)
    for place, choice in enumerate(question.choices):
        label = choice.texts.in_language(language)
        # Said without marks it may be a command, or the number of its neighbour.
        number = NUMBERED.fullmatch(words[place])
        if command(words[place]) or (number and int(number[1]) != place + 1):
            yield Fault(f"{path}.choices[{place}]", "reply_choice_misread", label)
