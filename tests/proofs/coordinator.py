"""`make prove NAME=coordinator`: a round over a list of a million dossiers, all of it on screen.

The real site with its worker; a coordinator in Chromium uploads a list with faults, then the
mended one, compares designs, commits, draws, has the draw verified, replaces lost cases by
reserves and closes. For each step: CPU of web and worker, and the most memory each held.
PICTURES=folder keeps every page in both sizes.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys import office
from tests.journeys.conftest import ARGUMENTS, DESK, Site, chromium, page_of, wait_for
from tests.proofs import coordinator_walk, options
from tests.proofs.coordinator_window import Walk
from tests.proofs.site import free_port

ROWS, QUICK_ROWS = 1_000_000, 1_500
MOST_MEMORY = 2_000
HELLOS = 200
say = print
TICKS = os.sysconf("SC_CLK_TCK")
PEOPLE = {"dieuphoi@x.vn": "coordinator", "duyet@x.vn": "approver"}


@dataclass
class Meter:
    """CPU and memory of the web and of the worker, step by step."""

    root: int
    most: dict[str, int] = field(default_factory=lambda: {"web": 0, "worker": 0})

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step and tell what it cost."""
        for number in self.processes():
            Path(f"/proc/{number}/clear_refs").write_text("5")  # forget the most memory
        before, began = self.cpu(), time.monotonic()
        yield
        took, after, memory = time.monotonic() - began, self.cpu(), self.memory()
        self.most = {role: max(self.most[role], memory[role]) for role in memory}
        told = ", ".join(
            f"{role} {after[role] - before[role]:.2f} s CPU {memory[role]} MB" for role in memory
        )
        say(f"{name}: {told}; {took:.1f} s", flush=True)

    def processes(self) -> dict[int, str]:
        """Number of each process → what it is."""
        parents = {self.root: ""}
        for _ in range(3):
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and parent_of(entry) in parents:
                    line = (entry / "cmdline").read_bytes()
                    mine = parents[parent_of(entry)]
                    parents[int(entry.name)] = mine or ("web" if b"granian" in line else "worker")
        return {number: role for number, role in parents.items() if role}

    def cpu(self) -> dict[str, float]:
        """CPU seconds by role."""
        found = {"web": 0.0, "worker": 0.0}
        for number, role in self.processes().items():
            parts = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
            found[role] += (int(parts[11]) + int(parts[12])) / TICKS
        return found

    def memory(self) -> dict[str, int]:
        """Most megabytes of one process by role, since they were last forgotten."""
        found = {"web": 0, "worker": 0}
        for number, role in self.processes().items():
            lines = Path(f"/proc/{number}/status").read_text().splitlines()
            peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
            found[role] = max(found[role], peak // 1024)
        return found


def parent_of(entry: Path) -> int:
    """Number of a process's parent, 0 when it is gone."""
    try:
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


@contextmanager
def running(home: Path) -> Iterator[tuple[Site, int]]:
    """Serve an empty installation by the command that offices use; the number of its process."""
    port, log = free_port(), home / "server.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "run"],
            env={**os.environ, "KHAOSAT_HOME": str(home), "PORT": str(port)},
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/health/ready", process, log)
            yield Site(address, home), process.pid
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def verify(*arguments: str) -> tuple[int, str]:
    """Run the verifier as anybody would: its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "sample", "verify", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def heavy_pages(walk: Walk, meter: Meter) -> None:
    """Tell what pages of the round cost the web, in requests for a plain one."""
    with walk_cpu(meter) as plain:
        for _ in range(HELLOS):
            urllib.request.urlopen(f"{walk.site.address}/health/live").read()
    for place in ("", "/coverage", "/designs", "/plan", "/draw", "/field", "/reserves", "/slips"):
        with walk_cpu(meter) as cost:
            for _ in range(5):
                walk.page.request.get(walk.path(place), timeout=walk.patience)
        ratio = (cost[0] / 5) / max(plain[0] / HELLOS, 1e-6)
        say(f"page {place or 'round'}: {cost[0] / 5:.3f} s CPU, {ratio:.0f} hellos", flush=True)


@contextmanager
def walk_cpu(meter: Meter) -> Iterator[list[float]]:
    """Measure the web's CPU in a block."""
    found, before = [0.0], meter.cpu()["web"]
    yield found
    found[0] = meter.cpu()["web"] - before


def main(quick: bool) -> int:
    """Walk through the whole round on a fresh installation; 0 when all of it holds."""
    count = options.number(quick, QUICK_ROWS, ROWS)
    with (
        tempfile.TemporaryDirectory(prefix="khaosat-") as home,
        tempfile.TemporaryDirectory(prefix="khaosat-") as folder,
        running(Path(home)) as (site, number),
        sync_playwright() as playwright,
    ):
        office.province(site)
        office.people(site, PEOPLE)
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        page = page_of(browser, DESK)
        office.sign_in(page, site, "dieuphoi@x.vn")
        meter, patience = Meter(number), 1_800_000.0
        page.set_default_timeout(patience)
        page.set_default_navigation_timeout(patience)
        walk = Walk(
            page, site, Path(folder), count, lambda: None, verify, meter.step, patience=patience
        )
        try:
            coordinator_walk.whole(walk, lambda: heavy_pages(walk, meter))
        except pytest.fail.Exception as failure:
            say(failure)
            return 1
        finally:
            browser.close()
    say(f"{len(walk.seen)} pages looked at; most memory of a process: {meter.most}")
    return int(max(meter.most.values()) > MOST_MEMORY)
