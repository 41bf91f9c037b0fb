"""What lies in a box: one answer, padded and sealed for the worker alone.

All boxes of a questionnaire are equally long. Were a long comment to make a longer box, whoever
sees the database before and after the mixing could tell whose comment it is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from app.vocabulary import Device, Door
from surveys.answers import Answer, from_json
from surveys.kinds import KINDS
from surveys.ordering import ORDER_COLUMN, shuffles
from surveys.questionnaire import Questionnaire

LENGTHS = (1024, 2048, 4096, 8192)
PREFIX = 4
# Around all answers: rid, receipt hash, classes, door and names; around each: quotes, colon, comma.
FRAME, FRAME_OF_ANSWER = 216, 8
ORDER = 2  # digits of the order in which questions were shown
# Made once: `json.dumps` makes a new one for each answer.
WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
DURATIONS = range(1, 6)
RID, RECEIPT = re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{64}")
NEEDED = {"rid", "answers", "comment", "receipt"}
# Boxes that were sealed before these existed wait until the round closes.
LATER = {"duration": None, "device": None, "door": Door.SLIP.value}


class UnreadableBoxError(Exception):
    """A box is damaged, was sealed for another key, or holds something else than an answer."""


@dataclass(frozen=True)
class Content:
    """One answer as it lies in a box.

    Attributes
    ----------
    rid : str
        Random number of the answer, made when it was given and known to nobody.
    receipt : str
        Hash of the receipt, 64 hexadecimal digits.
    duration : int or None
        Class from 1 to 5 of how long the answering took; None where the form did not tell.
    device : str or None
        A word of `Device`; None where the browser did not tell.
    door : str
        A word of `Door`: how the person came here. It is counted, never stored with the answer.
    """

    rid: str
    answers: Mapping[str, Answer]
    comment: str | None
    receipt: str
    duration: int | None = None
    device: str | None = None
    door: str = Door.SLIP.value


def room(questionnaire: Questionnaire) -> int:
    """Tell how many bytes the longest possible answer to a questionnaire takes."""
    longest = {asked.code: KINDS[asked.kind].longest(asked) for asked in questionnaire.questions}
    if shuffles(questionnaire):
        longest[ORDER_COLUMN] = ORDER
    return FRAME + sum(len(code) + FRAME_OF_ANSWER + most for code, most in longest.items())


def padded(content: bytes, least: int = 0) -> bytes:
    """Fill up to the next of the lengths from `least` on, so that size tells nothing.

    Examples
    --------
    >>> [len(padded(b"x" * n)) for n in (0, 1020, 1021, 8188, 8189)]
    [1024, 1024, 2048, 8192, 16384]
    """
    needed = PREFIX + max(len(content), least)
    last = LENGTHS[-1]
    size = next((length for length in LENGTHS if length >= needed), -(-needed // last) * last)
    return (len(content).to_bytes(PREFIX, "big") + content).ljust(size, b"\0")


def unpadded(content: bytes) -> bytes:
    """Take the filling away again."""
    return content[PREFIX : PREFIX + int.from_bytes(content[:PREFIX], "big")]


def seal(public: bytes, content: Content, least: int = 0) -> bytes:
    """Close a box that only the secret half of `public` opens, with room for `least` bytes."""
    fields = {**vars(content), "answers": dict(content.answers)}
    document = WRITE(fields)
    return SealedBox(PublicKey(public)).encrypt(padded(document.encode(), least))


def open_box(secret: PrivateKey, ciphertext: bytes) -> Content:
    """Read a box.

    Raises
    ------
    UnreadableBoxError
        If nothing can be made of it.
    """
    try:
        document = json.loads(unpadded(SealedBox(secret).decrypt(ciphertext)))
    except (CryptoError, ValueError) as error:
        raise UnreadableBoxError from error
    if not _is_answer(document):
        raise UnreadableBoxError
    return Content(**{**LATER, **document, "answers": from_json(document["answers"])})


def _is_answer(document: Any) -> bool:
    """Whether every field is there and of a form that the tables of answers take."""
    if not isinstance(document, dict) or not NEEDED <= document.keys() <= NEEDED | LATER.keys():
        return False
    found = {**LATER, **document}
    return (
        _matches(RID, found["rid"])
        and _matches(RECEIPT, found["receipt"])
        and isinstance(found["answers"], dict)
        and all(map(_is_one_answer, found["answers"].values()))
        and isinstance(found["comment"], str | None)
        and (found["duration"] is None or _is_class(found["duration"]))
        and (found["device"] is None or found["device"] in list(Device))
        and found["door"] in list(Door)
    )


def _is_one_answer(value: Any) -> bool:
    """Whether it is a text, or several texts."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)


def _matches(form: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _is_class(value: Any) -> bool:
    return type(value) is int and value in DURATIONS


def reseal(secret: PrivateKey, public: bytes, ciphertext: bytes) -> bytes:
    """Close the same answer, padding and all, under another key.

    Raises
    ------
    UnreadableBoxError
        If the box cannot be opened.
    """
    try:
        return SealedBox(PublicKey(public)).encrypt(SealedBox(secret).decrypt(ciphertext))
    except CryptoError as error:
        raise UnreadableBoxError from error
