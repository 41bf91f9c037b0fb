"""The least an answering application can do: a ceiling to hold the product against.

A page rendered once, with a signed token put in; twenty answers parsed, checked and stored
before the reply. No survey is looked up, no ballot spent, nothing sealed or translated.

STORE is the path of a SQLite file (FULL, one writer commits for all who wait) or the address
of a PostgreSQL database (a pool of four).
"""

import base64
import hmac
import json
import os
import queue
import secrets
import sqlite3
import threading
import time
from functools import lru_cache
from typing import Any

import psycopg_pool
from flask import Flask, render_template_string, request

# The same in every process; how secret it is makes no difference to the time it takes.
KEY = b"bench".ljust(32)
MARK = "\0"
LONGEST_GROUP = 500
POOL = 4
GRADES = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
STATEMENTS = {f"i{at}": f"Statement {at}: staff dealt with me politely" for at in range(1, 16)}
PERSON = {"d1": 6, "d2": 4, "d3": 5, "d4": 6}
ALLOWED = {
    **dict.fromkeys(STATEMENTS, frozenset("12345")),
    **{name: frozenset(str(at) for at in range(1, count + 1)) for name, count in PERSON.items()},
}
LONGEST_COMMENT = 1000
TABLE = "CREATE TABLE IF NOT EXISTS response (id {key}, unit int, answers {json}, comment text)"
INSERT = "INSERT INTO response (unit, answers, comment) VALUES ({0}, {0}, {0})"
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Counter</title>
<style>body{font:16px/1.4 system-ui;margin:0 auto}label{display:block;padding:.6em}</style></head>
<body><h1>Counter</h1><form method="post" action="/">
<input type="hidden" name="token" value="{{ token }}">
{% for name, text in statements.items() %}<fieldset><legend>{{ text }}</legend>
{% for grade in grades %}<label>
<input type="radio" name="{{ name }}" value="{{ loop.index }}" required>{{ grade }}</label>
{% endfor %}</fieldset>{% endfor %}
{% for name, count in person.items() %}<fieldset><legend>{{ name }}</legend>
{% for at in range(1, count + 1) %}<label><input type="radio" name="{{ name }}" value="{{ at }}">
Option {{ at }}</label>{% endfor %}</fieldset>{% endfor %}
<textarea name="comment" maxlength="1000"></textarea><button>Send</button></form></body></html>"""

Row = tuple[int, str, str]


class GroupWriter:
    """A thread that stores with one commit what many wait for."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.waiting: queue.SimpleQueue[tuple[Row, threading.Lock]] = queue.SimpleQueue()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(TABLE.format(key="integer PRIMARY KEY", json="text"))
        threading.Thread(target=self.run, daemon=True).start()

    def store(self, row: Row) -> None:
        """Store a row and wait for its commit."""
        stored = threading.Lock()
        stored.acquire()
        self.waiting.put((row, stored))
        stored.acquire()

    def run(self) -> None:
        """Commit for ever; an error ends the thread, and the measurement with it."""
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        while True:
            group = [self.waiting.get()]
            while len(group) < LONGEST_GROUP and not self.waiting.empty():
                group.append(self.waiting.get())
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT.format("?"), [row for row, _ in group])
            connection.execute("COMMIT")
            for _, stored in group:
                stored.release()


class PoolWriter:
    """A pool of connections, each row a commit."""

    def __init__(self, address: str) -> None:
        self.pool = psycopg_pool.ConnectionPool(
            address, min_size=POOL, max_size=POOL, kwargs={"autocommit": True}, open=True
        )
        with self.pool.connection() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(1)")  # several processes start at once
            connection.execute(
                TABLE.format(key="bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", json="jsonb")
            )

    def store(self, row: Row) -> None:
        """Store a row."""
        with self.pool.connection() as connection:
            connection.execute(INSERT.format("%s"), row)


def create_app() -> Flask:
    """Make the application."""
    app = Flask("skeleton")
    store = os.environ["STORE"]
    writer = PoolWriter(store) if store.startswith("postgresql") else GroupWriter(store)

    @lru_cache(maxsize=1)
    def pieces() -> list[str]:
        page = render_template_string(
            PAGE, token=MARK, statements=STATEMENTS, grades=GRADES, person=PERSON
        )
        return page.split(MARK)

    @app.get("/")
    def page() -> str:
        before, after = pieces()
        return before + token() + after

    @app.post("/")
    def submit() -> Any:
        if not genuine(request.form.get("token", "")):
            return "token", 400
        answers = {}
        for name, allowed in ALLOWED.items():
            value = request.form.get(name)
            if value not in allowed and not (value is None and name in PERSON):
                return name, 400
            answers[name] = value
        comment = request.form.get("comment", "")[:LONGEST_COMMENT]
        writer.store((7, json.dumps(answers), comment))
        return "", 303, {"Location": "/thanks"}

    return app


def token() -> str:
    """Make a signed token."""
    content = f"{int(time.time())}.{secrets.token_urlsafe(9)}"
    return f"{content}.{_signature(content)}"


def genuine(found: str) -> bool:
    """Tell whether a token is ours."""
    content, _, signature = found.rpartition(".")
    return hmac.compare_digest(_signature(content), signature)


def _signature(content: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(KEY, content.encode(), "sha256")[:16]).decode()
