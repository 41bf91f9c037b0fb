"""Backups: the archive of a moment, encrypted, and read back in full before it counts."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from app import clock
from app.database import writing
from app.extensions import db
from app.models import OfficeSetting
from app.services import recording, secrets
from app.services.moving import archive, container, encrypting, files, rows, snapshots
from app.services.moving.archive import Manifest
from app.services.moving.container import Source
from app.services.moving.encrypting import Lock
from app.services.moving.errors import DamagedError
from app.services.recording import SYSTEM

BACKUP, SECRET = "backup", "secret"
LAST_BACKUP = "last_backup"
LENGTH, LONGEST = 4, 10_000


@dataclass(frozen=True)
class Preface:
    """What stands before the content of an encrypted file.

    Attributes
    ----------
    secret : str
        Tells which secret the installation had; nothing can be derived from it.
    """

    kind: str
    made_at: datetime
    secret: str


@dataclass(frozen=True)
class Backup:
    """A backup that was read to its end and found whole."""

    preface: Preface
    manifest: Manifest

    @property
    def made_at(self) -> datetime:
        """The moment whose state it holds."""
        return self.preface.made_at

    @property
    def same_secret(self) -> bool:
        """Whether it was made under the secret that is installed now."""
        return self.preface.secret == fingerprint()


def fingerprint() -> str:
    """Recognise the installed secret without telling it."""
    return secrets.purpose_key("fingerprint").hex()


def back_up(path: Path, lock: Lock) -> Backup:
    """Write a backup while the site runs.

    Raises
    ------
    ExistsError, WeakKeyError, UnsuitableError, NotMigratedError, DamagedError
        If it cannot be written or does not read back; then there is no file.
    """

    def write(file: BinaryIO) -> Backup:
        preface = Preface(BACKUP, clock.now(), fingerprint())
        with snapshots.snapshot(db.engine) as connection, closed(file, lock, preface) as sealer:
            return Backup(preface, archive.write(connection, sealer))

    def check(file: BinaryIO, written: Backup) -> None:
        if read(file, lock) != written:
            raise DamagedError(place=archive.LAST)

    lock.check()
    made = files.write_new(path, write, check)
    _remember(made, path)
    return made


def _remember(made: Backup, path: Path) -> None:
    """Store when the last backup was made; its name, not its folder."""
    told = {
        "at": made.made_at.isoformat(timespec="seconds"),
        "file": path.name,
        "bytes": path.stat().st_size,
        "digest": made.manifest.digest,
    }
    with writing() as session:
        session.merge(OfficeSetting(name=LAST_BACKUP, value=told))
        recording.record(
            session,
            SYSTEM,
            "backup.made",
            "installation",
            digest=made.manifest.digest,
            rows=made.manifest.rows,
        )


def last_backup() -> dict[str, Any] | None:
    """Tell when the last backup was made and what it was called."""
    found = db.session.get(OfficeSetting, LAST_BACKUP, populate_existing=True)
    return dict(found.value) if found else None


def inspect(path: Path, lock: Lock) -> Backup:
    """Decrypt a backup to its end, and compare all its counts and hashes.

    Raises
    ------
    WrongKeyError, DamagedError, OtherRevisionError
        If it cannot be used.
    """
    with path.open("rb") as file:
        return read(file, lock)


def read(file: BinaryIO, lock: Lock) -> Backup:
    """Read an open backup."""
    with opened(file, lock, BACKUP) as (preface, source):
        return Backup(preface, archive.read(source))


def archive_in(path: Path, lock: Lock) -> AbstractContextManager[Source]:
    """Open the archive inside a backup."""

    @contextmanager
    def inner() -> Iterator[Source]:
        with path.open("rb") as file, opened(file, lock, BACKUP) as (_, source):
            yield source

    return inner()


@contextmanager
def closed(file: BinaryIO, lock: Lock, preface: Preface) -> Iterator[encrypting.Sealer]:
    """Encrypt what is written in the block, behind its preface."""
    told = rows.dumped({**vars(preface), "made_at": preface.made_at.isoformat()})
    with encrypting.sealing(file, lock) as sealer:
        sealer.write(len(told).to_bytes(LENGTH, "big") + told)
        yield sealer


@contextmanager
def opened(file: BinaryIO, lock: Lock, kind: str) -> Iterator[tuple[Preface, Source]]:
    """Decrypt a file of a kind; at the end of the block all of it must have been read."""
    with encrypting.opening(file, lock) as opener:
        length = int.from_bytes(container.exactly(opener, LENGTH), "big")
        if length > LONGEST:
            raise DamagedError(place="head")
        told = json.loads(container.exactly(opener, length))
        preface = Preface(told["kind"], datetime.fromisoformat(told["made_at"]), told["secret"])
        if preface.kind != kind:
            raise DamagedError(place=preface.kind)
        yield preface, opener
