"""Claims that end: after their week, with their round, or with their key."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.database import is_sqlite, writing
from app.extensions import db
from app.models import (
    Box,
    Claim,
    LogEntry,
    PressureReport,
    Receipt,
    Round,
)
from app.queries import boxes, receipts
from app.services import (
    keys,
    matching,
    mixing,
    pressure_reports,
    responding,
)
from app.services.matching import Matched
from app.services.moving import losses
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, RoundState
from surveys.links import new_token, receipt_hash, token_hash
from tests.app.apart_factory import (
    account,
    answer,
    answer_openly,
    cells,
    claimed,
    list_dossiers,
    open_apart,
    rows,
)
from tests.app.round_factory import MadeRound, answer_all

K = 5


@pytest.fixture
def made(app: Flask) -> MadeRound:
    return open_apart(K)[0]


def test_after_a_week_answers_become_open_and_other_claims_go(made: MadeRound, days_later) -> None:
    answer_all([claimed(made, "H19-X1", unit_id=made.units["TB"]), claimed(made, "H19-X2")])
    claimed(made, "H19-X3")
    days_later(7)
    assert matching.match(made.id) == Matched()
    days_later(1)
    assert matching.match(made.id) == Matched(open=2, dropped=1)
    found = cells(made, CellLevel.OPEN_UNIT)
    assert set(db.session.scalars(select(Box.cell_id))) == {found["TB"], found["none"]}
    assert account(made) == boxes.Tally(0, 2, 0, 0, open_forms=2)


def test_a_form_that_also_came_openly_counts_once(made: MadeRound, days_later) -> None:
    nonce = new_token()
    answer(claimed(made, "H19-X1"), nonce)
    assert answer_openly(made, "TB", nonce).receipt
    days_later(8)
    assert matching.match(made.id) == Matched(doubled=1)
    assert account(made) == boxes.Tally(0, 1, 0, 0, open_forms=1)


def test_a_closing_settles_all_claims_first(made: MadeRound) -> None:
    for code in ("H19-X1", "H19-X2"):
        answer(claimed(made, code, unit_id=made.units["TB"]))
    unspent = claimed(made, "H19-X3")
    list_dossiers(made, "TB", ["H19-X1", "H19-X3"])
    mixing.close_round(SYSTEM, made.id)
    assert rows(Claim) == 0
    assert responding.enter(unspent) == responding.UNKNOWN
    assert account(made) == boxes.Tally(1, 2, 0, 0, open_forms=1)
    assert receipts.is_final(made.id)  # so few stay sealed for good
    assert list_of_receipts() == 1


def list_of_receipts() -> int:
    return rows(LogEntry, LogEntry.body.like('%"act":"round.receipts"%'))


def test_a_closing_that_was_cut_short_is_finished_by_the_clock(made: MadeRound) -> None:
    codes = [f"H19-{number}" for number in range(K)]
    for code in codes:
        assert answer(claimed(made, code)).receipt
    list_dossiers(made, "TB", codes)
    with writing() as session:
        session.execute(update(Round).values(state=RoundState.CLOSED))
    assert not receipts.is_final(made.id)
    mixing.mix_open_rounds()
    assert account(made) == boxes.Tally(K, 0, K, 0)
    assert receipts.is_final(made.id)
    assert list_of_receipts() == 1


def test_receipts_of_claims_count_as_any_other(made: MadeRound) -> None:
    codes = [f"H19-{number}" for number in range(K)]
    given = [answer(claimed(made, code)).receipt or "" for code in codes]
    hashes = [receipt_hash(code).hex() for code in given]
    pressure_reports.report(hashes[0])
    mixing.tidy_up()
    assert rows(PressureReport) == 1  # its answer waits
    list_dossiers(made, "TB", codes)
    mixing.close_round(SYSTEM, made.id)
    assert set(db.session.scalars(select(Receipt.hash))) == set(hashes)
    assert db.session.scalars(select(PressureReport.unit_id)).one() == made.units["TB"]


def lose_waiting_key(made: MadeRound) -> None:
    """Lose the secret half that claims are sealed for, as a restore does."""
    waits = cells(made, CellLevel.WAITING)["waiting"]
    for key in boxes.current_keys(made.id):
        if key.cell_id == waits:
            keys.destroy(key.public)
    mixing.replace_lost_keys(made.id)


def test_what_nobody_can_open_waits_a_week_and_then_tells_no_dossier(
    made: MadeRound, days_later
) -> None:
    answer(claimed(made, "H19-X1"))
    lose_waiting_key(made)
    list_dossiers(made, "TB", ["H19-X1"])
    assert matching.match(made.id) == Matched()
    assert [(row.cell, row.boxes) for row in reconcile(made.id).unreadable] == [("waiting", 1)]
    days_later(8)
    assert matching.match(made.id) == Matched(open=1)
    assert rows(Claim) == 0
    assert [(row.cell, row.boxes) for row in reconcile(made.id).unreadable] == [("waiting", 1)]
    assert account(made) == boxes.Tally(0, 1, 0, 0, open_forms=1)
    losses.declare_lost(SYSTEM, made.id, 1)
    assert account(made) == boxes.Tally(0, 0, 0, 1, open_forms=1)


def test_waiting_answers_can_be_declared_lost(made: MadeRound) -> None:
    answer_all([claimed(made, "H19-X1"), claimed(made, "H19-X2")])
    lose_waiting_key(made)
    assert [(lost.cell, lost.boxes) for lost in losses.lost(made.id)] == [("waiting", 2)]
    assert losses.declare_lost(SYSTEM, made.id, 2) == 2
    assert rows(Claim) == 0
    assert account(made) == boxes.Tally(0, 0, 0, 2, open_forms=2)
    answer(claimed(made, "H19-X3"))
    assert account(made).claimed == 1


def test_a_damaged_answer_does_not_stop_the_others(made: MadeRound, days_later) -> None:
    tokens = [claimed(made, "H19-X1"), claimed(made, "H19-X2")]
    answer_all(tokens)
    with writing() as session:
        hashed = token_hash(tokens[0])
        session.execute(update(Claim).where(Claim.hash == hashed).values(ciphertext=b"\0" * 1100))
    list_dossiers(made, "TB", ["H19-X1", "H19-X2"])
    assert matching.match(made.id) == Matched(tokens=1, answers=1)
    days_later(8)
    matching.match(made.id)
    assert account(made) == boxes.Tally(1, 2, 0, 0, open_forms=1)
    mixing.close_round(SYSTEM, made.id)
    assert account(made) == boxes.Tally(1, 2, 0, 0, open_forms=1)


def test_nothing_of_a_settled_claim_is_left_in_the_file(made: MadeRound) -> None:
    if not is_sqlite(db.session()):
        pytest.skip("PostgreSQL keeps no file of its own here")
    code = "H19-SECRET-CODE-4711"
    answer(claimed(made, code, unit_id=made.units["TB"]))
    ciphertext = db.session.scalars(select(Claim.ciphertext)).one()
    with writing() as session:
        session.execute(update(Claim).values(until=date(2026, 1, 1)))
    matching.match(made.id)
    mixing.tidy_up()
    content = Path(db.engine.url.database or "").read_bytes()
    assert code.encode() not in content
    assert ciphertext[:64] not in content
