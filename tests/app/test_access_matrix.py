"""Role × route × unit: the table beside this file against real requests of real sessions."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import LogHead
from tests.app.access_world import OTHER, OWN, Visitor, World, build

FILE = Path(__file__).parent / "access_matrix.csv"
OPEN = {"anyone", "respondent", "first_start", "signed_in", "software", ""}
SAFE = {"GET", "HEAD"}


@dataclass(frozen=True)
class Row:
    """What the table says of a route and method.

    Attributes
    ----------
    open : str
        anyone, respondent, signed_in, first_start (only while there is no account), software
        (which shows a key, so that no visitor comes in), or "".
    everywhere, any_unit, own_unit : str
        Letters of the roles that come in: held everywhere; held for any unit; held for the
        unit of the address.
    found : str
        "no" where the world of this test has no such object: a 404 then means let in.
    """

    method: str
    rule: str
    open: str
    everywhere: str
    any_unit: str
    own_unit: str
    found: str

    @property
    def about_a_unit(self) -> bool:
        """Whether the address names a unit."""
        return bool(self.own_unit)

    def lets_in(self, visitor: Visitor, unit: str) -> bool:
        """Whether the visitor should come in."""
        if self.open == "software":
            return False
        if self.open:
            return self.open != "signed_in" or bool(visitor.letter)
        if not visitor.letter:
            return False
        if not visitor.scoped:
            return visitor.letter in self.everywhere
        return visitor.letter in self.any_unit or (visitor.letter in self.own_unit and unit == OWN)


def rows() -> list[Row]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [Row(**line) for line in csv.DictReader(file)]


ROWS = rows()


def test_every_route_has_its_row_and_every_row_its_route(app: Flask):
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    listed = [(row.method, row.rule) for row in ROWS]
    assert sorted(routes - set(listed)) == [], "routes without a row in access_matrix.csv"
    assert sorted(set(listed) - routes) == [], "rows of access_matrix.csv without a route"
    assert len(listed) == len(set(listed))
    assert {row.open for row in ROWS} <= OPEN


def test_everybody_comes_to_exactly_what_the_table_says(app: Flask):
    on_sqlite = db.engine.dialect.name == "sqlite"
    world = build(app)
    # The declarations are the same on both databases; the questions about units are not.
    chosen = [
        row
        for number, row in enumerate(ROWS)
        if on_sqlite or row.about_a_unit or row.any_unit or number % 12 == 0
    ]
    wrong = [fault for row in chosen for fault in faults(world, row)]
    assert not wrong, "\n".join(wrong)


def faults(world: World, row: Row) -> Iterator[str]:
    """Try a row with every visitor, those to be refused first: they must leave no trace."""
    units = (OWN, OTHER) if row.about_a_unit else (OWN,)
    tries = [(visitor, unit) for visitor in world.visitors for unit in units]
    tries.sort(key=lambda each: row.lets_in(*each))
    before, clean = log_position(), True
    for visitor, unit in tries:
        allowed = row.lets_in(visitor, unit)
        if allowed and clean:
            clean = False
            if log_position() != before:
                yield f"{row.method} {row.rule}: somebody refused left a trace"
        reply = sent(world, row, visitor, unit)
        if came_in(row, reply) != allowed:
            yield (
                f"{row.method} {row.rule} (unit {unit}): {visitor.name} got {reply.status_code}, "
                f"should {'come in' if allowed else 'be refused'}"
            )


def sent(world: World, row: Row, visitor: Visitor, unit: str) -> TestResponse:
    """Send the request of a row; a session that an earlier request ended is begun anew."""
    address = filled(row.rule, {**world.values_of(row.rule), "code": unit})
    reply = visitor.browser.open(address, method=row.method)
    if asks_to_sign_in(reply) and visitor.letter:
        visitor.sign_in()
        reply = visitor.browser.open(address, method=row.method)
    return reply


def filled(rule: str, values: dict[str, object]) -> str:
    """Put values into the places of a rule; a place without one fails the test."""
    return re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", lambda place: str(values[place[1]]), rule)


def asks_to_sign_in(reply: TestResponse) -> bool:
    """Whether the visitor is sent to the door."""
    return reply.status_code == 302 and reply.headers["Location"].startswith("/sign-in?next=")


def came_in(row: Row, reply: TestResponse) -> bool:
    """Whether a reply shows that the visitor was let in."""
    if asks_to_sign_in(reply) or reply.status_code >= 500:
        return False
    if row.open == "software":
        return reply.status_code != 401
    if row.open in {"anyone", "respondent", "signed_in"}:
        return reply.status_code != 403
    if row.open == "first_start":
        return reply.status_code in {403, 409}
    return reply.status_code != 403 and (row.found == "no" or reply.status_code != 404)


def log_position() -> int:
    db.session.rollback()
    return db.session.scalar(select(LogHead.seq)) or 0


@pytest.mark.parametrize("row", [row for row in ROWS if row.method not in SAFE], ids=str)
def test_nothing_that_changes_the_office_is_open_to_visitors(row: Row):
    """A hint to whoever adds a row: posts open to anybody are few and known."""
    known = (
        "/q",
        "/r",
        "/sign-in",
        "/language",
        "/setup",
        "/join/",
        "/c/",
        "/k",
        "/hooks/",
        "/stop/",
    )
    assert row.open not in {"anyone", "respondent"} or row.rule.startswith(known)
