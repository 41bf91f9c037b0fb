"""The worker: one process that takes jobs by leases and, by the clock, mixes and tidies up.

Three threads: one does the jobs, one by one; the heartbeat holds on to what the worker has; the
clock mixes and deletes what is over. They share nothing but events: the truth is in the database.
"""

import fcntl
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from flask import Flask

from app import clock
from app.channels import queue
from app.config import Settings
from app.extensions import db
from app.services import (
    arriving_reveal,
    asked_list,
    field_counts,
    framing,
    holding,
    incoming,
    job_files,
    jobs,
    leases,
    matching,
    mixing,
    post_lists,
    screens,
)
from app.tasks.running import runner
from app.vocabulary import JobKind

# A woken worker looks at once; this long at most it looks by itself.
LOOK_SECONDS = 5.0
HEARTBEAT_SECONDS = 15.0
CLOCK_SECONDS = 60.0
# `khaosat run` and systemd kill a worker that takes much longer to stop.
GRACE_SECONDS = 5.0
# What runs so long hangs: its lease is let go, so that another worker may try.
LONGEST_SECONDS = 2 * 3600.0
NOTHING: frozenset[JobKind] = frozenset()
logger = logging.getLogger("khaosat.worker")


class AlreadyRunningError(Exception):
    """Another worker has this home folder, its keys included."""


def lock(path: Path) -> TextIO:
    """Make sure that one worker at a time has the home folder.

    Raises
    ------
    AlreadyRunningError
        If another process has the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise AlreadyRunningError(str(path)) from error
    return file


@dataclass
class Worker:
    """What the threads of one worker share.

    Attributes
    ----------
    take_keys : bool
        Whether to follow the machine that had the keys, which is gone for good.
    mixes_until : float
        Until when, on the monotonic clock, this worker is the one that works with the keys.
    present : (int, float), optional
        The number of the job that runs, and when it began on the monotonic clock.
    matched_on : date, optional
        The day on which this worker last settled claims by the clock.
    collected_on : date, optional
        The day on which it last looked into the folders of lists that arrive.
    """

    app: Flask
    settings: Settings
    holder: str
    take_keys: bool = False
    stop: threading.Event = field(default_factory=threading.Event)
    mixes_until: float = 0.0
    present: tuple[int, float] | None = None
    matched_on: date | None = None
    collected_on: date | None = None

    def left_to_others(self) -> frozenset[JobKind]:
        """List the work that only the machine with the keys may do, where this is not it."""
        return NOTHING if self.mixes else holding.WITH_KEYS

    @property
    def mixes(self) -> bool:
        """Whether this worker holds the lease of the mixer."""
        return time.monotonic() < self.mixes_until

    def look(self) -> None:
        """Do all that waits, oldest first."""
        run = runner(self.app, self.holder, self.left_to_others)
        for job_id in leases.takeable(self.left_to_others()):
            if self.stop.is_set():
                return
            self.present = job_id, time.monotonic()
            try:
                run(job_id)
            finally:
                self.present = None

    def beat(self) -> None:
        """Hold on to job and keys, but not to a job that hangs."""
        present = self.present
        if present and time.monotonic() - present[1] > LONGEST_SECONDS:
            logger.error("job %s hangs: its lease is not renewed any more", present[0])
            return
        if present:
            leases.renew(present[0], self.holder)
        asked_at = time.monotonic()
        mixes = holding.beat(self.holder, embedded=self.settings.embedded, take_keys=self.take_keys)
        self.take_keys = False
        self.mixes_until = asked_at + leases.LENGTH.total_seconds() if mixes else 0.0

    def tick(self) -> None:
        """Do what the clock asks for every minute."""
        jobs.purge_uploads()
        job_files.purge()
        if self.mixes:
            self.match()
            mixing.mix_open_rounds()
            arriving_reveal.reveal_due()
            self.collect()
            field_counts.refresh()
        framing.drop_abandoned()
        screens.sweep()
        post_lists.sweep()

    def match(self) -> None:
        """Settle claims once a day, and when the worker starts."""
        today = clock.today()
        if self.matched_on != today:
            matching.match_all()
            asked_list.forget()
            self.matched_on = today

    def collect(self) -> None:
        """Ask for the lists that lie in watched folders, once an evening."""
        if self.collected_on != clock.today() and incoming.is_time(clock.now()):
            incoming.collect(self.settings.folder)
            self.collected_on = clock.today()

    def work(self) -> None:
        """Look for jobs whenever somebody calls, and by itself from time to time."""
        while not self.stop.is_set():
            self.carefully(self.look)
            queue.wait(LOOK_SECONDS, self.stop)

    def every(self, seconds: float, act: Callable[[], None]) -> None:
        """Repeat an act until the worker stops."""
        while not self.stop.wait(seconds):
            self.carefully(act)

    def carefully(self, act: Callable[[], None]) -> None:
        """Do an act; a failure is noted and must not end the thread."""
        with self.app.app_context():
            try:
                act()
            except Exception as error:  # noqa: BLE001  (the clock must go on ticking)
                logger.error("%s failed: %s", act.__name__, type(error).__name__)
            finally:
                db.session.remove()


def work(app: Flask, settings: Settings, *, take_keys: bool = False) -> bool:
    """Run jobs until the process is told to stop.

    Returns
    -------
    bool
        Whether all work was at rest at the end; otherwise a thread still works on a job that
        was put back, and whatever it does will not count.

    Raises
    ------
    AlreadyRunningError
        If another worker has the home folder.
    """
    held = lock(settings.folder / "worker.lock")
    try:
        worker = Worker(app, settings, holding.holder_name(), take_keys)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop.set())
        worker.carefully(lambda: _begin(worker))
        return _until_told(worker)
    finally:
        held.close()


def _begin(worker: Worker) -> None:
    holding.succeed(worker.holder)
    worker.beat()


def _until_told(worker: Worker) -> bool:
    doing = threading.Thread(target=worker.work, daemon=True)
    around = (
        threading.Thread(target=worker.every, args=(HEARTBEAT_SECONDS, worker.beat), daemon=True),
        threading.Thread(target=worker.every, args=(CLOCK_SECONDS, worker.tick), daemon=True),
    )
    for thread in (doing, *around):
        thread.start()
    worker.stop.wait()
    doing.join(GRACE_SECONDS)
    worker.carefully(lambda: holding.leave(worker.holder))
    doing.join(1.0)
    return not any(thread.is_alive() for thread in (doing, *around))
