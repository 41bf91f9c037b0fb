"""What lies in a box: one answer, padded and sealed for the worker alone.

All boxes of a questionnaire are equally long. Were a long comment to make a longer box, whoever
sees the database before and after the mixing could tell whose comment it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from surveys.kinds import KINDS
from surveys.questionnaire import Questionnaire

LENGTHS = (1024, 2048, 4096, 8192)
PREFIX = 4
# Around all answers: rid, receipt hash and names; around each: quotes, colon, comma.
FRAME, FRAME_OF_ANSWER = 160, 8
WIDEST = 4
LONGEST_TEXT = 1500


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
    """

    rid: str
    answers: Mapping[str, str]
    comment: str | None
    receipt: str


def room(asked: Questionnaire) -> int:
    """Tell how many bytes the longest possible answer to a questionnaire takes.

    Texts count four bytes a character, the most that UTF-8 takes and more than JSON's escapes.
    """
    return FRAME + sum(
        len(question.code)
        + FRAME_OF_ANSWER
        + WIDEST * ((question.max_length or LONGEST_TEXT) if KINDS[question.kind].is_text else 0)
        + sum(len(choice.code) + 1 for choice in question.choices)
        for question in asked.questions
    )


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
    document = json.dumps(
        {
            "rid": content.rid,
            "answers": dict(content.answers),
            "comment": content.comment,
            "receipt": content.receipt,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
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
    return Content(**document)


def _is_answer(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and document.keys() == {"rid", "answers", "comment", "receipt"}
        and isinstance(document["rid"], str)
        and isinstance(document["answers"], dict)
        and isinstance(document["comment"], str | None)
        and isinstance(document["receipt"], str)
    )


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
