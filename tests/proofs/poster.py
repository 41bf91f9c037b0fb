"""Ten thousand wrong digits at a poster's door: nobody comes in, and every reply is the same.

Half of them from ever new networks, so that no limit hides what the door itself would say; the
others from one, from which people with the right digits come in meanwhile. After five misses a
dossier's right digits are refused as well. The control arm forgets to count: there every dossier
whose digits are tried out one after the other is opened.
"""

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from flask import Flask

from app.extensions import db
from app.services import door_tries
from tests.app.door_factory import counter, digits_of, give_phones
from tests.proofs.options import databases, number
from tests.proofs.site import Site, fresh

ONE = "203.0.113.9"
NONCE = re.compile(r'nonce="[^"]+"')
KNOCK = "/c/TB01"
ALL_DIGITS = 10_000


@dataclass
class Figures:
    """What came of the tries.

    Attributes
    ----------
    tries, passed : int
        Wrong digits that were typed, and how many of them opened anything.
    replies : Counter
        Different replies, by status and body without the page's nonce.
    barred_passed : int
        Dossiers that their right digits still opened after five misses.
    right, right_passed : int
        People with right digits behind the address that guesses, and how many came in.
    """

    tries: int = 0
    passed: int = 0
    replies: Counter[tuple[int, str, int]] = field(default_factory=Counter)
    barred_passed: int = 0
    right: int = 0
    right_passed: int = 0

    @property
    def holds(self) -> bool:
        """Whether wrong digits got nowhere and right ones did."""
        alike = {status: 0 for status, _, _ in self.replies}
        for status, _, _ in self.replies:
            alike[status] += 1
        same = set(alike) == {422, 429} and set(alike.values()) == {1}
        return same and not (self.passed or self.barred_passed) and self.right_passed == self.right


@dataclass
class Guesser:
    """Somebody who knows every dossier's code, as they run in sequence, and no digits."""

    app: Flask
    codes: dict[int, str]
    seed: int = 11

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def somewhere(self) -> str:
        """Name a network that nobody has come from."""
        return ".".join(str(self.chance.randrange(1, 255)) for _ in range(4))

    def knock(self, at: int, digits: str, address: str) -> tuple[int, str, int]:
        """Type the code of a dossier and digits: status, page, and its length."""
        reply = self.app.test_client().post(
            KNOCK,
            data={"dossier": self.codes[at], "digits": digits},
            environ_base={"REMOTE_ADDR": address},
        )
        return reply.status_code, NONCE.sub("", reply.text), len(reply.data)

    def wrong(self, at: int) -> str:
        """Make up digits that are not those of a dossier."""
        other = (int(digits_of(at)) + self.chance.randrange(1, ALL_DIGITS)) % ALL_DIGITS
        return f"{other:04d}"


def run(site: Site, tries: int, people: int) -> Figures:
    """Try wrong digits on most dossiers, and right ones on the last `people`."""
    figures = Figures(right=people)
    codes = prepared(site)
    guesser = Guesser(site.app, codes)
    attacked = [*codes][:-people]
    honest = [*codes][-people:]
    for place in range(tries):
        at = attacked[place % len(attacked)]
        address = ONE if place % 2 else guesser.somewhere()
        said = guesser.knock(at, guesser.wrong(at), address)
        figures.replies[said] += 1
        figures.passed += said[0] < 400
        if place % max(1, tries // people) == 0 and honest:
            person = honest.pop()
            figures.right_passed += guesser.knock(person, digits_of(person), ONE)[0] == 303
    for person in honest:
        figures.right_passed += guesser.knock(person, digits_of(person), ONE)[0] == 303
    figures.tries = tries
    rounds = tries // len(attacked)
    if rounds >= door_tries.ALLOWED:
        for at in attacked:
            said = guesser.knock(at, digits_of(at), guesser.somewhere())
            figures.barred_passed += said[0] < 400
    return figures


def prepared(site: Site) -> dict[int, str]:
    """Give every dossier of a site a phone, and its unit a counter."""
    with site.app.app_context():
        codes = give_phones(site.made.id)
        counter(site.made.units["TB"])
        db.session.remove()
    return codes


@contextmanager
def uncounted() -> Iterator[None]:
    """Let the door forget every miss."""
    with mock.patch.object(door_tries, "missed"):
        yield


def control(site: Site) -> bool:
    """Whether a door that does not count is opened by trying all digits, from new networks."""
    guesser = Guesser(site.app, prepared(site))
    with uncounted():
        # Not all ten thousand: a hundred around the right ones.
        nearby = [(int(digits_of(0)) + by) % ALL_DIGITS for by in range(-50, 50)]
        tried = (guesser.knock(0, f"{it:04d}", guesser.somewhere()) for it in nearby)
        return any(status == 303 for status, _, _ in tried)


def main(quick: bool) -> int:
    """Knock at fresh installations and print what came of it."""
    tries, people = number(quick, 600, 10_000), number(quick, 20, 200, "PEOPLE")
    dossiers = tries // 10 + people
    verdict = 0
    for database in databases():
        began = time.monotonic()
        with fresh(database, {"TB": {"land": dossiers}}, started=False) as site:
            figures = run(site, tries, people)
        verdict |= not figures.holds
        report(database, figures, time.monotonic() - began)
        with fresh(database, {"TB": {"land": 3}}, started=False) as site:
            found = control(site)
        print(f"  control: {'opened' if found else 'NOT opened'} without a count")  # noqa: T201  (the report)
        verdict |= not found
        sys.stdout.flush()
    return verdict


def report(database: str, figures: Figures, seconds: float) -> None:
    """Print figures."""
    statuses: Counter[int] = Counter()
    for (status, _, _), times in figures.replies.items():
        statuses[status] += times
    print(  # noqa: T201  (the report)
        f"{database}: {figures.tries} wrong digits, {figures.passed} passed, "
        f"{len(figures.replies)} different replies {dict(statuses)}; "
        f"{figures.barred_passed} opened after five misses; right digits from the same address: "
        f"{figures.right_passed} of {figures.right}; {seconds:.0f} s"
    )
