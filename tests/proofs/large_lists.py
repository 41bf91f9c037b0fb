"""A list of 200,000 rows is imported while people answer, cancelled half way, killed half way.

Answers and a plain page are timed before and during the import, in the same run: what counts are
the ratios. What must hold: a cancelled import leaves no row; one that was killed and started again
leaves exactly one list; every answer sent is taken.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

import xlsxwriter
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.models import Dossier, Frame
from app.queries import frames, jobs as rows
from app.services import jobs
from app.services.recording import SYSTEM
from app.vocabulary import FrameState, JobKind, JobState
from surveys.links import new_token
from tests.app import round_steps
from tests.app.round_factory import filled, open_and_hand_out
from tests.proofs import workers
from tests.proofs.site import free_port
from tests.proofs.staying import opener

ROWS, QUICK_ROWS = 200_000, 5_000
UNITS = tuple(f"U{number:02}" for number in range(95))
FIELDS = ("Đất đai", "Hộ tịch", "Chứng thực", "Xây dựng")
HEADER = (
    *("code", "unit", "field", "procedure", "respondent_kind", "channel", "status"),
    *("received", "due", "finished", "phone"),
)
PAUSE = 0.02
PATIENCE = 900.0
BODY = filled()
# The answers of the other round lie in the same table of dossiers.
ANSWERING = "TB"


def row(number: int) -> tuple[str, ...]:
    """One dossier."""
    day, month = number % 28 + 1, number % 6 + 1
    what = FIELDS[number % 4]
    return (
        *(f"H19.{number:07}", UNITS[number % 95], what, f"Thủ tục {what.lower()} {number % 40}"),
        *("người dân", "tại quầy" if number % 3 else "trực tuyến", "đã trả kết quả"),
        *(f"{day:02}/{month:02}/2026 08:30", f"{day:02}/{month + 1:02}/2026", ""),
        f"09{number % 10**8:08}",
    )


def csv_list(count: int) -> bytes:
    """Write a list as CSV."""
    lines = [",".join(HEADER), *(",".join(row(number)) for number in range(count))]
    return "\n".join(lines).encode()


def xlsx_list(count: int) -> bytes:
    """Write a list as a workbook."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "constant_memory": True})
    sheet = book.add_worksheet()
    for line, cells in enumerate([HEADER, *map(row, range(count))]):
        for column, cell in enumerate(cells):
            sheet.write_string(line, column, cell)
    book.close()
    return file.getvalue()


@dataclass
class Timing:
    """How long requests took, in seconds, and what they cost the server."""

    answers: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    refused: int = 0
    cpu: float = 0.0

    @property
    def cost(self) -> float:
        """CPU seconds of the server for a request."""
        return self.cpu / max(1, len(self.answers) + len(self.pages))

    def told(self) -> str:
        """Sum it up."""
        parts = []
        for name, took in (("POST answer", self.answers), ("GET hello", self.pages)):
            cuts = quantiles(took, n=100) if len(took) > 1 else [0.0] * 99
            figures = (median(took or [0.0]), cuts[94], max(took, default=0.0))
            parts.append(f"{name} n={len(took)} " + "/".join(f"{1000 * x:.0f}" for x in figures))
        return f"{'; '.join(parts)} ms (median/p95/most); {1000 * self.cost:.2f} ms CPU a request"


@dataclass
class Crowd:
    """One person after another answers, and another one looks at a plain page."""

    address: str
    tokens: list[str]
    server: int

    @contextmanager
    def timed(self) -> Iterator[Timing]:
        """Time requests until the block ends."""
        timing, over = Timing(), threading.Event()
        before = cpu_of(self.server)
        acts = (self.answer, self.look)
        people = [threading.Thread(target=self.repeat, args=(act, timing, over)) for act in acts]
        for person in people:
            person.start()
        try:
            yield timing
        finally:
            over.set()
            for person in people:
                person.join()
            timing.cpu = cpu_of(self.server) - before

    def repeat(self, act: Callable[[Timing], None], timing: Timing, over: threading.Event) -> None:
        while not over.wait(PAUSE):
            act(timing)

    def answer(self, timing: Timing) -> None:
        began = time.monotonic()
        request = urllib.request.Request(
            f"{self.address}/q",
            data=urlencode({**BODY, "nonce": new_token()}, doseq=True).encode(),
            headers={"Cookie": f"khaosat_ticket={self.tokens.pop()}"},
        )
        try:
            opener.open(request, timeout=60)
        except urllib.error.HTTPError as reply:
            timing.refused += reply.code != 303
        timing.answers.append(time.monotonic() - began)

    def look(self, timing: Timing) -> None:
        began = time.monotonic()
        with urllib.request.urlopen(f"{self.address}/health/live", timeout=60) as reply:
            timing.refused += reply.status != 200
        timing.pages.append(time.monotonic() - began)


def cpu_of(process: int) -> float:
    """CPU seconds of a process and of its children."""
    parents = {process}
    total = 0.0
    for _ in range(2):
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and parent_of(entry) in parents:
                parents.add(int(entry.name))
    for number in parents:
        parts = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return total


def parent_of(entry: Path) -> int:
    """Return the number of a process's parent, 0 when it is gone."""
    try:
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


@contextmanager
def website(environ: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Serve an installation; yields its address and the number of the server's process."""
    port = free_port()
    server = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "8", "--no-access-log", "--log-level", "critical"),
    )
    process = subprocess.Popen([*server, "app:create_app"], env={**os.environ, **environ})
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: lives(address), "the site did not start")
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def lives(address: str) -> bool:
    """Whether a site answers."""
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait until something holds."""
    patience = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > patience:
            raise AssertionError(otherwise)
        time.sleep(0.05)


def asked(content: bytes, name: str) -> tuple[int, int]:
    """Plan a round and ask for the import of its list: their numbers."""
    round_id = round_steps.planned()
    job_id = jobs.ask(SYSTEM, JobKind.READ_FRAME, {"round_id": round_id}, (name, content))
    return round_id, job_id


def stored() -> int:
    """Dossiers of lists that are imported here, those under way included."""
    db.session.rollback()
    found = db.session.scalar(select(func.count(Dossier.id)).where(Dossier.code.like("H19.%")))
    db.session.rollback()
    return found or 0


def state(job_id: int) -> JobState:
    """Where a job stands."""
    db.session.rollback()
    return rows.job(job_id).state


def half_in(job_id: int, count: int, before: int) -> None:
    """Wait until half of a list is stored."""
    until(lambda: stored() - before >= count // 2 or ended(job_id), "no rows came in")
    assert not ended(job_id), "the import ended before it could be stopped"


def ended(job_id: int) -> bool:
    """Whether nothing more will happen."""
    return state(job_id) not in jobs.ALIVE


def imported(environ: dict[str, str], content: bytes, name: str) -> list[float]:
    """Import a list in a worker process; the shares of progress that were seen on the way."""
    round_id, job_id = asked(content, name)
    shares: list[float] = []

    def over() -> bool:
        db.session.rollback()
        job = rows.job(job_id)
        if job.total and (not shares or job.done / job.total > shares[-1]):
            shares.append(job.done / job.total)
        return job.ended

    with worker(environ):
        until(over, "the import did not end")
    job = rows.job(job_id)
    assert job.state is JobState.DONE, (job.message, job.result)
    assert frames.of_round(round_id).dossiers == job.result["dossiers"]
    return shares


def cancelled(environ: dict[str, str], content: bytes, count: int) -> int:
    """Cancel an import half way; the rows that it left."""
    before = stored()
    _, job_id = asked(content, "huy.csv")
    with worker(environ):
        half_in(job_id, count, before)
        jobs.cancel(SYSTEM, job_id)
        until(lambda: ended(job_id), "the import did not stop")
    assert state(job_id) is JobState.CANCELLED
    return stored() - before


def killed(environ: dict[str, str], content: bytes, count: int) -> int:
    """Kill a worker half way and start another; the rows that are there in the end."""
    before = stored()
    round_id, job_id = asked(content, "giet.csv")
    process = workers.start(environ)
    half_in(job_id, count, before)
    workers.kill(process)
    assert frames.of_round(round_id) is None
    with worker(environ):
        until(lambda: ended(job_id), "the import did not end")
    assert state(job_id) is JobState.DONE
    assert frames.of_round(round_id).dossiers == count
    assert staged() == 0
    return stored() - before


def staged() -> int:
    """Lists that are neither in use nor given up."""
    db.session.rollback()
    query = select(func.count(Frame.id)).where(Frame.state == FrameState.STAGED)
    return db.session.scalar(query) or 0


@contextmanager
def worker(environ: dict[str, str]) -> Iterator[BaseProcess]:
    """Have a worker while the block runs."""
    process = workers.start(environ)
    try:
        yield process
    finally:
        workers.kill(process)


def main(quick: bool) -> int:
    """Run everything on a fresh installation and print the figures."""
    count = QUICK_ROWS if quick else int(os.environ.get("ROWS", str(ROWS)))
    with tempfile.TemporaryDirectory() as home:
        environ = workers.environ_of(Path(home))
        app = create_app(read_settings(environ))
        with app.app_context():
            upgrade()
            round_steps.add_units(*UNITS)
            _, tokens = open_and_hand_out({ANSWERING: {"land": 4_000 if quick else 20_000}})
            wrong = measured(environ, count, tokens[f"{ANSWERING}/land"])
            db.session.remove()
            db.engine.dispose()
    return wrong


def measured(environ: dict[str, str], count: int, tokens: list[str]) -> int:
    """Time the site without and with an import; count what went wrong."""
    say = print
    wrong = 0
    lists = {"csv": csv_list(count), "xlsx": xlsx_list(count)}
    with website(environ) as (address, server):
        crowd = Crowd(address, tokens, server)
        with crowd.timed():
            time.sleep(2)
        with crowd.timed() as idle:
            time.sleep(3 if count < ROWS else 20)
        say(f"idle: {idle.told()}")
        for kind, content in lists.items():
            began = time.monotonic()
            with crowd.timed() as busy:
                shares = imported(environ, content, f"list.{kind}")
            say(
                f"{kind}: {count} rows ({len(content) / 1e6:.1f} MB) in "
                f"{time.monotonic() - began:.0f} s, {len(shares)} steps of progress seen\n"
                f"  during: {busy.told()}\n"
                f"  ratios: answer median {median(busy.answers) / median(idle.answers):.1f}, "
                f"page median {median(busy.pages) / median(idle.pages):.1f}, "
                f"CPU a request {busy.cost / idle.cost:.2f}"
            )
            wrong += busy.refused + idle.refused + (len(shares) < 3)
    left = cancelled(environ, lists["csv"], count)
    there = killed(environ, lists["csv"], count)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    say(f"cancelled half way: {left} rows left; killed and started again: {there} rows")
    say(f"most memory of a child process: {memory:.0f} MB")
    return wrong + left + abs(there - count)
