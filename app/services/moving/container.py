"""A tar file that any tar reads, written so that the same content is the same bytes.

Only plain files, no times, no owners, every byte laid down: so a reader notices any byte that
differs, also in what a tar program would skip.
"""

import tarfile
from collections.abc import Iterator
from typing import Protocol

from app.services.moving.errors import DamagedError

BLOCK = tarfile.BLOCKSIZE
END = bytes(2 * BLOCK)
LARGEST = 512 * 1024 * 1024


class Target(Protocol):
    """Where bytes go."""

    def write(self, content: bytes, /) -> object:
        """Take bytes."""


class Source(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Give at most so many bytes, none at the end."""


def header(name: str, size: int) -> bytes:
    """Make the block that stands before a file."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def add(target: Target, name: str, content: bytes) -> None:
    """Append a file."""
    target.write(header(name, len(content)))
    target.write(content)
    target.write(_filling(len(content)))


def end(target: Target) -> None:
    """Write what stands at the end."""
    target.write(END)


def entries(source: Source) -> Iterator[tuple[str, bytes]]:
    """Give the files one by one.

    Raises
    ------
    DamagedError
        At the first byte that `add` and `end` would not have written.
    """
    while any(block := exactly(source, BLOCK)):
        try:
            info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
            sound = info.size <= LARGEST and block == header(info.name, info.size)
        except (tarfile.TarError, ValueError) as error:
            raise DamagedError(place="tar") from error
        if not sound:
            raise DamagedError(place="tar")
        content = exactly(source, info.size)
        if any(exactly(source, len(_filling(info.size)))):
            raise DamagedError(place=info.name)
        yield info.name, content
    if exactly(source, BLOCK) != bytes(BLOCK) or source.read(1):
        raise DamagedError(place="tar")


def exactly(source: Source, size: int) -> bytes:
    """Read so many bytes, or find the file cut short."""
    parts = []
    while size:
        part = source.read(size)
        if not part:
            raise DamagedError(place="tar")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _filling(size: int) -> bytes:
    return bytes(-size % BLOCK)
