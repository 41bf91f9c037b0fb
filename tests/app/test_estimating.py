"""Estimates of a round: hand-computed figures, what is held back, and how runs are kept."""

from math import sqrt

import pytest
from flask import Flask
from scipy.stats import t
from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import Estimation, LogEntry, Round
from app.queries import answers as rows, estimations
from app.queries.estimation_results import (
    EstimationResults,
    FigureState,
    PartLevel,
    from_json,
    to_json,
)
from app.services import estimating
from app.services.errors import NotFoundError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from tests.app.index_factory import (
    DISSATISFIED,
    SATISFIED,
    answered_round,
    store_answers,
)
from tests.app.round_factory import answer_all, answers, make_round, open_and_hand_out

FACTORS = ["access", "procedure", "officer", "result", "feedback", "overall"]


def estimated(round_id: int) -> EstimationResults:
    run = estimations.estimation(estimating.estimate_round(SYSTEM, round_id))
    assert run is not None
    return run.results


def figure(results: EstimationResults, unit: str, factor: str = "overall"):
    part = results.unit(unit)
    assert part is not None
    found = part.figure(factor)
    assert found is not None
    return found


def stratified_se(strata: list[tuple[int, int, float]]) -> float:
    """Textbook standard error of a stratified share: (N_h, n_h, p_h) for each stratum."""
    total = sum(size for size, _, _ in strata)
    return sqrt(
        sum(
            (size / total) ** 2 * (1 - n / size) * (p * (1 - p) * n / (n - 1)) / n
            for size, n, p in strata
        )
    )


def test_one_stratum_gives_the_plain_share_with_its_textbook_error(app: Flask):
    overall = figure(estimated(answered_round().id), "A")
    assert overall.state is FigureState.SHOWN
    assert overall.n == "40"
    assert overall.effective_n == "40.000000000000"
    assert overall.top_two.value == "0.750000000000"
    se = stratified_se([(400, 40, 0.75)])
    assert float(overall.top_two.se) == pytest.approx(se, abs=1e-12)
    assert overall.top_two.df == 39
    reach = t.ppf(0.975, 39) * se
    assert float(overall.top_two.lower) == pytest.approx(0.75 - reach, abs=1e-11)
    assert float(overall.top_two.upper) == pytest.approx(0.75 + reach, abs=1e-11)


def test_strata_are_weighted_by_their_dossiers(app: Flask):
    overall = figure(estimated(answered_round().id), "B")
    assert overall.top_two.value == "0.700000000000"  # (300 × 0.8 + 100 × 0.4) / 400
    se = stratified_se([(300, 30, 0.8), (100, 10, 0.4)])
    assert float(overall.top_two.se) == pytest.approx(se, abs=1e-12)
    assert overall.top_two.df == 38


def test_the_mean_score_is_the_mean_of_values_over_the_highest(app: Flask):
    overall = figure(estimated(answered_round().id), "A")
    # 30 people gave 5 of 5 and 10 gave 2 of 5.
    assert overall.mean_score.value == "0.850000000000"


def test_unequal_response_is_made_good_by_the_weights(app: Flask):
    made = make_round({"A": {"land": 40, "justice": 40}}, state=RoundState.CLOSED)
    store_answers(made, made.cells["A/land"], [answers(SATISFIED)] * 40)
    store_answers(made, made.cells["A/justice"], [answers(DISSATISFIED)] * 10)
    overall = figure(estimated(made.id), "A")
    assert overall.top_two.value == "0.500000000000"
    # Weights 10 and 40: (800)² / (40 × 100 + 10 × 1600).
    assert overall.effective_n == "32.000000000000"


def test_every_factor_of_the_questionnaire_is_estimated(app: Flask):
    results = estimated(answered_round().id)
    assert [factor.code for factor in results.factors] == FACTORS
    assert [found.factor for found in results.unit("A").figures] == FACTORS


def test_a_person_counts_by_the_items_that_were_answered(app: Flask):
    made = make_round({"A": {"land": 40}}, state=RoundState.CLOSED)
    # Access has two items: one satisfied, the other no opinion, or dissatisfied.
    half = answers(SATISFIED) | {"access_information": DISSATISFIED}
    alone = answers(SATISFIED) | {"access_information": "no_opinion"}
    neither = alone | {"access_facilities": "no_opinion"}
    store_answers(made, made.cells["A/land"], [half] * 20 + [alone] * 10 + [neither] * 10)
    access = figure(estimated(made.id), "A", "access")
    assert access.n == "30"
    assert access.top_two.value == "0.666666666667"  # (20 × ½ + 10 × 1) / 30


def test_fewer_than_ten_answers_leave_no_number_behind(app: Flask):
    made = make_round({"A": {"land": 40}}, state=RoundState.CLOSED)
    silent = answers(SATISFIED) | dict.fromkeys(
        ["access_facilities", "access_information"], "no_opinion"
    )
    store_answers(made, made.cells["A/land"], [answers(SATISFIED)] * 9 + [silent] * 31)
    run = estimations.estimation(estimating.estimate_round(SYSTEM, made.id))
    access = figure(run.results, "A", "access")
    assert (access.state, access.n) == (FigureState.WITHHELD, "< 10")
    assert (access.effective_n, access.top_two, access.mean_score) == (None, None, None)
    stored = db.session.get(Estimation, run.id).results
    part = next(part for part in stored["parts"] if part["level"] == "unit")
    kept = next(found for found in part["figures"] if found["factor"] == "access")
    assert {value for value in kept.values() if value} == {"access", "withheld", "< 10"}


def test_a_wider_figure_does_not_give_away_a_withheld_one(app: Flask):
    silent = dict.fromkeys(["access_facilities", "access_information"], "no_opinion")
    with_few = make_round({"C": {"land": 40}, "D": {"land": 20}}, state=RoundState.CLOSED)
    store_answers(with_few, with_few.cells["C/land"], [answers(SATISFIED)] * 40)
    quiet = answers(SATISFIED) | silent
    store_answers(with_few, with_few.cells["D/land"], [answers(SATISFIED)] * 5 + [quiet] * 15)
    results = estimated(with_few.id)
    whole = results.of_level(PartLevel.ROUND)[0]
    assert figure(results, "D", "access").state is FigureState.WITHHELD
    assert whole.figure("access").state is FigureState.WITHHELD
    assert whole.figure("access").top_two is None
    assert whole.figure("overall").state is FigureState.SHOWN


def test_a_small_effective_number_is_marked_and_stored(app: Flask):
    overall = figure(estimated(answered_round({"A": {"land": (15, 5)}}).id), "A")
    assert overall.state is FigureState.TOO_FEW
    assert overall.top_two.value == "0.750000000000"


def test_coarsened_strata_count_with_their_unit(app: Flask):
    made = make_round({"A": {"land": 40, "justice": 8, "civil": 12}}, state=RoundState.CLOSED)
    store_answers(made, made.cells["A/land"], [answers(SATISFIED)] * 40)
    store_answers(made, made.unit_cells["A"], [answers(DISSATISFIED)] * 10)
    results = estimated(made.id)
    part = results.unit("A")
    assert (part.dossiers, part.covered, part.answers) == (600, 600, "50")
    # 400 satisfied dossiers; the unit cell stands for the 200 of its two small strata.
    assert part.figure("overall").top_two.value == "0.666666666667"


def test_answers_of_the_round_cell_are_in_no_units_figure(app: Flask):
    made = make_round({"A": {"land": 40, "civil": 10}, "B": {"land": 10}}, state=RoundState.CLOSED)
    store_answers(made, made.cells["A/land"], [answers(SATISFIED)] * 40)
    store_answers(made, made.root, [answers(DISSATISFIED)] * 10)
    results = estimated(made.id)
    assert results.unattributed == "10"
    unit = results.unit("A")
    assert (unit.dossiers, unit.covered) == (500, 400)
    assert unit.figure("overall").top_two.value == "1.000000000000"
    silent = results.unit("B")
    assert (silent.answers, silent.covered) == ("< 10", 0)
    assert silent.figure("overall").state is FigureState.WITHHELD
    whole = results.of_level(PartLevel.ROUND)[0]
    # 400 dossiers satisfied; 100 of A/civil and 100 of B/land speak through the round's cell.
    assert whole.figure("overall").top_two.value == "0.666666666667"
    assert whole.covered == whole.dossiers == 600


def test_a_group_puts_its_units_together(app: Flask):
    results = estimated(answered_round().id)
    group = results.of_level(PartLevel.GROUP)[0]
    assert (group.code, group.dossiers, group.answers) == ("communes", 800, "80")
    assert group.figure("overall").top_two.value == "0.725000000000"


def test_a_round_takes_two_recorded_steps(app: Flask):
    made = answered_round()
    estimating.estimate_round(SYSTEM, made.id)
    assert rows.answered_round(made.id).state is RoundState.ESTIMATED
    acts = list(db.session.scalars(select(LogEntry.body).order_by(LogEntry.seq)))
    assert ['"act":"round.weighted"' in body for body in acts[-2:]] == [True, False]
    assert '"act":"round.estimated"' in acts[-1]


def test_estimating_again_adds_a_run_and_leaves_the_first(app: Flask):
    made = answered_round()
    first = estimations.estimation(estimating.estimate_round(SYSTEM, made.id))
    second = estimations.estimation(estimating.estimate_round(SYSTEM, made.id))
    assert second.id > first.id
    assert (second.inputs_hash, second.results) == (first.inputs_hash, first.results)
    assert db.session.scalar(select(func.count(Estimation.id))) == 2


def test_a_round_that_is_still_open_is_not_estimated(app: Flask):
    made = make_round({"A": {"land": 40}}, state=RoundState.OPEN)
    store_answers(made, made.cells["A/land"], [answers(SATISFIED)] * 40)
    with pytest.raises(WrongStateError):
        estimating.estimate_round(SYSTEM, made.id)
    assert rows.answered_round(made.id).state is RoundState.OPEN
    assert estimations.newest(made.id) is None


def test_boxes_that_a_cut_closing_left_are_opened_first(app: Flask):
    made, tokens = open_and_hand_out({"A": {"land": 12}})
    answer_all(tokens["A/land"], rating=SATISFIED)
    with writing() as session:
        session.get_one(Round, made.id).state = RoundState.CLOSED
    results = estimated(made.id)
    assert results.unit("A").answers == "12"
    assert results.sealed == 0


def test_a_round_without_answers_stays_closed(app: Flask):
    made = make_round({"A": {"land": 40}}, state=RoundState.CLOSED)
    with pytest.raises(WrongStateError):
        estimating.estimate_round(SYSTEM, made.id)
    assert rows.answered_round(made.id).state is RoundState.CLOSED


def test_an_unknown_round_is_not_found(app: Flask):
    with pytest.raises(NotFoundError):
        estimating.estimate_round(SYSTEM, 99)


def test_results_survive_json(app: Flask):
    results = estimated(answered_round(dry_run=True).id)
    assert results.dry_run
    assert from_json(to_json(results)) == results
