"""A write that is done where it arrives, or in line with all others."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Dialect, text
from sqlalchemy.exc import DBAPIError

from app.database import writing
from app.extensions import db
from app.services.writing_now import Writing, write_now

UPDATE = "UPDATE log_head SET seq = seq + 1"


def position() -> int:
    db.session.rollback()
    return db.session.scalar(text("SELECT seq FROM log_head"))


def step(lent: Any, _dialect: Dialect, item: str) -> str:
    lent.execute(UPDATE)
    if item == "fail":
        lent.execute("UPDATE nothing SET x = 1")
    if item == "raise":
        raise KeyError(item)
    return item


WRITING: Writing[str, str] = Writing(step)


def test_it_is_committed_when_it_returns(app: Flask) -> None:
    before = position()
    assert [write_now(db.engine, WRITING, word) for word in "abc"] == ["a", "b", "c"]
    assert position() == before + 3


@pytest.mark.parametrize("item", ["fail", "raise"])
def test_a_failure_leaves_nothing_and_the_next_one_works(app: Flask, item: str) -> None:
    before = position()
    error = (KeyError, DBAPIError, db.engine.dialect.loaded_dbapi.Error)
    for _ in range(3):
        with pytest.raises(error):
            write_now(db.engine, WRITING, item)
    assert write_now(db.engine, WRITING, "ok") == "ok"
    assert position() == before + 1


def test_it_waits_in_line_while_somebody_else_writes(app: Flask) -> None:
    before, begun, go = position(), threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), writing() as session:
            session.execute(text(UPDATE))
            begun.set()
            go.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    begun.wait(10)
    threading.Timer(0.3, go.set).start()
    assert write_now(db.engine, WRITING, "late") == "late"
    assert go.is_set()
    holder.join()
    assert position() == before + 2


def test_none_of_many_at_once_is_lost(app: Flask) -> None:
    before, engine = position(), db.engine

    def write() -> None:
        for _ in range(20):
            write_now(engine, WRITING, "x")

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert position() == before + 160
