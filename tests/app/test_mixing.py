from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import Answer, Box, Comment, LogEntry, MixingKey, Receipt, Round
from app.queries import boxes
from app.services import batches, keys, mixing
from app.services.errors import NotFoundError, WrongStateError
from app.services.mixing import Mixed
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from tests.app.round_factory import (
    answer,
    answer_all,
    answers,
    check_invariant,
    one_cell,
    open_and_hand_out,
)

K = 5


def opened_by_cell(round_id: int) -> dict[int, int]:
    db.session.rollback()
    rows = db.session.execute(
        select(Answer.cell_id, func.count())
        .where(Answer.round_id == round_id)
        .group_by(Answer.cell_id)
    )
    return {row[0]: row[1] for row in rows}


def test_nothing_opens_before_twice_k_boxes_are_there(app: Flask) -> None:
    made, tokens = one_cell(2 * K)
    answer_all(tokens[:-1])
    assert mixing.mix_round(made.id) == Mixed(0, 2 * K - 1, 0)
    answer_all(tokens[-1:])
    assert mixing.mix_round(made.id) == Mixed(K, K, 0)
    assert check_invariant(made.id) == boxes.Tally(2 * K, K, K, 0)


def test_the_reserve_moves_under_a_new_key_and_the_old_one_is_destroyed(app: Flask) -> None:
    made, tokens = one_cell(2 * K)
    old = keys.kept()
    answer_all(tokens)
    before = set(db.session.scalars(select(Box.id)))
    mixing.mix_round(made.id)
    new = keys.kept()
    assert len(new) == 1
    assert not new & old
    after = list(db.session.scalars(select(Box)))
    assert not before & {box.id for box in after}
    current = db.session.scalars(select(MixingKey).where(~MixingKey.retired)).one()
    assert current.public in new
    assert {box.key_id for box in after} == {current.id}


def test_answers_come_out_as_they_went_in(app: Flask) -> None:
    made, tokens = one_cell(12)
    given = [(f"Ý kiến {at}", str(at % 5 + 1)) for at in range(12)]
    for token, (comment, rating) in zip(tokens, given, strict=True):
        assert answer(token, comment, rating=rating).receipt
    mixing.close_round(SYSTEM, made.id)
    stored = [row.answers for row in db.session.scalars(select(Answer))]
    expected = [answers(rating=rating) for _, rating in given]
    assert sorted(map(pairs, stored)) == sorted(map(pairs, expected))
    comments = list(db.session.scalars(select(Comment)))
    assert sorted(c.body for c in comments) == sorted(comment for comment, _ in given)
    assert {c.unit_id for c in comments} == {made.units["TB"]}
    assert not {c.id for c in comments} & set(db.session.scalars(select(Answer.rid)))
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 12


def pairs(given: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(given.items())


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(arrivals=st.lists(st.integers(1, 3 * K), min_size=1, max_size=5))
def test_no_batch_is_smaller_than_k_however_people_arrive(app: Flask, arrivals: list[int]) -> None:
    made, tokens = one_cell(sum(arrivals))
    waiting = iter(tokens)
    opened = 0
    for burst in arrivals:
        answer_all([next(waiting) for _ in range(burst)])
        check_invariant(made.id)
        mixing.mix_round(made.id)
        tally = check_invariant(made.id)
        batch = tally.answers - opened
        assert batch == 0 or batch >= K
        assert tally.boxes < 2 * K
        assert tally.answers == 0 or tally.boxes >= K
        opened = tally.answers
    mixing.close_round(SYSTEM, made.id)
    tally = check_invariant(made.id)
    if sum(arrivals) >= K:
        assert (tally.boxes, tally.answers) == (0, sum(arrivals))
        assert tally.answers - opened >= K
    else:
        assert (tally.boxes, tally.answers) == (sum(arrivals), 0)


@given(
    total=st.integers(1, 5000),
    k=st.integers(5, 800),
    closing=st.booleans(),
)
def test_a_large_cell_opens_in_parts_none_below_k(total: int, k: int, closing: bool) -> None:
    reserve = 0 if closing else k
    waiting: list[Any] = list(range(total))
    while len(waiting) >= reserve + k:
        share = batches.divide(waiting, k, reserve)
        assert len(share.taken) >= k
        assert len(share.taken) <= max(batches.LARGEST, 2 * k)
        assert sorted([*share.taken, *share.left]) == sorted(waiting)
        assert share.last == (len(share.left) == reserve)
        waiting = list(share.left)
    assert len(waiting) == reserve or total < reserve + k


def test_a_large_cell_takes_several_transactions(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "LARGEST", 12)
    made, tokens = one_cell(40)
    answer_all(tokens)
    assert mixing.mix_round(made.id) == Mixed(35, K, 0)
    bodies = db.session.scalars(select(LogEntry.body).where(LogEntry.body.like("%round.mixed%")))
    assert [body.split('"opened":')[1].split("}")[0] for body in bodies] == ["12", "12", "11"]
    assert check_invariant(made.id) == boxes.Tally(40, K, 35, 0)


def test_closing_opens_everything_of_a_cell_that_was_opened_before(app: Flask) -> None:
    made, tokens = one_cell(2 * K + 1)
    answer_all(tokens)
    mixing.mix_round(made.id)
    assert mixing.close_round(SYSTEM, made.id) == Mixed(K, 0, 0)
    assert opened_by_cell(made.id) == {made.cells["TB/land"]: 2 * K + 1}
    assert keys.kept() == set()


def test_small_strata_open_as_their_unit_and_small_units_as_the_round(app: Flask) -> None:
    layout = {"A": {"x": 12, "y": 3, "z": 8}, "B": {"x": 4, "y": 3}, "C": {"x": 5}}
    made, tokens = open_and_hand_out(layout, k=10)
    for label, cell_tokens in tokens.items():
        for token in cell_tokens:
            assert answer(token, comment=label).receipt
    assert mixing.close_round(SYSTEM, made.id) == Mixed(35, 0, 0)
    assert opened_by_cell(made.id) == {
        made.cells["A/x"]: 12,
        made.unit_cells["A"]: 11,
        made.root: 12,
    }
    told = {c.body: c.unit_id for c in db.session.scalars(select(Comment))}
    assert told["A/y"] == made.units["A"]
    assert told["B/x"] is None
    assert check_invariant(made.id).boxes == 0


def test_too_few_answers_stay_sealed_and_keep_their_keys(app: Flask) -> None:
    made, tokens = open_and_hand_out({"A": {"x": 12}, "B": {"x": 4}, "C": {"x": 5}}, k=10)
    for cell_tokens in tokens.values():
        answer_all(cell_tokens)
    assert mixing.close_round(SYSTEM, made.id) == Mixed(12, 9, 0)
    assert check_invariant(made.id) == boxes.Tally(21, 9, 12, 0)
    assert len(keys.kept()) == 2


def test_only_an_open_round_can_be_closed_but_closing_may_be_repeated(app: Flask) -> None:
    made, tokens = one_cell(K)
    answer_all(tokens)
    assert mixing.close_round(SYSTEM, made.id) == Mixed(K, 0, 0)
    assert mixing.close_round(SYSTEM, made.id) == Mixed(0, 0, 0)
    with writing() as session:
        session.get_one(Round, made.id).state = RoundState.WEIGHTED
    with pytest.raises(WrongStateError):
        mixing.close_round(SYSTEM, made.id)
    with pytest.raises(NotFoundError):
        mixing.close_round(SYSTEM, 4711)


def test_the_log_tells_batch_totals_and_nothing_of_persons(app: Flask) -> None:
    made, tokens = one_cell(2 * K)
    answer_all(tokens)
    mixing.mix_round(made.id)
    body = db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first()
    assert body is not None
    assert f'"opened":{K}' in body
    rids = set(db.session.scalars(select(Answer.rid))) | set(db.session.scalars(select(Box.id)))
    assert not any(rid in body for rid in rids)
