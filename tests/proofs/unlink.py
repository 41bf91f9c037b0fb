"""Insiders try to tie answers to people; against the product no attack may beat chance in a crowd.

`make prove NAME=unlink` plays a round of 2,000 people on each database (N and DATABASE choose),
lets all attacks guess, and then shows that they would have won: against a build that writes
answers plainly in the transaction that spends the ballot, and against builds with one flaw each.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from tests.app.moving_factory import installation
from tests.proofs import unlink_limits, unlink_scoring, unlink_world
from tests.proofs.options import databases, number
from tests.proofs.site import postgresql_server
from tests.proofs.unlink_builds import Direct, Product
from tests.proofs.unlink_naive import FLAWS, Flaw, Naive
from tests.proofs.unlink_scoring import Score
from tests.proofs.unlink_world import K, Plan, World

PEOPLE, QUICK_PEOPLE = 2000, 200
MIXINGS, QUICK_MIXINGS = 24, 6
NEEDED, LEAST_ATTACKS = 0.95, 12
BEST = {
    "sqlite": ("order: keys by spending", "order: places by spending", "order: journal"),
    "postgresql": ("order: keys by spending", "order: transactions", "order: journal"),
}


def plan(people: int, *, carry: bool = False) -> Plan:
    """Say how large a world is, and whether its answers carry the kind of applicant."""
    if people <= QUICK_PEOPLE:
        layout = unlink_world.carrying_layout() if carry else unlink_world.quick_layout()
        return Plan(layout, QUICK_MIXINGS, carry=carry)
    return Plan(unlink_world.full_layout(people), MIXINGS, backups=4, carry=carry)


def product(
    app: Flask, home: Path, people: int, *, carry: bool = False, seed: int = 1
) -> tuple[list[Score], list[Score], World]:
    """Attack the product: the scores of the attacks, those of known limits, and the world."""
    world = unlink_world.make(app, plan(people, carry=carry), seed)
    evidence, truth = unlink_world.watched(world, Product(app, world.made.id), home)
    found = unlink_scoring.scores(evidence, truth, K)
    found += unlink_limits.onlookers(evidence, truth, world.people, K)
    return found, unlink_limits.limits(evidence, truth, world.people, K), world


def naive(app: Flask, home: Path, people: int) -> list[Score]:
    """Attack the plain build with the same people."""
    world = unlink_world.make(app, plan(people), 1)
    evidence, truth = unlink_world.watched(world, Naive(), home)
    return unlink_scoring.scores(evidence, truth, K)


def spoiled(app: Flask, home: Path, flaw: Flaw) -> list[Score]:
    """Attack the product with one thing wrong in it."""
    small = Plan(unlink_world.small_layout(), mixings=3, backups=0, k=flaw.k)
    world = unlink_world.make(app, small, 3)
    build: Direct = flaw.build(app, world.made.id)
    with flaw.spoiled():
        evidence, truth = unlink_world.watched(world, build, home)
    return unlink_scoring.scores(evidence, truth, K)


def caught(found: Sequence[Score], name: str) -> bool:
    """Whether an attack won."""
    return any(score.won for score in found if score.attack.name == name)


def succeeded(found: Sequence[Score], database: str) -> bool:
    """Whether the best attacks of a database tied nearly all answers to their people."""
    rates = {score.attack.name: score.rate for score in found}
    return all(rates[name] >= NEEDED for name in BEST[database])


@contextmanager
def fresh(database: str) -> Iterator[Callable[[], tuple[Flask, Path]]]:
    """Have what makes new installations, with PostgreSQL on one server of their own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="khaosat-unlink-")))
        server = stack.enter_context(postgresql_server()) if database == "postgresql" else None
        inner = stack.enter_context(ExitStack())

        def another() -> tuple[Flask, Path]:
            inner.close()
            home = Path(tempfile.mkdtemp(dir=folder))
            url = server.new_database() if server else ""
            return inner.enter_context(installation(home, url)), home

        yield another


def main(quick: bool) -> int:
    """Run all arms on each database and print the figures."""
    people = number(quick, QUICK_PEOPLE, PEOPLE)
    wrong = 0
    for database in databases():
        began = time.monotonic()
        with fresh(database) as another:
            wrong += told(database, another, people)
        say(f"{database}: {time.monotonic() - began:.0f} s")
    return wrong


def told(database: str, another: Callable[[], tuple[Flask, Path]], people: int) -> int:
    """Attack all builds on a database; how many things are not as they must be."""
    wrong = 0
    for carry in (False, True):
        found, limits, world = product(*another(), people, carry=carry)
        say(f"\n{database}: {len(world.people)} people, product{', a variable carried' * carry}")
        for score in found:
            say(f"  {score.told()}")
        say("  known limits, not counted:")
        for score in limits:
            say(f"  {score.told()}")
        wrong += sum(score.won for score in found) + (len(found) < LEAST_ATTACKS)
    best = naive(*another(), people)
    say(f"{database}: naive build, best attacks")
    for score in best:
        if score.attack.name in BEST[database]:
            say(f"  {score.told()}")
    wrong += not succeeded(best, database)
    for flaw in FLAWS:
        against = spoiled(*another(), flaw)
        wrong += not caught(against, flaw.caught_by)
        rate = next(s.told() for s in against if s.attack.name == flaw.caught_by)
        say(f"{database}: {flaw.name}\n  {rate}")
    return wrong


def say(line: str) -> None:
    """Print a line now."""
    print(line)  # noqa: T201  (the report)
    sys.stdout.flush()
