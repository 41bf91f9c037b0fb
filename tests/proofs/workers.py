"""Real worker processes, started quickly: copies of a process that has everything imported."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from typing import Any

from app import create_app
from app.config import read_settings
from app.queries.jobs import JobView
from app.services import estimating, leases
from app.tasks import given, running, worker
from app.vocabulary import JobKind

SECRET = "k" * 40
Handlers = Mapping[JobKind, Callable[[JobView], dict[str, Any]]]

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__, "app.commands.serving"])


def environ_of(home: Any, database_url: str = "", queue_url: str = "") -> dict[str, str]:
    """Name the settings of a worker."""
    wanted = {"DATABASE_URL": database_url, "QUEUE_URL": queue_url}
    given_ones = {f"KHAOSAT_{name}": value for name, value in wanted.items() if value}
    return {"KHAOSAT_HOME": str(home), "KHAOSAT_SECRET_KEY": SECRET, **given_ones}


def start(
    environ: Mapping[str, str], handlers: Handlers | None = None, **seconds: float
) -> BaseProcess:
    """Start a worker; `handlers` and `seconds`, by name, stand in for its own."""
    return fork(live, dict(environ), dict(handlers or {}), seconds)


def fork(act: Callable[..., None], *arguments: object) -> BaseProcess:
    """Call a function of a module in a process of its own."""
    process = _context.Process(target=act, args=arguments)
    process.start()
    return process


def live(environ: dict[str, str], handlers: dict[JobKind, Any], seconds: dict[str, float]) -> None:
    """Be a worker until somebody ends it."""
    running.HANDLERS = {**running.HANDLERS, **handlers}
    for name, length in seconds.items():
        setattr(worker, name, length)
    settings = read_settings(environ)
    if not worker.work(create_app(settings), settings):
        os._exit(0)


def kill(process: BaseProcess) -> None:
    """End a worker as a power cut does."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def stop(process: BaseProcess) -> float:
    """Ask a worker to end, and tell how long that took."""
    began = time.monotonic()
    process.terminate()
    process.join(timeout=30)
    assert process.exitcode == 0
    return time.monotonic() - began


def estimate_carelessly(job: JobView) -> dict[str, Any]:
    """Do the work in one transaction and end the job in another, as nobody should."""
    run = estimating.estimate_round(given.actor(job), job.arguments["round_id"])
    time.sleep(0.3)  # what a second transaction may take on a busy disk
    return {"estimation": run}


def wait_in_steps(job: JobView) -> dict[str, Any]:
    """Work for as many tenths of a second as asked, telling how far it is."""
    steps = job.arguments["steps"]
    for step in range(steps):
        leases.progress(job, step, steps)
        time.sleep(0.1)
    return {}


def hang(job: JobView) -> dict[str, Any]:
    """Work without a word for a long time."""
    time.sleep(60)
    return {}
