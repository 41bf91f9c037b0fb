"""What may happen to a running site: each as a context in which it lasts."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy

from tests.proofs.careless import OFFSET
from tests.proofs.site import Postgresql, Site, free_port

DAY, YEAR = 86_400.0, 365.25 * 86_400.0
JUMPS = {"+1 day": DAY, "-1 day": -DAY, "+10 years": 10 * YEAR, "-10 years": -10 * YEAR}
DISK_MEGABYTES = 24


@dataclass(frozen=True)
class Place:
    """A site and what it stands on."""

    site: Site
    seconds: float
    postgresql: Postgresql | None = None
    redis: "Redis | None" = None


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a small disk of its own on a folder; needs to be root."""
    folder.mkdir()
    options = ("-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(folder))
    subprocess.run(["mount", *options], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def may_mount() -> bool:
    """Whether a small disk can be had here."""
    return os.geteuid() == 0 and shutil.which("mount") is not None


@contextmanager
def disk_full(place: Place) -> Iterator[None]:
    """Fill the disk to the last byte."""
    filler = place.site.home / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"\0" * size)
        assert shutil.disk_usage(place.site.home).free == 0, os.strerror(errno.ENOSPC)
        yield
    filler.unlink()


@contextmanager
def database_locked(place: Place) -> Iterator[None]:
    """Keep everybody else from writing, over a connection that does nothing."""
    with place.site.app.app_context():
        url = place.site.app.extensions["sqlalchemy"].engine.url
    engine = sqlalchemy.create_engine(url)
    statement = "BEGIN IMMEDIATE"
    if engine.dialect.name == "postgresql":
        statement = "LOCK TABLE ballot, box IN ACCESS EXCLUSIVE MODE"
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
        yield
        connection.rollback()
    engine.dispose()


@contextmanager
def database_restarted(place: Place) -> Iterator[None]:
    """Restart PostgreSQL without warning anybody."""
    assert place.postgresql is not None
    place.postgresql.control("restart", "-m", "immediate")
    yield


@contextmanager
def database_away(place: Place) -> Iterator[None]:
    """Stop PostgreSQL without warning anybody, and start it again later."""
    assert place.postgresql is not None
    place.postgresql.control("stop", "-m", "immediate")
    yield
    place.postgresql.control("start", "-o", place.postgresql.listening)


@contextmanager
def queue_gone(place: Place) -> Iterator[None]:
    """Kill Redis for good, and start the web server anew without it."""
    assert place.redis is not None
    place.redis.kill()
    yield


@contextmanager
def clock_jumps(place: Place) -> Iterator[None]:
    """Set the clock wrong, in both directions and by much."""
    path = place.site.home / OFFSET
    for seconds in JUMPS.values():
        path.write_text(str(seconds))
        time.sleep(place.seconds / len(JUMPS))
    yield
    path.write_text("0")


@dataclass
class Redis:
    """A Redis of our own."""

    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def kill(self) -> None:
        """End it at once."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def redis() -> Iterator[Redis]:
    """Run a Redis that keeps nothing."""
    port = free_port()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    command = ["redis-server", *options]
    with ExitStack() as stack:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        found = Redis(process, port)
        stack.callback(found.kill)
        patience = time.monotonic() + 10
        while time.monotonic() < patience:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield found
