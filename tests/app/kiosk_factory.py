"""Kiosks that stand at a counter, drawn sessions there, and people who touch the glass."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Cell, CounterSession
from app.queries.counters import CounterView
from app.services import kiosks, opening
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, Half
from app.web.filling import Form
from surveys.questionnaire import Questionnaire
from tests.app.door_factory import counter
from tests.app.respondent import Fields
from tests.app.round_factory import ASKED, MadeRound, make_round

HIDDEN = ("nonce", "started", "so_far")


@dataclass(frozen=True)
class Place:
    """An open round, a counter of its unit, and the kiosk that stands there."""

    made: MadeRound
    counter: CounterView
    tablet: FlaskClient


def place(app: Flask, asked: Questionnaire = ASKED, **details: Any) -> Place:
    """Open a round and set up a kiosk at a counter of its unit."""
    made = make_round({"TB": {"land": 3}}, asked=asked, **details)
    opening.open_round(SYSTEM, made.id)
    opening.complete(made.id)
    at = counter(made.units["TB"])
    db.session.rollback()
    return Place(made, at, set_up(app, at))


def set_up(app: Flask, at: CounterView, name: str = "Máy 1") -> FlaskClient:
    """Make a device the kiosk of a counter."""
    tablet = app.test_client()
    key = kiosks.add(SYSTEM, at.id, name).key
    reply = tablet.post("/k/enrol", data={"key": key.lower()})
    assert (reply.status_code, reply.headers["Location"]) == (303, "/k")
    return tablet


def session_now(found: Place, cap: int = 2) -> int:
    """Let a drawn session run at the counter now."""
    made, now = found.made, clock.now().astimezone(clock.LOCAL)
    half = Half.MORNING if now.time() < time(12) else Half.AFTERNOON
    with writing() as session:
        root = Cell(
            round_id=made.id, level=CellLevel.SESSION_ROUND, label="round", population=0, drawn=0
        )
        session.add(root)
        session.flush()
        leaf = Cell(
            round_id=made.id,
            level=CellLevel.SESSION,
            label="TB",
            parent_id=root.id,
            unit_id=made.units["TB"],
            population=4,
            drawn=1,
        )
        session.add(leaf)
        session.flush()
        row = CounterSession(
            round_id=made.id,
            counter_id=found.counter.id,
            day=now.date(),
            half=half,
            cell_id=leaf.id,
            rank=1,
            cap=cap,
        )
        session.add(row)
        session.flush()
        number = row.id
    opening.complete(made.id)
    return number


def end_session(number: int) -> None:
    """Let the half-day of a session be over."""
    with writing() as session:
        row = session.get(CounterSession, number)
        assert row is not None
        row.day -= timedelta(days=1)


def led(client: FlaskClient, reply: Any) -> Any:
    """Follow redirects as a browser does."""
    for _ in range(5):
        if reply.status_code != 303:
            return reply
        reply = client.get(reply.headers["Location"])
    raise AssertionError("it leads round and round")


def to_first_question(client: FlaskClient, path: str = "/k/begin?lang=vi") -> Any:
    """Touch the button for the start, and go on from the introduction."""
    intro = led(client, client.get(path))
    [onward] = re.findall(r'<a class="btn" href="(/k/questions[^"]*)"', intro.text)
    return client.get(onward)


def press(client: FlaskClient, page: str, given: Form | dict[str, Any], **buttons: str) -> Any:
    """Send what a page holds, with these fields filled in, by its main or another button."""
    fields = Fields(page)
    hidden = {name: fields.names[name][0] for name in HIDDEN if name in fields.names}
    return client.post(fields.action, data={**hidden, **fields.checked, **given, **buttons})


def here(page: str, form: dict[str, list[str]]) -> dict[str, list[str]]:
    """Give what a form says about the questions of a page."""
    shown = Fields(page).names
    return {name: values for name, values in form.items() if name in shown}


def go_through(client: FlaskClient, page: Any, form: dict[str, list[str]]) -> Any:
    """Answer page by page; the reply to the last."""
    for _ in range(40):
        if page.status_code != 200:
            return page
        page = press(client, page.text, here(page.text, form))
    raise AssertionError("the form does not end")
