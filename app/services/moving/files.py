"""A new file appears whole, checked and on the disk, or not at all."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from app.services.moving.errors import ExistsError

Result = TypeVar("Result")


def write_new(
    path: Path, write: Callable[[BinaryIO], Result], check: Callable[[BinaryIO, Result], None]
) -> Result:
    """Write a file that only its owner may read, read it back from the disk, then name it.

    Parameters
    ----------
    write : callable
        Fills the file.
    check : callable
        Reads it back and raises when something is wrong; it then never gets its name.

    Raises
    ------
    ExistsError
        If there is a file of this name; nothing is ever overwritten.
    """
    if path.exists():
        raise ExistsError(name=path.name)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            result = write(file)
            file.flush()
            os.fsync(file.fileno())
            _forget(file)
        with draft.open("rb") as file:
            check(file, result)
        _name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)
    return result


def _forget(file: BinaryIO) -> None:
    """Let the system drop its copy in memory, so that reading back asks the disk."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _name(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise ExistsError(name=path.name) from error
    except OSError:
        # A stick formatted for Windows knows no second names.
        if path.exists():
            raise ExistsError(name=path.name) from None
        draft.rename(path)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every file system can do this for a folder
            os.fsync(handle)
    finally:
        os.close(handle)
