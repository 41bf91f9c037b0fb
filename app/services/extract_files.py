"""Where the extracts of rounds lie: files of the worker that may be deleted at any time."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

STALE_SECONDS = 3600.0


@dataclass
class _Folder:
    path: Path = field(default_factory=Path)


_folder = _Folder()


def install(folder: Path) -> None:
    """Say where extracts lie; `create_app` calls this once."""
    _folder.path = folder


def path_of(round_id: int) -> Path:
    """Name the extract of a round, there or not."""
    return _folder.path / f"round-{round_id}.parquet"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file that takes the place of another at once, or not at all.

    Only its owner may read it: it holds single answers.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _drop_leftovers(path)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _drop_leftovers(path: Path) -> None:
    """Delete drafts of writers that were killed; a young one may still be written."""
    for draft in path.parent.glob(f"{path.name}.*"):
        if time.time() - draft.stat().st_mtime > STALE_SECONDS:
            draft.unlink(missing_ok=True)
