"""Reserves where nobody is asked twice: new people, next in rank, and on the list (0052)."""

import json

from flask import Flask
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Ballot, Contact, Dossier
from app.queries import approvals, asked, draw_records
from app.services import (
    cases,
    drawing,
    four_eyes,
    opening,
    planning,
    reserve_strata,
    reserves,
)
from app.services.cases import Case
from app.services.recording import SYSTEM
from app.vocabulary import CaseChannel, CaseOutcome, Role
from sampling.verify_sample import check
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.app.test_asked import UNITS, owners, papers
from tests.factories import actor

LOST = 3


def test_reserves_are_people_who_were_not_asked_and_cannot_be_asked_again(app: Flask) -> None:
    leader = actor(Role.COORDINATOR)
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(16, apart=True))
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    opening.open_round(SYSTEM, round_id)
    before = owners(round_id)
    lost = [Case(code, CaseOutcome.MOVED, CaseChannel.PHONE) for code in drawn_codes(round_id)]
    cases.note(leader, round_id, lost[:LOST])
    release(leader, round_id)

    everybody = owners(round_id)
    assert len(everybody) > len(before)
    assert len(everybody) == len({*everybody}), "somebody is asked twice"
    listed = {entry.owner for entry in asked.listed(clock.today())}
    assert listed == {owner.hex() for owner in everybody}
    told = papers(round_id)
    assert json.loads(told["record"] or b"")["releases"]
    assert list(check(told)) == []

    # Who was put to use stands behind all others in the next round.
    second = round_steps.framed(UNITS, prefix="II")
    wanted = plan(8, apart=True)
    cost = draw_cost(second, wanted)
    same = select(Contact.phone_index).join(Dossier).where(Dossier.code.like("II-%"))
    assert cost == sum(owner in {*everybody} for owner in db.session.scalars(same) if owner)


def drawn_codes(round_id: int) -> list[str]:
    """Codes of the dossiers of A that were drawn."""
    db.session.rollback()
    query = select(Dossier.code).join(Ballot).where(Ballot.round_id == round_id)
    return sorted(db.session.scalars(query.where(Dossier.code.like("HS-A-%"))))


def release(leader, round_id: int) -> None:
    """Have reserves of A put to use by two people."""
    db.session.rollback()
    place = next(each for each in reserve_strata.of_round(round_id) if each.label == "A")
    assert place.reserve.free == LOST
    release_id = reserves.ask(leader, round_id, place.cell_id, LOST, "Đã chuyển đi nơi khác")
    found = approvals.standing(four_eyes.RELEASE_RESERVES, reserves.object_of(release_id))
    assert found is not None
    four_eyes.decide(actor(Role.APPROVER), found.id, True)
    assert reserves.release(leader, release_id).count == LOST
    db.session.rollback()
    assert draw_records.record(round_id)


def draw_cost(round_id: int, wanted) -> int:
    """Dossiers of the list whose owner was asked."""
    cost = planning.cost(round_id, wanted, planning.preview(round_id, wanted))
    assert cost is not None
    return cost.asked
