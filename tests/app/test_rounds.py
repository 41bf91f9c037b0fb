"""Rounds are made whole, asked for steps only where these begin, and never leave the edges."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select

from app.extensions import db
from app.models import Ballot, Dossier, FrameDraw, Job, LogEntry, Round
from app.queries import rounds as rows
from app.services import drawing, field_counts, field_monitor, framing, planning, rounds
from app.services.errors import InvalidInputError, NotFoundError, ServiceError, WrongStateError
from app.services.hiding import Told
from app.services.recording import SYSTEM
from app.services.states import ROUND_EDGES
from app.vocabulary import JobKind, RoundState
from sampling.response_rates import Outcomes
from surveys import instruments
from surveys.reading import read_questionnaire
from surveys.writing import version_hash
from tests.app import round_steps

NUMBERS = count()


def test_a_new_round_holds_the_questionnaire_of_the_day(app):
    round_id = rounds.create_round(SYSTEM, "  Quý III ", 2026, True)
    stored = db.session.get(Round, round_id)
    shipped = instruments.load("citizen_satisfaction")
    assert (stored.name, stored.year, stored.dry_run) == ("Quý III", 2026, True)
    assert stored.state is RoundState.PLANNED
    assert stored.questionnaire_hash == version_hash(shipped)
    assert read_questionnaire(stored.questionnaire) == shipped


@pytest.mark.parametrize(
    ("name", "year"), [("", 2026), ("   ", 2026), ("x" * 301, 2026), ("Q", 26)]
)
def test_a_round_without_a_usable_name_or_year_is_refused(app, name: str, year: int):
    with pytest.raises(InvalidInputError):
        rounds.create_round(SYSTEM, name, year, False)
    assert rows.all_rounds() == []


def test_making_a_round_is_logged(app):
    round_id = round_steps.planned()
    bodies = db.session.scalars(select(LogEntry.body)).all()
    assert any('"round.created"' in body and f'"round:{round_id}"' in body for body in bodies)


def test_the_list_shows_the_newest_year_first_with_sizes(app):
    round_steps.add_units("A")
    first = round_steps.framed({"A": 5})
    second = rounds.create_round(SYSTEM, "Sau", 2027, True)
    listed = rows.all_rounds()
    assert [view.id for view in listed] == [second, first]
    assert [view.dossiers for view in listed] == [None, 5]
    assert [view.drawn for view in listed] == [None, None]


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
def test_a_number_that_no_key_can_have_finds_no_round(app, number: int):
    assert rows.one(number) is None


@pytest.mark.parametrize("kind", list(rounds.STEPS))
def test_a_step_is_asked_for_only_where_it_begins(app, kind: JobKind):
    round_id = round_steps.planned()
    for state in RoundState:
        db.session.get(Round, round_id).state = state
        db.session.commit()
        jobs = db.session.query(Job).count()
        if state in rounds.STEPS[kind]:
            job = db.session.get(Job, rounds.ask(SYSTEM, kind, round_id))
            assert (job.kind, job.arguments["round_id"]) == (kind, round_id)
        else:
            with pytest.raises(WrongStateError):
                rounds.ask(SYSTEM, kind, round_id)
            assert db.session.query(Job).count() == jobs


def test_a_step_of_a_round_that_is_not_there_is_not_found(app):
    with pytest.raises(NotFoundError):
        rounds.ask(SYSTEM, JobKind.MIX, 77)


ACTS = (
    "import",
    "import_faulty",
    "remove",
    "preview",
    "commit",
    "commit_too_much",
    "draw",
    "draw_blank",
)


def perform(act: str, round_id: int, prefix: str) -> None:
    if act == "import":
        round_steps.take(round_id, round_steps.listing({"A": 12, "B": 6}, prefix))
    elif act == "import_faulty":
        round_steps.take(
            round_id, round_steps.listing({"A": 3}, prefix).replace(b"15/07", b"31/02")
        )
    elif act == "remove":
        framing.remove_frame(SYSTEM, round_id)
    elif act == "preview":
        planning.preview(round_id, round_steps.plan(6))
    elif act == "commit":
        planning.commit(SYSTEM, round_id, round_steps.plan(6), round_steps.SOURCE)
    elif act == "commit_too_much":
        planning.commit(SYSTEM, round_id, round_steps.plan(600), round_steps.SOURCE)
    else:
        number = round_steps.NUMBER if act == "draw" else " "
        drawing.draw(SYSTEM, round_id, round_steps.SOURCE, number)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.sampled_from(ACTS), max_size=9))
def test_no_sequence_of_acts_leaves_the_edges(app, acts: list[str]):
    if not db.session.query(db.session.query(Round).exists()).scalar():
        round_steps.add_units("A", "B")
    prefix = f"P{next(NUMBERS)}"
    round_id = round_steps.planned()
    for act in acts:
        before = rows.one(round_id).state
        try:
            perform(act, round_id, prefix)
        except ServiceError:
            assert rows.one(round_id).state is before
        after = rows.one(round_id).state
        assert after is before or after in ROUND_EDGES[before]
        ballots = db.session.query(Ballot).filter_by(round_id=round_id).count()
        dossiers = db.session.query(Dossier).filter(Dossier.code.startswith(f"{prefix}-")).count()
        draw = db.session.scalar(select(FrameDraw).where(FrameDraw.round_id == round_id))
        assert dossiers == (0 if after is RoundState.PLANNED else 18)
        assert ballots == (6 if after is RoundState.DRAWN else 0)
        assert bool(draw and draw.drawn_at) == (after is RoundState.DRAWN)
        assert bool(draw) == (rows.one(round_id).plan is not None)


@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.CLOSED])
def test_answers_are_counted_by_stratum_and_small_counts_stay_hidden(app, state):
    round_steps.add_units("A", "B")
    round_id = round_steps.committed({"A": 30, "B": 20}, round_steps.plan(40))
    drawing.draw(SYSTEM, round_id, round_steps.SOURCE, round_steps.NUMBER)
    spend = {"A": 17, "B": 4}
    for ballot in db.session.scalars(select(Ballot).order_by(Ballot.id)):
        unit = db.session.get(Dossier, ballot.dossier_id).code.split("-")[1]
        ballot.spent = spend[unit] > 0
        spend[unit] -= ballot.spent
    db.session.get(Round, round_id).state = state
    db.session.commit()
    field_counts.refresh()
    found = rows.one(round_id)
    assert found is not None
    work = field_monitor.of_round(found)
    assert work is not None
    strata = [stratum for unit in work.units for stratum in unit.strata]
    assert [stratum.label for stratum in strata] == ["A", "B"]
    assert [stratum.answered for stratum in strata] == [Told(10, None), Told(0, 9)]
    assert not any(stratum.outcomes for stratum in strata)
    assert (work.answered, work.drawn, work.opened) == (Told(21, 21), 40, Told(0, 9))
    assert work.outcomes == Outcomes(complete=21, unknown_place=19)
