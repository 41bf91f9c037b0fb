"""Lists that the one-stop centre drops in a watched folder, asked for once an evening (0049).

The folder of round 3 is `var/incoming/3` in the home folder. Files stay where they are: that a
file was taken is known by its hash, so that neither a new name nor a restart takes it twice.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select

from app import clock
from app.database import writing
from app.models import ArrivedList, Job, Round
from app.services import jobs
from app.services.arriving_plans import TAKES_LISTS, is_arriving
from app.services.recording import SYSTEM
from app.vocabulary import ArrivalState, JobKind

FOLDER = Path("var", "incoming")
HOUR = 18
ENDINGS = frozenset({".csv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"})
LARGEST = 64 << 20
# A younger file may still be on its way over the network.
REST_SECONDS = 60.0


def is_time(moment: datetime) -> bool:
    """Whether the evening has begun in Vietnam."""
    return moment.astimezone(clock.LOCAL).hour >= HOUR


def collect(home: Path) -> int:
    """Ask the worker for every list in the folders that was not taken, refused or asked for.

    Returns
    -------
    int
        Lists asked for.
    """
    asked = 0
    for round_id in _rounds():
        for path in _files(home / FOLDER / str(round_id)):
            content = _content(path)
            digest = hashlib.sha256(content).hexdigest()
            if content and not _known(round_id, digest):
                subject = f"arrival:{round_id}:{digest[:16]}"
                arguments = {"round_id": round_id}
                file = (path.name, content)
                jobs.ask(SYSTEM, JobKind.READ_FRAME, arguments, file, subject=subject)
                asked += 1
    return asked


def _rounds() -> list[int]:
    with writing() as session:
        query = select(Round.id, Round.plan).where(Round.state.in_(TAKES_LISTS))
        return [row.id for row in session.execute(query) if is_arriving(row.plan)]


def _files(folder: Path) -> Iterator[Path]:
    """List what lies ready in a folder; a link leads out of it and is passed over."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        found = path.lstat()
        ready = time.time() - found.st_mtime > REST_SECONDS and found.st_size <= LARGEST
        if stat.S_ISREG(found.st_mode) and path.suffix.lower() in ENDINGS and ready:
            yield path


def _content(path: Path) -> bytes:
    """Read a file that is no link; nothing where it has gone meanwhile."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return b""
    with os.fdopen(handle, "rb") as file:
        return file.read(LARGEST + 1)


def _known(round_id: int, digest: str) -> bool:
    """Whether a file needs no job: it has one, or it came to an end that a person must look at."""
    alive = exists().where(Job.id == ArrivedList.job_id, Job.state.in_(jobs.ALIVE))
    ended = ArrivedList.state != ArrivalState.WAITING
    query = select(ArrivedList.id).where(
        ArrivedList.round_id == round_id, ArrivedList.file_hash == digest, ended | alive
    )
    with writing() as session:
        return session.scalar(query) is not None
