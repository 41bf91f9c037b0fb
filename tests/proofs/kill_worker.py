"""Workers are killed outright during real jobs; every job must be done once or visibly failed.

The effects are counted in the tables of the business, not in the rows of the jobs. A control arm
estimates in one transaction and ends its job in the next: it must be caught doing work twice.
"""

import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.models import Estimation, Job, JobFile
from app.vocabulary import JobKind, JobState
from tests.app import round_steps
from tests.app.index_factory import answered_round
from tests.proofs import workers
from tests.proofs.endless_jobs import UNITS, Effect, Work, effects

# A worker lives for so many jobs at most, however fast the machine is.
LIFE = 4.0
PATIENCE = 120.0
# Work of many transactions that is given up may have done its first one: the clock ends it.
IN_STEPS = frozenset({JobKind.CLOSE_ROUND})
BACKLOG = 8


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


def run(
    environ: dict[str, str],
    kills: int,
    *,
    handlers: workers.Handlers | None = None,
    mixed: bool = True,
    patient: bool = True,
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
    patient : bool
        Go on killing though something is certain to be done twice; only with estimations alone.
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
        if not patient and outrun():
            break
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


def outrun() -> bool:
    """Whether there are more estimations than jobs that ended: one of them will be done again."""
    db.session.rollback()
    done = select(func.count(Job.id)).where(Job.state == JobState.DONE)
    made = select(func.count(Estimation.id))
    return (db.session.scalar(made) or 0) > (db.session.scalar(done) or 0)


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
