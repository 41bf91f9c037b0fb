"""The worker: one process that runs jobs and, by the clock, the mixer."""

import fcntl
import logging
import os
import secrets
import socket
import threading
from pathlib import Path
from typing import TextIO

from flask import Flask
from huey.consumer import Consumer

from app.channels import queue
from app.config import Settings
from app.extensions import db
from app.services import leases, mixing
from app.tasks.running import runner

MIX_SECONDS = 60.0
logger = logging.getLogger("khaosat.worker")


class AlreadyRunningError(Exception):
    """Another worker holds the keys of this installation."""


def lock(path: Path) -> TextIO:
    """Make sure that one worker at a time holds the key folder.

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


def work(app: Flask, settings: Settings) -> None:
    """Run jobs until the process is told to stop."""
    held = lock(settings.folder / "worker.lock")
    holder = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    run = runner(app, holder)
    huey = queue.connect(settings.queue, run)
    with app.app_context():
        waiting = leases.takeable()
        db.session.remove()
    for job_id in waiting:
        queue.poke(job_id)
    stop = threading.Event()
    mixer = threading.Thread(target=mix_by_the_clock, args=(app, stop), daemon=True)
    mixer.start()
    try:
        Consumer(huey, workers=1, worker_type="thread", periodic=False).run()
    finally:
        stop.set()
        held.close()


def mix_by_the_clock(app: Flask, stop: threading.Event) -> None:
    """Mix open rounds every minute."""
    while not stop.wait(MIX_SECONDS):
        with app.app_context():
            try:
                mixing.mix_open_rounds()
            except Exception as error:  # noqa: BLE001  (the clock must go on ticking)
                logger.error("mixing failed: %s", type(error).__name__)
            finally:
                db.session.remove()
