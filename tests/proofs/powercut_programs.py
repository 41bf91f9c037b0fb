"""Programs whose files are recorded: `python -m tests.proofs.powercut_programs NAME …`.

Each says on its standard output what it acknowledges, at the moment it may.
"""

import os
import random
import sqlite3
import sys
from pathlib import Path

from app import create_app, database
from app.config import read_settings
from app.services import keys, mixing, responding
from surveys.links import new_token
from tests.app.round_factory import filled

REFERENCE_ROWS = 120
LARGEST_GROUP = 4
MIX_AFTER = 14


def say(word: str) -> None:
    """Acknowledge."""
    os.write(1, f"ack {word}\n".encode())


def reference(path: str, synchronous: str) -> None:
    """Store rows in SQLite, each in a transaction of its own, with a checkpoint at times."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("PRAGMA wal_autocheckpoint=40")
    for number in range(REFERENCE_ROWS):
        connection.execute("INSERT INTO kept VALUES (?, ?)", (number, os.urandom(3000)))
        say(str(number))


def product(round_id: str, tokens: str) -> None:
    """Take answers, in groups as they come together, and mix in between."""
    chance = random.Random(3)
    waiting = Path(tokens).read_text().split()
    since = 0
    with create_app(read_settings()).app_context():
        while waiting:
            size = chance.randint(1, LARGEST_GROUP)
            group, waiting = waiting[:size], waiting[size:]
            outcomes = responding.submit_all([(token, filled(), new_token()) for token in group])
            for outcome in outcomes:
                assert outcome.receipt
                say(outcome.receipt)
            since += size
            if since >= MIX_AFTER:
                mixing.mix_round(int(round_id))
                since = 0


def careless(round_id: str, tokens: str) -> None:
    """Be the product on a database that does not wait for the disk at each commit."""
    database.PRAGMAS = tuple(it.replace("FULL", "NORMAL") for it in database.PRAGMAS)
    product(round_id, tokens)


def careless_with_keys(round_id: str, tokens: str) -> None:
    """Be the product with key files that nobody waits for."""

    def write_private(path: Path, content: bytes) -> None:
        path.write_bytes(content)

    keys.write_private = write_private
    product(round_id, tokens)


PROGRAMS = {
    "reference": reference,
    "product": product,
    "careless": careless,
    "careless-with-keys": careless_with_keys,
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
