"""Passwords: hashing them with Argon2id, and refusing those that are easy to guess.

There are no rules about kinds of characters, and none about changing passwords by the calendar.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.texts import N_

SHORTEST, SHORTEST_WITH_SECOND_FACTOR, LONGEST = 15, 8, 1000
NOTHING = ""  # the hash of an account whose owner has not chosen a password yet
_hasher = PasswordHasher()
# Checked when nobody has the address, so that the time taken tells nothing.
_DUMMY = _hasher.hash("no account has this password")
# Each check takes 64 MB and two cores.
_few_at_once = threading.BoundedSemaphore(2)

LISTS = Path(__file__).parents[1] / "data" / "passwords"
SITE_WORDS = [
    "khaosat",
    "cchc",
    "dongnai",
    "sonoivu",
    "noivu",
    "caicachhanhchinh",
    "hanhchinh",
    "motcua",
    "chiso",
    "ubnd",
    "tinh",
    "matkhau",
    "password",
    "admin",
    "quantri",
]
ROWS_OF_KEYS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
FEWEST_OWN_LETTERS = 4
SHORT_PATTERN = 4

TOO_SHORT = N_("A password needs at least 15 characters; a short sentence is fine.")
TOO_SHORT_WITH_CODE = N_("A password needs at least 8 characters.")
TOO_LONG = N_("A password has at most 1,000 characters.")
TOO_COMMON = N_(
    "This password is easy to guess: it is among the most common ones, or made of a name, an "
    "address or words of this site. Choose another one; a short sentence of your own is fine."
)


def hashed(password: str) -> str:
    """Hash a password at the present cost."""
    with _few_at_once:
        return _hasher.hash(composed(password))


def matches(password: str, stored: str) -> bool:
    """Check a password against a hash; without a hash it takes as long, and is wrong."""
    try:
        with _few_at_once:
            _hasher.verify(stored or _DUMMY, composed(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(stored)


def outdated(stored: str) -> bool:
    """Whether a hash was made at another cost than the present one."""
    return bool(_hasher.check_needs_rehash(stored))


def composed(password: str) -> str:
    """Write accented letters in the one way (NFC), for keyboards differ."""
    return unicodedata.normalize("NFC", password)


def fault(password: str, about: Iterable[str], *, second_factor: bool = False) -> str | None:
    """Say why a password cannot be chosen, as a catalogue text.

    Parameters
    ----------
    about : iterable of str
        The person's name and address: a password made of them is refused.
    second_factor : bool
        Whether signing in asks for a code too; then a shorter password will do.
    """
    length = len(composed(password))
    if second_factor and length < SHORTEST_WITH_SECOND_FACTOR:
        return TOO_SHORT_WITH_CODE
    if not second_factor and length < SHORTEST:
        return TOO_SHORT
    if length > LONGEST:
        return TOO_LONG
    return TOO_COMMON if guessable(password, about) else None


def guessable(password: str, about: Iterable[str]) -> bool:
    """Whether a password is common, repetitive, or made of words that stand nearby."""
    folded = composed(password).casefold()
    bare = plain(folded)
    return (
        not {folded, bare}.isdisjoint(common())
        or repeated(folded)
        or made_of(bare, [*SITE_WORDS, *words_of(about)])
    )


@cache
def common() -> frozenset[str]:
    """Read the lists of common passwords, as they stand and without accents and spaces."""
    entries = {
        line
        for file in sorted(LISTS.glob("*.txt"))
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    return frozenset(entries | {plain(entry) for entry in entries})


def plain(text: str) -> str:
    """Leave out accents and spaces.

    Examples
    --------
    >>> plain("Mật khẩu Đồng Nai")
    'matkhaudongnai'
    """
    folded = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(c for c in folded if not unicodedata.combining(c) and not c.isspace())


def repeated(folded: str) -> bool:
    """Whether a password is one pattern over and over, or a walk along the keyboard.

    Examples
    --------
    >>> repeated("abcabcabcabcabc"), repeated("matkhaumatkhau"), repeated("123456789012345")
    (True, True, True)
    >>> repeated("ba con vịt bơi qua sông")
    False
    """
    for length in range(1, len(folded) // 2 + 1):
        pattern = folded[:length]
        rhythm = (pattern * (len(folded) // length + 1))[: len(folded)]
        if rhythm == folded and (length <= SHORT_PATTERN or pattern in common()):
            return True
    walks = [row * (len(folded) // len(row) + 2) for row in ("1234567890", *ROWS_OF_KEYS)]
    return any(folded in walk or folded in walk[::-1] for walk in walks)


def words_of(about: Iterable[str]) -> list[str]:
    """List the words of names and addresses that are long enough to tell anything."""
    parts = (re.split(r"[\W_]+", plain(part)) for text in about for part in text.split())
    return [word for words in parts for word in words if len(word) > 2]


def made_of(bare: str, words: Iterable[str]) -> bool:
    """Whether hardly a letter is left when known words are taken out."""
    rest = bare
    for word in sorted(set(words), key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != bare and sum(c.isalpha() for c in rest) < FEWEST_OWN_LETTERS
