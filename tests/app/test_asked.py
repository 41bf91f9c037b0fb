"""Nobody is asked twice: the shared list, what it costs a plan, and draws that heed it (0052)."""

import csv
import hashlib
import json
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import AskedOwner, Ballot, Cell, Contact, Dossier, FrameDraw, FrozenList, LogEntry
from app.queries import asked, draw_records
from app.services import asked_list, drawing, frame_files, planning
from app.services.asked_reading import read_asked
from app.services.errors import WrongStateError
from app.services.recording import SYSTEM
from sampling.coordination import Asked
from sampling.verify_sample import check
from tests.app import round_steps
from tests.app.at_once import at_once
from tests.app.round_steps import NUMBER, SOURCE, plan

UNITS = {"A": 30, "B": 20}


def committed(prefix: str, size: int, **parts: object) -> int:
    return round_steps.committed(UNITS, plan(size, apart=True, **parts), prefix=prefix)


def owners(round_id: int) -> list[bytes]:
    query = select(Contact.phone_index).join(Ballot, Ballot.dossier_id == Contact.dossier_id)
    return [
        owner for owner in db.session.scalars(query.where(Ballot.round_id == round_id)) if owner
    ]


def papers(round_id: int) -> dict[str, bytes | None]:
    found = db.session.scalars(select(FrameDraw).where(FrameDraw.round_id == round_id)).one()
    texts = (draw_records.promise(round_id), draw_records.record(round_id))
    return {
        "commitment": (texts[0] or "").encode(),
        "record": (texts[1] or "").encode(),
        "frame": frame_files.frame_file(SYSTEM, round_id),
        "revealed": json.dumps({"secrets": [found.secret]}).encode(),
        "asked": (asked.frozen_list(round_id) or "").encode(),
    }


def test_two_rounds_of_the_same_people_share_none_and_both_are_checked(app: Flask) -> None:
    round_steps.add_units(*UNITS)
    first = committed("I", 8)
    # Thirty owners; the second round cannot know whom the first will draw.
    second = round_steps.framed(UNITS, prefix="II")
    with pytest.raises(WrongStateError, match="waits for its draw"):
        planning.commit(SYSTEM, second, plan(8, apart=True), SOURCE)
    drawing.draw(SYSTEM, first, SOURCE, NUMBER)
    db.session.rollback()
    one = owners(first)
    assert len(one) == len({*one}) == 8
    listed = asked.listed(clock.today())
    assert {entry.owner for entry in listed} == {owner.hex() for owner in one}

    laid_over = planning.preview(second, plan(8, apart=True))
    cost = planning.cost(second, plan(8, apart=True), laid_over)
    assert cost is not None
    on_both = sum(owner.hex() in {it.owner for it in listed} for owner in all_owners("II"))
    assert (cost.asked, cost.again, cost.short, cost.most_of_one) == (on_both, 0, 0, 2)
    planning.commit(SYSTEM, second, plan(8, apart=True), SOURCE)
    drawing.draw(SYSTEM, second, SOURCE, NUMBER)
    db.session.rollback()
    two = owners(second)
    assert len(two) == len({*two}) == 8
    assert not {*one} & {*two}
    for round_id in (first, second):
        given = papers(round_id)
        assert list(check(given)) == []
        told = json.loads(given["record"] or b"")
        assert told["method"] == "apart"
        assert told["asked"]["list"] == hashlib.sha256(given["asked"] or b"").hexdigest()
    rows = list(csv.DictReader((given["frame"] or b"").decode().splitlines()))
    marked = [row["owner"] for row in rows if row["asked"]]
    assert {*marked} == {entry.owner for entry in listed}
    # Groups that nobody asked have numbers of this list alone.
    others = {row["owner"] for row in rows if not row["asked"] and row["owner"]}
    assert others
    assert all(owner.isdigit() for owner in others)
    bodies = "".join(db.session.scalars(select(LogEntry.body)))
    assert told["asked"]["list"] in bodies


def all_owners(prefix: str) -> list[bytes]:
    from_list = Dossier.code.like(f"{prefix}-%")
    query = select(Contact.phone_index).join(Dossier).where(from_list)
    return [owner for owner in db.session.scalars(query) if owner]


def test_a_stratum_with_too_few_owners_comes_out_short_and_its_cells_say_so(app: Flask) -> None:
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    wanted = plan(50, apart=True, minimum=50)
    laid_over = planning.preview(round_id, wanted)
    cost = planning.cost(round_id, wanted, laid_over)
    assert cost is not None
    # Each unit has its own owners, but twenty of them have a dossier in both.
    assert (cost.sharing, cost.short, cost.asked) == (20, 20, 0)
    assert [(it.sharing, it.short) for it in cost.strata] == [(0, 0), (0, 0)]
    planning.commit(SYSTEM, round_id, wanted, SOURCE)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    db.session.rollback()
    # Fifty dossiers of thirty people.
    assert len(owners(round_id)) == 30
    cells = db.session.scalars(select(Cell).where(Cell.round_id == round_id, Cell.level == "round"))
    assert [(cell.population, cell.drawn) for cell in cells] == [(50, 30)]
    strata = select(func.sum(Cell.drawn)).where(Cell.round_id == round_id, Cell.level == "stratum")
    assert db.session.scalar(strata) == 30
    assert list(check(papers(round_id))) == []


def test_two_rounds_that_are_drawn_at_once_both_write_the_list(app: Flask) -> None:
    round_steps.add_units(*UNITS)
    ids = [round_steps.committed(UNITS, plan(20), prefix=prefix) for prefix in ("I", "II")]
    acts = [partial(drawing.draw, SYSTEM, it, SOURCE, NUMBER) for it in ids]
    refused = at_once(app, acts)
    db.session.rollback()
    assert refused == [None, None]
    both = {owner for it in ids for owner in owners(it)}
    assert {*db.session.scalars(select(AskedOwner.owner))} == both
    with pytest.raises(WrongStateError):
        drawing.draw(SYSTEM, ids[0], SOURCE, NUMBER)
    third = committed("III", 10)
    drawing.draw(SYSTEM, third, SOURCE, NUMBER)
    db.session.rollback()
    drawn = {*owners(third)}
    listed = select(Dossier.unit_id, Contact.phone_index, Ballot.id)
    listed = listed.join(Contact, Contact.dossier_id == Dossier.id)
    listed = listed.outerjoin(Ballot, Ballot.dossier_id == Dossier.id)
    rows = db.session.execute(listed.where(Dossier.code.startswith("III-"))).all()
    # Somebody is asked again only in a unit where nobody else is left.
    again = {unit for unit, owner, ballot in rows if ballot and owner in both}
    assert {owner for unit, owner, _ in rows if unit in again} <= both | drawn
    assert len(drawn) == 10


def test_the_list_takes_over_another_bodys_and_forgets_after_a_year(app: Flask) -> None:
    today = clock.today()
    old = today - timedelta(days=365)
    phones = [("+84903000001", today), ("+84903000001", today), ("+84903000002", old)]
    groups = [Asked("ab" * 16, today - timedelta(days=364))]
    assert asked_list.take_over(SYSTEM, phones, groups) == 2
    assert asked_list.take_over(SYSTEM, phones, groups) == 0
    db.session.rollback()
    assert "903000001" not in "".join(db.session.scalars(select(LogEntry.body)))
    with writing() as session:
        session.add(AskedOwner(owner=b"o" * 32, day=old, round_id=None))
    asked_list.forget()
    db.session.rollback()
    assert len(db.session.scalars(select(AskedOwner.owner)).all()) == 2
    assert db.session.scalars(select(FrozenList)).all() == []


def test_a_rehearsal_puts_nobody_on_the_list(app: Flask) -> None:
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(10), dry_run=True)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AskedOwner)) == 0


def test_a_foreign_list_is_read_by_its_columns_and_repeats_no_phone_in_a_fault() -> None:
    day = clock.today()
    text = "phone,day\n0903 000 001,01/10/2026\n0903000002,\n,\n0903000003,31/02/2026\nabc,\n"
    found = read_asked(text.encode(), "ddci.csv", day, date(2027, 1, 1))
    told = [(fault.row, fault.code, fault.value) for fault in found.faults]
    assert told == [(5, "bad_day", "31/02/2026"), (6, "no_person", "…")]
    assert [on for _, on in found.phones] == [date(2026, 10, 1), day]
    assert {number[-9:] for number, _ in found.phones} == {"903000001", "903000002"}
    late = read_asked(b"phone_group,day\nAB12,2026-10-02\n", "x.csv", day, date(2026, 10, 1))
    assert [fault.code for fault in late.faults] == ["bad_day"]
    group = read_asked(b"phone_group\nAB12\n", "x.csv", day, day)
    assert group.groups == (Asked("ab12", day),)
    assert [it.code for it in read_asked(b"name\nA\n", "x.csv", day, day).faults] == ["no_column"]
