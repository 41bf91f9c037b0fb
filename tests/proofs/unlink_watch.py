"""Somebody who looks at everything after every answer and keeps it."""

import io
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, TextClause, event, text

from app.extensions import db
from app.services import keys, mixing
from app.services.moving import backing_up, container, rows, tables
from tests.app.moving_factory import LOCK, restored_bytes
from tests.proofs import unlink_postgresql, unlink_sqlite
from tests.proofs.unlink_evidence import (
    BoxSeen,
    Evidence,
    Moment,
    Place,
    Statement,
    Tables,
    everything,
    flat,
    named,
    rows_by,
)

WORDS = 120
NAME_LENGTHS = {32, 64}
TALLIES = ("tally", "form_tally", "batch", "field_count", "field_day", "pressure_report")
OTHERS = (*TALLIES, "job", "log_entry", "mixing_key", "token", "dossier", "estimation")
WATCHED = ("box", "answer", "comment", "receipt", "pressure_report")


@dataclass
class Watch:
    """What one who looks on has seen so far."""

    engine: Engine
    home: Path
    secret: str
    k: int
    tables: Tables = field(default_factory=Tables)
    seen: dict[str, set[Any]] = field(default_factory=dict)
    tallied: int = 0
    log: unlink_postgresql.Log = field(default_factory=unlink_postgresql.Log)
    logs: io.StringIO = field(default_factory=io.StringIO)

    def __post_init__(self) -> None:
        self.sqlite = self.engine.dialect.name == "sqlite"
        self.journal = unlink_sqlite.Journal(Path(f"{self.engine.url.database}-wal"))
        self.evidence = Evidence(self.engine.dialect.name, self.k, self.tables, self.secret)
        self.evidence.scratch = self.home
        names = ("ballot", "box", "answer", "comment", "receipt")
        self.seen = {name: set() for name in names}
        with self.connected() as connection:
            if not self.sqlite:
                self.log.begin(connection)
        self.look()
        self.evidence.moments.clear()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Look with a connection of our own that sees what is committed now."""
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def place(self) -> str:
        """Name the columns that tell where a row lies."""
        return "0 AS x, '(0,0)' AS c" if self.sqlite else "xmin::text::bigint AS x, ctid::text AS c"

    def box_row(self) -> TextClause:
        """Ask for one box and its place."""
        return text(
            f"SELECT id, cell_id, key_id, ciphertext, {self.place()} FROM box WHERE id = :id"
        )

    def new(self, connection: Connection, name: str, query: str) -> dict[Any, Any]:
        """Find the rows of a table that were not there at the last look, by key."""
        found = {row[0]: row for row in connection.execute(text(query))}
        before, self.seen[name] = self.seen[name], set(found)
        self.gone = frozenset(before - found.keys())
        return {key: row for key, row in found.items() if key not in before}

    def look(self) -> None:
        """Keep what has changed since the last look."""
        keyed = self.tables
        with self.connected() as connection:
            spent = self.new(
                connection, "ballot", f"SELECT id, {self.place()} FROM ballot WHERE spent"
            )
            names = self.new(connection, "box", "SELECT id FROM box")
            gone = self.gone
            parts = {
                name: frozenset(map(str, self.new(connection, name, f"SELECT {key} FROM {table}")))
                for name, table, key in (
                    ("answer", keyed.answer, keyed.answer_key),
                    ("comment", keyed.comment, keyed.comment_key),
                    ("receipt", "receipt", "hash"),
                )
            }
            boxes = [connection.execute(self.box_row(), {"id": name}).one() for name in names]
            tallied = self.sum_of_tallies(connection)
            self.read_journal(connection)
        self.evidence.moments.append(
            Moment(
                {key: unlink_postgresql.place(row.c, row.x) for key, row in spent.items()},
                {
                    row.id: BoxSeen(
                        row.cell_id,
                        row.key_id,
                        bytes(row.ciphertext),
                        unlink_postgresql.place(row.c, row.x),
                    )
                    for row in boxes
                },
                gone,
                parts["answer"],
                parts["comment"],
                parts["receipt"],
                tallied - self.tallied,
            )
        )
        self.tallied = tallied

    def read_journal(self, connection: Connection) -> None:
        """Keep what the database's own log says before it is emptied or written over."""
        if self.sqlite:
            self.journal.read_on()
        else:
            self.log.read_on(connection)

    def sum_of_tallies(self, connection: Connection) -> int:
        """Count the answers that the batches say they opened."""
        return int(connection.scalar(text("SELECT coalesce(sum(opened), 0) FROM batch")) or 0)

    def after_mixing(self) -> None:
        """Look, and read what the deleted boxes left in the files."""
        self.look()
        if not self.sqlite:
            with self.connected() as connection:
                self.evidence.dead += unlink_postgresql.dead(connection, "box")

    def back_up(self) -> None:
        """Make a backup, and open it as one who has the passphrase."""
        path = self.home / f"watch{len(self.evidence.backups)}.backup"
        backing_up.back_up(path, LOCK)
        known = {table.name: table for table in tables.moved()}
        found: dict[str, list[Mapping[str, Any]]] = {}
        for name, piece in container.entries(io.BytesIO(restored_bytes(path))):
            if name.startswith("tables/"):
                table = name.split("/")[1]
                found.setdefault(table, []).extend(rows.read(known[table], piece))
        self.evidence.backups.append(found)
        path.unlink()

    def keep_keys(self) -> None:
        """Steal the key folder as well: what it opens is a known limit, not a feat."""
        self.evidence.keys_before = kept_keys()

    def finish(self) -> Evidence:
        """Take everything there is in the end."""
        self.look()
        found = self.evidence
        db.session.rollback()
        with self.connected() as connection:
            places = self.final_places(connection)
            rows_of = {
                name: rows_by(everything(connection, table), key, places[name])
                for name, table, key in (
                    ("ballot", "ballot", "id"),
                    ("answer", self.tables.answer, self.tables.answer_key),
                    ("comment", self.tables.comment, self.tables.comment_key),
                    ("receipt", "receipt", "hash"),
                )
            }
            found.cells = {row["id"]: row for row in everything(connection, "cell")}
            found.others = {name: everything(connection, name) for name in OTHERS}
        found.ballots = rows_of["ballot"]
        found.answers = named(rows_of["answer"])
        found.comments = named(rows_of["comment"])
        found.receipts = named(rows_of["receipt"])
        found.logs = self.logs.getvalue()
        found.keys_after = kept_keys()
        return found

    def final_places(self, connection: Connection) -> dict[str, dict[Any, Place]]:
        """Tell where all rows lie in the end, and read journal and files."""
        keyed = self.tables
        wanted = {
            "ballot": ("ballot", "id"),
            "answer": (keyed.answer, keyed.answer_key),
            "comment": (keyed.comment, keyed.comment_key),
            "receipt": ("receipt", "hash"),
        }
        if self.sqlite:
            return self.final_files(connection, wanted)
        places = {
            name: {
                row.k: unlink_postgresql.place(row.c, row.x)
                for row in connection.execute(
                    text(f"SELECT {key} AS k, {self.place()} FROM {table}")
                )
            }
            for name, (table, key) in wanted.items()
        }
        self.evidence.remnants = unlink_postgresql.files(connection)
        written = {"ballot": places["ballot"], keyed.answer: named(places["answer"])}
        self.evidence.journal = unlink_postgresql.journal(
            connection, self.log.end(connection), written
        )
        return places

    def final_files(
        self, connection: Connection, wanted: Mapping[str, tuple[str, str]]
    ) -> dict[str, dict[Any, Place]]:
        """Read the file of SQLite as a thief of the disk would."""
        path = Path(str(self.engine.url.database))
        log = self.journal.path.read_bytes() if self.journal.path.exists() else b""
        self.evidence.remnants = [path.read_bytes(), log]
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        file = unlink_sqlite.File(path.read_bytes())
        schema = connection.execute(text("SELECT name, rootpage, sql FROM sqlite_master")).all()
        roots = {row.name: row.rootpage for row in schema}
        numbered = {row.name: "WITHOUT ROWID" not in (row.sql or "").upper() for row in schema}
        columns = connection.execute(text("PRAGMA table_info(ballot)")).all()
        names = [row.name for row in columns]
        answer = self.tables.answer
        places = {
            name: file.places(roots[table], numbered[table]) for name, (table, _) in wanted.items()
        }
        self.evidence.journal = unlink_sqlite.replayed(
            self.journal.commits,
            set(file.tree(roots["ballot"])),
            set(file.tree(roots[answer])),
            places["answer"].keys(),
            names.index("spent"),
        )
        return places

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Keep the log of the programs, and the database's log of statements."""
        handler = logging.StreamHandler(self.logs)
        handler.setFormatter(logging.Formatter("%(created).3f %(name)s %(message)s"))
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        event.listen(self.engine, "before_cursor_execute", self.hear)
        wiping = patch.object(mixing, "wipe_wal", partial(self.read_and, mixing.wipe_wal))
        try:
            with wiping:
                yield
        finally:
            event.remove(self.engine, "before_cursor_execute", self.hear)
            root.removeHandler(handler)
            root.setLevel(level)

    def read_and(self, wipe: Callable[[], None]) -> None:
        """Read the journal a last time before the mixer empties it."""
        if self.sqlite:
            self.journal.read_on()
        wipe()

    def hear(
        self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_: object
    ) -> None:
        """Keep a statement that names random numbers, and which."""
        names = tuple(value for value in flat(parameters) if len(value) in NAME_LENGTHS)
        if names and any(table in statement for table in WATCHED):
            self.evidence.statements.append(Statement(" ".join(statement.split())[:WORDS], names))


def kept_keys() -> list[bytes]:
    """Read the secret halves in the key folder."""
    return [bytes(half) for public in keys.kept() if (half := keys.secret_half(public))]
