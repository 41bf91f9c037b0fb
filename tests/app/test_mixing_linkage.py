import secrets
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import Answer, Ballot, Box, Token
from app.services import mixing
from app.services.recording import SYSTEM
from surveys.links import token_hash
from tests.app.linking import Snapshot, crowds, replay, snapshot, tied_by_transaction
from tests.app.round_factory import RATINGS, MadeRound, answer, answer_all, answers, one_cell

K = 5


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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_replaying_the_log_of_sqlite_links_naive_answers_but_not_sealed_ones(
    app: Flask, tmp_path: Path
) -> None:
    _, tokens = one_cell(11)
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_answer_lies_in_clear_on_the_disk_before_mixing_and_no_box_after(
    app: Flask, tmp_path: Path
) -> None:
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
