"""Every way of tampering with the log is found, and an honest log is not blamed."""

import json
import random
import sqlite3

import pytest
from click.testing import CliRunner
from flask import Flask

from app.cli import main
from app.database import writing
from app.extensions import db
from app.services import recording
from app.services.auditing import Head, audit
from app.services.recording import SYSTEM, entry_hash

ENTRIES = 12


@pytest.fixture
def log(app: Flask) -> Flask:
    for number in range(ENTRIES):
        with writing() as session:
            recording.record(session, SYSTEM, "test.done", f"thing:{number}")
    return app


def test_an_honest_log_is_sound(log: Flask):
    found = audit()
    assert found.sound
    assert (found.entries, found.head.seq) == (ENTRIES, ENTRIES)
    assert audit((found.head, Head(0, recording.FIRST))).sound


def test_a_log_that_is_not_this_one_is_told_by_its_head(log: Flask):
    stranger = Head(3, "ab" * 32)
    assert audit((stranger,)).missing_heads == (stranger,)


def break_in(app: Flask) -> sqlite3.Connection:
    """Open the file as somebody with full rights would, guards removed."""
    db.session.remove()
    connection = sqlite3.connect(db.engine.url.database)
    for act in ("update", "delete"):
        connection.execute(f"DROP TRIGGER log_entry_no_{act}")
    return connection


def edit(c, k):
    c.execute(
        "UPDATE log_entry SET body = replace(body, 'test.done', 'test.gone') WHERE seq=?", (k,)
    )


def rehash(c, k):
    edit(c, k)
    body, previous = c.execute(
        "SELECT a.body, b.hash FROM log_entry a, log_entry b WHERE b.seq = a.seq - 1 AND a.seq=?",
        (k,),
    ).fetchone()
    c.execute("UPDATE log_entry SET hash=? WHERE seq=?", (entry_hash(previous, body), k))


def remove(c, k):
    c.execute("DELETE FROM log_entry WHERE seq=?", (k,))


def swap(c, k):
    rows = dict(c.execute("SELECT seq, body FROM log_entry WHERE seq IN (?, ?)", (k, k + 1)))
    c.execute("UPDATE log_entry SET body=? WHERE seq=?", (rows[k + 1], k))
    c.execute("UPDATE log_entry SET body=? WHERE seq=?", (rows[k], k + 1))


def truncate(c, k):
    c.execute("DELETE FROM log_entry WHERE seq > ?", (k,))


@pytest.mark.parametrize("tamper", [edit, rehash, remove, swap, truncate])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_tampering_is_found_at_its_place(log: Flask, tamper):
    place = random.Random(tamper.__name__).randrange(2, ENTRIES - 1)
    connection = break_in(log)
    tamper(connection, place)
    connection.commit()
    connection.close()
    found = audit()
    assert not found.sound
    assert found.first_bad in {place, place + 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rewritten_chain_is_found_by_whoever_kept_a_head(log: Flask):
    kept = audit().head
    connection = break_in(log)
    previous = recording.FIRST
    edit(connection, 5)
    for seq, body in connection.execute("SELECT seq, body FROM log_entry ORDER BY seq").fetchall():
        previous = entry_hash(previous, body)
        connection.execute("UPDATE log_entry SET hash=? WHERE seq=?", (previous, seq))
    connection.execute("UPDATE log_head SET hash=?", (previous,))
    connection.commit()
    connection.close()
    assert audit().sound
    assert audit((kept,)).missing_heads == (kept,)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_tells_soundness_by_its_exit_code(log: Flask, monkeypatch, tmp_path):
    monkeypatch.setenv("KHAOSAT_HOME", str(tmp_path))
    monkeypatch.setenv("KHAOSAT_SECRET_KEY", "k" * 40)
    done = CliRunner().invoke(main, ["audit", "verify", "--json"])
    assert done.exit_code == 0, done.output
    head = tmp_path / "head.json"
    head.write_text(json.dumps({"seq": 2, "hash": "00" * 32}))
    assert CliRunner().invoke(main, ["audit", "verify", "--head", str(head)]).exit_code == 1
    head.write_text("not json")
    assert CliRunner().invoke(main, ["audit", "verify", "--head", str(head)]).exit_code == 2
