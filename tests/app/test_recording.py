"""The log: a chain without gaps that the database itself keeps append-only."""

import json
import threading

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.database import writing
from app.extensions import db
from app.models import LogEntry, LogHead
from app.services import recording
from app.services.recording import SYSTEM, Actor


def entries() -> list[LogEntry]:
    return list(db.session.scalars(select(LogEntry).order_by(LogEntry.seq)))


def test_every_entry_carries_the_hash_of_the_one_before(app: Flask):
    for number in range(3):
        with writing() as session:
            recording.record(session, SYSTEM, "test.done", f"thing:{number}", count=number)
    previous = recording.FIRST
    for seq, entry in enumerate(entries(), start=1):
        assert entry.seq == seq
        assert entry.hash == recording.entry_hash(previous, entry.body)
        previous = entry.hash
    head = db.session.scalars(select(LogHead)).one()
    assert (head.seq, head.hash) == (3, previous)


def test_an_entry_is_not_kept_when_its_act_fails(app: Flask):
    def fail_half_way() -> None:
        with writing() as session:
            recording.record(session, SYSTEM, "test.done", "thing:1")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fail_half_way()
    assert entries() == []


@pytest.mark.parametrize("statement", ["UPDATE log_entry SET body = '{}'", "DELETE FROM log_entry"])
def test_the_database_refuses_to_change_the_log(app: Flask, statement: str):
    with writing() as session:
        recording.record(session, SYSTEM, "test.done", "thing:1")
    with pytest.raises(DatabaseError, match="append-only"), writing() as session:
        session.execute(text(statement))
    assert len(entries()) == 1


def test_people_stand_in_the_log_under_a_pseudonym(app: Flask):
    with writing() as session:
        recording.record(session, Actor(12345, "coordinator"), "test.done", "thing:1")
    body = json.loads(entries()[0].body)
    assert "12345" not in entries()[0].body
    assert body["actor"] == recording.pseudonym(12345) != recording.pseudonym(12346)


def test_writers_at_the_same_time_leave_no_gap(app: Flask):
    def write() -> None:
        with app.app_context():
            for _ in range(5):
                with writing() as session:
                    recording.record(session, SYSTEM, "test.done", "thing")
            db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.seq for entry in entries()] == list(range(1, 31))
