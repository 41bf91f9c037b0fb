"""What a reply says: a command, yes or no, or an answer to a question."""

import re
import unicodedata

from surveys.answers import Answer
from surveys.conversation_words import (
    COMMANDS,
    FILLERS,
    NO,
    NO_COMMANDS,
    STOP_BEGINNINGS,
    TOGETHER,
    YES,
    Command,
)
from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.kinds.yes_no import NO as NO_CODE, YES as YES_CODE
from surveys.limits import NumberLimits
from surveys.questionnaire import Question
from surveys.texts import without_marks

LONGEST_READ = 320
BETWEEN = re.compile(r"[^\w]+")
NUMBERED = re.compile(rf"(?:(?:{'|'.join(FILLERS)}) ?)?([0-9]{{1,2}})")
AMOUNT = re.compile(r"\s*([+-]?[0-9][0-9.,]*)\s*([^0-9]*)")
# "3. Hài lòng": a number and the words of its option.
WORDED = re.compile(rf"(?:(?:{'|'.join(FILLERS)}) ?)?([0-9]{{1,2}}) (.+)")


def folded(reply: str) -> str:
    """Write a reply in small letters without marks, with one blank between words.

    Examples
    --------
    >>> folded(" Câu  3. "), folded("HÀI LÒNG!")
    ('cau 3', 'hai long')
    """
    plain = without_marks(reply[:LONGEST_READ]).lower()
    return BETWEEN.sub(" ", plain).strip()


def command(reply: str) -> Command | None:
    """Tell which command a reply is, with or without marks; None for any other reply.

    Examples
    --------
    >>> command("Từ chối"), command("đúng"), command("DUNG")
    (<Command.STOP: 'stop'>, None, <Command.STOP: 'stop'>)
    """
    words = folded(reply)
    if f"{words} ".startswith(STOP_BEGINNINGS):
        return Command.STOP
    composed = unicodedata.normalize("NFC", reply[:LONGEST_READ]).lower()
    if BETWEEN.sub(" ", composed).strip() in NO_COMMANDS:
        return None
    return COMMANDS.get(words)


def consents(reply: str) -> bool | None:
    """Tell whether a reply agrees to be asked; None when it says neither."""
    words = folded(reply)
    return True if words in YES else False if words in NO else None


def answer(question: Question, reply: str, language: str) -> Answer | None:
    """Read the answer to a question.

    Parameters
    ----------
    question : Question
        The one that was asked.
    reply : str
        A number of the list that was sent, the words of an option, yes or no, or a number that
        was asked for. Marks, capitals and stops do not matter.
    language : str
        In which the question was sent.

    Returns
    -------
    Answer or None
        None when it cannot be told for certain which answer is meant.
    """
    if question.kind == "number":
        submitted = _amount(question, reply)
    else:
        found = _chosen(question, reply, language)
        submitted = [question.choices[place].code for place in found]
    read = KINDS[question.kind].read(question, submitted) if submitted else None
    return None if isinstance(read, Fault) else read


def _amount(question: Question, reply: str) -> list[str]:
    """Take the unit away, with marks or without, and a full stop."""
    limits = question.limits
    units = (limits.unit or {}).values() if isinstance(limits, NumberLimits) else ()
    found = AMOUNT.fullmatch(reply)
    if found is None or folded(found[2]) not in {"", *map(folded, units)}:
        return []
    return [found[1].rstrip(".,")]


def _chosen(question: Question, reply: str, language: str) -> list[int]:
    """Find the places of the options that a reply names; none if it is not clear."""
    words = folded(reply)
    one = _one(question, words, language)
    if one is not None:
        return [one]
    if question.kind != "multiple_choice":
        return []
    listed = [word for word in words.split() if word not in TOGETHER]
    places = [_numbered(question, word) for word in listed]
    return [] if None in places else [place for place in places if place is not None]


def _one(question: Question, words: str, language: str) -> int | None:
    named = [place for place, label in enumerate(labels(question, language)) if label == words]
    if len(named) == 1:
        return named[0]
    if question.kind == "yes_no" and words in YES | NO:
        return _place(question, YES_CODE if words in YES else NO_CODE)
    place = _numbered(question, words)
    if place is not None:
        return place
    if both := WORDED.fullmatch(words):
        place = _numbered(question, both[1])
        if place is not None and labels(question, language)[place] == both[2]:
            return place
    return None


def labels(question: Question, language: str) -> list[str]:
    """Give the words of the options as replies are compared with them."""
    return [folded(choice.texts.in_language(language)) for choice in question.choices]


def _numbered(question: Question, words: str) -> int | None:
    found = NUMBERED.fullmatch(words)
    place = int(found[1]) - 1 if found else -1
    return place if 0 <= place < len(question.choices) else None


def _place(question: Question, code: str) -> int:
    return next(place for place, choice in enumerate(question.choices) if choice.code == code)
