import os
import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.database import writing
from app.extensions import db
from app.models import Answer, Ballot, Box, Comment, LogEntry, MixingKey, Receipt, Round, Token
from app.queries import boxes
from app.services import batches, keys, mixing, recording
from app.services.errors import NotFoundError, WrongStateError
from app.services.mixing import Mixed
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from surveys.links import new_token, token_hash
from tests.app.linking import Snapshot, crowds, replay, snapshot, tied_by_transaction
from tests.app.round_factory import RATINGS, MadeRound, answer, answer_all, answers, open_and_hand_out

K = 5


def one_cell(size: int, k: int = K) -> tuple[MadeRound, list[str]]:
    made, tokens = open_and_hand_out({"TB": {"land": size}}, k=k)
    return made, tokens["TB/land"]


def opened_by_cell(round_id: int) -> dict[int, int]:
    db.session.rollback()
    rows = db.session.execute(
        select(Answer.cell_id, func.count())
        .where(Answer.round_id == round_id)
        .group_by(Answer.cell_id)
    )
    return {row[0]: row[1] for row in rows}


def check_invariant(round_id: int) -> boxes.Tally:
    db.session.rollback()
    found = boxes.tally(round_id)
    assert found is not None
    assert found.difference == 0
    return found


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


def test_a_kill_before_the_commit_changes_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, tokens = one_cell(2 * K)
    answer_all(tokens)
    before, files = snapshot(), keys.kept()
    with monkeypatch.context() as broken:
        broken.setattr(recording, "record", _killed)
        with pytest.raises(KeyboardInterrupt):
            mixing.mix_round(made.id)
    assert snapshot() == before
    assert keys.kept() == files
    assert mixing.mix_round(made.id) == Mixed(K, K, 0)


def _killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_kill_between_commit_and_destruction_is_made_good_by_the_next_run(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, tokens = one_cell(2 * K)
    old = keys.kept()
    answer_all(tokens)
    with monkeypatch.context() as broken:
        broken.setattr(keys, "destroy", _killed)
        with pytest.raises(KeyboardInterrupt):
            mixing.mix_round(made.id)
    assert old < keys.kept()
    assert check_invariant(made.id) == boxes.Tally(2 * K, K, K, 0)
    mixing.mix_open_rounds()
    assert not old & keys.kept()
    assert check_invariant(made.id) == boxes.Tally(2 * K, K, K, 0)


def test_a_kill_while_a_key_is_wiped_does_not_stop_the_mixer(app: Flask) -> None:
    made, tokens = one_cell(3 * K)
    old = next(iter(keys.kept()))
    answer_all(tokens[: 2 * K])
    mixing.mix_round(made.id)
    wiped = Path(app.config["KHAOSAT"].keys) / "mixing" / old.hex()
    wiped.write_bytes(b"")
    answer_all(tokens[2 * K :])
    mixing.mix_round(made.id)
    assert not wiped.exists()
    assert check_invariant(made.id) == boxes.Tally(3 * K, K, 2 * K, 0)


def test_a_closing_cut_short_is_finished_by_the_clock(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, tokens = one_cell(K + 1)
    answer_all(tokens)
    with monkeypatch.context() as broken:
        broken.setattr(mixing, "mix_round", _killed)
        with pytest.raises(KeyboardInterrupt):
            mixing.close_round(SYSTEM, made.id)
    assert check_invariant(made.id).boxes == K + 1
    mixing.mix_open_rounds()
    assert check_invariant(made.id) == boxes.Tally(K + 1, 0, K + 1, 0)
    assert keys.kept() == set()


def test_an_old_key_file_without_a_row_is_removed_and_a_young_one_is_not(app: Flask) -> None:
    one_cell(1)
    stale, fresh = keys.make(), keys.make()
    path = Path(app.config["KHAOSAT"].keys) / "mixing" / stale.hex()
    long_ago = time.time() - 2 * mixing.ORPHAN_SECONDS
    os.utime(path, (long_ago, long_ago))
    used = keys.kept() - {stale, fresh}
    mixing.mix_open_rounds()
    assert keys.kept() == used | {fresh}


def test_boxes_without_a_key_are_listed_and_later_answers_are_safe(app: Flask) -> None:
    made, tokens = one_cell(3 * K)
    answer_all(tokens[:3])
    lost = next(iter(keys.kept()))
    path = Path(app.config["KHAOSAT"].keys) / "mixing" / lost.hex()
    secret = path.read_bytes()
    path.unlink()
    assert mixing.mix_round(made.id) == Mixed(0, 3, 3)
    assert mixing.mix_round(made.id) == Mixed(0, 3, 3)
    assert len(keys.kept()) == 1
    found = reconcile(made.id)
    assert found.holds
    assert [(row.cell, row.boxes) for row in found.unreadable] == [("TB/land", 3)]
    answer_all(tokens[3:])
    assert mixing.close_round(SYSTEM, made.id) == Mixed(3 * K - 3, 3, 3)
    check_invariant(made.id)
    path.write_bytes(secret)
    assert mixing.mix_round(made.id).opened == 0
    assert keys.kept() == {lost}
    assert not reconcile(made.id).unreadable


def test_a_damaged_box_stays_behind_and_stops_nobody(app: Flask) -> None:
    made, tokens = one_cell(2 * K + 1)
    answer_all(tokens)
    with writing() as session:
        box = session.scalars(select(Box).limit(1)).one()
        box.ciphertext = box.ciphertext[:-1] + bytes([box.ciphertext[-1] ^ 1])
    mixing.close_round(SYSTEM, made.id)
    assert check_invariant(made.id) == boxes.Tally(2 * K + 1, 1, 2 * K, 0)


def test_two_ballots_with_one_nonce_do_not_stop_the_mixer(app: Flask) -> None:
    made, tokens = one_cell(K)
    nonce = new_token()
    assert {answer(token, nonce=nonce).receipt for token in tokens} != {None}
    assert mixing.close_round(SYSTEM, made.id) == Mixed(K, 0, 0)
    assert check_invariant(made.id) == boxes.Tally(K, 0, K, 0)


def test_the_log_tells_batch_totals_and_nothing_of_persons(app: Flask) -> None:
    made, tokens = one_cell(2 * K)
    answer_all(tokens)
    mixing.mix_round(made.id)
    body = db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first()
    assert body is not None
    assert f'"opened":{K}' in body
    rids = set(db.session.scalars(select(Answer.rid))) | set(db.session.scalars(select(Box.id)))
    assert not any(rid in body for rid in rids)


def play(tokens: list[str], made: MadeRound) -> list[Snapshot]:
    """Let people answer one by one, the mixer running after each; see every state."""
    states = [snapshot()]
    for token in tokens:
        answer_all([token])
        states.append(snapshot())
        mixing.mix_round(made.id)
        states.append(snapshot())
    mixing.close_round(SYSTEM, made.id)
    return [*states, snapshot()]


def test_whoever_sees_every_state_finds_at_least_k_answers_for_each_ballot(app: Flask) -> None:
    made, tokens = one_cell(23)
    found = crowds(play(tokens, made))
    assert len(found) == 23
    assert min(found.values()) >= K
    if db.engine.dialect.name == "postgresql":
        assert tied_by_transaction() == 0


def spend_naively(token: str) -> None:
    """Write the answer in the transaction that spends the ballot, as one must not."""
    with writing() as session:
        ballot = session.scalars(
            select(Ballot).join(Token).where(Token.hash == token_hash(token))
        ).one()
        ballot.spent = True
        session.add(
            Answer(
                rid=secrets.token_hex(16),
                round_id=ballot.round_id,
                cell_id=ballot.cell_id,
                answers=answers(),
            )
        )


def test_the_attack_would_catch_answers_written_in_the_spending_transaction(app: Flask) -> None:
    _, tokens = one_cell(12)
    states = [snapshot()]
    for token in tokens:
        spend_naively(token)
        states.append(snapshot())
    assert list(crowds(states).values()) == [1] * 12
    if db.engine.dialect.name == "postgresql":
        assert tied_by_transaction() == 12


def test_replaying_the_log_of_sqlite_links_naive_answers_but_not_sealed_ones(
    app: Flask, tmp_path: Path
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL is attacked by transaction numbers")
    made, tokens = one_cell(11)
    mixing.wipe_wal()
    scratch = tmp_path / "replay"
    scratch.mkdir()
    answer_all(tokens[:-1])
    assert crowds(replay(tmp_path / "khaosat.db", scratch)) == {}
    assert len(replay(tmp_path / "khaosat.db", scratch)) == 10
    spend_naively(tokens[-1])
    assert list(crowds(replay(tmp_path / "khaosat.db", scratch)).values()) == [1]


def on_disk(home: Path) -> bytes:
    """Everything the program has written but its keys."""
    files = [path for path in home.rglob("*") if path.is_file() and "keys" not in path.parts]
    return b"\n".join(path.read_bytes() for path in files)


def test_no_answer_lies_in_clear_on_the_disk_before_mixing_and_no_box_after(
    app: Flask, tmp_path: Path
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the files of PostgreSQL are not ours to read")
    made, tokens = one_cell(K)
    comment = "GÓP-Ý-ĐÁNH-DẤU-4711"
    vector = [str(1 + at * at % 5) for at in range(len(RATINGS))]
    ratings = {code: value for code, value in answers(ratings=vector).items() if code in RATINGS}
    planted = [f'"{code}": "{value}"'.encode() for code, value in list(ratings.items())[:2]]
    planted += [f'"{code}":"{value}"'.encode() for code, value in list(ratings.items())[:2]]
    assert answer(tokens[0], comment, ratings=vector).receipt
    answer_all(tokens[1:])
    before = on_disk(tmp_path)
    ciphertexts = list(db.session.scalars(select(Box.ciphertext)))
    assert all(ciphertext[:64] in before for ciphertext in ciphertexts)
    assert comment.encode() not in before
    assert not any(mark in before for mark in planted)
    mixing.close_round(SYSTEM, made.id)
    after = on_disk(tmp_path)
    assert comment.encode() in after
    assert any(mark in after for mark in planted)
    assert not any(ciphertext[:64] in after for ciphertext in ciphertexts)
    assert not any(token.encode() in after + before for token in tokens)


def test_a_difference_is_noticed(app: Flask) -> None:
    made, tokens = one_cell(3)
    answer_all(tokens)
    with writing() as session:
        session.delete(session.scalars(select(Box).limit(1)).one())
    assert not reconcile(made.id).holds
    assert reconcile(made.id).difference == 1
    with writing() as session:
        session.execute(update(Round).values(declared_lost=1))
    assert reconcile(made.id).holds
    with pytest.raises(NotFoundError):
        reconcile(4711)
