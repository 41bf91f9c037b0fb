"""Contacts sealed where a list is kept, for the office that will send the messages alone.

The file is a line that names its form, then boxes, each behind its length. A box holds some
thousand contacts and says of which file it is, which of how many: boxes left out, doubled or
taken from another file are noticed. Whoever sealed them cannot open them again.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from app.services.errors import InvalidInputError
from app.texts import N_
from sampling.listing.contacts import Contact

FORM = b"khaosat contacts 1\n"
PREFIX = 4
CONTACTS_IN_BOX = 2_000
KEY_LENGTH = 32


@dataclass(frozen=True)
class SealedContacts:
    """What a file of contacts holds.

    Attributes
    ----------
    key : bytes
        The key of `phone_group` and `digits_hash` in the frame that belongs to the contacts.
    frame_hash : str
        Hash of that frame.
    """

    key: bytes
    frame_hash: str
    contacts: tuple[Contact, ...]


def recipient(written: str) -> PublicKey:
    """Read an office's public key, 64 hexadecimal digits.

    Raises
    ------
    InvalidInputError
        If it is none.
    """
    try:
        return PublicKey(bytes.fromhex(written.strip()))
    except (ValueError, TypeError, CryptoError) as error:
        raise InvalidInputError(N_("This is no public key: 64 hexadecimal digits.")) from error


def seal(public: PublicKey, content: SealedContacts) -> bytes:
    """Make the file that only the office can open."""
    parts = [*chunks(content.contacts)] or [()]
    head = {
        "file": secrets.token_hex(16),
        "key": content.key.hex(),
        "frame_hash": content.frame_hash,
        "boxes": len(parts),
    }
    box = SealedBox(public)
    sealed = [
        box.encrypt(json.dumps({**head, "box": place, "contacts": [*map(asdict, part)]}).encode())
        for place, part in enumerate(parts)
    ]
    return FORM + b"".join(len(one).to_bytes(PREFIX, "big") + one for one in sealed)


def chunks(contacts: Sequence[Contact]) -> Iterator[Sequence[Contact]]:
    """Cut the contacts into boxes."""
    for start in range(0, len(contacts), CONTACTS_IN_BOX):
        yield contacts[start : start + CONTACTS_IN_BOX]


def unseal(secret: PrivateKey, content: bytes) -> SealedContacts:
    """Open a file of contacts.

    Raises
    ------
    InvalidInputError
        If it was sealed for another office, changed, cut, or put together from others.
    """
    try:
        opened = [json.loads(SealedBox(secret).decrypt(one)) for one in boxes(content)]
        first = opened[0]
        same = ("file", "key", "frame_hash", "boxes")
        whole = all(
            box["box"] == place and all(box[name] == first[name] for name in same)
            for place, box in enumerate(opened)
        )
        if not whole or len(opened) != first["boxes"]:
            raise ValueError("boxes are missing or of other files")
        contacts = tuple(contact(row) for box in opened for row in box["contacts"])
        return SealedContacts(bytes.fromhex(first["key"]), str(first["frame_hash"]), contacts)
    except (CryptoError, ValueError, KeyError, IndexError, TypeError) as error:
        raise InvalidInputError(
            N_("This file of contacts cannot be opened: damaged, or sealed for another office.")
        ) from error


def boxes(content: bytes) -> Iterator[bytes]:
    """Give the boxes of a file; ValueError where it is cut or no such file."""
    if not content.startswith(FORM):
        raise ValueError("not a file of contacts")
    place = len(FORM)
    while place < len(content):
        length = int.from_bytes(content[place : place + PREFIX], "big")
        box = content[place + PREFIX : place + PREFIX + length]
        if not length or len(box) != length:
            raise ValueError("the file is cut")
        yield box
        place += PREFIX + length


def contact(row: Any) -> Contact:
    """Read a contact, whose parts are all texts."""
    names = {part.name for part in fields(Contact)}
    if row.keys() - names or not all(isinstance(value, str) for value in row.values()):
        raise ValueError("not a contact")
    return Contact(**row)
