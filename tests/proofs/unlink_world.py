"""A round with known truth: people, what each answers, and the order in which they do.

Most answer alone, some at once with others; the mixer runs now and then; some cells stay so
small that they only open with others at the close.
"""

import random
import string
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Token
from app.services import opening
from app.services.recording import SYSTEM
from surveys.links import token_hash
from tests.app.round_factory import RATINGS, MadeRound, answers, hand_out, make_round
from tests.proofs import unlink_cells
from tests.proofs.unlink_evidence import Evidence, Key, Tables, Truth
from tests.proofs.unlink_watch import Watch

K = 10
RESPONSE = 0.9
AT_ONCE = (1, 1, 1, 1, 1, 2, 3)
COMMENTS, LONGEST = 0.5, 900
RATING_SHARES = (0.04, 0.08, 0.2, 0.4, 0.28)
AGENTS = {
    "phone": "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36",
    "tablet": "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
    "computer": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36",
}
# Seconds that the five classes of duration stand for.
SECONDS = (20, 45, 120, 400, 1200)


@dataclass(frozen=True)
class Person:
    """Somebody who answers, and what they say; no two say the same."""

    ballot: int
    token: str
    kind: str
    answers: Mapping[str, str]
    comment: str | None
    device: str
    seconds: int

    @property
    def vector(self) -> tuple[str, ...]:
        """What tells the answer of this person from all others."""
        return vector(self.answers)


def vector(given: Mapping[str, str]) -> tuple[str, ...]:
    """Give the ratings in order."""
    return tuple(given.get(code, "") for code in RATINGS)


@dataclass(frozen=True)
class Plan:
    """How large a world is, how often the mixer runs in it, and whether answers carry a kind."""

    layout: Mapping[str, Mapping[str, int]]
    mixings: int
    backups: int = 3
    k: int = K
    carry: bool = False


def quick_layout() -> dict[str, dict[str, int]]:
    """Lay out 220 ballots: large cells, middling ones that open late, small ones."""
    return {
        "TB": {"land": 58, "civil": 27, "trade": 7},
        "LB": {"land": 40, "civil": 18, "trade": 8},
        "XT": {"land": 36, "civil": 14, "trade": 12},
    }


def carrying_layout() -> dict[str, dict[str, int]]:
    """Lay out 218 ballots for cells that are split by kind."""
    return {"TB": {"land": 100, "civil": 14}, "LB": {"land": 92, "civil": 12}}


def small_layout() -> dict[str, dict[str, int]]:
    """Lay out 88 ballots for builds that are made wrong on purpose."""
    return {"TB": {"land": 42, "civil": 14}, "LB": {"land": 32}}


def full_layout(people: int) -> dict[str, dict[str, int]]:
    """Lay out so many ballots that about `people` answer."""
    chance = random.Random(11)
    layout: dict[str, dict[str, int]] = {}
    while sum(sum(cells.values()) for cells in layout.values()) * RESPONSE < people:
        sizes = (chance.randint(30, 80), chance.randint(14, 30), chance.randint(4, 14))
        names = ("land", "civil", "trade")
        layout[f"U{len(layout):02}"] = dict(zip(names, sizes, strict=True))
    return layout


class Answering(Protocol):
    """A program that takes answers: the product, or one built on purpose as one must not."""

    tables: Tables

    def answer(self, people: Sequence[Person]) -> dict[int, Key]:
        """Take the answers of people at once; hashes of their receipts by ballot."""

    def mix(self) -> None:
        """Open what may be opened now."""

    def close(self) -> None:
        """End the round and open the rest."""


@dataclass
class World:
    """A round that is open, and the people who will answer it, in their order."""

    app: Flask
    plan: Plan
    made: MadeRound
    people: list[Person]
    chance: random.Random
    receipts: dict[int, Key] = field(default_factory=dict)

    def bursts(self) -> Iterator[list[Person]]:
        """Give those who answer at the same moment."""
        at = 0
        while at < len(self.people):
            size = self.chance.choice(AT_ONCE)
            yield self.people[at : at + size]
            at += size

    def play(self, build: Answering, watch: Watch) -> tuple[Evidence, Truth]:
        """Let everybody answer, while the one who looks on keeps all there is."""
        step = max(1, len(self.people) // (self.plan.mixings + 1))
        backup_every = self.plan.mixings // self.plan.backups if self.plan.backups else sys.maxsize
        done, mixed = 0, 0
        with watch.listening():
            for burst in self.bursts():
                self.receipts |= build.answer(burst)
                watch.look()
                done += len(burst)
                if done // step > mixed and mixed < self.plan.mixings:
                    mixed += 1
                    if mixed == 1:
                        watch.keep_keys()
                    if mixed % backup_every == 0:
                        watch.back_up()
                    build.mix()
                    watch.after_mixing()
            self.back_up(watch)
            build.close()
            watch.after_mixing()
            self.back_up(watch)
        evidence = watch.finish()
        return evidence, self.truth(evidence)

    def back_up(self, watch: Watch) -> None:
        """Make a backup where any are made."""
        if self.plan.backups:
            watch.back_up()

    def truth(self, evidence: Evidence) -> Truth:
        """Find out who gave what, by what nobody else knows: what each person said."""
        rows = {vector(row.values["answers"]): key for key, row in evidence.answers.items()}
        bodies = {row.values["body"]: key for key, row in evidence.comments.items()}
        return Truth(
            {p.ballot: rows[p.vector] for p in self.people if p.vector in rows},
            {p.ballot: bodies[p.comment] for p in self.people if p.comment in bodies},
            {b: h for b, h in self.receipts.items() if h in evidence.receipts},
        )


def make(app: Flask, plan: Plan, seed: int) -> World:
    """Open a round and give everybody who will answer something of their own to say."""
    chance = random.Random(seed)
    made = make_round(plan.layout, k=plan.k)
    kinds = unlink_cells.describe_dossiers(made.id, chance)
    if plan.carry:
        unlink_cells.carry(made.id, kinds)
    opening.open_round(SYSTEM, made.id)
    tokens = hand_out(made)
    handed = [token for label in sorted(tokens) for token in tokens[label]]
    ballots = ballots_of(handed)
    chosen = [token for token in handed if chance.random() < RESPONSE]
    chance.shuffle(chosen)
    vectors: set[tuple[str, ...]] = set()
    people = []
    for token in chosen:
        person = somebody(chance, ballots[token], token, kinds[ballots[token]])
        while person.vector in vectors:
            person = somebody(chance, ballots[token], token, kinds[ballots[token]])
        vectors.add(person.vector)
        people.append(person)
    return World(app, plan, made, people, chance)


def ballots_of(tokens: Sequence[str]) -> dict[str, int]:
    """Look up which ballot each token opens."""
    found = dict(db.session.execute(select(Token.hash, Token.ballot_id)).all())
    db.session.rollback()
    return {token: found[token_hash(token)] for token in tokens}


def somebody(chance: random.Random, ballot: int, token: str, kind: str) -> Person:
    """Make up a person."""
    ratings = chance.choices("12345", RATING_SHARES, k=len(RATINGS))
    given = answers(ratings=ratings)
    if chance.random() < 0.8:
        given["respondent_kind"] = kind
    words = "".join(chance.choices(string.ascii_lowercase + "    ", k=chance.randint(8, LONGEST)))
    comment = f"{ballot} {words.strip()}." if chance.random() < COMMENTS else None
    device = chance.choices(list(AGENTS), (0.8, 0.05, 0.15))[0]
    return Person(ballot, token, kind, given, comment, device, chance.choice(SECONDS))


def watched(world: World, build: Answering, home: Path) -> tuple[Evidence, Truth]:
    """Play a world through while somebody looks on."""
    secret = world.app.config["KHAOSAT"].secret_key
    with ExitStack() as stack:
        stack.callback(db.session.remove)
        watch = Watch(db.engine, home, secret, world.plan.k, build.tables)
        return world.play(build, watch)
