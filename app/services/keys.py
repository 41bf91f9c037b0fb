"""Secret halves of mixing keys: files that only the worker's machine has.

They never enter the database or a backup. Destroying a key makes every copy of the
boxes it sealed unreadable, wherever that copy lies.
"""

import hashlib
import math
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from nacl.public import PrivateKey

from app.config import kept_secret, write_private

NAME = re.compile(r"[0-9a-f]{64}")
IDENTITY = "folder"
IDENTITY_LENGTH = 16


@dataclass
class _Folder:
    path: Path = field(default_factory=Path)


_folder = _Folder()


def install(folder: Path) -> None:
    """Say where keys lie; `create_app` calls this once."""
    _folder.path = folder / "mixing"


def identity() -> str:
    """Tell this folder of keys from every other, by a random name made once and kept in it."""
    return hashlib.sha256(kept_secret(_folder.path / IDENTITY).encode()).hexdigest()[
        :IDENTITY_LENGTH
    ]


def _path(public: bytes) -> Path:
    return _folder.path / public.hex()


def make() -> bytes:
    """Make a key pair, keep the secret half durably, and return the public half."""
    _folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = PrivateKey.generate()
    public = bytes(key.public_key)
    write_private(_path(public), bytes(key))
    return public


def secret_half(public: bytes) -> PrivateKey | None:
    """Find the secret half, or None when it was destroyed or lies on another machine."""
    with suppress(FileNotFoundError):
        return PrivateKey(_path(public).read_bytes())
    return None


def destroy(public: bytes) -> None:
    """Overwrite and remove the secret half; repeating it changes nothing."""
    path = _path(public)
    # The clock's mixer and one that was asked for may come to the same key.
    with suppress(FileNotFoundError):
        # In place and down to the disk: a file cut to nothing first gets other blocks.
        with path.open("r+b") as file:
            file.write(b"\0" * PrivateKey.SIZE)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()


def made_at(public: bytes) -> float:
    """Tell when a kept key was made, in seconds since 1970; infinity when it is gone."""
    with suppress(FileNotFoundError):
        return _path(public).stat().st_mtime
    return math.inf


def kept() -> set[bytes]:
    """List the public halves whose secret halves are here; other files are none of ours."""
    if not _folder.path.exists():
        return set()
    names = (path.name for path in _folder.path.iterdir())
    return {bytes.fromhex(name) for name in names if NAME.fullmatch(name)}
