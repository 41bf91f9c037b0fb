"""Weights add up, whatever cells the answers of a round ended in."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from app.queries.answers import AnswerView, CellView
from app.services.coverage import coverage
from app.vocabulary import CellLevel

ROUND = 1
# Per unit: strata as (dossiers, answers that opened in the stratum's own cell), then answers
# that opened in the unit's cell.
STRATUM = st.tuples(st.integers(60, 400), st.sampled_from([0, 10, 23, 57]))
UNIT = st.tuples(st.lists(STRATUM, min_size=1, max_size=4), st.sampled_from([0, 0, 12]))


def possible(unit: tuple[list[tuple[int, int]], int]) -> bool:
    """Answers open in a unit's cell only where a stratum had too few of its own."""
    strata, in_unit = unit
    return not in_unit or any(opened == 0 for _, opened in strata)


def laid_out(units: list[tuple[list[tuple[int, int]], int]], in_round: int):
    """Cells and answers of a closed round."""
    stranded = any(not more and any(opened == 0 for _, opened in own) for own, more in units)
    cells, answers = [], [AnswerView(ROUND, {})] * (in_round if stranded else 0)
    for at, (strata, in_unit) in enumerate(units):
        code, unit = f"U{at}", 10 + at
        total = sum(dossiers for dossiers, _ in strata)
        cells.append(
            CellView(unit, CellLevel.UNIT, code, ROUND, code, code, "communes", total, total)
        )
        answers += [AnswerView(unit, {})] * in_unit
        for place, (dossiers, opened) in enumerate(strata):
            cell = 100 * (at + 1) + place
            label = f"{code}/{place}"
            size = (dossiers, dossiers)
            cells.append(
                CellView(cell, CellLevel.STRATUM, label, unit, code, code, "communes", *size)
            )
            answers += [AnswerView(cell, {})] * opened
    whole = sum(cell.population for cell in cells if cell.level is CellLevel.UNIT)
    cells.append(CellView(ROUND, CellLevel.ROUND, "round", None, "", "", "", whole, whole))
    return cells, answers


@given(st.lists(UNIT.filter(possible), min_size=1, max_size=4), st.sampled_from([0, 15]))
def test_the_answers_of_a_unit_stand_for_all_its_dossiers(units, in_round):
    cells, answers = laid_out(units, in_round)
    found = coverage(cells, answers)
    for at, (strata, in_unit) in enumerate(units):
        own = found.unit == f"U{at}"
        answered = in_unit or any(opened for _, opened in strata)
        dossiers = sum(size for size, _ in strata)
        assert found.unit_weight[own].sum() == pytest.approx(dossiers if answered else 0)
    assert (found.unit_weight[found.unit == ""] == 0).all()


@given(st.lists(UNIT.filter(possible), min_size=1, max_size=4))
def test_the_answers_of_a_round_stand_for_all_dossiers(units):
    cells, answers = laid_out(units, 15)
    assert coverage(cells, answers).weight.sum() == pytest.approx(
        sum(dossiers for strata, _ in units for dossiers, _ in strata)
    )


def test_within_a_cell_everybody_weighs_the_same():
    cells, answers = laid_out([([(100, 20), (60, 0)], 0)], 15)
    found = coverage(cells, answers)
    assert Counter(np.round(found.weight, 9).tolist()) == {5.0: 20, 4.0: 15}
    # The stratum that ended in the round's cell is stood for by the unit's other one.
    assert set(np.round(found.unit_weight, 9).tolist()) == {0.0, 8.0}
    assert found.covered == {"U0": 100}
