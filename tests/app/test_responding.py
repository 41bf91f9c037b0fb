import logging
import threading
from collections import Counter
from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import Ballot, Box, LogEntry, MixingKey, Round, Token
from app.queries import ballots, boxes
from app.services import inviting, keys, mixing, responding, sealing
from app.services.recording import SYSTEM
from app.services.responding import Standing
from app.vocabulary import RoundState
from surveys.links import new_token, receipt, receipt_hash, token_hash
from tests.app.round_factory import (
    ASKED,
    answer,
    answers,
    filled,
    hand_out,
    make_round,
    open_and_hand_out,
)

RACERS = 8


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def put(made_id: int, state: RoundState) -> None:
    with writing() as session:
        session.get_one(Round, made_id).state = state


def test_an_answer_spends_the_ballot_and_leaves_a_sealed_box(app: Flask) -> None:
    made, tokens = open_and_hand_out({"TB": {"land": 2}})
    nonce = new_token()
    outcome = answer(tokens["TB/land"][0], "Chờ lâu quá", nonce, rating="2")
    assert outcome.receipt == receipt(nonce)
    assert boxes.tally(made.id) == boxes.Tally(1, 1, 0, 0)
    box = db.session.scalars(select(Box)).one()
    key = db.session.get_one(MixingKey, box.key_id)
    secret = keys.secret_half(key.public)
    assert secret is not None
    content = sealing.open_box(secret, box.ciphertext)
    assert content.answers == answers(rating="2")
    assert content.comment == "Chờ lâu quá"
    assert content.receipt == receipt_hash(receipt(nonce)).hex()
    assert content.rid != box.id


def test_all_boxes_have_one_length_whatever_was_written(app: Flask) -> None:
    _, tokens = open_and_hand_out({"TB": {"land": 6}})
    longest = ["\U0001f600" * 1000, '"\\' * 500]
    comments = [None, "a", "Được", "x" * 100, *longest]
    for token, comment in zip(tokens["TB/land"], comments, strict=True):
        assert answer(token, comment).receipt
    lengths = set(db.session.scalars(select(func.length(Box.ciphertext))))
    assert len(lengths) == 1
    assert (min(lengths) - 48) in sealing.LENGTHS


def test_the_same_form_sent_again_gets_the_same_receipt_and_counts_once(app: Flask) -> None:
    made, (token, *_) = _one_cell(3)
    nonce = new_token()
    receipts = {answer(token, nonce=nonce).receipt for _ in range(5)}
    assert receipts == {receipt(nonce)}
    assert boxes.tally(made) == boxes.Tally(1, 1, 0, 0)


def test_the_receipt_is_given_again_even_after_mixing_and_closing(app: Flask) -> None:
    made, tokens = _one_cell(12)
    nonces = [new_token() for _ in tokens]
    first = [answer(t, nonce=n).receipt for t, n in zip(tokens, nonces, strict=True)]
    mixing.close_round(SYSTEM, made)
    again = [answer(t, nonce=n).receipt for t, n in zip(tokens, nonces, strict=True)]
    assert again == first
    assert boxes.tally(made) == boxes.Tally(12, 0, 12, 0)


def test_a_second_person_with_the_same_slip_is_told_it_is_used(app: Flask) -> None:
    made, (token, *_) = _one_cell(3)
    assert answer(token).receipt
    second = answer(token)
    assert second.receipt is None
    assert second.entry.standing is Standing.UNUSABLE
    assert boxes.tally(made) == boxes.Tally(1, 1, 0, 0)


def _one_cell(size: int) -> tuple[int, list[str]]:
    made, tokens = open_and_hand_out({"TB": {"land": size}})
    return made.id, tokens["TB/land"]


def race(app: Flask, tasks: list[tuple[str, str]]) -> list[str | None]:
    """Submit everything at once from as many threads."""
    barrier = threading.Barrier(len(tasks))
    results: list[str | None] = [None] * len(tasks)

    def run(at: int, token: str, nonce: str) -> None:
        with app.app_context():
            barrier.wait()
            results[at] = responding.submit(token, filled(), nonce).receipt
            db.session.remove()

    threads = [
        threading.Thread(target=Context().run, args=(run, at, token, nonce))
        for at, (token, nonce) in enumerate(tasks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("same_nonce", [True, False])
def test_of_racing_submissions_one_is_accepted(app: Flask, same_nonce: bool) -> None:
    made, tokens = _one_cell(6)
    db.session.rollback()
    for token in tokens:
        nonce = new_token()
        nonces = [nonce if same_nonce else new_token() for _ in range(RACERS)]
        results = race(app, [(token, each) for each in nonces])
        if same_nonce:
            assert results == [receipt(nonce)] * RACERS
        else:
            winners = [at for at, result in enumerate(results) if result]
            assert len(winners) == 1
            assert results[winners[0]] == receipt(nonces[winners[0]])
    assert boxes.tally(made) == boxes.Tally(6, 6, 0, 0)


def test_different_people_who_answer_at_once_are_all_accepted(app: Flask) -> None:
    made, tokens = _one_cell(RACERS)
    db.session.rollback()
    results = race(app, [(token, new_token()) for token in tokens])
    assert None not in results
    assert len(set(results)) == RACERS
    assert boxes.tally(made) == boxes.Tally(RACERS, RACERS, 0, 0)


def test_answers_given_while_the_mixer_works_are_neither_lost_nor_doubled(app: Flask) -> None:
    made, tokens = _one_cell(60)
    db.session.rollback()
    stop = threading.Event()

    def keep_mixing() -> None:
        with app.app_context():
            while not stop.is_set():
                mixing.mix_round(made)
                db.session.remove()

    mixer = threading.Thread(target=Context().run, args=(keep_mixing,))
    mixer.start()
    try:
        for start in range(0, 60, 6):
            results = race(app, [(token, new_token()) for token in tokens[start : start + 6]])
            assert None not in results
    finally:
        stop.set()
        mixer.join()
    tally = boxes.tally(made)
    assert tally is not None
    assert (tally.spent, tally.difference) == (60, 0)
    mixing.close_round(SYSTEM, made)
    assert boxes.tally(made) == boxes.Tally(60, 0, 60, 0)


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.OPEN}))
def test_nothing_is_taken_by_a_round_that_is_not_open(app: Flask, state: RoundState) -> None:
    made, (token, *_) = _one_cell(2)
    put(made, state)
    outcome = answer(token)
    early = state in {RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN}
    assert outcome.receipt is None
    assert outcome.entry.standing is (Standing.NOT_OPEN if early else Standing.UNUSABLE)
    assert outcome.entry.ballot is None
    assert count(Box) == 0


def test_a_round_closed_after_the_page_was_read_takes_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, (token, *_) = _one_cell(2)
    seen = ballots.by_token(token_hash(token))
    put(made, RoundState.CLOSED)
    monkeypatch.setattr(ballots, "by_token", lambda _: seen)
    assert answer(token).receipt is None
    assert boxes.tally(made) == boxes.Tally(0, 0, 0, 0)


def test_unknown_malformed_and_voided_tokens_are_alike(app: Flask) -> None:
    made, (token, *_) = _one_cell(2)
    hand_out_again = inviting.issue_slips(SYSTEM, made)
    assert len(hand_out_again.slips) == 2
    for bad in (token, new_token(), "", "x", "\0", "ế" * 22, "A" * 100_000):
        assert responding.enter(bad) == responding.UNKNOWN
        assert answer(bad) == responding.Outcome(responding.UNKNOWN)
    assert boxes.tally(made) == boxes.Tally(0, 0, 0, 0)


def test_a_form_with_faults_spends_nothing(app: Flask) -> None:
    made, (token, *_) = _one_cell(2)
    form = filled()
    del form["a_overall"]
    form["a_access_facilities"] = ("6",)
    outcome = responding.submit(token, form, new_token())
    assert {code: fault.code for code, fault in outcome.faults.items()} == {
        "access_facilities": "unknown_choice",
        "overall": "required",
    }
    assert outcome.entry.standing is Standing.ANSWERABLE
    assert boxes.tally(made) == boxes.Tally(0, 0, 0, 0)


@pytest.mark.parametrize("nonce", ["", "abc", "A" * 21, "A" * 23, "\0" * 22, "é" * 22])
def test_a_form_without_a_proper_nonce_is_not_taken(app: Flask, nonce: str) -> None:
    made, (token, *_) = _one_cell(2)
    outcome = responding.submit(token, filled(), nonce)
    assert outcome.receipt is None
    assert outcome.entry.ballot is not None
    assert boxes.tally(made) == boxes.Tally(0, 0, 0, 0)


def test_an_answer_is_sealed_under_the_key_that_is_current(app: Flask) -> None:
    made, tokens = open_and_hand_out({"TB": {"land": 2}})
    answer(tokens["TB/land"][0])
    old = db.session.scalars(select(MixingKey)).one().public
    keys.destroy(old)
    db.session.rollback()
    mixing.replace_lost_keys(made.id)
    answer(tokens["TB/land"][1])
    rows = {row.public: row.id for row in db.session.scalars(select(MixingKey))}
    used = Counter(db.session.scalars(select(Box.key_id)))
    assert used == {rows[old]: 1, rows[next(iter(keys.kept()))]: 1}


def test_nothing_a_respondent_does_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    _, tokens = _one_cell(3)
    entries = count(LogEntry)
    with caplog.at_level(logging.DEBUG):
        answer(tokens[0], "Lời góp ý bí mật")
        answer(tokens[0])
        answer(new_token())
        responding.enter(tokens[1])
    assert count(LogEntry) == entries
    assert "bí mật" not in caplog.text
    assert not any(token in caplog.text for token in tokens)


def test_only_hashes_of_tokens_are_stored(app: Flask) -> None:
    made = make_round({"TB": {"land": 3}})
    tokens = hand_out(made)["TB/land"]
    assert set(db.session.scalars(select(Token.hash))) == {token_hash(t) for t in tokens}


def test_the_ballot_says_nothing_but_that_it_was_spent(app: Flask) -> None:
    _, tokens = _one_cell(2)
    nonce = new_token()
    answer(tokens[0], nonce=nonce)
    spent = db.session.scalars(select(Ballot).where(Ballot.spent)).one()
    assert set(Ballot.__table__.columns.keys()) == {
        "id", "round_id", "dossier_id", "session_id", "cell_id", "drawn", "rank", "spent", "accept",
    }  # fmt: skip
    assert spent.accept is not None
    assert nonce.encode() not in spent.accept
    assert receipt_hash(receipt(nonce)) != spent.accept


def test_the_longest_comment_fits_in_a_box(app: Flask) -> None:
    made, tokens = _one_cell(10)
    asked = ASKED.comment_question
    assert asked is not None
    comment = "\U0001f600" * (asked.max_length or 0)
    for token in tokens:
        assert answer(token, comment).receipt
    mixing.close_round(SYSTEM, made)
    assert boxes.tally(made) == boxes.Tally(10, 0, 10, 0)
