"""The installation's secret on a paper or stick in the safe, apart from the backups."""

from pathlib import Path
from typing import BinaryIO

from app import clock, config
from app.services.moving import backing_up, container, files
from app.services.moving.backing_up import SECRET, Preface
from app.services.moving.encrypting import Lock
from app.services.moving.errors import DamagedError

LONGEST = 10_000


def copy(path: Path, secret: str, lock: Lock) -> None:
    """Write the secret encrypted to a file, and read it back before it gets its name."""

    def write(file: BinaryIO) -> None:
        preface = Preface(SECRET, clock.now(), backing_up.fingerprint())
        with backing_up.closed(file, lock, preface) as sealer:
            sealer.write(len(secret.encode()).to_bytes(4, "big") + secret.encode())

    def check(file: BinaryIO, _: None) -> None:
        if read(file, lock) != secret:
            raise DamagedError(place=SECRET)

    lock.check()
    files.write_new(path, write, check)


def read(file: BinaryIO, lock: Lock) -> str:
    """Open a copy.

    Raises
    ------
    WrongKeyError, DamagedError
        If it cannot be opened.
    """
    with backing_up.opened(file, lock, SECRET) as (_, source):
        length = int.from_bytes(container.exactly(source, 4), "big")
        if length > LONGEST:
            raise DamagedError(place=SECRET)
        return container.exactly(source, length).decode()


def install(folder: Path, secret: str) -> bool:
    """Make a secret that of the installation; one that was there is kept beside it.

    Returns
    -------
    bool
        Whether another secret stood there before.
    """
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = path.read_text().strip() if path.exists() else None
    if before == secret:
        return False
    if before is not None:
        path.rename(folder / f"secret_key.before-{clock.now():%Y%m%dT%H%M%S%f}")
    config.write_private(path, secret.encode())
    return before is not None
