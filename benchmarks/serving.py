"""Servers to measure: product and skeleton behind the same server, on databases of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from app.commands.serving import web_command, web_processes
from app.config import read_settings
from benchmarks.sessions import Load, Outcome

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60.0
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Measure:
    """What a load found, and the CPU seconds of the server and its children for each session."""

    outcome: Outcome
    cpu: float


@dataclass
class Server:
    """A server that runs, and how many sessions it acknowledged."""

    port: int
    process: int
    acknowledged: int = 0

    def under(self, load: Load) -> Measure:
        """Put a load on it, from a process of its own."""
        asked = json.dumps(asdict(load) | {"port": self.port})
        before = cpu_of_tree(self.process)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.sessions", asked],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        spent = cpu_of_tree(self.process) - before
        outcome = Outcome(**json.loads(done.stdout))
        if outcome.failed:
            raise RuntimeError(f"{outcome.failed} of {outcome.used} sessions failed")
        self.acknowledged += outcome.acknowledged
        return Measure(outcome, spent / max(1, outcome.acknowledged))


@contextmanager
def product(environ: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Serve the product as `khaosat run` does, without its worker."""
    port = free_port()
    command = web_command(web_processes(read_settings(environ)), at=port)
    with _served(command, port, environ, "/health/ready", log) as server:
        yield server


@contextmanager
def skeleton(environ: Mapping[str, str], store: str, log: Path) -> Iterator[Server]:
    """Serve the skeleton just as the product is."""
    port = free_port()
    processes = web_processes(read_settings(environ))
    command = web_command(processes, "benchmarks.skeleton:create_app", port)
    with _served(command, port, {"STORE": store}, "/", log) as server:
        yield server


@contextmanager
def _served(
    command: list[str], port: int, environ: Mapping[str, str], ready: str, log: Path
) -> Iterator[Server]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environ}, stdout=output, stderr=output
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}{ready}", process, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"no server at {address}: {log.read_text()[-2000:]}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_of_tree(root: int) -> float:
    """Add up the CPU seconds of a process and of those that come from it, as Linux counts them."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:  # it has just ended
                continue
            fields = stat[stat.rindex(")") + 2 :].split()
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = int(fields[11]) + int(fields[12])
    tree = {root}
    while more := {child for child, parent in parents.items() if parent in tree} - tree:
        tree |= more
    return sum(ticks.get(process, 0) for process in tree) / TICKS
