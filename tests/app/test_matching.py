"""Claims meet the list: tokens of ballots, answers of ballots, nothing lost nor doubled."""

import hmac
import threading

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.extensions import db
from app.models import (
    Ballot,
    Box,
    Claim,
    Token,
)
from app.queries import boxes
from app.services import (
    keys,
    matching,
    mixing,
    responding,
    sealing,
)
from app.services.matching import Matched
from app.services.recording import SYSTEM
from app.services.verifying_rounds import verify_round
from app.tasks.worker import Worker
from app.vocabulary import CellLevel, Door
from surveys.links import new_token, token_hash
from tests.app.apart_factory import (
    account,
    answer,
    cells,
    claimed,
    know_digits,
    list_dossiers,
    open_apart,
    rows,
    tokens_for,
)
from tests.app.round_factory import MadeRound, answer_all

K = 5
DIGITS, OTHERS = hmac.digest(b"k", b"1234", "sha256"), hmac.digest(b"k", b"9999", "sha256")


@pytest.fixture
def made(app: Flask) -> MadeRound:
    return open_apart(K)[0]


def test_a_listed_dossier_takes_claim_and_answer(made: MadeRound) -> None:
    token, nonce = claimed(made, "H19-X1", door=Door.RECEIPT), new_token()
    code = answer(token, nonce).receipt
    unspent = claimed(made, "H19-X2")
    first, second = list_dossiers(made, "LB", ["H19-X1", "H19-X2"])
    assert matching.match(made.id) == Matched(tokens=2, answers=1)
    assert rows(Claim) == 0
    ballot = db.session.scalars(select(Ballot).where(Ballot.dossier_id == first)).one()
    assert (ballot.drawn, ballot.spent) == ("N", True)
    assert db.session.get_one(Token, token_hash(token)).door is Door.RECEIPT
    box = db.session.scalars(select(Box)).one()
    assert box.cell_id == cells(made, CellLevel.VOLUNTEER_UNIT)["LB"]
    assert account(made) == boxes.Tally(1, 1, 0, 0)
    assert answer(token, nonce).receipt == code  # the same form, once more
    assert responding.enter(unspent).ballot.unit_name == "Ủy ban nhân dân phường LB"
    assert answer(unspent).receipt
    assert db.session.scalar(select(Ballot.spent).where(Ballot.dossier_id == second))


def test_a_claim_for_a_drawn_dossier_counts_as_drawn(made: MadeRound) -> None:
    drawn = db.session.scalar(select(Ballot.dossier_id).order_by(Ballot.id))
    code = db.session.scalar(text(f"SELECT code FROM dossier WHERE id = {drawn}"))
    assert answer(claimed(made, code)).receipt
    assert matching.match(made.id) == Matched(tokens=1, answers=1)
    assert db.session.scalars(select(Box.cell_id)).one() == made.cells["TB/land"]
    assert rows(Ballot, Ballot.drawn == "N") == 0


def test_a_claim_that_is_matched_twice_counts_once(made: MadeRound) -> None:
    answer(claimed(made, "H19-X1"))
    list_dossiers(made, "TB", ["H19-X1"])
    assert matching.match(made.id).answers == 1
    assert matching.match(made.id) == Matched()
    assert account(made) == boxes.Tally(1, 1, 0, 0)


def test_two_matches_at_once_lose_and_double_nothing(app: Flask, made: MadeRound) -> None:
    codes = [f"H19-{at}" for at in range(30)]
    for code in codes:
        assert answer(claimed(made, code)).receipt
    list_dossiers(made, "TB", codes)
    found: list[Matched] = []

    def run() -> None:
        with app.app_context():
            found.append(matching.match(made.id))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.answers for each in found) == 30
    assert account(made) == boxes.Tally(30, 30, 0, 0)


def test_the_answer_of_a_ballot_that_was_spent_meanwhile_becomes_open(made: MadeRound) -> None:
    answer(claimed(made, "H19-X1"))
    answer(claimed(made, "H19-X1", door=Door.RECEIPT))
    [dossier] = list_dossiers(made, "TB", ["H19-X1"])
    answer_all(tokens_for(made, [dossier]))
    assert matching.match(made.id) == Matched(tokens=2, open=2)
    leaf = cells(made, CellLevel.OPEN_UNIT)["TB"]
    assert rows(Box, Box.cell_id == leaf) == 2
    assert account(made) == boxes.Tally(1, 3, 0, 0, open_forms=2)


def test_right_digits_are_matched_and_wrong_ones_become_open(made: MadeRound) -> None:
    right = claimed(made, "H19-X1", digits_hash=DIGITS, unit_id=made.units["LB"])
    wrong = claimed(made, "H19-X2", digits_hash=DIGITS, unit_id=made.units["LB"])
    guess = claimed(made, "H19-X2", digits_hash=OTHERS, door=Door.SCREEN)
    answer_all([right, wrong])
    one, two = list_dossiers(made, "TB", ["H19-X1", "H19-X2"])
    assert matching.match(made.id) == Matched()  # the contacts come later
    know_digits(one, DIGITS)
    know_digits(two, OTHERS[::-1])
    assert matching.match(made.id) == Matched(tokens=1, answers=1, open=1, dropped=1)
    assert rows(Box, Box.cell_id == cells(made, CellLevel.VOLUNTEER_UNIT)["TB"]) == 1
    # Of the unit that was claimed at; the dossier's would follow from a code that anybody knows.
    assert rows(Box, Box.cell_id == cells(made, CellLevel.OPEN_UNIT)["LB"]) == 1
    assert responding.enter(guess) == responding.UNKNOWN
    assert not rows(Ballot, Ballot.dossier_id == two)
    assert account(made) == boxes.Tally(1, 2, 0, 0, open_forms=1)


def test_whoever_answers_while_the_list_catches_up_answers_the_ballot(made: MadeRound) -> None:
    token = claimed(made, "H19-X1")
    responding.enter(token)  # the form still takes it for a claim
    [dossier] = list_dossiers(made, "TB", ["H19-X1"])
    matching.match(made.id)
    nonce = new_token()
    assert answer(token, nonce).receipt
    assert db.session.scalar(select(Ballot.spent).where(Ballot.dossier_id == dossier))
    assert account(made) == boxes.Tally(1, 1, 0, 0)
    assert answer(token, nonce).receipt


def test_an_answer_for_a_key_that_was_renewed_meanwhile_is_sealed_anew(made: MadeRound) -> None:
    token = claimed(made, "H19-X1")
    responding.enter(token)
    answer(claimed(made, "H19-X2"))
    list_dossiers(made, "TB", ["H19-X2"])
    matching.match(made.id)  # and a new key waits
    mixing.tidy_up()
    assert answer(token).receipt
    list_dossiers(made, "TB", ["H19-X1"])
    assert matching.match(made.id).answers == 1
    mixing.close_round(SYSTEM, made.id)


def test_the_key_of_settled_answers_is_destroyed(made: MadeRound) -> None:
    waits = cells(made, CellLevel.WAITING)["waiting"]
    before = next(key.public for key in boxes.current_keys(made.id) if key.cell_id == waits)
    answer(claimed(made, "H19-X1"))
    answer(claimed(made, "H19-X2"))
    list_dossiers(made, "TB", ["H19-X1"])
    matching.match(made.id)
    mixing.tidy_up()
    assert before in keys.kept()  # another answer waits under it
    list_dossiers(made, "TB", ["H19-X2"])
    matching.match(made.id)
    mixing.tidy_up()
    assert before not in keys.kept()
    assert len([key for key in boxes.current_keys(made.id) if key.cell_id == waits]) == 1


@pytest.mark.parametrize("at", [0, 3, 7])
def test_a_match_that_is_cut_short_loses_and_doubles_nothing(
    made: MadeRound, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(matching, "AT_ONCE", 4)
    codes = [f"H19-{number}" for number in range(8)]
    for code in codes:
        assert answer(claimed(made, code)).receipt
    list_dossiers(made, "TB", codes)
    reseal, calls = sealing.reseal, []

    def dies(*given):
        if len(calls) == at:
            raise MemoryError
        calls.append(1)
        return reseal(*given)

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "reseal", dies)
        with pytest.raises(MemoryError):
            matching.match(made.id)
    half = account(made)
    assert (half.spent, half.claims) == (at // 4 * 4, 8 - at // 4 * 4)
    matching.match(made.id)
    assert account(made) == boxes.Tally(8, 8, 0, 0)
    mixing.close_round(SYSTEM, made.id)
    assert account(made) == boxes.Tally(8, 0, 8, 0)
    assert verify_round(made.id).holds


def test_progress_is_told_between_transactions(
    made: MadeRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "AT_ONCE", 2)
    codes = [f"H19-{number}" for number in range(5)]
    for code in codes:
        claimed(made, code)
    list_dossiers(made, "TB", codes)
    told: list[tuple[int, int]] = []
    matching.match(made.id, lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_the_clock_matches_once_a_day(app: Flask, made: MadeRound, days_later) -> None:
    worker = Worker(app, app.config["KHAOSAT"], "folder:here:1")
    token = claimed(made, "H19-X1")
    list_dossiers(made, "TB", ["H19-X1"])
    worker.match()
    assert rows(Claim) == 0
    claimed(made, "H19-X2")
    list_dossiers(made, "TB", ["H19-X2"])
    worker.match()
    assert rows(Claim) == 1
    days_later(1)
    worker.match()
    assert rows(Claim) == 0
    assert responding.enter(token).ballot is not None


def test_cancelling_a_match_keeps_what_is_settled(made: MadeRound, monkeypatch) -> None:
    monkeypatch.setattr(matching, "AT_ONCE", 1)
    codes = ["H19-X1", "H19-X2", "H19-X3"]
    for code in codes:
        answer(claimed(made, code))
    list_dossiers(made, "TB", codes)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        matching.match(made.id, stop)
    assert account(made) == boxes.Tally(1, 1, 0, 0, claims=2, claimed=2)
