"""Forms without a dossier: sealed apart, counted once, counted for the counter they came from."""

import threading
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.database import writing
from app.extensions import db
from app.models import (
    Answer,
    Box,
    Cell,
    Comment,
    Counter,
    MixingKey,
    OpenCount,
    OpenForm,
    PressureReport,
    Receipt,
    Round,
)
from app.queries import boxes, pressure_reports as told
from app.services import keys, mixing, open_forms, opening, pressure_reports, sealing
from app.services.recording import SYSTEM
from app.services.responding import Standing, Traits
from app.services.verifying_rounds import verify_round
from app.vocabulary import CellLevel, Device, RoundState
from surveys.links import new_token, receipt_hash
from tests.app.apart_factory import LAYOUT, answer_openly, apart_round, cells, open_apart
from tests.app.round_factory import MadeRound, answer_all, check_invariant, filled, make_round

K = 5
# A quarter of an hour before midnight in Vietnam, the day before in UTC's afternoon.
LATE = datetime(2026, 3, 2, 16, 50, tzinfo=UTC)


@pytest.fixture
def made(app: Flask) -> MadeRound:
    return open_apart(K)[0]


def counter(made: MadeRound, unit: str = "TB") -> int:
    with writing() as session:
        row = Counter(code="Q1", unit_id=made.units[unit], name="Quầy 1", created_at=LATE)
        session.add(row)
        session.flush()
        return row.id


def rows(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def opened_box(made: MadeRound) -> sealing.Content:
    db.session.rollback()
    row = db.session.execute(
        select(Box.ciphertext, MixingKey.public).join(MixingKey, MixingKey.id == Box.key_id)
    ).one()
    secret = keys.secret_half(row.public)
    assert secret is not None
    return sealing.open_box(secret, row.ciphertext)


def test_a_form_is_sealed_for_the_open_leaf_of_its_unit(made: MadeRound) -> None:
    outcome = answer_openly(made, "TB", rating="2")
    assert outcome.receipt
    assert db.session.scalars(select(Box.cell_id)).one() == cells(made, CellLevel.OPEN_UNIT)["TB"]
    content = opened_box(made)
    assert content.door == "open"
    assert content.receipt == receipt_hash(outcome.receipt).hex()
    assert check_invariant(made.id) == boxes.Tally(0, 1, 0, 0, open_forms=1)


def test_how_it_was_answered_comes_along_in_classes(made: MadeRound) -> None:
    traits = Traits(3, Device.PHONE)
    unit = made.units["TB"]
    assert open_forms.submit(made.id, None, unit, filled("Chậm"), new_token(), traits).receipt
    content = opened_box(made)
    assert (content.duration, content.device, content.comment) == (3, "phone", "Chậm")


@pytest.mark.parametrize("unit", [None, "elsewhere"])
def test_a_form_of_no_unit_of_the_list_lies_in_the_leaf_of_none(
    made: MadeRound, unit: str | None
) -> None:
    if unit:
        made.units[unit] = make_round({unit: {"land": 1}}, name="Đợt khác").units[unit]
    assert answer_openly(made, unit).receipt
    assert db.session.scalars(select(Box.cell_id)).one() == cells(made, CellLevel.OPEN_UNIT)["none"]


def test_the_same_form_again_gets_the_same_receipt_and_counts_once(made: MadeRound) -> None:
    nonce, point = new_token(), counter(made)
    first = answer_openly(made, "TB", nonce, point)
    again = answer_openly(made, "TB", nonce, point, rating="1")
    assert first.receipt == again.receipt is not None
    assert (rows(OpenForm), rows(Box)) == (1, 1)
    assert db.session.scalars(select(OpenCount.n)).all() == [1]
    assert answer_openly(made, "TB", "", point).receipt != first.receipt
    assert db.session.scalars(select(OpenCount.n)).all() == [2]


def test_a_form_that_was_taken_gets_its_receipt_when_the_round_is_over(made: MadeRound) -> None:
    nonce = new_token()
    first = answer_openly(made, "TB", nonce)
    mixing.close_round(SYSTEM, made.id)
    assert answer_openly(made, "TB", nonce).receipt == first.receipt
    late = answer_openly(made, "TB")
    assert (late.receipt, late.entry.standing) == (None, Standing.UNUSABLE)
    assert rows(OpenForm) == 1


@pytest.mark.parametrize("state", [RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN])
def test_before_its_opening_a_round_takes_no_form(app: Flask, state: RoundState) -> None:
    made = apart_round(k=K)
    with writing() as session:
        session.execute(update(Round).values(state=state))
    outcome = answer_openly(made, "TB")
    assert (outcome.receipt, outcome.entry.standing) == (None, Standing.NOT_OPEN)
    assert rows(OpenForm) == 0


def test_a_round_that_is_not_there_takes_no_form(app: Flask) -> None:
    outcome = open_forms.submit(4711, None, None, filled(), new_token())
    assert (outcome.receipt, outcome.entry.standing) == (None, Standing.UNUSABLE)


def test_a_closing_that_comes_between_is_seen_under_the_lock(
    made: MadeRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = open_forms.read_answers

    def close_then_read(*given):
        with writing() as session:
            session.execute(update(Round).values(state=RoundState.CLOSED))
        return read(*given)

    monkeypatch.setattr(open_forms, "read_answers", close_then_read)
    outcome = answer_openly(made, "TB")
    assert (outcome.receipt, outcome.entry.standing) == (None, Standing.UNUSABLE)
    assert (rows(OpenForm), rows(Box)) == (0, 0)


def test_a_round_without_open_cells_takes_none_before_the_worker_has_made_them(
    app: Flask,
) -> None:
    made = make_round(LAYOUT, k=K)
    opening.open_round(SYSTEM, made.id)
    assert answer_openly(made, "TB").entry.standing is Standing.NOT_OPEN
    assert rows(OpenForm) == 0
    mixing.mix_open_rounds()
    assert answer_openly(made, "TB").receipt


def test_faults_are_told_and_nothing_is_written(made: MadeRound) -> None:
    outcome = open_forms.submit(made.id, None, None, {}, new_token())
    assert outcome.faults
    assert outcome.entry.standing is Standing.ANSWERABLE
    assert open_forms.submit(made.id, None, None, filled(), "no nonce").receipt is None
    assert (rows(OpenForm), rows(Box)) == (0, 0)


def test_a_key_that_was_replaced_meanwhile_does_not_matter(
    made: MadeRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = open_forms.read_answers

    def replace_keys(*given):
        for public in keys.kept():
            keys.destroy(public)
        mixing.replace_lost_keys(made.id)
        return read(*given)

    monkeypatch.setattr(open_forms, "read_answers", replace_keys)
    assert answer_openly(made, "TB").receipt
    assert opened_box(made).door == "open"


def test_forms_are_counted_by_the_quarter_of_an_hour_of_local_time(
    made: MadeRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = counter(made)
    monkeypatch.setattr("app.clock.now", lambda: LATE)
    for _ in range(3):
        assert answer_openly(made, "TB", "", point).receipt
    monkeypatch.setattr("app.clock.now", lambda: LATE.replace(hour=17, minute=0))
    assert answer_openly(made, "TB", "", point).receipt
    found = db.session.execute(
        select(OpenCount.day, OpenCount.quarter, OpenCount.n).order_by(OpenCount.day)
    ).all()
    assert [tuple(row) for row in found] == [
        (date(2026, 3, 2), 95, 3),
        (date(2026, 3, 3), 0, 1),
    ]


def test_forms_from_no_counter_are_counted_for_none(made: MadeRound) -> None:
    assert answer_openly(made, "TB").receipt
    assert rows(OpenCount) == 0


def test_a_counter_that_is_not_there_leaves_nothing_behind(made: MadeRound) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        answer_openly(made, "TB", "", 4711)
    assert (rows(OpenForm), rows(Box), rows(OpenCount)) == (0, 0, 0)
    assert answer_openly(made, "TB").receipt


def test_many_at_once_are_each_taken_once(app: Flask, made: MadeRound) -> None:
    point, nonces = counter(made), [new_token() for _ in range(6)]
    receipts: dict[int, list[str | None]] = {at: [] for at in range(6)}

    def send(at: int) -> None:
        with app.app_context():
            for nonce in nonces:
                receipts[at].append(answer_openly(made, "TB", nonce, point).receipt)
            db.session.remove()

    threads = [threading.Thread(target=send, args=(at,)) for at in receipts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(None not in given and given == receipts[0] for given in receipts.values())
    assert check_invariant(made.id) == boxes.Tally(0, 6, 0, 0, open_forms=6)
    assert db.session.scalar(select(func.sum(OpenCount.n))) == 6


def test_open_answers_open_in_crowds_of_their_own_and_keep_comments_and_receipts(
    made: MadeRound,
) -> None:
    given = [answer_openly(made, "TB", comment=f"Ý kiến {at}") for at in range(2 * K)]
    assert mixing.mix_round(made.id).opened == K
    mixing.close_round(SYSTEM, made.id)
    leaf = cells(made, CellLevel.OPEN_UNIT)["TB"]
    assert set(db.session.scalars(select(Answer.cell_id))) == {leaf}
    assert db.session.scalars(select(Comment.unit_id)).all() == [made.units["TB"]] * 2 * K
    assert set(db.session.scalars(select(Receipt.hash))) == {
        receipt_hash(outcome.receipt or "").hex() for outcome in given
    }
    assert verify_round(made.id).holds


def test_small_units_and_forms_of_none_open_together_under_the_open_root(
    made: MadeRound,
) -> None:
    for unit in ("TB", "LB", None, "TB", "LB"):
        assert answer_openly(made, unit).receipt
    mixing.close_round(SYSTEM, made.id)
    levels = db.session.scalars(select(Cell.level).join(Answer)).all()
    assert levels == [CellLevel.OPEN_ROUND] * K
    assert check_invariant(made.id).answers == K


def test_open_and_undrawn_and_drawn_answers_make_up_no_crowd_together(app: Flask) -> None:
    made, tokens = open_apart(K)
    answer_all(tokens["TB/land"][: K - 1])
    for _ in range(K - 1):
        assert answer_openly(made, "TB").receipt
    mixing.close_round(SYSTEM, made.id)
    assert rows(Answer) == 0
    assert check_invariant(made.id).boxes == 2 * (K - 1)


def test_whoever_sends_open_forms_reports_pressure_of_no_unit(made: MadeRound) -> None:
    given = [answer_openly(made, "TB").receipt or "" for _ in range(K)]
    for code in given:
        pressure_reports.report(receipt_hash(code).hex())
    mixing.close_round(SYSTEM, made.id)
    assert rows(PressureReport) == K
    [everybody] = told.by_unit(made.id)
    # Beside the reports stands how many were drawn, as ever.
    assert (everybody.code, everybody.reports, everybody.ballots) == ("", K, 24)
