"""Criteria sets and score tables: all faults named, nothing half stored."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import CriteriaSet, ScoreEntry
from app.queries import cycles as rows
from app.services import criteria_sets, cycles, merging, scoring
from app.services.cycles import NewCycle
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import CycleState, Role
from tests.app.index_factory import SCHEME, SCORES, answered_round, council
from tests.factories import actor, dong_nai


def planned(*round_ids: int) -> int:
    set_id = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    return cycles.create(SYSTEM, NewCycle(2026, "Chỉ số", set_id, round_ids))


def stored(cycle_id: int) -> dict[tuple[str, str], str | None]:
    return {(row.unit_code, row.criterion): row.cells["settled"] for row in rows.scores(cycle_id)}


def faults_of(cycle_id: int, content: bytes) -> list[tuple[int | None, str, str]]:
    with pytest.raises(InvalidInputError) as refused:
        scoring.import_scores(SYSTEM, cycle_id, content, "diem.csv")
    assert all(fault.message("vi") and fault.message("en") for fault in refused.value.faults)
    return [(fault.row, fault.column, fault.code) for fault in refused.value.faults]


def test_the_example_set_is_added_once(app: Flask):
    first = criteria_sets.add_criteria_set(SYSTEM, criteria_sets.example())
    assert criteria_sets.add_criteria_set(SYSTEM, criteria_sets.example()) == first
    found = rows.criteria_set(first)
    assert found.document.encode() == criteria_sets.example()
    assert criteria_sets.scheme_of(found).name == found.name


def test_a_set_with_faults_is_not_stored_and_all_faults_are_named(app: Flask):
    broken = SCHEME.replace(b"max_points: 40, source: verified", b"max_points: -1, source: nobody")
    with pytest.raises(InvalidInputError) as refused:
        criteria_sets.add_criteria_set(SYSTEM, broken)
    places = [fault.column for fault in refused.value.faults]
    assert "fields[0].criteria[0].max_points" in places
    assert "fields[0].criteria[0].source" in places
    assert db.session.scalar(select(func.count(CriteriaSet.id))) == 0


def test_a_set_changed_in_the_database_is_refused(app: Flask):
    set_id = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    row = db.session.get(CriteriaSet, set_id)
    row.document = row.document.replace("max_points: 20", "max_points: 30")
    db.session.commit()
    with pytest.raises(InvalidInputError):
        criteria_sets.scheme_of(rows.criteria_set(set_id))


def test_scores_are_kept_as_exact_text_and_open_the_council(app: Flask):
    made = answered_round()
    cycle_id = planned(made.id)
    done = scoring.import_scores(SYSTEM, cycle_id, SCORES, "diem.csv")
    assert (done.units, done.scores) == (2, 4)
    assert rows.cycle(cycle_id).state is CycleState.COUNCIL
    assert stored(cycle_id) == {
        ("A", "1.1"): "30",
        ("A", "1.2"): "15",
        ("B", "1.1"): "35.5",
        ("B", "1.2"): "15",
    }
    first = rows.scores(cycle_id)[2].cells
    assert first["verified_points"] == "35,5"
    assert (first["group"], first["provenance"]) == ("communes", "verified")


def test_importing_again_replaces_all_scores(app: Flask):
    made = answered_round()
    cycle_id = planned(made.id)
    scoring.import_scores(SYSTEM, cycle_id, SCORES, "diem.csv")
    before = rows.scores_hash(rows.scores(cycle_id))
    only_a = b"\n".join(line for line in SCORES.splitlines() if b";B;" not in line)
    scoring.import_scores(SYSTEM, cycle_id, only_a, "diem.csv")
    assert set(stored(cycle_id)) == {("A", "1.1"), ("A", "1.2")}
    assert rows.scores_hash(rows.scores(cycle_id)) != before


def test_faults_name_row_and_column_and_nothing_is_stored(app: Flask):
    made = answered_round()
    cycle_id = planned(made.id)
    wrong = b"""group,unit,criterion,verified_points
communes,A,1.1,41
communes,A,1.2,x
communes,Z,1.1,30
communes,Z,1.2,15
"""
    found = faults_of(cycle_id, wrong)
    assert (2, "verified_points", "above_maximum") in found
    assert (3, "verified_points", "not_a_number") in found
    assert (4, "unit", "unknown_unit") in found
    assert db.session.scalar(select(func.count(ScoreEntry.id))) == 0
    assert rows.cycle(cycle_id).state is CycleState.PLANNED


def test_a_faulty_table_leaves_earlier_scores_alone(app: Flask):
    made = answered_round()
    cycle_id = planned(made.id)
    scoring.import_scores(SYSTEM, cycle_id, SCORES, "diem.csv")
    before = stored(cycle_id)
    assert faults_of(cycle_id, SCORES.replace(b";15\n", b";-15\n"))
    assert stored(cycle_id) == before


def test_survey_criteria_may_be_missing_only_if_a_round_supplies_them(app: Flask):
    answered_round()
    found = faults_of(planned(), SCORES)
    assert [(column, code) for _, column, code in found] == [("criterion", "missing_criterion")] * 2


def test_a_merged_index_takes_no_scores(app: Flask):
    person = actor(Role.HOME_AFFAIRS)
    cycle_id = council(person, answered_round())
    merging.merge_index(person, cycle_id)
    before = stored(cycle_id)
    with pytest.raises(WrongStateError):
        scoring.import_scores(person, cycle_id, SCORES, "diem.csv")
    assert stored(cycle_id) == before


def test_an_unknown_unit_is_named_once(app: Flask):
    dong_nai()
    cycle_id = planned()
    lines = [f"communes,XYZ,{code},1" for code in ("1.1", "1.2", "2.1")]
    content = "\n".join(["group,unit,criterion,points", *lines]).encode()
    found = faults_of(cycle_id, content)
    assert found == [(2, "unit", "unknown_unit")]
