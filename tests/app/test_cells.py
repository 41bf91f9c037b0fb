"""What answers carry makes cells below the strata, fixed before anybody knows who is drawn."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select, update

from app.database import writing
from app.extensions import db
from app.models import Ballot, Cell, Dossier, MixingKey, Round
from app.queries import boxes, draws, frames, rounds
from app.services import (
    carrying,
    drawing,
    field_monitor,
    opening,
    planning,
    populations,
    selecting,
)
from app.services.carrying import Carried
from app.services.errors import WrongStateError
from app.services.plans import Plan, Stratification, plan_hash
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, RoundState
from sampling import selection
from tests.app import carried_round, round_steps
from tests.app.carried_round import BUSINESSES, BY_KIND_AND_TIME, drawn, framed
from tests.app.round_steps import NUMBER, SOURCE, plan

LAYOUT = {
    "A": {
        ("business", "yes"): 40,
        ("business", "no"): 12,
        ("household_business", "yes"): 30,
        ("household_business", "open"): 3,
    },
    "B": {("business", "yes"): 20, ("business", "no due"): 5, ("business", "no dates"): 2},
}
CARRYING = plan(45, carry=BY_KIND_AND_TIME)

BESIDE = (CellLevel.VOLUNTEER_UNIT, CellLevel.OPEN_UNIT)


def cells_of(round_id: int, level: CellLevel) -> dict[str, Cell]:
    query = select(Cell).where(Cell.round_id == round_id, Cell.level == level)
    return {cell.label: cell for cell in db.session.scalars(query)}


def test_each_combination_of_a_stratum_gets_a_cell(app):
    mixing = cells_of(drawn(LAYOUT, CARRYING), CellLevel.MIXING)
    assert {label: cell.population for label, cell in mixing.items()} == {
        "A/business/yes": 40,
        "A/business/no": 12,
        "A/household_business/yes": 30,
        "A/household_business/open": 3,
        "B/business/yes": 25,  # nothing was promised to five of them
        "B/business/open": 2,
    }
    assert mixing["A/business/no"].carried == {"respondent_kind": "business", "on_time": "no"}


def test_cells_lie_in_their_stratum_and_add_up_to_it(app):
    round_id = drawn(LAYOUT, CARRYING)
    strata = cells_of(round_id, CellLevel.STRATUM)
    inside = cells_of(round_id, CellLevel.MIXING).values()
    for label, stratum in strata.items():
        own = [cell for cell in inside if cell.parent_id == stratum.id]
        assert all(cell.label.startswith(f"{label}/") for cell in own)
        assert {cell.unit_id for cell in own} == {stratum.unit_id}
        assert sum(cell.population for cell in own) == stratum.population
        assert sum(cell.drawn for cell in own) == stratum.drawn
        assert stratum.carried is None
    assert sum(cell.drawn for cell in inside) == 45


def test_a_ballot_belongs_to_the_cell_of_its_dossier(app):
    round_id = drawn(LAYOUT, CARRYING)
    query = select(Dossier.code, Cell.label).join(Ballot, Ballot.dossier_id == Dossier.id)
    found = db.session.execute(query.join(Cell, Cell.id == Ballot.cell_id)).all()
    assert len(found) == 45
    told = {"yes": "yes", "no": "no", "open": "open", "no_due": "yes", "no_dates": "open"}
    for code, label in found:
        unit, kind, dates, _ = code.split("-")
        assert label == f"{unit}/{kind}/{told[dates]}"
    drawn_of = {label: cell.drawn for label, cell in cells_of(round_id, CellLevel.MIXING).items()}
    assert Counter(label for _, label in found) == Counter(drawn_of)


def test_a_combination_of_which_nobody_is_drawn_still_has_its_dossiers(app):
    mixing = cells_of(drawn(LAYOUT, replace(CARRYING, size=2)), CellLevel.MIXING)
    assert sum(cell.population for cell in mixing.values()) == 112
    assert sum(cell.drawn == 0 for cell in mixing.values()) >= 4


def test_what_is_carried_does_not_touch_the_draw(app):
    carrying_round = drawn(LAYOUT, CARRYING)
    frame_hash = draws.of_round(carrying_round).frame_hash
    found = [
        selecting.select_dossiers(
            bytes.fromhex(frame_hash),
            "main:business",
            frames.rows(frames.of_round(carrying_round).id),
            wanted,
            planning.preview(carrying_round, wanted),
        )
        for wanted in (CARRYING, replace(CARRYING, carry=()))
    ]
    assert found[0].hash == found[1].hash
    assert [chosen.code for chosen in found[0].selected] == [
        chosen.code for chosen in found[1].selected
    ]
    assert all(chosen.cell == chosen.stratum for chosen in found[1].selected)


def test_a_plan_that_carries_nothing_makes_no_cells_below_strata(app):
    round_id = drawn(LAYOUT, replace(CARRYING, carry=()))
    assert cells_of(round_id, CellLevel.MIXING) == {}
    assert boxes.leaf_cells(round_id) == sorted(
        cell.id
        for level in (CellLevel.STRATUM, *BESIDE)
        for cell in cells_of(round_id, level).values()
    )
    assert "cells" not in db.session.get(Round, round_id).plan["population"]


def test_keys_belong_to_the_cells_of_ballots_and_to_those_beside_them(app):
    round_id = drawn(LAYOUT, CARRYING)
    count = opening.open_round(SYSTEM, round_id)
    keyed = list(db.session.scalars(select(MixingKey.cell_id)))
    assert len(keyed) == count
    assert set(keyed) == {
        cell.id
        for level in (CellLevel.MIXING, CellLevel.WAITING, *BESIDE)
        for cell in cells_of(round_id, level).values()
    }


def test_what_was_not_drawn_has_a_leaf_for_each_unit_under_a_root_of_its_own(app):
    round_id = drawn(LAYOUT, CARRYING)
    units = cells_of(round_id, CellLevel.UNIT)
    volunteers = cells_of(round_id, CellLevel.VOLUNTEER_UNIT)
    [root] = cells_of(round_id, CellLevel.VOLUNTEER_ROUND).values()
    assert {label: cell.unit_id for label, cell in volunteers.items()} == {
        label: cell.unit_id for label, cell in units.items()
    }
    for label, cell in volunteers.items():
        assert cell.population == units[label].population - units[label].drawn
        assert (cell.parent_id, cell.drawn) == (root.id, 0)
    assert root.population == sum(cell.population for cell in volunteers.values())


def test_forms_without_a_dossier_have_a_leaf_for_each_unit_and_one_for_none(app):
    round_id = drawn(LAYOUT, CARRYING)
    [root] = cells_of(round_id, CellLevel.OPEN_ROUND).values()
    found = cells_of(round_id, CellLevel.OPEN_UNIT)
    assert {cell.unit_id for cell in found.values()} == {
        None,
        *(cell.unit_id for cell in cells_of(round_id, CellLevel.UNIT).values()),
    }
    assert {cell.parent_id for cell in found.values()} == {root.id}
    [waits] = cells_of(round_id, CellLevel.WAITING).values()
    assert waits.parent_id is None


def test_fieldwork_adds_up_by_stratum(app):
    round_id = drawn(LAYOUT, CARRYING)
    ballots = db.session.scalars(select(Ballot).order_by(Ballot.id)).all()
    for ballot in ballots[3:]:
        ballot.spent = True
    db.session.get_one(Round, round_id).state = RoundState.CLOSED
    db.session.commit()
    found = rounds.one(round_id)
    assert found is not None
    work = field_monitor.of_round(found)
    assert work is not None
    rows = [stratum for unit in work.units for stratum in unit.strata]
    assert [(row.label, row.population) for row in rows] == [("A", 85), ("B", 27)]
    assert work.answered.low == 42
    assert work.drawn == 45
    strata = {cell.id: label for label, cell in cells_of(round_id, CellLevel.STRATUM).items()}
    parent = {cell.id: cell.parent_id for cell in cells_of(round_id, CellLevel.MIXING).values()}
    spent = Counter(strata[parent[ballot.cell_id]] for ballot in ballots[3:])
    assert min(spent.values()) >= 10
    assert [row.answered.low for row in rows] == [spent["A"], spent["B"]]


def test_three_variables_and_an_untold_channel_make_a_cell_too(app):
    carry = (Carried.FIELD, Carried.ON_TIME, Carried.CHANNEL)
    round_steps.add_units("A")
    round_id = round_steps.planned()
    lines = ["code,unit,field,received,due,finished,channel"]
    lines += [f"X{at},A,Hộ tịch/hộ khẩu,01/07/2026,02/07/2026,03/07/2026," for at in range(12)]
    lines += [f"Y{at},A,,01/07/2026,,,trực tuyến" for at in range(12)]
    round_steps.take(round_id, "\n".join(lines).encode())
    planning.commit(SYSTEM, round_id, plan(24, carry=carry), SOURCE)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    mixing = cells_of(round_id, CellLevel.MIXING)
    assert {label: cell.carried for label, cell in mixing.items()} == {
        "A/Hộ tịch/hộ khẩu/no/": {"field": "Hộ tịch/hộ khẩu", "on_time": "no", "channel": ""},
        "A//open/online": {"field": "", "on_time": "open", "channel": "online"},
    }


def test_a_dossier_whose_kind_is_not_told_is_a_citizens(app):
    wanted = plan(20, carry=(Carried.RESPONDENT_KIND,))
    round_id = framed({"A": {("citizen", "yes"): 11, ("", "yes"): 9}}, "citizen_satisfaction")
    planning.commit(SYSTEM, round_id, wanted, SOURCE)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    (cell,) = cells_of(round_id, CellLevel.MIXING).values()
    assert (cell.label, cell.population) == ("A/citizen", 20)


@given(
    carry=st.lists(st.sampled_from(list(Carried)), unique=True, max_size=3),
    origins=st.lists(
        st.tuples(
            st.sampled_from(["", "đất", "đất/đai", "a//b"]),
            st.sampled_from(["", "citizen", "business"]),
            st.sampled_from(["yes", "no", "open"]),
            st.sampled_from(["", "counter", "online"]),
        ),
        min_size=2,
        max_size=8,
    ),
)
def test_two_dossiers_of_a_stratum_share_a_name_only_if_they_carry_the_same(carry, origins):
    found: dict[str, dict[str, str]] = {}
    for field, kind, on_time, channel in origins:
        origin = SimpleNamespace(
            field=field, respondent_kind=kind, on_time=on_time, channel=channel
        )
        label = carrying.cell_label("A", carry, origin)
        assert found.setdefault(label, carrying.values(carry, origin)) == carrying.values(
            carry, origin
        )


def test_the_commitment_binds_the_cell_of_each_dossier(app):
    round_id = framed(LAYOUT)
    planning.commit(SYSTEM, round_id, CARRYING, SOURCE)
    document = db.session.get(Round, round_id).plan
    assert document["carry"] == ["respondent_kind", "on_time"]
    listed = frames.rows(frames.of_round(round_id).id)
    pairs = sorted(
        [f"{row.unit_code}/{row.respondent_kind}/{row.on_time}", row.code] for row in listed
    )
    text = json.dumps(pairs, ensure_ascii=False, separators=(",", ":")).encode()
    assert document["population"]["cells"] == hashlib.sha256(text).hexdigest()
    without = document | {"carry": []}
    assert plan_hash(document) != plan_hash(without)


@pytest.mark.parametrize(
    "changed", [{"finished": None}, {"due": None}, {"respondent_kind": "household_business"}]
)
def test_a_dossier_moved_to_another_cell_after_the_commitment_stops_the_draw(app, changed):
    round_id = framed(LAYOUT)
    planning.commit(SYSTEM, round_id, CARRYING, SOURCE)
    with writing() as session:
        session.execute(
            update(Dossier).where(Dossier.code == "A-business-no-0003").values(**changed)
        )
    with pytest.raises(WrongStateError, match="no longer the one"):
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert db.session.query(Cell).count() == 0


def test_a_round_committed_before_there_were_carried_variables_is_drawn(app):
    round_id = framed(LAYOUT)
    planning.commit(SYSTEM, round_id, replace(CARRYING, carry=()), SOURCE)
    with writing() as session:
        found = session.get_one(Round, round_id)
        found.plan = {name: value for name, value in found.plan.items() if name != "carry"}
    assert Plan.of_document(found.plan).carry == ()
    assert drawing.draw(SYSTEM, round_id, SOURCE, NUMBER).drawn == 45


def test_a_draw_with_unequal_chances_within_a_cell_is_refused(app, monkeypatch):
    """No plan can ask for it today: chances are put in the draw's own hands to see the guard."""
    round_id = framed(LAYOUT)
    planning.commit(SYSTEM, round_id, CARRYING, SOURCE)

    def by_size(*asked: object) -> selection.Draw:
        drawn_evenly = selection.draw(*asked)
        chances = drawn_evenly.inclusion.copy()
        chances[np.flatnonzero(~drawn_evenly.selected)[0]] *= 2
        return replace(drawn_evenly, inclusion=chances)

    with monkeypatch.context() as patch:
        patch.setattr(selecting, "draw", by_size)
        with pytest.raises(WrongStateError, match="different chances"):
            drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert db.session.query(Cell).count() == db.session.query(Ballot).count() == 0
    assert drawing.draw(SYSTEM, round_id, SOURCE, NUMBER).drawn == 45


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from([0.1, 0.25])), max_size=12))
def test_chances_may_differ_between_cells_and_not_within(rows):
    cells, chances = [cell for cell, _ in rows], [chance for _, chance in rows]
    if len({*rows}) == len({*cells}):
        selecting.check_even(cells, chances)
    else:
        with pytest.raises(WrongStateError):
            selecting.check_even(cells, chances)


def test_both_databases_tell_alike_whether_a_dossier_was_on_time(app):
    layout = {"A": {("business", dates): 2 for dates in carried_round.DATES}}
    round_id = framed(layout)
    frame = frames.of_round(round_id).id
    told = {row.code.split("-")[2]: row.on_time for row in frames.rows(frame)}
    assert told == {"yes": "yes", "no": "no", "open": "open", "no_due": "yes", "no_dates": "open"}
    counts = frames.origin_counts(frame, ("business",))
    assert {count.on_time: count.dossiers for count in counts} == {"yes": 4, "no": 2, "open": 4}
    assert frames.origin_counts(frame, ("citizen",)) == []


def test_a_list_is_hashed_as_before_whatever_is_carried(app):
    rows = frames.rows(frames.of_round(framed(LAYOUT)).id)
    assert populations.of_rows(rows, BUSINESSES).cells == ""
    with_cells = populations.of_rows(rows, BUSINESSES, CARRYING)
    assert with_cells.hash == populations.of_rows(rows, BUSINESSES).hash
    assert with_cells.document()["cells"] == with_cells.cells
    by_field = plan(9, stratify_by=Stratification.UNIT_FIELD, carry=(Carried.ON_TIME,))
    assert populations.hash_of_cells(rows, by_field) != with_cells.cells
