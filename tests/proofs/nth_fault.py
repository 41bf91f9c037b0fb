"""The n-th statement, commit or file operation of an act fails, for every n.

Afterwards all is as before or as after, never between, and doing it again succeeds. A control
arm that spends a ballot in one transaction and stores its answer in another must be caught.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.queries import rounds
from app.services.errors import ServiceError
from app.services.reconciling import reconcile
from tests.proofs.acts import ACTS, CARELESS, Act, Seen, migration, tables
from tests.proofs.faults import FILES, Injector, NthFaultError
from tests.proofs.keeping import Keeper
from tests.proofs.options import databases
from tests.proofs.site import Postgresql, environ_of, postgresql_server

ENDS = ("commit", "commit's reply", "statement's reply")
OLDEST, LATEST_BUT_ONE = "0001", "0010"


@dataclass
class Figures:
    """What came of the faults of one act.

    Attributes
    ----------
    points : int
        How many statements, commits and file operations were made to fail, one at a time.
    old, new, steps : int
        After how many of them all was as before, as after, or after a whole transaction of
        an act that has several.
    between : list of str
        Points whose failure left something else.
    stuck : list of str
        Points after which doing it again did not lead to the end.
    unaccounted : list of str
        Points after which answers did not add up or had no key.
    """

    act: str
    points: int = 0
    old: int = 0
    new: int = 0
    steps: int = 0
    between: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> int:
        """Everything that must be 0."""
        return len(self.between + self.stuck + self.unaccounted + self.strange)


@dataclass
class Trial:
    """One act on one installation."""

    keeper: Keeper
    act: Act
    every: int = 1

    def run(self) -> Figures:
        """Fail at one point after another, each time from the same state on."""
        figures = Figures(self.act.name)
        do = self.act.prepare()
        self.keeper.keep(tables=self.act.seen is tables)
        old = self.look()
        steps = [old]
        counting = Injector(db.engine, self.keeper.home)
        counting.committed = lambda: steps.append(self.look_from_aside())
        with counting.armed():
            do()
        new = self.look()
        assert new != old, "the act does nothing that can be seen"
        allowed = {*steps, new} if self.act.in_steps else {old, new}
        for wanted in self.chosen(counting.points):
            self.keeper.bring_back()
            self.fail_at(wanted, do, (old, new), allowed, figures)
        self.keeper.forget()
        return figures

    def chosen(self, points: list[str]) -> list[int]:
        """Choose points: every so many, and in any case each way of ending."""
        last = {point: number for number, point in enumerate(points, start=1)}
        ends = {last[point] for point in {*ENDS, *FILES} & last.keys()}
        return sorted({*range(1, len(points) + 1, self.every), *ends})

    def fail_at(
        self,
        wanted: int,
        do: Callable[[], None],
        ends: tuple[Seen, Seen],
        allowed: set[Seen],
        figures: Figures,
    ) -> None:
        """Fail at one point, look what there is, and do it again."""
        injector = Injector(db.engine, self.keeper.home, wanted)
        failed = ""
        try:
            with injector.armed():
                do()
        except (OperationalError, NthFaultError):
            failed = "as it should"
        except Exception as error:  # noqa: BLE001  (any other end is a finding)
            failed = type(error).__name__
        if not injector.hit:
            return
        point = f"{wanted}: {injector.points[wanted - 1]}"
        figures.points += 1
        figures.kinds[injector.points[wanted - 1]] += 1
        if failed not in {"", "as it should"}:
            figures.strange.append(f"{point}: {failed}")
        found = self.look()
        figures.old += found == ends[0]
        figures.new += found == ends[1]
        figures.steps += found in allowed and found not in ends
        if found not in allowed:
            figures.between.append(point)
        if not failed and found != ends[1]:
            figures.strange.append(f"{point}: said to be done")
        if not accounted_for(self.act):
            figures.unaccounted.append(point)
        self.again(point, do, ends, figures)

    def again(
        self, point: str, do: Callable[[], None], ends: tuple[Seen, Seen], figures: Figures
    ) -> None:
        """Do the act once more, without a fault; what was done already may refuse."""
        done = self.look() == ends[1]
        try:
            do()
        except ServiceError as error:
            if not done:
                figures.stuck.append(f"{point}: {type(error).__name__}")
        if self.look() != ends[1]:
            figures.stuck.append(point)
        if not accounted_for(self.act):
            figures.unaccounted.append(f"{point}, done again")

    def look(self) -> Seen:
        """See what there is, and hold on to nothing."""
        db.session.remove()
        found = self.act.seen()
        db.session.remove()
        return found

    def look_from_aside(self) -> Seen:
        """See what there is while the act goes on in its own session."""
        with self.keeper.app.app_context():
            found = self.act.seen()
            db.session.remove()
        return found


def accounted_for(act: Act) -> bool:
    """Whether all answers are where they should be, with a key for each."""
    if not act.answers:
        return True
    found = [reconcile(each.id) for each in rounds.all_rounds()]
    db.session.remove()
    return all(each.holds and not each.unreadable for each in found)


def main(quick: bool) -> int:
    """Run all acts on both databases and print what came of it."""
    verdict = 0
    migrations = [LATEST_BUT_ONE] if quick else [LATEST_BUT_ONE, OLDEST]
    for database in databases():
        with ExitStack() as stack:
            server = None
            if database == "postgresql":
                server = stack.enter_context(postgresql_server(durable=False))
            for act in (*ACTS, *map(migration, migrations), CARELESS):
                began = time.monotonic()
                figures = tried(act, server)
                print(database, figures, f"{time.monotonic() - began:.0f} s")  # noqa: T201  (the report)
                sys.stdout.flush()
                verdict |= (figures.faults == 0) is (act is CARELESS)
    return verdict


def tried(act: Act, server: Postgresql | None) -> Figures:
    """Try an act on an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="khaosat-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        url = server.new_database() if server else ""
        app = create_app(read_settings(environ_of(home, url)))
        with app.app_context():
            if act.seen is not tables:
                upgrade()
            figures = Trial(Keeper(app, home, url), act).run()
            db.session.remove()
            db.engine.dispose()
    return figures
