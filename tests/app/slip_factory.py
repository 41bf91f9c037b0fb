"""A round at a one-stop desk: dossiers of which few are drawn, with results of two days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.local import LocalProxy

from app.database import writing
from app.extensions import db
from app.models import Dossier, Frame, Token
from app.services import counters, inviting, opening, volunteers
from app.services.inviting import Issue
from app.services.recording import SYSTEM
from app.services.slip_orders import Order
from app.tasks import running
from surveys.links import token_hash
from tests.app.round_factory import Layout, MadeRound, make_round

DAY, BEFORE = date(2026, 11, 4), date(2026, 11, 3)
LAYOUT = {"TB": {"land": 3}, "LB": {"land": 2}}
UNDRAWN = 5


@dataclass(frozen=True)
class Desk:
    """A round, and a counter of the unit TB."""

    made: MadeRound
    counter_id: int

    @property
    def id(self) -> int:
        """Number of the round."""
        return self.made.id

    @property
    def unit(self) -> int:
        """The unit whose day it is."""
        return self.made.units["TB"]

    def order(self, **other: Any) -> Order:
        """Order the slips of the day for the counter."""
        wanted: dict[str, Any] = {
            "counter_id": self.counter_id,
            "day": DAY,
            "finished": DAY,
        } | other
        return Order(self.unit, **wanted)

    def issue(self, **other: Any) -> Issue:
        """Give out the slips of the day."""
        return inviting.issue(SYSTEM, self.id, self.order(**other))


def make_desk(layout: Layout = LAYOUT, *, opened: bool = True, **details: Any) -> Desk:
    """Draw some dossiers of each unit, leave `UNDRAWN` others; all have results of the day."""
    made = make_round(layout, k=2, **details)
    with writing() as session:
        frame = session.scalars(select(Frame.id).where(Frame.round_id == made.id)).one()
        for dossier in session.scalars(select(Dossier).where(Dossier.frame_id == frame)):
            dossier.finished = DAY
        for code, unit_id in made.units.items():
            session.add_all(
                dossier_of(frame, unit_id, f"H19-{code}/undrawn-{number:05d}")
                for number in range(UNDRAWN)
            )
        # As the draw makes them; the round's opening gives them their keys.
        volunteers.cells_of(session, made.id)
    if opened:
        opening.open_round(SYSTEM, made.id)
    return Desk(made, counters.add(SYSTEM, made.units["TB"], "Quầy số 3"))


def dossier_of(frame: int, unit_id: int, code: str, **details: object) -> Dossier:
    """Make a dossier that was not drawn."""
    return Dossier(
        frame_id=frame,
        code=code,
        unit_id=unit_id,
        received=date(2026, 10, 1),
        **{"finished": DAY, **details},
    )


def add_dossier(desk: Desk, code: str, unit: str = "TB", **details: object) -> None:
    """Put another dossier on the list."""
    with writing() as session:
        frame = session.scalars(select(Frame.id).where(Frame.round_id == desk.id)).one()
        session.add(dossier_of(frame, desk.made.units[unit], code, **details))


def the_run(issue: Issue) -> int:
    """Find the run of an issue by one of its codes."""
    db.session.rollback()
    query = select(Token.slip_run_id).where(Token.hash == token_hash(issue.slips[0].token))
    found = db.session.scalar(query)
    assert found is not None
    return found


def tokens(issue: Issue) -> dict[str, str]:
    """The codes of an issue by dossier."""
    return {slip.dossier_code: slip.token for slip in issue.slips}


def valid_tokens(run_id: int) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Token).where(Token.slip_run_id == run_id)
    return db.session.scalar(query) or 0


def work(browser: FlaskClient, location: str) -> Sequence[bytes]:
    """Let the worker do the job that a reply leads to; its files."""
    job_id = int(location.rsplit("/", 1)[1])
    application = cast(LocalProxy[Flask], current_app)._get_current_object()
    running.runner(application, "test")(job_id)
    db.session.rollback()
    page = browser.get(f"/jobs/{job_id}").text
    found = [part.split('"')[0] for part in page.split(f'href="/jobs/{job_id}/files/')[1:]]
    return [browser.get(f"/jobs/{job_id}/files/{number}").data for number in found]
