"""A round that asks a questionnaire of the office's own, from its list to its figures."""

import json

import pytest
from flask import Flask

from app.extensions import db
from app.models import Round
from app.queries import estimations
from app.queries.estimation_results import FigureState, PartLevel
from app.services import (
    drawing,
    estimating,
    inviting,
    mixing,
    opening,
    planning,
    questionnaires,
    raw_counts,
    responding,
    rounds,
)
from app.services.errors import ServiceError
from app.services.recording import SYSTEM
from app.vocabulary import Role
from surveys.answering import to_form
from surveys.links import new_token
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.app.test_questionnaire_pages import EXAMPLE
from tests.questionnaires import small

UNITS = {"A": 40, "B": 25}
SATISFIED = {"cach_nop": "truc_tiep", "tre_hen": "no", "thai_do": "2", "huong_dan": "2"}
UNSATISFIED = {"cach_nop": "truc_tiep", "tre_hen": "yes", "so_ngay": "3", "thai_do": "1"}


def played(document: dict[str, object], given: list[dict[str, str]]) -> int:
    """Let a round of 40 drawn dossiers ask a document; as many answer as there are answers."""
    number = questionnaires.keep(SYSTEM, json.dumps(document).encode())
    questionnaires.publish(SYSTEM, number)
    wanted = f"{document['code']}@{document['version']}"
    round_steps.add_units(*UNITS)
    round_id = rounds.create_round(SYSTEM, "Quý III", 2026, False, wanted)
    round_steps.take(round_id, round_steps.listing(UNITS))
    planning.commit(SYSTEM, round_id, plan(40), SOURCE)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    opening.open_round(SYSTEM, round_id)
    slips = inviting.issue_slips(SYSTEM, round_id).slips
    assert len(slips) == 40
    asked = read_questionnaire(document)
    for slip, answers in zip(slips, given, strict=False):
        outcome = responding.submit(slip.token, form(asked, answers), new_token())
        assert outcome.receipt, outcome.faults
    mixing.close_round(SYSTEM, round_id)
    return round_id


def form(asked: Questionnaire, answers: dict[str, str]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in to_form(asked, answers).items()}


def test_figures_and_counts_are_those_of_the_own_questions(app: Flask, signed_in):
    round_id = played(EXAMPLE, [SATISFIED] * 30 + [UNSATISFIED] * 10)
    assert db.session.get(Round, round_id).questionnaire_code == "vi_du"
    results = estimations.estimation(estimating.estimate_round(SYSTEM, round_id)).results
    assert [factor.code for factor in results.factors] == ["phuc_vu"]
    [whole] = results.of_level(PartLevel.ROUND)
    figure = whole.figure("phuc_vu")
    assert figure.state is FigureState.SHOWN
    assert 0.7 < float(figure.top_two.value) < 0.8

    counted = raw_counts.items(round_id)
    assert counted["thai_do"].whole.n.low == 40
    assert counted["thai_do"].whole.values == {"1": 10, "2": 30}
    assert "so_ngay" not in counted

    browser = signed_in(Role.COORDINATOR)
    for page in ("", "/counts", "/estimates"):
        assert browser.get(f"/rounds/{round_id}{page}").status_code == 200
    assert "thái độ giao tiếp?" in browser.get(f"/rounds/{round_id}/counts").text


@pytest.mark.parametrize(
    "question",
    [
        small.asked("yes_no", required=True),
        small.asked("multiple_choice", choices=small.choices("abc")),
        small.asked("short_text", max_length=40),
    ],
    ids=lambda question: question["kind"],
)
def test_a_questionnaire_that_rates_nothing_ends_with_its_counts(app: Flask, signed_in, question):
    given = {"yes_no": "yes", "multiple_choice": ("a", "c"), "short_text": "Tốt"}[question["kind"]]
    round_id = played(small.document(question), [{"q": given}] * 40)
    results = estimations.estimation(estimating.estimate_round(SYSTEM, round_id)).results
    assert results.factors == ()
    counted = raw_counts.items(round_id)
    shown = {"yes_no": {"yes": 40}, "multiple_choice": {"a": 40, "c": 40}, "short_text": None}
    wanted = shown[question["kind"]]
    assert (counted["q"].whole.values if "q" in counted else None) == wanted
    browser = signed_in(Role.COORDINATOR)
    for page in ("", "/counts", "/estimates"):
        assert browser.get(f"/rounds/{round_id}{page}").status_code == 200


@pytest.mark.parametrize(("code", "drawn"), [("citizen_tinh", 40), ("business_tinh", 0)])
def test_the_first_word_of_a_code_says_whose_dossiers_are_drawn(app: Flask, code: str, drawn: int):
    document = small.document(small.asked("yes_no")) | {"code": code}
    questionnaires.publish(SYSTEM, questionnaires.keep(SYSTEM, json.dumps(document).encode()))
    round_steps.add_units(*UNITS)
    round_id = rounds.create_round(SYSTEM, "Quý III", 2026, False, f"{code}@1")
    round_steps.take(round_id, round_steps.listing(UNITS))
    if drawn:
        planning.commit(SYSTEM, round_id, plan(drawn), SOURCE)
    else:
        with pytest.raises(ServiceError):
            planning.commit(SYSTEM, round_id, plan(40), SOURCE)
