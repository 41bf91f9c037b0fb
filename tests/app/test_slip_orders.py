"""Slips for a day: which dossiers get one, and that nobody can tell more from it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import Ballot, Dossier, LogEntry, Round, SlipRun, Token
from app.queries import slip_dossiers
from app.services import counters, inviting, slip_codes, slip_orders
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import SYSTEM
from app.services.slip_orders import Order
from tests.app.round_factory import answer
from tests.app.slip_factory import (
    BEFORE,
    DAY,
    UNDRAWN,
    add_dossier,
    make_desk,
    the_run,
    tokens,
    valid_tokens,
)


def test_every_result_of_the_day_gets_a_slip_drawn_or_not(app: Flask) -> None:
    desk = make_desk()
    issue = desk.issue()
    codes = [slip.dossier_code for slip in issue.slips]
    assert codes == sorted(codes)
    assert len(codes) == 3 + UNDRAWN
    kinds = {
        slip.dossier_code: db.session.scalar(
            select(Ballot.drawn).where(Ballot.dossier_id == slip.dossier_id)
        )
        for slip in issue.slips
    }
    assert sorted(kinds.values()) == ["N"] * UNDRAWN + ["P"] * 3
    for token in tokens(issue).values():
        assert answer(token).receipt


def test_results_of_other_days_and_units_get_none(app: Flask) -> None:
    desk = make_desk()
    add_dossier(desk, "H19-TB/earlier", finished=BEFORE)
    add_dossier(desk, "H19-TB/waiting", finished=None)
    assert all("TB" in slip.dossier_code for slip in desk.issue().slips)
    [slip] = desk.issue(finished=BEFORE).slips
    assert slip.dossier_code == "H19-TB/earlier"
    with pytest.raises(NotFoundError):
        desk.issue(finished=DAY + timedelta(days=1))


def test_who_took_a_dossier_in_hands_its_slip_out(app: Flask) -> None:
    """Land dossiers are received by a commune and solved, and rated, elsewhere."""
    desk = make_desk()
    add_dossier(desk, "H19-LB/received-by-TB", "LB", receiving_unit_id=desk.unit)
    [found] = [slip for slip in desk.issue().slips if "received" in slip.dossier_code]
    assert found.unit_code == "LB"
    theirs = slip_dossiers.of_unit(desk.id, desk.made.units["LB"])
    assert "H19-LB/received-by-TB" not in {each.code for each in theirs}


def test_people_whom_the_round_does_not_ask_get_none(app: Flask) -> None:
    desk = make_desk()
    with writing() as session:
        found = session.get_one(Round, desk.id)
        found.plan = {**(found.plan or {}), "population": {"respondents": ["citizen"]}}
        for dossier in session.scalars(select(Dossier)):
            dossier.respondent_kind = "citizen"
    add_dossier(desk, "H19-TB/company", respondent_kind="business")
    assert len(desk.issue().slips) == 3 + UNDRAWN
    outlook = slip_orders.outlook(desk.id, desk.order(finished=None, codes=("H19-TB/company",)))
    assert outlook.left_out == ("H19-TB/company",)
    assert not outlook.batch.dossiers


def test_a_list_of_codes_is_read_as_lists_are(app: Flask) -> None:
    desk = make_desk()
    add_dossier(desk, "H19-TB/Đ-0001")
    decomposed = "H19-TB/Đ-0001"
    typed = ("  H19-TB/undrawn-00001 ", "h19 tb undrawn 00002", decomposed, "H19-9999", "H19-9999")
    lines = slip_codes.lines("\n".join(typed) + "\n\n")
    outlook = slip_orders.outlook(desk.id, desk.order(finished=None, codes=lines))
    assert [each.code for each in outlook.batch.dossiers] == [
        "H19-TB/undrawn-00001",
        "H19-TB/undrawn-00002",
        "H19-TB/Đ-0001",
    ]
    assert outlook.left_out == ("H19-9999",)
    assert outlook.replaced == 0


def test_a_code_of_another_unit_is_left_out(app: Flask) -> None:
    desk = make_desk()
    order = desk.order(finished=None, codes=("H19-LB/undrawn-00001",))
    assert slip_orders.outlook(desk.id, order).left_out == order.codes
    with pytest.raises(NotFoundError):
        inviting.issue(SYSTEM, desk.id, order)


def test_a_counter_of_another_unit_is_not_found(app: Flask) -> None:
    desk = make_desk()
    other = counters.add(SYSTEM, desk.made.units["LB"], "Quầy khác")
    for counter in (other, 4711):
        with pytest.raises(NotFoundError):
            desk.issue(counter_id=counter)


def test_a_run_is_stored_with_point_day_and_number_and_its_codes_belong_to_it(app: Flask) -> None:
    desk = make_desk()
    issue = desk.issue()
    run = db.session.get_one(SlipRun, the_run(issue))
    assert (run.round_id, run.unit_id, run.counter_id) == (desk.id, desk.unit, desk.counter_id)
    assert (run.day, run.printed, run.closed_at) == (DAY, 3 + UNDRAWN, None)
    assert valid_tokens(run.id) == run.printed
    body = db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first() or ""
    assert f'"run":{run.id}' in body
    assert "H19" not in body


def test_a_later_run_replaces_the_slips_of_its_dossiers_only(app: Flask) -> None:
    desk = make_desk()
    first, again = desk.issue(), ("H19-TB/undrawn-00000", "H19-TB/undrawn-00001")
    order = desk.order(finished=None, codes=again)
    assert slip_orders.outlook(desk.id, order).replaced == 2
    second = inviting.issue(SYSTEM, desk.id, order)
    assert valid_tokens(the_run(second)) == 2
    old = tokens(first)
    assert answer(old[again[0]]).receipt is None
    assert answer(old["H19-TB/undrawn-00002"]).receipt
    assert answer(tokens(second)[again[0]]).receipt


def test_whole_units_are_runs_too_and_hold_drawn_dossiers_alone(app: Flask) -> None:
    """A ballot of a dossier that was not drawn is there only because somebody asked for it."""
    desk = make_desk()
    desk.issue()
    issue = inviting.issue(SYSTEM, desk.id, Order())
    assert [len(pile.slips) for pile in issue.piles] == [2, 3]
    runs = db.session.scalars(select(SlipRun).order_by(SlipRun.id)).all()
    assert [(run.unit_id, run.counter_id, run.printed) for run in runs[1:]] == [
        (desk.made.units["LB"], None, 2),
        (desk.unit, None, 3),
    ]
    count = select(func.count()).select_from(Token)
    assert db.session.scalar(count) == 3 + UNDRAWN + 2


def test_slips_of_dossiers_that_answered_look_and_count_like_the_others(app: Flask) -> None:
    desk = make_desk()
    first = desk.issue()
    before = slip_orders.outlook(desk.id, desk.order())
    for token in list(tokens(first).values())[::2]:
        assert answer(token).receipt
    db.session.rollback()
    assert slip_orders.outlook(desk.id, desk.order()) == before
    assert [slip.dossier_code for slip in desk.issue().slips] == [
        slip.dossier_code for slip in first.slips
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"code\nH19-1\nH19-2\n", "ma.txt"),
        ("Mã hồ sơ;Tên\r\nH19-1;A\r\nH19-2;B\r\n".encode(), "ma.csv"),
        ("﻿H19-1\n\nH19-2".encode(), "ma.csv"),
        ("H19-1\nH19-2".encode("utf-16"), "ma.txt"),
    ],
)
def test_a_file_of_codes_gives_its_first_column(content: bytes, name: str) -> None:
    assert slip_codes.of_file(content, name) == ("H19-1", "H19-2")


def test_a_file_that_is_no_list_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="one code in each row"):
        slip_codes.of_file(b"%PDF-1.7 ...", "ma.pdf")


def test_too_many_codes_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        slip_codes.match((str(number) for number in range(slip_codes.MOST_CODES + 1)), [])


def test_a_spelling_that_two_codes_share_means_neither() -> None:
    assert slip_codes.match(["h19 01"], ["H19-01", "H19.01"]).unknown == ("h19 01",)
    assert slip_codes.match(["H19-01"], ["H19-01", "H19.01"]).found == ("H19-01",)
