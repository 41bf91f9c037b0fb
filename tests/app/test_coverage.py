"""Weights add up, whatever cells the answers of a round ended in."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from app.queries.answers import AnswerView, CellView
from app.queries.boxes import CellPlace
from app.services.coarsening import final_groups
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


# Per unit: strata, each of leaves as (dossiers, answers given); one leaf is the stratum itself.
LEAF = st.tuples(st.integers(20, 300), st.integers(0, 20))
TREES = st.lists(
    st.lists(st.lists(LEAF, min_size=1, max_size=4), min_size=1, max_size=3),
    min_size=1,
    max_size=4,
)


def closed(units: list[list[list[tuple[int, int]]]], k: int = 10):
    """Cells of a round and the answers that its close opened."""
    cells: list[CellView] = []

    def add(level: CellLevel, parent: int | None, unit: str, sizes: list[tuple[int, int]]) -> int:
        dossiers = sum(size for size, _ in sizes)
        label = f"{level}{len(cells)}"
        cells.append(
            CellView(len(cells) + 1, level, label, parent, unit, unit, "", dossiers, dossiers)
        )
        return len(cells)

    every = [leaf for strata in units for leaves_ in strata for leaf in leaves_]
    whole, counts = add(CellLevel.ROUND, None, "", every), {}
    for at, strata in enumerate(units):
        code = f"U{at}"
        unit = add(CellLevel.UNIT, whole, code, [leaf for own in strata for leaf in own])
        for own in strata:
            stratum = add(CellLevel.STRATUM, unit, code, own)
            if len(own) == 1:
                counts[stratum] = own[0][1]
                continue
            for leaf in own:
                counts[add(CellLevel.MIXING, stratum, code, [leaf])] = leaf[1]
    groups = final_groups([CellPlace(c.id, c.level, c.parent_id) for c in cells], counts, k)
    opened = [
        AnswerView(group.cell_id, {})
        for group in groups
        for _ in range(sum(counts[leaf] for leaf in group.leaves))
    ]
    return cells, opened


@given(TREES)
def test_with_carried_variables_the_answers_of_a_unit_stand_for_all_its_dossiers(units):
    cells, opened = closed(units)
    found = coverage(cells, opened)
    for at, strata in enumerate(units):
        own = found.unit == f"U{at}"
        dossiers = sum(size for leaves_ in strata for size, _ in leaves_)
        assert found.unit_weight[own].sum() == pytest.approx(dossiers if own.any() else 0)
        assert found.covered[f"U{at}"] <= dossiers


@given(TREES)
def test_with_carried_variables_the_answers_of_a_round_stand_for_all_dossiers(units):
    cells, opened = closed(units)
    found = coverage(cells, opened)
    in_round = bool((found.unit == "").any())
    reached = sum(
        size
        for at, strata in enumerate(units)
        if in_round or (found.unit == f"U{at}").any()
        for leaves_ in strata
        for size, _ in leaves_
    )
    assert found.weight.sum() == pytest.approx(reached)
    assert (found.weight >= 1).all()


@given(TREES)
def test_a_leaf_that_opened_alone_stands_for_its_own_dossiers_at_least(units):
    cells, opened = closed(units)
    found = coverage(cells, opened)
    for cell in cells:
        own = found.cell == cell.id
        if cell.level is CellLevel.MIXING and own.any():
            assert found.population[own][0] >= cell.population
            assert found.weight[own].sum() == pytest.approx(found.population[own][0])


def test_a_leaf_nobody_answered_counts_with_the_small_ones_of_its_stratum():
    cells, opened = closed([[[(100, 20), (50, 6), (30, 4), (20, 0)]]])
    found = coverage(cells, opened)
    assert Counter(found.weight.tolist()) == {5.0: 20, 10.0: 10}  # 100 / 20; (50 + 30 + 20) / 10
    assert found.covered == {"U0": 200}


def test_a_leaf_nobody_answered_is_stood_for_by_those_beside_it():
    cells, opened = closed([[[(100, 20), (200, 10), (61, 0)], [(400, 20)]]])
    found = coverage(cells, opened)
    # 61 dossiers are shared 1 : 2 within the stratum, in whole numbers; the other stratum's
    # answers are not the nearest.
    assert Counter(found.population.tolist()) == {120.0: 20, 241.0: 10, 400.0: 20}
    assert found.weight.sum() == 761
    assert found.covered == {"U0": 700}


def test_a_stratum_nobody_answered_is_stood_for_by_its_unit_and_by_no_other():
    cells, opened = closed([[[(100, 20), (90, 12)], [(50, 0), (7, 0)]], [[(300, 15)]]])
    found = coverage(cells, opened)
    inside = found.unit == "U0"
    assert found.weight[inside].sum() == pytest.approx(247)
    assert set(found.weight[~inside].tolist()) == {20.0}
    assert found.covered == {"U0": 190, "U1": 300}


def test_a_unit_nobody_answered_is_stood_for_by_nobody():
    cells, opened = closed([[[(100, 20), (90, 12)]], [[(30, 0), (40, 0)]]])
    found = coverage(cells, opened)
    assert found.weight.sum() == 190
    assert found.covered == {"U0": 190, "U1": 0}
