"""Rounds with drawn counter sessions, their cards, and what is counted at the end of a half-day."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Counter, CounterSession
from app.queries import counter_sessions as rows, units
from app.queries.counter_sessions import SessionView, Wanted
from app.services import counter_sessions, counters, drawing, opening, session_cards
from app.services.counter_sessions import Minutes
from app.services.recording import SYSTEM
from app.services.session_plans import WEEKDAYS, SessionPlan
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE

FIELD = "Chứng thực"
ADDRESS = "https://khaosat.example"


def session_plan(**parts: object) -> SessionPlan:
    """Plan two half-days of the week that ends today in every unit, open every day."""
    today = clock.today()
    usual = {
        "field": FIELD,
        "first": today - timedelta(6),
        "last": today,
        "mornings": WEEKDAYS,
        "afternoons": WEEKDAYS,
    }
    return SessionPlan(**{**usual, **parts})  # type: ignore[arg-type]


def add_counters(*codes: str) -> dict[str, int]:
    """Give units a counter each; their numbers."""
    known = {unit.code: unit.id for unit in units.by_id().values()}
    return {code: counters.add(SYSTEM, known[code], f"Quầy chứng thực {code}") for code in codes}


def with_sessions(dossiers: Mapping[str, int], size: int = 24, **parts: object) -> int:
    """Draw and open a round with listed dossiers and sessions."""
    round_steps.add_units(*dossiers)
    add_counters(*dossiers)
    plan = round_steps.plan(size, sessions=session_plan(**parts))
    round_id = round_steps.committed(dict(dossiers), plan)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    opening.open_round(SYSTEM, round_id)
    return round_id


def sessions_of(round_id: int) -> dict[str, list[SessionView]]:
    """List the drawn sessions by code of the unit."""
    db.session.rollback()
    found: dict[str, list[SessionView]] = {}
    for session in rows.listed(Wanted(round_id)):
        found.setdefault(session.unit_code, []).append(session)
    return found


def cards(monkeypatch: pytest.MonkeyPatch, session_id: int, count: int) -> list[str]:
    """Print cards; their tokens in the order of their numbers."""
    made: list[str] = []
    new_tokens = session_cards.new_tokens

    def noted(wanted: int) -> list[str]:
        made.extend(new_tokens(wanted))
        return made

    with monkeypatch.context() as patched:
        patched.setattr(session_cards, "new_tokens", noted)
        patched.setattr(session_cards.session_cards, "render", lambda sheet: b"%PDF")
        session_cards.print_cards(SYSTEM, session_id, count, ADDRESS, lambda done, total: None)
    return made


def close(session_id: int, served: int, handed: int, **parts: object) -> None:
    """Enter minutes that somebody witnessed."""
    told = {"witness": "Trần Thị B, Văn phòng", **parts}
    minutes = Minutes(served=served, handed=handed, **told)  # type: ignore[arg-type]
    counter_sessions.close(SYSTEM, session_id, minutes)


def move(session_id: int, **changes: object) -> None:
    """Change a session as no service would."""
    with writing() as session:
        for name, value in changes.items():
            setattr(session.get_one(CounterSession, session_id), name, value)


def counter_of(session: SessionView) -> Counter:
    """Find the counter of a session."""
    return db.session.get_one(Counter, session.counter_id)
