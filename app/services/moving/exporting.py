"""Everything in one file that the other database reads."""

from pathlib import Path
from typing import BinaryIO

from app.extensions import db
from app.services.moving import archive, files, snapshots
from app.services.moving.archive import Manifest
from app.services.moving.errors import DamagedError


def export(path: Path) -> Manifest:
    """Write an archive of the database as it is now, and read it back before it gets its name.

    It is not encrypted; only its owner may read it.

    Raises
    ------
    ExistsError, UnsuitableError, NotMigratedError, DamagedError
        If it cannot be written; then there is no file.
    """

    def write(file: BinaryIO) -> Manifest:
        with snapshots.snapshot(db.engine) as connection:
            return archive.write(connection, file)

    return files.write_new(path, write, check)


def check(file: BinaryIO, written: Manifest) -> None:
    """Refuse a file that does not hold what was written."""
    if archive.read(file) != written:
        raise DamagedError(place=archive.LAST)
