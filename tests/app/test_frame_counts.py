"""Counts of a list: quick to have again, and never those of another list."""

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.database import writing
from app.extensions import db
from app.models import Dossier
from app.queries import frames
from app.services import framing
from app.services.recording import SYSTEM
from app.vocabulary import UnitKind
from tests.app import round_steps

pytestmark = pytest.mark.usefixtures("app")
UNITS = {"A": 7, "B": 3}


@pytest.fixture
def framed(app: Flask) -> int:
    """A round with a list."""
    round_steps.add_units(*UNITS)
    return round_steps.framed(UNITS)


def totals(round_id: int) -> dict[str, int]:
    """Dossiers of each unit as they are counted now."""
    frame = frames.of_round(round_id)
    assert frame is not None
    found: dict[str, int] = {}
    for count in frames.origin_counts(frame.id):
        assert count.unit_kind == UnitKind.COMMUNE
        found[count.unit_code] = found.get(count.unit_code, 0) + count.dossiers
    return found


def test_a_list_is_counted_once_and_a_plan_is_tried_out_many_times(framed: int) -> None:
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    frame = frames.of_round(framed)
    assert frame is not None
    for _ in range(5):
        assert totals(framed) == UNITS
        assert frames.kind_counts(frame.id) == {"": 10}
    assert sum("GROUP BY" in statement for statement in statements) == 1


def test_a_list_that_took_the_place_of_another_is_counted_anew(framed: int) -> None:
    assert totals(framed) == UNITS
    framing.remove_frame(SYSTEM, framed)
    round_steps.take(framed, round_steps.listing({"A": 2}))
    assert totals(framed) == {"A": 2}


def test_a_list_that_states_another_number_than_it_has_is_not_remembered(framed: int) -> None:
    frame = frames.of_round(framed)
    assert frame is not None
    with writing() as session:
        first = session.query(Dossier).order_by(Dossier.id).first()
        session.delete(first)
    assert totals(framed) == {"A": 6, "B": 3}
    with writing() as session:
        session.delete(session.query(Dossier).order_by(Dossier.id).first())
    assert totals(framed) == {"A": 5, "B": 3}


# Only SQLite follows an index through a whole list.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_dossiers_of_a_list_are_found_in_the_order_in_which_they_lie(app: Flask) -> None:
    plan = text("EXPLAIN QUERY PLAN SELECT unit_id, field FROM dossier WHERE frame_id = 1")
    assert "ix_dossier_frame_id" in str(db.session.execute(plan).all())
