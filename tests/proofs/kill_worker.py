"""Workers are killed outright during real jobs; every job must be done once or visibly failed.

The effects are counted in the tables of the business, not in the rows of the jobs. A control arm
estimates in one transaction and ends its job in the next: it must be caught doing work twice.
"""

import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.config import read_settings
from app.database import writing
from app.extensions import db
from app.models import (
    Ballot,
    Cell,
    CriteriaSet,
    Dossier,
    Estimation,
    Frame,
    Job,
    JobFile,
    LogEntry,
    MixingKey,
    Round,
    Token,
)
from app.services import drawing, jobs
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, FrameState, JobKind, JobState, RoundState
from tests.app import round_steps
from tests.app.index_factory import SCHEME, answered_round
from tests.proofs import workers

# A worker lives for so many jobs at most, however fast the machine is.
LIFE = 4.0
PATIENCE = 120.0
# Work of many transactions that is given up may have done its first one: the clock ends it.
IN_STEPS = frozenset({JobKind.CLOSE_ROUND})
BACKLOG = 8
UNITS = {"K1": 6, "K2": 4}
DRAWN = 4
Effect = tuple[JobKind, str]


@dataclass
class Tally:
    """What came of the kills.

    Attributes
    ----------
    hits : int
        Kills that found a job running.
    done, failed : int
        Jobs by how they ended; `given_up` of the failed stopped their worker five times.
    doubled, lost : int
        Effects there are too often, and those that a job done should have left.
    unfinished : int
        Jobs that had not ended after all.
    """

    kills: int = 0
    hits: int = 0
    done: int = 0
    failed: int = 0
    given_up: int = 0
    doubled: int = 0
    lost: int = 0
    unfinished: int = 0
    most_attempts: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def wrong(self) -> int:
        """Jobs that were not done exactly once, nor failed by being given up."""
        return self.doubled + self.lost + self.unfinished + self.failed - self.given_up


@dataclass
class Work:
    """An endless supply of jobs, and what each should leave behind."""

    mixed: bool
    rounds: list[int]
    chance: random.Random
    numbers: Iterator[int] = field(default_factory=count)
    asked: list[tuple[int, Effect]] = field(default_factory=list)

    def ask(self) -> None:
        """Ask for one more job."""
        kinds: list[Callable[[], tuple[int, Effect]]] = [self.estimate]
        if self.mixed:
            kinds += [self.criteria, self.frame, self.draw, self.slips, self.open, self.close]
        self.asked.append(self.chance.choice(kinds)())

    def estimate(self) -> tuple[int, Effect]:
        round_id = self.chance.choice(self.rounds)
        job_id = jobs.ask(SYSTEM, JobKind.ESTIMATE, {"round_id": round_id})
        return job_id, (JobKind.ESTIMATE, str(round_id))

    def criteria(self) -> tuple[int, Effect]:
        name = f"Bộ tiêu chí {next(self.numbers)}"
        content = SCHEME.replace("Bộ tiêu chí thử".encode(), name.encode())
        job_id = jobs.ask(SYSTEM, JobKind.IMPORT_CRITERIA, {}, ("bo.yaml", content))
        return job_id, (JobKind.IMPORT_CRITERIA, name)

    def frame(self) -> tuple[int, Effect]:
        round_id = round_steps.planned()
        content = round_steps.listing(UNITS, f"F{next(self.numbers)}")
        file = ("ho-so.csv", content)
        job_id = jobs.ask(SYSTEM, JobKind.IMPORT_FRAME, {"round_id": round_id}, file)
        return job_id, (JobKind.IMPORT_FRAME, str(round_id))

    def draw(self) -> tuple[int, Effect]:
        round_id = self.committed()
        numbers = {"public_source": round_steps.SOURCE, "public_number": round_steps.NUMBER}
        job_id = jobs.ask(SYSTEM, JobKind.DRAW, {"round_id": round_id, **numbers})
        return job_id, (JobKind.DRAW, str(round_id))

    def open(self) -> tuple[int, Effect]:
        round_id = self.drawn()
        job_id = jobs.ask(SYSTEM, JobKind.OPEN_ROUND, {"round_id": round_id})
        return job_id, (JobKind.OPEN_ROUND, str(round_id))

    def close(self) -> tuple[int, Effect]:
        round_id = self.drawn()
        with writing() as session:
            session.get_one(Round, round_id).state = RoundState.OPEN
        job_id = jobs.ask(SYSTEM, JobKind.CLOSE_ROUND, {"round_id": round_id})
        return job_id, (JobKind.CLOSE_ROUND, str(round_id))

    def slips(self) -> tuple[int, Effect]:
        round_id = self.drawn()
        asked = {"round_id": round_id, "unit_id": None, "address": "http://x.vn"}
        return jobs.ask(SYSTEM, JobKind.PRINT_SLIPS, asked), (JobKind.PRINT_SLIPS, str(round_id))

    def drawn(self) -> int:
        round_id = self.committed()
        drawing.draw(SYSTEM, round_id, round_steps.SOURCE, round_steps.NUMBER)
        return round_id

    def committed(self) -> int:
        prefix = f"D{next(self.numbers)}"
        return round_steps.committed(UNITS, round_steps.plan(DRAWN), prefix=prefix)


def effects() -> Counter[Effect]:
    """Count in the tables what was done, in jobs."""
    found: Counter[Effect] = Counter()
    rounds = select(Estimation.round_id, func.count()).group_by(Estimation.round_id)
    for round_id, times in db.session.execute(rounds):
        found[JobKind.ESTIMATE, str(round_id)] = times
    for name, times in db.session.execute(
        select(CriteriaSet.name, func.count()).group_by(CriteriaSet.name)
    ):
        found[JobKind.IMPORT_CRITERIA, name] = times
    for round_id, dossiers in db.session.execute(
        select(Frame.round_id, func.count(Dossier.id))
        .join(Dossier, Dossier.frame_id == Frame.id)
        .where(Frame.state == FrameState.CURRENT)
        .group_by(Frame.round_id)
    ):
        found[JobKind.IMPORT_FRAME, str(round_id)] = dossiers // sum(UNITS.values())
    for kind, query in ((JobKind.DRAW, Ballot.id), (JobKind.PRINT_SLIPS, Token.hash)):
        ballots = select(Ballot.round_id, func.count(query)).outerjoin(
            Token, Token.ballot_id == Ballot.id
        )
        for round_id, rows in db.session.execute(ballots.group_by(Ballot.round_id)):
            found[kind, str(round_id)] = rows // DRAWN
    sealing = (
        select(Cell.round_id, func.count())
        .join(MixingKey, MixingKey.cell_id == Cell.id)
        .where(Cell.level == CellLevel.STRATUM)
    )
    for round_id, rows in db.session.execute(sealing.group_by(Cell.round_id)):
        found[JobKind.OPEN_ROUND, str(round_id)] = rows // len(UNITS)
    for body in db.session.scalars(select(LogEntry.body)):
        entry = json.loads(body)
        if entry["act"] == "round.closed":
            found[JobKind.CLOSE_ROUND, entry["object"].removeprefix("round:")] += 1
    return found


def run(
    environ: dict[str, str],
    kills: int,
    *,
    handlers: workers.Handlers | None = None,
    mixed: bool = True,
    seed: int = 1,
) -> Tally:
    """Kill workers so often while they work off jobs, then let one finish and count.

    Parameters
    ----------
    environ : dict
        Settings of an installation whose database is migrated and has the units `UNITS`.
    handlers : mapping, optional
        Stand-ins for the handlers of the worker.
    mixed : bool
        All kinds of jobs, or estimations alone.
    """
    chance, tally = random.Random(seed), Tally()
    work = Work(mixed, [answered_round().id], chance)
    pace = paced(environ, work, handlers)
    for _ in range(kills):
        fill(work)
        process = workers.start(environ, handlers)
        wait_for_work(process)
        time.sleep(chance.uniform(0, LIFE * pace))
        wait_for_a_job()
        workers.kill(process)
        tally.kills += 1
        tally.hits += running() > 0
    finish(environ, handlers)
    return counted(work, tally)


def paced(environ: dict[str, str], work: Work, handlers: workers.Handlers | None) -> float:
    """Let a worker do some jobs in peace, and tell how long one takes here and now."""
    fill(work)
    return finish(environ, handlers) / BACKLOG


def finish(environ: dict[str, str], handlers: workers.Handlers | None) -> float:
    """Let a worker work off what waits; how long that took from its first job on."""
    process = workers.start(environ, handlers)
    if waiting():
        wait_for_work(process)
    began = time.monotonic()
    while waiting() and time.monotonic() < began + PATIENCE:
        time.sleep(0.02)
    workers.kill(process)
    return time.monotonic() - began


def fill(work: Work) -> None:
    """See that the next worker has enough to do."""
    while len(waiting()) < BACKLOG:
        work.ask()


def waiting() -> list[int]:
    """List the jobs that have not ended."""
    db.session.rollback()
    alive = Job.state.in_([JobState.QUEUED, JobState.RUNNING])
    return list(db.session.scalars(select(Job.id).where(alive)))


def running() -> int:
    """Count the jobs that run, or ran when their worker was killed."""
    db.session.rollback()
    query = select(func.count(Job.id)).where(Job.state == JobState.RUNNING)
    return db.session.scalar(query) or 0


def wait_for_a_job() -> None:
    """Between two jobs there is nothing to hit: wait for the next, unless all are done."""
    while not running() and waiting():
        time.sleep(0.002)


def wait_for_work(process: BaseProcess) -> None:
    """Wait until a worker has begun: what it finds running it first puts back."""
    holders = select(Job.lease_holder).where(Job.state == JobState.RUNNING)
    before = set(db.session.scalars(holders))
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        db.session.rollback()
        if set(db.session.scalars(holders)) - before:
            return
        time.sleep(0.02)
    raise AssertionError("the worker did not begin")


def counted(work: Work, tally: Tally) -> Tally:
    """Compare what the jobs say with what is there."""
    db.session.rollback()
    expected: Counter[Effect] = Counter()
    allowed: Counter[Effect] = Counter()
    ours = {effect for _, effect in work.asked}
    for job_id, effect in work.asked:
        job = db.session.get_one(Job, job_id)
        tally.kinds[job.kind.value] += 1
        tally.most_attempts = max(tally.most_attempts, job.attempts)
        tally.done += job.state is JobState.DONE
        tally.failed += job.state is JobState.FAILED
        tally.given_up += job.state is JobState.FAILED and "given up" in job.message
        tally.unfinished += job.state in {JobState.QUEUED, JobState.RUNNING}
        expected[effect] += job.state is JobState.DONE
        allowed[effect] += job.state is JobState.DONE or effect[0] in IN_STEPS
    found = Counter({effect: times for effect, times in effects().items() if effect in ours})
    tally.doubled = (found - allowed).total()
    tally.lost = (expected - found).total()
    printed = {id for id, effect in work.asked if effect[0] is JobKind.PRINT_SLIPS}
    files = Counter(db.session.scalars(select(JobFile.job_id).where(JobFile.job_id.in_(printed))))
    tally.doubled += sum(times - 1 for times in files.values())
    return tally


def prepared(app: Flask) -> None:
    """Give an empty installation the units of the lists."""
    with app.app_context():
        round_steps.add_units(*UNITS)


def main(quick: bool) -> int:
    """Run both arms on a fresh installation and print what came of it."""
    kills = 20 if quick else int(os.environ.get("KILLS", "1000"))
    verdict = 0
    for name, handlers, mixed, times in (
        ("worker", None, True, kills),
        ("control", {JobKind.ESTIMATE: workers.estimate_carelessly}, False, max(20, kills // 10)),
    ):
        with tempfile.TemporaryDirectory() as home:
            environ = workers.environ_of(Path(home))
            app = create_app(read_settings(environ))
            with app.app_context():
                upgrade()
            prepared(app)
            with app.app_context():
                began = time.monotonic()
                tally = run(environ, times, handlers=handlers, mixed=mixed)
                db.session.remove()
                db.engine.dispose()
        print(name, tally, f"{time.monotonic() - began:.0f} s")  # noqa: T201  (the report)
        good = tally.wrong == 0 if name == "worker" else tally.wrong > 0
        verdict |= not (good and tally.hits >= 0.8 * tally.kills)
    return verdict
