"""Processes that start in no time: forks of one that has imported everything already.

Each leads a process group of its own, so that killing the group ends it with all its children.
"""

import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

PRELOADED = ("granian.cli", "app.wiring", "tests.proofs.serving")
PARENT_OF_ORPHANS = 36
PATIENCE = 60.0
ROOT = Path(__file__).parents[2]
Request = dict[str, Any]


@dataclass
class Nursery:
    """The process that forks the others, and alone knows which of them still live."""

    process: "subprocess.Popen[str]"
    turn: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, **request: object) -> int:
        """Send a request and wait for what came of it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with self.turn:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            return int(self.process.stdout.readline())

    def start(
        self, function: str, arguments: Sequence[str], environ: Mapping[str, str], log: Path
    ) -> "Child":
        """Call `module:function` with texts in a process of its own, in a changed environment."""
        group = self.asked(
            do="start",
            function=function,
            arguments=list(arguments),
            environ=dict(environ),
            log=str(log),
        )
        return Child(self, group)


@dataclass(frozen=True)
class Child:
    """One forked process and the group it leads."""

    nursery: Nursery
    group: int

    @property
    def alive(self) -> bool:
        """Whether anything of the group still lives."""
        return self.nursery.asked(do="signal", group=self.group, number=0) == 1

    def signal(self, number: int) -> None:
        """Send the group a signal, if it still lives."""
        self.nursery.asked(do="signal", group=self.group, number=int(number))

    def kill(self) -> None:
        """End the group as `kill -9` does, and wait until nothing of it is left."""
        self.nursery.asked(do="end", group=self.group, number=int(signal.SIGKILL))

    def stop(self) -> None:
        """Ask the group to end and wait until it has."""
        self.nursery.asked(do="end", group=self.group, number=int(signal.SIGTERM))


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Keep a nursery; what it started ends with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.nursery"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield Nursery(process)
    finally:
        process.communicate()


class Groups:
    """The process groups of a nursery: a number leaves before it can be somebody else's."""

    def __init__(self) -> None:
        self.living: set[int] = set()

    def handle(self, request: Request) -> int:
        """Do what was asked for."""
        self.reap()
        if request["do"] == "start":
            group = os.fork()
            if group == 0:
                _be(request)
            self.living.add(group)
            return group
        if request["do"] == "end":
            return self.end(request["group"], request["number"])
        return self.signal(request["group"], request["number"])

    def reap(self) -> None:
        """Take notice of the dead."""
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        for group in list(self.living):
            self.signal(group, 0)

    def signal(self, group: int, number: int) -> int:
        """Send a signal; 1 when the group lives, 0 when it is gone."""
        if group not in self.living:
            return 0
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            # Just forked, it may not lead a group yet.
            if self.is_child(group):
                return 1
            self.living.discard(group)
            return 0
        return 1

    def is_child(self, pid: int) -> bool:
        """Whether a process is still ours to wait for."""
        try:
            return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False

    def end(self, group: int, number: int) -> int:
        """Send a signal until nothing of the group is left."""
        patience = time.monotonic() + PATIENCE
        self.signal(group, number)
        while self.signal(group, number if number == signal.SIGKILL else 0):
            assert time.monotonic() < patience, "a process does not end"
            time.sleep(0.001)
            self.reap()
        return 0


def live() -> None:
    """Fork whoever is asked for, until nobody can ask any more."""
    ctypes.CDLL(None).prctl(PARENT_OF_ORPHANS, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in PRELOADED:
        importlib.import_module(name)
    groups = Groups()
    for line in sys.stdin:
        sys.stdout.write(f"{groups.handle(json.loads(line))}\n")
        sys.stdout.flush()
    for group in list(groups.living):
        groups.end(group, signal.SIGKILL)


def _be(request: Request) -> NoReturn:
    """Become what was asked for."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for place, handle in enumerate((nothing, log, log)):
        os.dup2(handle, place)
    code = 1
    try:
        os.environ.update(request["environ"])
        module, _, function = request["function"].partition(":")
        getattr(importlib.import_module(module), function)(*request["arguments"])
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    live()
