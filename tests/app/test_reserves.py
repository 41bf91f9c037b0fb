"""Reserves follow the draw's own ranks, the rule and a second person, and show nobody's answer."""

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.extensions import db
from app.models import Ballot, Box, Cell, Dossier, FrameDraw, LogEntry, Round
from app.queries import approvals, cases as case_rows, field_counts
from app.services import (
    cases,
    drawing,
    four_eyes,
    inviting,
    opening,
    reserve_strata,
    reserves,
)
from app.services.carrying import Carried
from app.services.cases import Case
from app.services.errors import ForbiddenError, InvalidInputError, WrongStateError
from app.services.recording import SYSTEM, Actor
from app.services.slip_orders import Order
from app.vocabulary import CaseChannel, CaseOutcome, CellLevel, Role, RoundState
from sampling import verify_sample
from tests.app import round_steps
from tests.app.round_factory import answer, check_invariant
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.factories import actor

UNITS = {"A": 60, "B": 40}
REASON = "Nhiều người đã chuyển đi nơi khác"
PHONE = CaseChannel.PHONE


def opened(**parts: object) -> int:
    """Open a round that drew 30 of 60 dossiers of A and 20 of 40 of B."""
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(50, **parts))
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    opening.open_round(SYSTEM, round_id)
    return round_id


@pytest.fixture
def leader(app: Flask) -> Actor:
    return actor(Role.COORDINATOR)


@pytest.fixture
def decider(app: Flask) -> Actor:
    return actor(Role.APPROVER)


def drawn_codes(round_id: int, unit: str = "A") -> list[str]:
    """Codes of drawn dossiers of a unit in the order of their ranks."""
    db.session.rollback()
    query = (
        select(Dossier.code)
        .join(Ballot, Ballot.dossier_id == Dossier.id)
        .where(Ballot.round_id == round_id, Ballot.drawn == "P", Dossier.code.like(f"HS-{unit}-%"))
        .order_by(Ballot.rank)
    )
    return list(db.session.scalars(query))


def in_order(round_id: int, unit: str = "A") -> list[str]:
    """All codes of a stratum as the stand-alone verifier orders them."""
    found = db.session.scalars(select(FrameDraw).where(FrameDraw.round_id == round_id)).one()
    stratum = {"label": unit, "size": 0, "reserves": UNITS[unit]}
    record = {"method": "stratified", "purpose": found.purpose, "stage": 1, "strata": [stratum]}
    codes = [f"HS-{unit}-{place:05}" for place in range(UNITS[unit])]
    strata = {unit: {code: {"leaf": code} for code in codes}}
    return verify_sample.chosen(record, strata, bytes.fromhex(found.seed))[unit, "reserves"]


def lose(leader: Actor, round_id: int, count: int) -> None:
    """Note that so many drawn people of A have moved."""
    listed = drawn_codes(round_id)[:count]
    cases.note(leader, round_id, [Case(code, CaseOutcome.MOVED, PHONE) for code in listed])


def stratum(round_id: int, label: str = "A") -> reserve_strata.StratumReserve:
    db.session.rollback()
    return next(each for each in reserve_strata.of_round(round_id) if each.label == label)


def asked(leader: Actor, round_id: int, count: int) -> int:
    return reserves.ask(leader, round_id, stratum(round_id).cell_id, count, REASON)


def approve(decider: Actor, release_id: int) -> None:
    found = four_eyes_row(release_id)
    four_eyes.decide(decider, found, True)


def four_eyes_row(release_id: int) -> int:
    from_approvals = approvals.standing(four_eyes.RELEASE_RESERVES, reserves.object_of(release_id))
    assert from_approvals is not None
    return from_approvals.id


def test_reserves_are_the_next_ranks_that_the_verifier_finds_and_count_as_drawn(leader, decider):
    round_id = opened()
    before = drawn_codes(round_id)
    assert len(before) == 30
    with pytest.raises(InvalidInputError):
        asked(leader, round_id, 1)  # nobody is lost yet
    lose(leader, round_id, 4)
    assert stratum(round_id).reserve.free == 4
    release_id = asked(leader, round_id, 3)
    with pytest.raises(WrongStateError):
        reserves.release(leader, release_id)  # nobody else has agreed
    with pytest.raises(ForbiddenError):
        four_eyes.decide(leader, four_eyes_row(release_id), True)
    approve(decider, release_id)
    done = reserves.release(leader, release_id)
    assert reserves.release(leader, release_id) == done, "done twice it changes nothing"
    after = drawn_codes(round_id)
    assert after == in_order(round_id)[:33]
    assert after[:30] == before
    assert (done.first_rank, done.count) == (31, 3)
    sizes = {
        (cell.level, cell.label): cell.drawn
        for cell in db.session.scalars(select(Cell).where(Cell.round_id == round_id))
    }
    wanted = {
        (CellLevel.STRATUM, "A"): 33,
        (CellLevel.UNIT, "A"): 33,
        (CellLevel.ROUND, "round"): 53,
    }
    assert {place: sizes[place] for place in wanted} == wanted
    log = [entry.body for entry in db.session.scalars(select(LogEntry))]
    [entry] = [body for body in log if '"act":"reserves.released"' in body]
    assert done.hash in entry
    assert not any(code in entry for code in after)
    again = stratum(round_id).reserve
    assert (again.released, again.planned, again.free) == (3, 9, 1)


def test_the_rule_stops_at_the_planned_share_and_at_the_lost_cases(leader):
    round_id = opened(reserve_share=0.1)
    lose(leader, round_id, 8)
    assert stratum(round_id).reserve.planned == 3
    for count in (0, 4):
        with pytest.raises(InvalidInputError, match="at most 3"):
            asked(leader, round_id, count)
    with pytest.raises(InvalidInputError):
        reserves.ask(leader, round_id, stratum(round_id).cell_id, 3, "ngắn")
    assert case_rows.releases(round_id) == []


def test_nothing_is_released_of_another_list_plan_or_state(leader, decider):
    round_id = opened()
    lose(leader, round_id, 4)
    release_id = asked(leader, round_id, 2)
    approve(decider, release_id)
    found = db.session.get(Round, round_id)
    code = db.session.scalar(select(Dossier.code).where(Dossier.code == "HS-B-00000"))
    for spoil, mend in (
        (
            update(Dossier).where(Dossier.code == code).values(field="Khác"),
            update(Dossier).where(Dossier.code == code).values(field=round_steps.FIELDS[0]),
        ),
        (
            update(Round).where(Round.id == round_id).values(plan={**found.plan, "size": 51}),
            update(Round).where(Round.id == round_id).values(plan=dict(found.plan)),
        ),
        (
            update(Round).where(Round.id == round_id).values(state=RoundState.CLOSED),
            update(Round).where(Round.id == round_id).values(state=RoundState.OPEN),
        ),
    ):
        db.session.execute(spoil)
        db.session.commit()
        with pytest.raises(WrongStateError):
            reserves.release(leader, release_id)
        assert len(drawn_codes(round_id)) == 30
        db.session.execute(mend)
        db.session.commit()
    reserves.release(leader, release_id)
    assert len(drawn_codes(round_id)) == 32


def test_who_answered_before_being_drawn_is_told_by_no_count(leader, decider):
    round_id = opened()
    lose(leader, round_id, 4)
    first, second, third = in_order(round_id)[30:33]
    order = Order(
        unit_id=db.session.scalar(select(Cell.unit_id).where(Cell.label == "A")),
        codes=(first, second),
    )
    tokens = {
        slip.dossier_code: slip.token for slip in inviting.issue(SYSTEM, round_id, order).slips
    }
    assert answer(tokens[first]).receipt
    counts = field_counts.ballots_by_cell(round_id), field_counts.apart_by_cell(round_id)
    release_id = asked(leader, round_id, 3)
    approve(decider, release_id)
    reserves.release(leader, release_id)
    db.session.rollback()
    assert drawn_codes(round_id)[30:] == [first, second, third]
    assert (field_counts.ballots_by_cell(round_id), field_counts.apart_by_cell(round_id)) == counts
    # A slip that was handed out before still opens its dossier, which now counts as drawn.
    assert answer(tokens[second]).receipt
    leaf = stratum(round_id).cell_id
    assert db.session.scalar(select(Box.cell_id).where(Box.cell_id == leaf)) == leaf
    assert field_counts.ballots_by_cell(round_id)[leaf] == 1
    check_invariant(round_id)


def test_reserves_join_the_mixing_cells_that_the_draw_made(leader: Actor, decider: Actor) -> None:
    round_id = opened(carry=(Carried.FIELD,))
    lose(leader, round_id, 9)
    release_id = asked(leader, round_id, 9)
    approve(decider, release_id)
    reserves.release(leader, release_id)
    db.session.rollback()
    whole = stratum(round_id)
    leaves = db.session.scalars(select(Cell).where(Cell.parent_id == whole.cell_id)).all()
    ballots = select(func.count(Ballot.id)).where(Ballot.drawn == "P")
    drawn = [
        (db.session.scalar(ballots.where(Ballot.cell_id == leaf.id)), leaf.drawn) for leaf in leaves
    ]
    assert len(leaves) == 3
    assert all(counted == told for counted, told in drawn)
    assert sum(told for _, told in drawn) == 39
    assert (whole.reserve.released, whole.reserve.size, whole.reserve.lost) == (9, 30, 9)
