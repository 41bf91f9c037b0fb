"""Files closed with a passphrase or a key file: XChaCha20-Poly1305 in a stream, key by Argon2id.

A file begins with one line in the clear that says how the key is made; every piece after it is
authenticated together with its place, and the last one says that it is the last. So nothing can
be changed, left out, put in another order or cut off unnoticed.
"""

import hashlib
import json
import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from nacl import bindings as sodium, pwhash

from app.services.moving.container import Target
from app.services.moving.errors import DamagedError, WeakKeyError, WrongKeyError

MAGIC = b"khaosat-sealed-1 "
LEAST_CHARACTERS, LEAST_BYTES = 15, 32
SALT, LONGEST_LINE = pwhash.argon2id.SALTBYTES, 1000
PIECE = 64 * 1024
OVERHEAD = sodium.crypto_secretstream_xchacha20poly1305_ABYTES
HEADER = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
MESSAGE = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
# A quarter of a gigabyte and about a second for each guess.
OPERATIONS, MEMORY = pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_MODERATE
MOST_MEMORY, MOST_OPERATIONS = pwhash.argon2id.MEMLIMIT_SENSITIVE, 16


class Lock(Protocol):
    """What opens and closes a file."""

    def check(self) -> None:
        """Refuse what protects nothing."""

    def parameters(self) -> dict[str, Any]:
        """Say in the clear how a new key is made."""

    def key(self, parameters: Mapping[str, Any]) -> bytes:
        """Make the key of a file."""


@dataclass(frozen=True)
class Passphrase:
    """A sentence that people remember or keep in the safe."""

    text: str = field(repr=False)
    operations: int = OPERATIONS
    memory: int = MEMORY

    def check(self) -> None:
        """Refuse a short one."""
        if len(self.text) < LEAST_CHARACTERS:
            raise WeakKeyError()

    def parameters(self) -> dict[str, Any]:
        """Say how costly a guess is."""
        return {
            "kdf": "argon2id",
            "operations": self.operations,
            "memory": self.memory,
            "salt": os.urandom(SALT).hex(),
        }

    def key(self, parameters: Mapping[str, Any]) -> bytes:
        """Make the key; the same sentence typed with another keyboard program gives the same."""
        if parameters["kdf"] != "argon2id":
            raise WrongKeyError()
        operations, memory = int(parameters["operations"]), int(parameters["memory"])
        if operations > MOST_OPERATIONS or memory > MOST_MEMORY:
            raise DamagedError(place="argon2id")
        written = unicodedata.normalize("NFC", self.text).encode()
        return pwhash.argon2id.kdf(
            32, written, bytes.fromhex(parameters["salt"]), opslimit=operations, memlimit=memory
        )


@dataclass(frozen=True)
class KeyFile:
    """The content of a file of random bytes, for backups without anybody at the keyboard."""

    content: bytes = field(repr=False)

    def check(self) -> None:
        """Refuse a short one."""
        if len(self.content) < LEAST_BYTES:
            raise WeakKeyError()

    def parameters(self) -> dict[str, Any]:
        """Say that a key file is needed."""
        return {"kdf": "key-file", "salt": os.urandom(SALT).hex()}

    def key(self, parameters: Mapping[str, Any]) -> bytes:
        """Make the key."""
        if parameters["kdf"] != "key-file":
            raise WrongKeyError()
        salt = bytes.fromhex(parameters["salt"])
        return hashlib.blake2b(
            self.content, digest_size=32, salt=salt, person=b"khaosat-sealed-1"
        ).digest()


class Sealer:
    """Takes bytes and writes them encrypted, piece by piece."""

    def __init__(self, target: Target, lock: Lock) -> None:
        lock.check()
        parameters = lock.parameters()
        self.target = target
        self.line = MAGIC + json.dumps(parameters, sort_keys=True).encode() + b"\n"
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        beginning = sodium.crypto_secretstream_xchacha20poly1305_init_push(
            self.state, lock.key(parameters)
        )
        self.waiting = bytearray()
        target.write(self.line + beginning)

    def write(self, content: bytes) -> None:
        """Take bytes."""
        self.waiting += content
        # One piece is kept back: the last one is marked as such.
        while len(self.waiting) > PIECE:
            self._push(bytes(self.waiting[:PIECE]), MESSAGE)
            del self.waiting[:PIECE]

    def close(self) -> None:
        """Write the last piece."""
        self._push(bytes(self.waiting), FINAL)

    def _push(self, piece: bytes, tag: int) -> None:
        self.target.write(
            sodium.crypto_secretstream_xchacha20poly1305_push(self.state, piece, self.line, tag)
        )


class Opener:
    """Gives the bytes of an encrypted file, each piece only after it was found genuine."""

    def __init__(self, source: BinaryIO, lock: Lock) -> None:
        self.source = source
        self.line = source.readline(LONGEST_LINE)
        try:
            key = lock.key(_parameters(self.line))
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError(place="head") from error
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        beginning = source.read(HEADER)
        if len(beginning) != HEADER:
            raise DamagedError(place="end")
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(self.state, beginning, key)
        self.ready, self.ended, self.begun = memoryview(b""), False, False

    def read(self, size: int) -> bytes:
        """Give at most so many bytes, none at the end."""
        while not self.ready and not self.ended:
            self.ready = memoryview(self._pull())
        given, self.ready = self.ready[:size], self.ready[size:]
        return bytes(given)

    def finish(self) -> None:
        """See that nothing is left.

        Raises
        ------
        DamagedError
            If the file was cut short or has something behind its end.
        """
        if self.read(1):
            raise DamagedError(place="end")

    def _pull(self) -> bytes:
        piece = self.source.read(PIECE + OVERHEAD)
        if not piece:
            raise DamagedError(place="end")
        try:
            content, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(
                self.state, piece, self.line
            )
        except (RuntimeError, ValueError) as error:
            # A first piece that does not open is most often another key.
            raise DamagedError(place="end") if self.begun else WrongKeyError() from error
        self.begun = True
        if tag == FINAL:
            self.ended = True
            if self.source.read(1):
                raise DamagedError(place="end")
        elif tag != MESSAGE:
            raise DamagedError(place="end")
        return bytes(content)


def _parameters(line: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(line.removeprefix(MAGIC))
        bytes.fromhex(found["salt"]), str(found["kdf"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(place="head") from error
    if not line.startswith(MAGIC) or not isinstance(found, dict):
        raise DamagedError(place="head")
    return found


@contextmanager
def sealing(target: Target, lock: Lock) -> Iterator[Sealer]:
    """Encrypt what is written until the end of the block; after an error there is no end."""
    sealer = Sealer(target, lock)
    yield sealer
    sealer.close()


@contextmanager
def opening(source: BinaryIO, lock: Lock) -> Iterator[Opener]:
    """Decrypt what is read until the end of the block, and see that it is the end."""
    opener = Opener(source, lock)
    yield opener
    opener.finish()
