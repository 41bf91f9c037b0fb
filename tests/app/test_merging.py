"""Merging: hand-computed points and ranks, exact provenance, and what may not enter."""

import json
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import update

from app import exact
from app.database import writing
from app.models import CycleRound, Round
from app.queries import cycles as rows, estimations, results
from app.queries.index_document import from_json, to_json
from app.services import estimating, merging, reopening, scoring
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import CycleState, Role
from tests.app.index_factory import SCHEME, SCORES, answered_round, council, merged, the_result
from tests.app.recomputing import recomputed
from tests.factories import actor

PLUS = SCORES + b"communes;A;BONUS;3\ncommunes;B;PENALTY;0,5\n"
NOT_APPLICABLE = (
    SCORES.replace(b"verified_points\n", b"verified_points;applicable\n")
    .replace(b"A;1.2;15\n", b"A;1.2;-;no\n")
    .replace(b"A;1.1;30\n", b"A;1.1;30;\n")
)


@pytest.fixture
def person(app: Flask):
    return actor(Role.HOME_AFFAIRS)


def units(view):
    return {unit.code: unit for unit in view.document.units}


def test_points_ranks_and_bands_are_those_worked_out_by_hand(person):
    view = merged(person)
    a, b = units(view)["A"], units(view)["B"]
    assert (a.direct, a.survey, a.total, a.percent) == (45, 30, 75, 75)
    assert (b.direct, b.survey, b.total) == (Fraction("50.5"), 28, Fraction("78.5"))
    assert (b.rank, b.band, a.rank, a.band) == (1, "Tốt", 2, "Khá")
    assert view.document.groups[0].mean_percent == Fraction("76.75")
    assert a.fields == {"1": 45, "2": 30}


def test_bonus_is_capped_and_penalty_taken_off(person):
    view = merged(person, scores=PLUS)
    a, b = units(view)["A"], units(view)["B"]
    assert (a.bonus, a.total) == (2, 77)
    assert a.score("BONUS").points == 3
    assert (b.penalty, b.total) == (Fraction("0.5"), 78)


def test_a_criterion_that_does_not_apply_lowers_the_denominator(person):
    a = units(merged(person, scores=NOT_APPLICABLE))["A"]
    assert (a.total, a.max_applicable, a.percent) == (60, 80, 75)
    assert a.score("1.2").points is None


def test_every_number_is_exact_text_and_leads_to_its_source(person):
    view = merged(person, SCHEME.replace(b"max_points: 20", b"max_points: 23"))
    stored = next(unit for unit in view.values["units"] if unit["code"] == "A")
    assert stored["percent"] == "7500/103"
    assert "." not in json.dumps(stored["fields"]["2"])
    survey = units(view)["A"].score("2.1")
    assert (survey.provenance, survey.shares[0].share) == ("survey", Fraction(3, 4))
    assert units(view)["A"].score("1.1").provenance == "verified"
    assert not any(isinstance(value, float) for value in leaves(view.values))


def leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for child in value for leaf in leaves(child)]
    return [value]


def test_the_document_pins_what_it_was_made_from(person):
    view = merged(person)
    pins = view.document.pins
    cycle = rows.cycle(view.head.cycle_id)
    run = estimations.newest(cycle.rounds[0].id)
    assert pins.criteria_hash == cycle.criteria_hash
    assert pins.scores_hash == rows.scores_hash(rows.scores(cycle.id))
    (survey,) = pins.surveys
    assert (survey.estimation_id, survey.inputs_hash) == (run.id, run.inputs_hash)
    assert survey.questionnaire_hash == run.results.questionnaire_hash
    assert view.head.hash == exact.canonical_hash(view.values)
    assert results.logged_hash(view.head.id) == view.head.hash


def test_the_document_survives_json(person):
    view = merged(person, scores=PLUS)
    assert to_json(from_json(view.values)) == view.values


@pytest.mark.parametrize("scores", [SCORES, PLUS, NOT_APPLICABLE])
@pytest.mark.parametrize("handling", ["rebase", "full_points", "zero"])
def test_a_second_implementation_recomputes_every_total(person, scores, handling):
    scheme = SCHEME + f"not_applicable: {handling}\n".encode()
    view = merged(person, scheme, scores)
    for group in view.values["groups"]:
        expected = recomputed(view.values, group["code"])
        for unit in view.values["units"]:
            total, most, percent, rank, band = expected[unit["code"]]
            assert Fraction(unit["total"]) == total
            assert Fraction(unit["max_applicable"]) == most
            assert Fraction(unit["percent"]) == percent
            assert (unit["rank"], unit["band"]) == (rank, band)


def test_equal_units_share_a_rank(person):
    level = SCORES.replace(b"35,5", b"32")
    # Both 75 %, but A has more survey points, and the set says that these decide.
    decided = units(merged(person, scores=level))
    assert (decided["A"].rank, decided["B"].rank) == (1, 2)
    untied = SCHEME.replace(b"    ties: [survey]\n", b"")
    shared = units(merged(person, untied, level))
    assert (shared["A"].rank, shared["B"].rank) == (1, 1)


def test_the_mean_score_can_make_the_points(person):
    scheme = SCHEME.replace(b"item: overall", b'item: "overall:mean_score"')
    assert units(merged(person, scheme))["A"].survey == 34  # 40 × 0.85


def test_too_few_answers_stop_the_merge_with_the_unit_named(person):
    made = answered_round({"A": {"land": (30, 10)}, "B": {"land": (16, 4)}})
    cycle_id = council(person, made)
    with pytest.raises(InvalidInputError) as refused:
        merging.merge_index(person, cycle_id)
    faults = [(fault.value, fault.column, fault.code) for fault in refused.value.faults]
    assert faults == [("B", "2.1", "survey_missing")]
    assert rows.cycle(cycle_id).state is CycleState.COUNCIL
    assert results.versions(cycle_id) == []


def test_a_set_may_leave_out_criteria_with_too_few_answers(person):
    made = answered_round({"A": {"land": (30, 10)}, "B": {"land": (16, 4)}})
    scheme = SCHEME + b"survey_missing: not_applicable\n"
    cycle_id = council(person, made, scheme)
    b = units(the_result(merging.merge_index(person, cycle_id)))["B"]
    assert (b.max_applicable, b.survey) == (60, 0)
    assert b.score("2.1").provenance == "survey_missing"


def test_without_a_round_all_points_come_from_the_table(person):
    answered_round()
    scores = SCORES + b"communes;A;2.1;31\ncommunes;B;2.1;29\n"
    view = the_result(merging.merge_index(person, council(person, None, scores=scores)))
    assert units(view)["A"].survey == 31
    assert view.document.pins.surveys == ()


def test_a_dry_run_enters_no_index(person):
    trial = answered_round(dry_run=True)
    with pytest.raises(InvalidInputError):
        council(person, trial)
    assert rows.cycles() == []


def test_a_round_declared_a_dry_run_afterwards_is_refused_too(person):
    made = answered_round()
    cycle_id = council(person, made)
    mark_dry_run(made.id)
    with pytest.raises(WrongStateError):
        merging.merge_index(person, cycle_id)


def mark_dry_run(round_id: int) -> None:
    with writing() as session:
        session.get_one(Round, round_id).dry_run = True


def test_a_round_without_estimates_is_refused(person):
    made = answered_round()
    spare = answered_round({"C": {"land": (30, 10)}})
    cycle_id = council(person, made)
    rebind(cycle_id, spare.id)
    with pytest.raises(WrongStateError):
        merging.merge_index(person, cycle_id)


def rebind(cycle_id: int, round_id: int) -> None:
    with writing() as session:
        session.execute(
            update(CycleRound).where(CycleRound.cycle_id == cycle_id).values(round_id=round_id)
        )


def test_the_system_alone_merges_nothing(person):
    cycle_id = council(person, answered_round())
    with pytest.raises(WrongStateError):
        merging.merge_index(SYSTEM, cycle_id)


def test_a_reopened_index_becomes_a_new_version_and_the_old_one_stays(person):
    view = merged(person)
    cycle_id = view.head.cycle_id
    reopening.reopen(person, cycle_id, "Hội đồng sửa điểm tiêu chí 1.2")
    scoring.import_scores(person, cycle_id, SCORES.replace(b";15\n", b";16\n"), "diem.csv")
    again = the_result(merging.merge_index(person, cycle_id))
    assert (view.head.version, again.head.version) == (1, 2)
    assert units(again)["A"].total == 76
    assert the_result(view.head.id).values == view.values


def test_a_new_run_of_estimates_does_not_touch_a_merged_index(person):
    view = merged(person)
    estimating.estimate_round(person, view.document.pins.surveys[0].round_id)
    assert the_result(view.head.id).values == view.values
