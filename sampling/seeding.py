"""Secrets that are committed to, and the seed made of them and of a public number (0009)."""

import hashlib
import unicodedata
from collections.abc import Iterable

from sampling.draw_errors import DrawError

SECRET_BYTES = 32
VERSION = b"draw-v1"


def commitment(secret: bytes, party: str = "") -> str:
    """Commit to a secret without showing it.

    Parameters
    ----------
    secret : bytes
        32 random bytes.
    party : str
        Who commits, in a ceremony of several; "" for the office alone. The name keeps one party
        from handing in another's commitment.

    Returns
    -------
    str
        SHA-256 of the secret and the name in UTF-8 (NFC), as 64 hexadecimal digits.

    Raises
    ------
    DrawError
        If the secret is not of 32 bytes.
    """
    if len(secret) != SECRET_BYTES:
        raise DrawError("bad_secret", size=SECRET_BYTES)
    return hashlib.sha256(secret + tidy(party).encode()).hexdigest()


def tidy(text: str) -> str:
    """Write a public number or a name the one way that is hashed: NFC, no blanks around it."""
    return unicodedata.normalize("NFC", text.strip())


def seed_of(frame_hash: str, secrets: Iterable[bytes], public_number: str) -> bytes:
    """Make the seed that nobody could know before the public number was out.

    Parameters
    ----------
    frame_hash : str
        Of the frozen frame, 64 hexadecimal digits.
    secrets : iterable of bytes
        Those that were revealed, in the order in which they were committed to.
    public_number : str
        As its source printed it.

    Returns
    -------
    bytes, length 32
        SHA-256 of "draw-v1", the hash, the secrets and the number, one after the other.

    Raises
    ------
    DrawError
        If the number is empty.
    """
    number = tidy(public_number)
    if not number:
        raise DrawError("no_number")
    parts = (VERSION, bytes.fromhex(frame_hash), *secrets, number.encode())
    return hashlib.sha256(b"".join(parts)).digest()
