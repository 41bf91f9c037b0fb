"""The disk is full, the database locked or away, the queue gone, the clock wrong.

Whatever happens, people get their page, their thanks, or a 503 that says when to come again;
never a 500. When it is over the site works within five seconds without anybody's help, and
what was acknowledged is stored. A control arm without pages for these errors must be caught.
"""

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.proofs import clerk, weather
from tests.proofs.counting import Count, count
from tests.proofs.crowd import Crowd
from tests.proofs.nursery import Nursery
from tests.proofs.options import databases, number
from tests.proofs.site import PRODUCT, Postgresql, postgresql_server, site
from tests.proofs.weather import Place

CARELESS = "tests.proofs.careless:fail_loudly"
WRONG_CLOCK = "tests.proofs.careless:clock_of_a_file"
BALLOTS = 5000
PEOPLE, K = 8, 5
BACK_WITHIN = 5.0
ALLOWED = frozenset({200, 303, 503})


@dataclass(frozen=True)
class Outage:
    """One thing that may happen.

    Attributes
    ----------
    seconds : int
        How long it lasts; a second where it is short by nature.
    quick : int
        How long at least, so that it is felt: SQLite waits ten seconds for a lock.
    felt : bool
        Whether people must have noticed, or the fault was none.
    """

    name: str
    happens: Callable[[Place], AbstractContextManager[None]]
    databases: tuple[str, ...]
    seconds: int
    quick: int
    felt: bool = True
    factory: str = PRODUCT


BOTH = ("sqlite", "postgresql")
OUTAGES = (
    Outage("disk full", weather.disk_full, ("sqlite",), 30, 3),
    Outage("database locked", weather.database_locked, ("sqlite",), 30, 12),
    Outage("database locked", weather.database_locked, ("postgresql",), 30, 2, felt=False),
    Outage("database restarted", weather.database_restarted, ("postgresql",), 1, 1),
    Outage("database away", weather.database_away, ("postgresql",), 30, 3),
    Outage("queue gone", weather.queue_gone, BOTH, 10, 1, felt=False),
    Outage("clock jumps", weather.clock_jumps, BOTH, 20, 2, felt=False, factory=WRONG_CLOCK),
)


@dataclass
class Figures:
    """What came of an outage.

    Attributes
    ----------
    back_after : float
        Seconds from its end to the next acknowledgement.
    statuses : Counter
        Of all replies, to forms and pages; 0 is a connection that broke.
    staff : Counter
        Of the replies to somebody signed in.
    impolite : int
        Replies 503 without a Retry-After.
    """

    name: str
    back_after: float = -1.0
    statuses: Counter[int] = field(default_factory=Counter)
    staff: Counter[int] = field(default_factory=Counter)
    impolite: int = 0
    wrong: list[str] = field(default_factory=list)
    count: Count | None = None

    @property
    def holds(self) -> bool:
        """Whether nobody met an error, nothing was lost, and the site came back in time."""
        assert self.count is not None
        return (
            self.statuses.keys() | self.staff.keys() <= ALLOWED
            and not self.impolite
            and not self.wrong
            and 0 <= self.back_after <= BACK_WITHIN
            and self.count.faults == 0
        )


def run(place: Place, outage: Outage, *, rest: float = 0.0) -> Figures:
    """Let an outage happen while people answer, each with a rest after each form."""
    figures = Figures(outage.name)
    with clerk.at_work(place.site) as figures.staff:
        crowd = Crowd([place.site.address], place.site.tokens, PEOPLE, rest).start()
        assert crowd.wait_for(2 * PEOPLE), "nobody is answered"
        with outage.happens(place):
            time.sleep(place.seconds)
        over = time.monotonic()
        crowd.wait_for(2 * PEOPLE)
    later = [moment for moment in crowd.thanked_at if moment > over]
    figures.back_after = round(min(later) - over, 2) if later else -1.0
    crowd.finish()
    place.site.kill_all()
    figures.statuses = crowd.statuses + crowd.pages
    figures.staff = +figures.staff
    figures.impolite, figures.wrong = crowd.impolite, crowd.wrong[:10]
    figures.count = count(place.site, crowd.acknowledged)
    return figures


@contextmanager
def arranged(
    outage: Outage,
    seconds: float,
    server: Postgresql | None,
    *,
    factory: str = "",
    forks: Nursery | None = None,
    ballots: int = BALLOTS,
) -> Iterator[Place]:
    """Set up a site that an outage can happen to."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khaosat-")))
        home, redis, settings = folder / "home", None, {}
        if outage.happens is weather.disk_full:
            stack.enter_context(weather.small_disk(home))
        if outage.happens is weather.queue_gone:
            redis = stack.enter_context(weather.redis())
            settings["queue_url"] = redis.url
        url = server.new_database() if server else ""
        details = {"k": K, "factory": factory or outage.factory, "forks": forks, **settings}
        found = stack.enter_context(site(home, url, {"TB": {"land": ballots}}, **details))
        yield Place(found, seconds, server, redis)


def possible(outage: Outage) -> bool:
    """Whether an outage can be arranged on this machine."""
    if outage.happens is weather.disk_full:
        return weather.may_mount()
    return outage.happens is not weather.queue_gone or shutil.which("redis-server") is not None


def main(quick: bool) -> int:
    """Run every outage on fresh installations and print what came of it."""
    verdict = 0
    for database in databases():
        with ExitStack() as stack:
            server = None
            if database == "postgresql":
                server = stack.enter_context(postgresql_server())
            for outage in (it for it in OUTAGES if database in it.databases):
                control = outage.name in {"disk full", "database restarted"}
                for factory in (outage.factory, CARELESS)[: 1 + control]:
                    verdict |= not told(outage, server, factory, quick=quick)
    return verdict


def told(outage: Outage, server: Postgresql | None, factory: str, *, quick: bool) -> bool:
    """Run one outage, print its figures and tell whether they are as they should be."""
    kind, arm = "postgresql" if server else "sqlite", "control" if factory == CARELESS else ""
    if not possible(outage):
        print(kind, outage.name, "cannot be arranged on this machine")  # noqa: T201  (the report)
        return False
    seconds = number(quick, outage.quick, outage.seconds, "SECONDS")
    with arranged(outage, seconds, server, factory=factory) as place:
        figures = run(place, outage)
    print(kind, arm, figures, f"lasted {seconds} s")  # noqa: T201  (the report)
    sys.stdout.flush()
    if arm:
        return 500 in figures.statuses
    return figures.holds and (figures.statuses[503] > 0 or not outage.felt)
