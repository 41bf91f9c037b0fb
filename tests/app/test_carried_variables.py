"""A round whose answers carry two coarse variables, from the plan to its estimates."""

from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select

from app.extensions import db
from app.models import Answer, Ballot, Box, Cell
from app.queries import answers as rows, boxes, estimations
from app.services import coverage, estimating, estimation_inputs, extracts, mixing
from app.services.moving import exporting
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel
from tests.app import moving_factory
from tests.app.carried_round import BY_KIND_AND_TIME, answer_all, drawn, hand_out
from tests.app.round_factory import check_invariant
from tests.app.round_steps import plan

LAYOUT = {
    "A": {
        ("business", "yes"): 40,
        ("business", "no"): 12,
        ("household_business", "yes"): 30,
        ("household_business", "open"): 6,
    },
    "B": {("business", "yes"): 30, ("business", "no"): 8},
    "C": {("business", "no"): 20},
}
EVERYBODY = plan(146, carry=BY_KIND_AND_TIME)
# Cell → answers and what they rate. In A 6 + 8 meet in the stratum, which nobody of
# household_business/open joins but their dossiers; 4 of B and 9 of C meet in the round.
GIVEN = {
    "A/business/yes": (40, "5"),
    "A/business/no": (6, "2"),
    "A/household_business/yes": (8, "5"),
    "B/business/yes": (24, "5"),
    "B/business/no": (4, "2"),
    "C/business/no": (9, "2"),
}


def answered() -> int:
    """Draw everybody, and let them answer."""
    round_id = drawn(LAYOUT, EVERYBODY)
    tokens = hand_out(round_id)
    for cell, (answers, rating) in GIVEN.items():
        answer_all(tokens[cell][:answers], rating)
    return round_id


def opened_in(round_id: int) -> dict[str, int]:
    """Answers by level and label of their cell."""
    query = (
        select(Cell.level, Cell.label, func.count())
        .join(Answer, Answer.cell_id == Cell.id)
        .where(Cell.round_id == round_id)
        .group_by(Cell.level, Cell.label)
    )
    return {f"{level} {label}": answers for level, label, answers in db.session.execute(query)}


def test_answers_end_in_the_narrowest_cell_that_has_k(app: Flask):
    round_id = answered()
    mixing.mix_round(round_id)
    # While the round is open only cells of 2k boxes open, and keep k back.
    assert opened_in(round_id) == {"mixing A/business/yes": 30, "mixing B/business/yes": 14}
    mixing.close_round(SYSTEM, round_id)
    assert opened_in(round_id) == {
        "mixing A/business/yes": 40,
        "stratum A": 14,
        "mixing B/business/yes": 24,
        "round round": 13,
    }
    assert check_invariant(round_id) == boxes.Tally(91, 0, 91, 0)


def test_the_estimates_rest_on_the_cells_that_opened(app: Flask):
    round_id = answered()
    mixing.close_round(SYSTEM, round_id)
    results = estimations.estimation(estimating.estimate_round(SYSTEM, round_id)).results
    unit = results.unit("A")
    assert (unit.dossiers, unit.covered, unit.answers) == (88, 88, "54")
    share = (40 + 48 * 8 / 14) / 88
    assert float(unit.figure("overall").top_two.value) == pytest.approx(share, abs=1e-11)
    second = results.unit("B")
    assert (second.dossiers, second.covered, second.answers) == (38, 30, "24")
    assert second.figure("overall").top_two.value == "1.000000000000"
    assert results.unit("C").figure("overall").top_two is None
    whole = results.parts[-1]
    share = (40 + 48 * 8 / 14 + 30) / 146
    assert float(whole.figure("overall").top_two.value) == pytest.approx(share, abs=1e-11)
    assert whole.covered == whole.dossiers == 146
    assert results.unattributed == "13"


def test_the_inputs_hash_covers_what_cells_carry(app: Flask):
    round_id = answered()
    mixing.close_round(SYSTEM, round_id)
    digest = hashed(round_id)
    for cell in db.session.scalars(select(Cell).where(Cell.label == "A/business/no")):
        cell.carried = {"respondent_kind": "business", "on_time": "yes"}
    db.session.commit()
    assert hashed(round_id) != digest


def hashed(round_id: int) -> str:
    """Hash what the estimates of a round rest on."""
    cells = rows.cells(round_id)
    extract = extracts.load(round_id, cells)
    return estimation_inputs.inputs_hash(rows.answered_round(round_id), cells, extract)


def test_a_round_with_carried_variables_moves_to_another_installation(
    app: Flask, database_url: str, tmp_path: Path
):
    moving_factory.empty()
    round_id = answered()
    mixing.close_round(SYSTEM, round_id)
    run = estimations.estimation(estimating.estimate_round(SYSTEM, round_id))
    before = rows.cells(round_id), opened_in(round_id)
    exporting.export(tmp_path / "all.tar")
    db.session.remove()
    with (
        moving_factory.another_database(database_url) as url,
        moving_factory.installation(tmp_path / "other", url),
    ):
        moving_factory.empty()
        moving_factory.load(tmp_path / "all.tar")
        assert (rows.cells(round_id), opened_in(round_id)) == before
        again = estimations.estimation(estimating.estimate_round(SYSTEM, round_id))
        assert (again.inputs_hash, again.results) == (run.inputs_hash, run.results)


NUMBERS = count(1)


def drawn_anew() -> int:
    """Draw a round of units that no other round has: one list is drawn once."""
    number = next(NUMBERS)
    layout = {f"{unit}{number}": own for unit, own in LAYOUT.items()}
    return drawn(layout, EVERYBODY)


SHARES = st.lists(st.integers(0, 3), min_size=7, max_size=7)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(answering=SHARES, mixed_between=st.booleans())
def test_however_people_answer_the_weights_of_a_unit_are_its_dossiers(
    app: Flask, answering: list[int], mixed_between: bool
):
    round_id = drawn_anew()
    tokens = sorted(hand_out(round_id).items())
    for (_, own), third in zip(tokens, answering, strict=True):
        answer_all(own[: len(own) * third // 3], "4")
        if mixed_between:
            mixing.mix_round(round_id)
    mixing.close_round(SYSTEM, round_id)
    check_invariant(round_id)
    crowds = Counter(answer.cell_id for answer in rows.answers(round_id))
    assert all(crowd >= 10 for crowd in crowds.values())
    cells, opened = rows.cells(round_id), rows.answers(round_id)
    found = coverage.coverage(cells, opened)
    for unit in (cell for cell in cells if cell.level is CellLevel.UNIT):
        own = found.unit == unit.unit_code
        assert found.unit_weight[own].sum() == pytest.approx(unit.population if own.any() else 0)
    waiting = db.session.scalar(select(func.count(Box.id)).where(Box.round_id == round_id))
    spent = select(func.count(Ballot.id)).where(Ballot.round_id == round_id, Ballot.spent)
    assert len(opened) + waiting == db.session.scalar(spent)
