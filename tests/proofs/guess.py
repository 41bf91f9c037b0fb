"""Tokens and receipts are guessed a million times against thousands of live ones: nobody hits.

Most guesses are handed straight to the application, half of them from ever new networks, so that
no limit hides what a lookup would give; a share goes over the wire from one address, from which
people with valid tokens answer in the same minutes. What comes back must not tell an unknown
token from one that is used, void or of a closed round: not in words, not in headers, not by the
time it takes. The control arm tells in both ways, and valid tokens among the guesses are found.
"""

import multiprocessing
import os
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from flask import Flask

from app import create_app
from app.config import read_settings
from app.extensions import db
from surveys.links import new_token
from tests.app.round_factory import check_invariant
from tests.proofs import meddling
from tests.proofs.crowd import Crowd
from tests.proofs.options import databases, number
from tests.proofs.phones import TICKET, Line
from tests.proofs.site import Site, fresh
from tests.proofs.stock import EACH, Stock, layout, stocked
from tests.proofs.telling import (
    CODES,
    FULL,
    LONGEST_GAP,
    PAGES,
    Ask,
    Browser,
    Said,
    Timing,
    differences,
    over_the_wire,
    timing,
    when_limited,
)

KNOWN = 5
PHONES, GUESSERS = 200, 4
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
REFUSED = 0.99
# From so many on, each core guesses on its own.
MANY = 20_000


@dataclass
class Figures:
    """What came of the guesses.

    Attributes
    ----------
    hits : list
        Guesses that were answered other than a token or code that nobody was given.
    known : int
        Of the valid ones that were put among the guesses, those that were found.
    told : list
        Pages by which classes of tokens or codes can be told apart.
    limited : float
        Share of the guesses over the wire that were told to wait.
    valid, valid_limited : int
        Answers given from the same address meanwhile, and how often those people had to wait.
    """

    guesses: int = 0
    hits: list[str] = field(default_factory=list)
    known: int = 0
    told: list[str] = field(default_factory=list)
    timings: dict[str, Timing] = field(default_factory=dict)
    over_the_wire: int = 0
    limited: float = 0.0
    valid: int = 0
    valid_limited: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether all is as it should be but the times, which a busy machine may blur."""
        limits = self.limited >= REFUSED and self.valid_limited == 0
        return limits and not (self.hits or self.told or self.wrong) and self.known == 2 * KNOWN


@dataclass
class Guesser:
    """Makes up tokens and codes, and knows what they should be answered."""

    app: Flask
    stock: Stock
    seed: int = 7

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.browser = Browser(self.app, random.Random(self.seed))
        kinds, ask = {**PAGES, **CODES}, self.browser.ask
        self.limited = partial(when_limited, partial(ask, address=FULL))
        self.fair: dict[str, set[Said]] = {
            name: {
                ask(kinds[name], self.one(name), self.elsewhere()),
                self.limited(kinds[name], self.one(name)),
            }
            for name in ("page", "form", "broken form", "receipt")
        }
        # A link is followed whatever it holds, except by those who guess.
        self.fair["link"] = {self.limited(PAGES["link"], new_token())}

    def elsewhere(self) -> str:
        return self.browser.somewhere()

    def one(self, name: str) -> str:
        """Make a guess: at random, or close to a live token."""
        chance = self.chance
        if name in CODES:
            return "".join(chance.choices(LETTERS, k=12))
        if chance.random() < 0.8:
            return "".join((*chance.choices(ALPHABET, k=21), chance.choice("AQgw")))
        token = chance.choice(self.stock.live)
        place = chance.randrange(21)
        other = chance.choice(ALPHABET.replace(token[place], ""))
        near = token[:place] + other + token[place + 1 :]
        return chance.choice((near, near, token.swapcase(), token[:-1], token + "=", token[::-1]))

    def guess(self, figures: Figures, count: int) -> None:
        """Guess so often in this process."""
        names = ("page",) * 12 + ("form", "broken form", "link") * 2 + ("form", "receipt")
        for place in range(count):
            name = names[place % len(names)]
            self.check(figures, name, self.one(name), place)
        figures.guesses += count

    def check(self, figures: Figures, name: str, own: str, place: int) -> bool:
        """Send one guess; whether it hit."""
        page = (CODES if name in CODES else PAGES)[name]
        if name == "link":
            said = self.limited(page, own)
        else:
            said = self.browser.ask(page, own, FULL if place % 2 else self.elsewhere())
        if said in self.fair[name]:
            return False
        figures.hits.append(f"{name} {own}: {said.status}")
        return True

    def find_the_known(self, figures: Figures) -> None:
        """See that valid ones would be noticed: a live token, a counted receipt."""
        aside = Figures()
        tries = [("page", token) for token in self.stock.live[:KNOWN]]
        tries += [("receipt", code) for code in self.stock.counted[:KNOWN]]
        figures.known = sum(
            self.check(aside, name, own, place) for place, (name, own) in enumerate(tries)
        )


def guess_apart(site: Site, stock: Stock, figures: Figures, count: int) -> None:
    """Guess with an application on each core, each of which would notice a valid guess."""
    cores = os.cpu_count() or 1
    shares = [(dict(site.environ), stock, -(-count // cores), seed) for seed in range(cores)]
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        for found in pool.starmap(guesses_of_one, shares):
            figures.guesses += found.guesses
            figures.hits += found.hits
            figures.known = min(figures.known, found.known)


def guesses_of_one(environ: dict[str, str], stock: Stock, count: int, seed: int) -> Figures:
    """Guess in a process of its own."""
    figures = Figures()
    guesser = Guesser(create_app(read_settings(environ)), stock, seed)
    guesser.find_the_known(figures)
    guesser.guess(figures, count)
    return figures


def told(app: Flask, stock: Stock) -> list[str]:
    """List the pages that tell classes apart, to those who guess and to those who do not."""
    browser = Browser(app)
    asks: dict[str, Ask] = {
        "": lambda page, own: browser.ask(page, own, browser.somewhere()),
        " when limited": partial(when_limited, partial(browser.ask, address=FULL)),
    }
    found = []
    for words, ask in asks.items():
        for pages, classes in ((PAGES, stock.tokens), (CODES, stock.codes)):
            found += [f"{one}{words}" for one in differences(ask, pages, classes)]
    return found


def timed(app: Flask, stock: Stock, samples: int) -> dict[str, Timing]:
    """Measure how long replies to the classes of tokens and of codes take."""
    found = {name: timing(app, PAGES[name], stock.tokens, samples) for name in ("page", "form")}
    return found | {"receipt": timing(app, CODES["receipt"], stock.codes, samples // 5)}


def beside(site: Site, stock: Stock, figures: Figures, guesses: int, valid: int) -> None:
    """Guess over the wire while people behind the same address answer."""
    wire = {kind: some[:2] for kind, some in stock.tokens.items()}
    ask = partial(over_the_wire, site.address)
    figures.told += differences(ask, PAGES, wire)
    statuses: Counter[int] = Counter()
    crowd = Crowd([site.address], stock.live[:valid], min(PHONES, valid)).start()
    people = [
        threading.Thread(target=guess_some, args=(site.address, guesses // GUESSERS, statuses))
        for _ in range(GUESSERS)
    ]
    for person in people:
        person.start()
    for person in (*people, *crowd.people):
        person.join()
    told_then = differences(partial(when_limited, ask), PAGES, wire)
    figures.told += [f"{one} over the wire, when limited" for one in told_then]
    figures.over_the_wire = statuses.total()
    figures.guesses += statuses.total()
    figures.limited = statuses[429] / statuses.total()
    figures.hits += [f"{status} over the wire" for status in set(statuses) - {410, 429}]
    figures.valid = len(crowd.acknowledged)
    figures.valid_limited = crowd.statuses[429] + crowd.pages[429]
    figures.wrong += crowd.wrong


def guess_some(address: str, count: int, statuses: Counter[int]) -> None:
    """Send wrong guesses one after the other."""
    line = Line(address, keep=True)
    for _ in range(count):
        statuses[line.ask("GET", "/q", cookies={TICKET: new_token()}).status] += 1


def run(site: Site, inside: int, outside: int, valid: int, samples: int) -> Figures:
    """Guess in this process and over the wire, and compare what came back."""
    figures, stock = Figures(), stocked(site)
    guesser = Guesser(site.app, stock)
    guesser.find_the_known(figures)
    figures.told = told(site.app, stock)
    figures.timings = timed(site.app, stock, samples)
    if inside < MANY:
        guesser.guess(figures, inside)
    else:
        guess_apart(site, stock, figures, inside)
    beside(site, stock, figures, outside, valid)
    with site.app.app_context():
        spent = check_invariant(site.made.id).spent
        db.session.remove()
    if spent != figures.valid + EACH:
        figures.wrong.append(f"{spent} spent")
    return figures


def control(site: Site, samples: int) -> tuple[list[str], Timing]:
    """Ask an application that tells used tokens from unknown ones."""
    app, stock = meddling.tell_what_was_used(read_settings(site.environ)), stocked(site)
    Guesser(app, stock)
    return told(app, stock), timing(app, PAGES["page"], stock.tokens, samples)


def main(quick: bool) -> int:
    """Guess at fresh installations and print what came of it."""
    inside = number(quick, 3000, 990_000)
    outside, valid = number(quick, 400, 10_000, "OUTSIDE"), number(quick, 40, 3000, "VALID")
    live, samples = number(quick, 100, 10_000, "LIVE"), number(quick, 300, 5000, "SAMPLES")
    verdict = 0
    for database in databases():
        began = time.monotonic()
        with fresh(database, layout(max(live, valid))) as site:
            figures = run(site, inside, outside, valid, samples)
        gaps = [found.gap for found in figures.timings.values()]
        verdict |= not (figures.holds and max(gaps) < LONGEST_GAP)
        report(database, figures, time.monotonic() - began)
        with fresh(database, layout(20), started=False) as site:
            tells, times = control(site, samples)
        print(f"  control: {len(tells)} pages tell; {times.told()}")  # noqa: T201  (the report)
        verdict |= not (tells and times.gap > LONGEST_GAP)
        sys.stdout.flush()
    return verdict


def report(database: str, figures: Figures, seconds: float) -> None:
    """Print figures."""
    say = print
    say(
        f"{database}: {figures.guesses} guesses, {len(figures.hits)} hits "
        f"({figures.known} of {2 * KNOWN} valid ones found), {len(figures.told)} pages tell\n"
        f"  over the wire {figures.over_the_wire}, of these told to wait {figures.limited:.4f}; "
        f"meanwhile {figures.valid} valid answers, {figures.valid_limited} told to wait, "
        f"wrong {len(figures.wrong)}, {seconds:.0f} s"
    )
    for name, found in figures.timings.items():
        say(f"  {name}: {found.told()}")
    for fault in (figures.hits + figures.told + figures.wrong)[:20]:
        say(f"  {fault}")
