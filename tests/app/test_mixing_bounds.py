"""Cells around k and 2k, small strata beside opened ones, and a round that stays too small."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Answer
from app.queries import boxes
from app.services import mixing
from app.services.recording import SYSTEM
from tests.app.round_factory import answer_all, check_invariant, one_cell, open_and_hand_out

K = 5


@pytest.mark.parametrize(
    ("size", "before", "after"),
    [(K - 1, 0, 0), (K, 0, K), (K + 1, 0, K + 1), (2 * K - 1, 0, 2 * K - 1), (2 * K, K, 2 * K)],
)
def test_what_opens_of_a_cell_at_its_bounds(app: Flask, size: int, before: int, after: int) -> None:
    made, tokens = one_cell(size, K)
    answer_all(tokens)
    mixing.mix_round(made.id)
    mixing.mix_round(made.id)
    assert check_invariant(made.id).answers == before
    mixing.close_round(SYSTEM, made.id)
    assert check_invariant(made.id) == boxes.Tally(size, size - after, after, 0)


def cells_of_answers() -> Counter[int]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Answer.cell_id)))


def test_a_small_stratum_beside_one_that_was_opened_waits_for_the_round(app: Flask) -> None:
    layout = {"TB": {"land": 2 * K, "health": 2}, "BT": {"land": 2, "health": 1}}
    made, tokens = open_and_hand_out(layout, k=K)
    for stratum in tokens.values():
        answer_all(stratum)
    mixing.mix_round(made.id)
    mixing.close_round(SYSTEM, made.id)
    # Two and three answers reach k neither in their strata nor units, but together they do.
    assert cells_of_answers() == {made.cells["TB/land"]: 2 * K, made.root: 5}
    assert check_invariant(made.id).boxes == 0


def test_a_lone_small_stratum_stays_sealed_for_good(app: Flask) -> None:
    made, tokens = open_and_hand_out({"TB": {"land": 2 * K, "health": K - 1}}, k=K)
    for stratum in tokens.values():
        answer_all(stratum)
    mixing.mix_round(made.id)
    for _ in range(2):
        mixing.close_round(SYSTEM, made.id)
    assert cells_of_answers() == {made.cells["TB/land"]: 2 * K}
    assert check_invariant(made.id).boxes == K - 1
