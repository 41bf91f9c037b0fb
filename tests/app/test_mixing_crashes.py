import os
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import writing
from app.models import Box
from app.queries import boxes
from app.services import keys, mixing, recording
from app.services.mixing import Mixed
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from surveys.links import new_token
from tests.app.linking import snapshot
from tests.app.round_factory import (
    answer,
    answer_all,
    check_invariant,
    one_cell,
)

K = 5


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
    mixing.mix_open_rounds()  # which completes the keys of the round
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
