"""Damaged boxes: they make up no crowd, hold nobody up, and are told."""

import pytest
from flask import Flask

from app.models import Answer, Batch, Box
from app.queries import boxes, estimations
from app.services import estimating, keys, mixing
from app.services.mixing import Mixed
from app.services.recording import SYSTEM
from tests.app.box_factory import content, damage, open_cell, put, rows, varied
from tests.app.index_factory import SATISFIED
from tests.app.round_factory import answer_all, answers, check_invariant, open_and_hand_out

K = 5


def cells_of_answers() -> dict[int, int]:
    found: dict[int, int] = {}
    for row in rows(Answer):
        found[row.cell_id] = found.get(row.cell_id, 0) + 1
    return found


def test_a_cell_that_damage_leaves_below_k_opens_with_its_unit(app: Flask) -> None:
    made, _ = open_and_hand_out({"A": {"x": K, "y": 1, "z": K}}, k=K)
    names = put(made, made.cells["A/x"], varied(K))
    put(made, made.cells["A/y"], varied(1))
    put(made, made.cells["A/z"], varied(K))
    damage(names[0])
    assert mixing.close_round(SYSTEM, made.id) == Mixed(2 * K, 1, 0)
    assert cells_of_answers() == {made.unit_cells["A"]: K, made.cells["A/z"]: K}
    assert {row.cell_id: row.damaged for row in rows(Batch)} == {
        made.unit_cells["A"]: 1,
        made.cells["A/z"]: 0,
    }
    assert [row.id for row in rows(Box)] == [names[0]]
    assert check_invariant(made.id) == boxes.Tally(2 * K + 1, 1, 2 * K, 0)


def test_damage_that_leaves_no_crowd_anywhere_leaves_all_sealed(app: Flask) -> None:
    made, cell = open_cell(K)
    names = put(made, cell, varied(K))
    damage(names[0])
    assert mixing.close_round(SYSTEM, made.id) == Mixed(0, K, 0)
    assert check_invariant(made.id) == boxes.Tally(K, K, 0, 0)


@pytest.mark.parametrize("damaged", [1, 3])
def test_a_reserve_is_of_k_whole_boxes(app: Flask, damaged: int) -> None:
    made, cell = open_cell(2 * K + damaged)
    names = put(made, cell, varied(2 * K + damaged))
    for name in names[:damaged]:
        damage(name)
    assert mixing.mix_round(made.id).opened == K
    (batch,) = rows(Batch)
    assert (batch.opened, batch.damaged) == (K, damaged)
    # The damaged ones stay under their old key, in case they can be made whole from a backup.
    assert len(keys.kept()) == 2
    assert mixing.close_round(SYSTEM, made.id) == Mixed(K, damaged, 0)
    assert cells_of_answers() == {cell: 2 * K}


def test_a_damaged_box_too_many_keeps_an_open_cell_closed(app: Flask) -> None:
    made, cell = open_cell(2 * K + 1)
    names = put(made, cell, varied(2 * K))
    damage(names[0])
    assert mixing.mix_round(made.id) == Mixed(0, 2 * K, 0)
    put(made, cell, varied(1))
    assert mixing.mix_round(made.id) == Mixed(K, K + 1, 0)


def test_a_reserve_that_is_damaged_later_stays_sealed_and_holds_up_no_estimate(
    app: Flask,
) -> None:
    made, _ = open_and_hand_out({"A": {"x": 40, "y": 20}}, k=10)
    put(made, made.cells["A/x"], [content(answers=answers(SATISFIED)) for _ in range(40)])
    put(made, made.cells["A/y"], [content(answers=answers(SATISFIED)) for _ in range(20)])
    mixing.mix_round(made.id)
    reserve = next(row.id for row in rows(Box) if row.cell_id == made.cells["A/x"])
    damage(reserve)
    mixing.close_round(SYSTEM, made.id)
    assert cells_of_answers() == {made.cells["A/x"]: 30, made.cells["A/y"]: 20}
    run = estimations.estimation(estimating.estimate_round(SYSTEM, made.id))
    assert run is not None
    assert run.results.sealed == 10
    assert check_invariant(made.id) == boxes.Tally(60, 10, 50, 0)


def test_a_cell_of_damaged_boxes_alone_holds_up_no_estimate(app: Flask) -> None:
    made, tokens = open_and_hand_out({"A": {"x": K, "y": K}}, k=K)
    answer_all(tokens["A/y"], rating=SATISFIED)
    for name in put(made, made.cells["A/x"], varied(K)):
        damage(name)
    mixing.close_round(SYSTEM, made.id)
    run = estimations.estimation(estimating.estimate_round(SYSTEM, made.id))
    assert run is not None
    assert run.results.sealed == K
