"""The indicators of a counter rating that the dates of the dossiers tell."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import Dossier, Estimation
from app.queries.estimation_results import EstimationResults, Figure, FigureState, from_json
from app.services import estimating
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from surveys import instruments
from tests.app.index_factory import store_answers
from tests.app.round_factory import MadeRound, make_round

RATING = instruments.load("counter_rating")
ANSWERS = {question.code: "2" for question in RATING.questions if question.kind == "scale"}
DUE = date(2026, 3, 10)
LATE = {"A": [-2] * 20 + [0] * 10 + [3] * 5, "B": [1] * 20, "C": [0] * 5}


def made_round(app: Flask) -> MadeRound:
    """40 dossiers of A, 20 of B that A resolves, 5 of C: 5 without days, results around the day."""
    made = make_round(
        {"A": {"land": 40}, "B": {"land": 20}, "C": {"land": 5}},
        state=RoundState.CLOSED,
        asked=RATING,
    )
    store_answers(made, made.cells["A/land"], [ANSWERS] * 40)
    with writing() as session:
        for unit, days in LATE.items():
            of_unit = select(Dossier).where(Dossier.unit_id == made.units[unit])
            for dossier, late in zip(
                session.scalars(of_unit.order_by(Dossier.id)), days, strict=False
            ):
                dossier.due, dossier.finished = DUE, DUE + timedelta(days=late)
                if unit == "B":
                    dossier.resolving_unit_id = made.units["A"]
    return made


def estimated(made: MadeRound) -> tuple[str, EstimationResults]:
    run = db.session.get_one(Estimation, estimating.estimate_round(SYSTEM, made.id))
    return run.inputs_hash, from_json(run.results)


def figure(results: EstimationResults, unit: str, factor: str) -> Figure:
    part = results.unit(unit)
    assert part is not None
    found = part.figure(factor)
    assert found is not None
    return found


def test_points_are_two_before_the_day_one_on_it_and_none_after(app: Flask) -> None:
    _, results = estimated(made_round(app))
    found = figure(results, "A", "handling_time")
    assert (found.state, found.n) == (FigureState.SHOWN, "35")
    assert found.mean_score is not None
    assert found.top_two is not None
    assert found.mean_score.value == f"{50 / 70:.12f}"
    assert found.top_two.value == f"{30 / 35:.12f}"
    assert (found.mean_score.se, found.mean_score.lower) == (f"{0:.12f}", found.mean_score.value)


def test_the_resolving_unit_answers_for_what_others_received(app: Flask) -> None:
    _, results = estimated(made_round(app))
    found = figure(results, "A", "resolving_time")
    assert found.n == "55"
    assert found.mean_score is not None
    assert found.mean_score.value == f"{50 / 110:.12f}"
    assert figure(results, "B", "resolving_time").state is FigureState.WITHHELD
    late = figure(results, "B", "handling_time")
    assert late.top_two is not None
    assert float(late.top_two.value) == 0


def test_few_dossiers_are_not_told(app: Flask) -> None:
    _, results = estimated(made_round(app))
    assert figure(results, "C", "handling_time") == Figure(
        "handling_time", FigureState.WITHHELD, "< 10"
    )


def test_the_factors_of_a_counter_rating_stand_in_the_order_of_its_indicators(app: Flask) -> None:
    _, results = estimated(made_round(app))
    codes = [factor.code for factor in results.factors]
    assert codes[:3] == ["handling_time", "resolving_time", "contacts"]
    assert (len(codes), codes[-1]) == (10, "overall")


def test_the_hash_of_the_inputs_covers_the_days(app: Flask) -> None:
    made = made_round(app)
    first, _ = estimated(made)
    with writing() as session:
        some = session.scalars(select(Dossier).where(Dossier.finished.is_not(None))).first()
        assert some is not None
        some.finished = DUE + timedelta(days=30)
    second, _ = estimated(made)
    assert first != second


def test_who_was_asked_is_rated_by_points_of_the_highest(app: Flask) -> None:
    _, results = estimated(made_round(app))
    found = figure(results, "A", "attitude")
    assert found.mean_score is not None
    assert found.mean_score.value == "1.000000000000"
