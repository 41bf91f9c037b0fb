"""Databases full of everything, and installations beside each other."""

import json
import random
import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    delete,
    insert,
    make_url,
)
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.database import writing
from app.extensions import db
from app.models import OfficeSetting
from app.models.types import Instant
from app.services import recording
from app.services.demo.playing import play
from app.services.moving import backing_up, exporting, importing, tables
from app.services.moving.archive import Manifest
from app.services.moving.encrypting import Passphrase
from app.services.recording import SYSTEM
from app.vocabulary import CeremonyState
from tests.conftest import psycopg_execute, settings_of

PHRASE = "ba con vịt bơi qua sông Đồng Nai"
# As cheap as the library allows: what a guess costs is not the subject.
LOCK = Passphrase(PHRASE, operations=1, memory=8192)
OTHER_LOCK = Passphrase(PHRASE + "!", operations=1, memory=8192)
# Numbers that a rule of the database holds to be small and above 0.
COUNTS = frozenset({"count", "forms", "price", "share", "sms_after", "attempts", "target"})
LOG = frozenset({"log_entry", "log_head"})
WORDS = 'Nguyễn Thị Ánh; phường Trấn Biên – “hộ tịch” \\ " \n\t \u2028 \U0001f600 a\u0301'


@contextmanager
def installation(home: Path, url: str = "") -> Iterator[Flask]:
    """Another installation with its own migrated database, in use until the end of the block."""
    home.mkdir(parents=True, exist_ok=True)
    made = create_app(settings_of(home, url))
    with made.app_context():
        upgrade()
        try:
            yield made
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def another_database(url: str) -> Iterator[str]:
    """Make a database without tables on the server of another; for SQLite a new home is one."""
    if not url:
        yield ""
        return
    name = f"other_{uuid.uuid4().hex}"
    admin = make_url(url).set(database="postgres").render_as_string(hide_password=False)
    psycopg_execute(admin, f"CREATE DATABASE {name}")
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    psycopg_execute(admin, f"DROP DATABASE {name} WITH (FORCE)")


def empty() -> None:
    """Take away what the template of the tests has and a new installation has not."""
    with writing() as session:
        session.execute(delete(OfficeSetting))


@cache
def demo_archive() -> Path:
    """An archive of the played demo; played once for all tests of a process."""
    folder = Path(tempfile.mkdtemp(prefix="khaosat-demo-"))
    with installation(folder / "home"):
        play(lambda *_: None)
        exporting.export(folder / "demo.tar")
    shutil.rmtree(folder / "home")
    return folder / "demo.tar"


def load(path: Path) -> Manifest:
    """Import an archive into the present installation."""
    return importing.import_archive(lambda: path.open("rb"))


def restored_bytes(path: Path) -> bytes:
    """Decrypt a backup with the passphrase of these tests."""
    with backing_up.archive_in(path, LOCK) as source:
        return b"".join(iter(lambda: source.read(1 << 20), b""))


def fill(rows: int = 4, seed: int = 1) -> None:
    """Put rows into every table that an archive holds, whatever tables there are."""
    chance = random.Random(seed)
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with writing() as session:
        for table in tables.moved():
            if table.name not in LOG:
                for number in range(rows):
                    held[table.name].append(one(session.connection(), table, number, held, chance))
        for number in range(rows):
            recording.record(session, SYSTEM, "test.filled", f"test:{number}", text=WORDS)


def one(
    connection: Connection, table: Table, number: int, held: Any, chance: random.Random
) -> dict[str, Any]:
    """Store one row: full, or with what may be missing left out where a rule forbids it."""
    row = {column.name: value(column, number, held, chance) for column in table.columns}
    row |= missing(table, number, most=number == 0)
    try:
        with connection.begin_nested():
            connection.execute(insert(table), row)
    except IntegrityError:
        row |= missing(table, number, most=True)
        connection.execute(insert(table), row)
    return row


def missing(table: Table, number: int, most: bool) -> dict[str, None]:
    """Leave out what may be missing; a ballot is of a dossier or of a session, in turns."""
    names = {column.name for column in table.columns if most and column.nullable}
    if table.name == "ballot":
        of, other = ("dossier_id", "session_id")[:: -1 if number % 2 else 1]
        names = names - {of} | {other}
    return dict.fromkeys(names)


def value(column: Column[Any], number: int, held: Any, chance: random.Random) -> Any:
    if column.foreign_keys:
        (reference,) = column.foreign_keys
        others = held[reference.column.table.name]
        if not others:
            return None
        # The last row of a table refers to itself: it is not there before it is stored.
        place = number if single(column) else chance.randrange(len(others))
        return others[place % len(others)][reference.column.name]
    if column.primary_key and isinstance(column.type, Integer):
        return 7 * number + 3
    if column.name == "drawn" and column.table.name == "ballot":
        return "NP"[number % 2]
    if column.name in COUNTS:
        return 10 if column.name == "target" else number % 3 + 1
    if column.name == "visit_after":
        return 7
    if column.name == "number" and column.table.name == "ceremony":
        states = column.table.columns["state"].type.enums
        return "9" if states[number % len(states)] == CeremonyState.NUMBERED else ""
    return plain(column, number, chance)


def single(column: Column[Any]) -> bool:
    """Whether each row needs another value."""
    constraints = [c for c in column.table.constraints if isinstance(c, UniqueConstraint)]
    named = any(column.name in constraint.columns for constraint in constraints)
    indexed = any(index.unique and column.name in index.columns for index in column.table.indexes)
    return bool(column.primary_key or column.unique or named or indexed)


def plain(column: Column[Any], number: int, chance: random.Random) -> Any:
    kind = column.type
    if isinstance(kind, Enum):
        return kind.enums[number % len(kind.enums)]
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer):
        return number if single(column) else chance.randrange(-(2**31), 2**31)
    if isinstance(kind, Float):
        return chance.random()
    if isinstance(kind, LargeBinary):
        return number.to_bytes(2, "big") + chance.randbytes(30)
    if isinstance(kind, Instant):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**13))
    if isinstance(kind, Date):
        return date(2026, 1, 1) + timedelta(days=number)
    if isinstance(kind, JSON):
        return document(number, chance)
    return f"{number} {WORDS}"[: getattr(kind, "length", None) or 200]


def document(number: int, chance: random.Random) -> dict[str, Any]:
    numbers = [0.1, 1.0, -0.0, 1e16, 1e300, 5e-324, 2**70, -(2**53) - 1, chance.random()]
    return {"số": numbers, "a": {"B": None, "A": [True, [], {}, ""]}, WORDS: str(number)}


def counts(connection: Connection) -> dict[str, int]:
    """Count the rows of every table there is, known to the models or not."""
    found = db.metadata.sorted_tables
    return {table.name: rows_in(connection, table.name) for table in found}


def rows_in(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one())


def lines_of(manifest: Manifest) -> str:
    """Write a manifest as text, so that a difference shows where it is."""
    return json.dumps(manifest.as_dict(), indent=1)
