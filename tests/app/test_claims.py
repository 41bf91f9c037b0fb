"""Answers for dossiers that the list does not hold yet: claimed, sealed, kept apart."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.database import writing
from app.extensions import db
from app.models import (
    Answer,
    Claim,
    MixingKey,
    Round,
    Token,
)
from app.queries import ballots, boxes, claims as claim_rows
from app.services import (
    apart_counts as counts,
    claims,
    field_counts,
    keys,
    matching,
    mixing,
    responding,
    sealing,
)
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.matching import Matched
from app.services.recording import SYSTEM
from app.services.responding import Standing
from app.vocabulary import Door, RoundState
from surveys.links import new_token, receipt_hash, token_hash
from tests.app.apart_factory import (
    account,
    answer,
    apart_round,
    claimed,
    open_apart,
    rows,
    volunteers_of,
)
from tests.app.round_factory import MadeRound

K = 5
WEEK = timedelta(days=7)


@pytest.fixture
def made(app: Flask) -> MadeRound:
    return open_apart(K)[0]


def test_a_claim_is_answered_like_any_other_code_and_stays_sealed(made: MadeRound) -> None:
    token = claimed(made, "H19-X1", unit_id=made.units["TB"])
    entry = responding.enter(token)
    assert entry.standing is Standing.ANSWERABLE
    assert entry.ballot is not None
    assert entry.ballot.unit_name == "Ủy ban nhân dân phường TB"
    outcome = answer(token)
    assert outcome.receipt
    assert responding.enter(token) == responding.UNUSABLE
    claim = db.session.scalars(select(Claim)).one()
    assert (claim.spent, claim.dossier_code) == (True, "H19-X1")
    public = db.session.get_one(MixingKey, claim.key_id).public
    secret = keys.secret_half(public)
    assert secret is not None
    content = sealing.open_box(secret, claim.ciphertext or b"")
    assert (content.door, content.receipt) == ("poster", receipt_hash(outcome.receipt).hex())
    assert account(made) == boxes.Tally(0, 0, 0, 0, claims=1, claimed=1)


def test_a_claim_of_no_known_unit_can_be_answered_too(made: MadeRound) -> None:
    token = claimed(made, "H19-X1")
    assert responding.enter(token).ballot.unit_name == ""
    assert answer(token).receipt


def test_the_same_form_again_gets_the_same_receipt_and_another_gets_none(
    made: MadeRound,
) -> None:
    token, nonce = claimed(made, "H19-X1"), new_token()
    first = answer(token, nonce)
    assert answer(token, nonce, rating="1").receipt == first.receipt is not None
    assert answer(token).receipt is None
    assert account(made).claims == 1


def test_a_page_that_was_opened_before_is_sent_once(made: MadeRound) -> None:
    token = claimed(made, "H19-X1")
    responding.enter(token)
    nonces = [new_token(), new_token()]
    assert answer(token, nonces[0]).receipt
    assert answer(token, nonces[1]).receipt is None


def test_many_who_send_the_same_at_once_are_taken_once(app: Flask, made: MadeRound) -> None:
    token, nonce = claimed(made, "H19-X1"), new_token()
    found: list[str | None] = []

    def send() -> None:
        with app.app_context():
            found.append(answer(token, nonce).receipt)
            db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {found[0]} != {None}
    assert account(made).claims == 1


def test_whoever_claims_again_through_the_same_door_voids_the_earlier_token(
    made: MadeRound,
) -> None:
    first = claimed(made, "H19-X1")
    other_door = claimed(made, "H19-X1", door=Door.RECEIPT)
    other_code = claimed(made, "H19-X2")
    second = claimed(made, "H19-X1")
    assert responding.enter(first) == responding.UNKNOWN
    for token in (other_door, other_code, second):
        assert responding.enter(token).standing is Standing.ANSWERABLE
    assert answer(second).receipt
    claimed(made, "H19-X1")
    assert rows(Claim) == 4  # what was answered is not voided


def test_other_digits_do_not_take_a_page_away(made: MadeRound) -> None:
    owner = claimed(made, "H19-X1", door=Door.POSTER, digits_hash=b"o" * 32)
    stranger = claimed(made, "H19-X1", door=Door.POSTER, digits_hash=b"s" * 32)
    again = claimed(made, "H19-X1", door=Door.POSTER, digits_hash=b"s" * 32)
    standings = [responding.enter(token).standing for token in (owner, stranger, again)]
    assert standings == [Standing.ANSWERABLE, Standing.UNUSABLE, Standing.ANSWERABLE]


def test_two_who_claim_the_same_at_once_leave_one_token(app: Flask, made: MadeRound) -> None:
    errors: list[BaseException] = []

    def come() -> None:
        with app.app_context():
            try:
                claimed(made, "H19-X1")
            except BaseException as error:  # noqa: BLE001  (told below)
                errors.append(error)
            db.session.remove()

    threads = [threading.Thread(target=come) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert rows(Claim) == 1


def test_claims_need_a_round_that_is_not_over_and_a_code_that_lists_can_hold(
    made: MadeRound,
) -> None:
    with pytest.raises(InvalidInputError):
        claimed(made, "")
    with pytest.raises(InvalidInputError):
        claimed(made, "x" * 65)
    with writing() as session, pytest.raises(NotFoundError):
        claims.claim(session, 4711, "H19-X1", door=Door.POSTER)
    mixing.close_round(SYSTEM, made.id)
    with pytest.raises(WrongStateError):
        claimed(made, "H19-X1")


def test_a_claim_opens_on_its_day(made: MadeRound, days_later) -> None:
    opens_on = clock.today() + timedelta(days=3)
    token = claimed(made, "H19-X1", door=Door.RECEIPT, opens_on=opens_on)
    entry = responding.enter(token)
    assert (entry.standing, entry.ballot, entry.opens_on) == (Standing.NOT_OPEN, None, opens_on)
    assert answer(token).receipt is None
    assert db.session.scalars(select(Claim.until)).one() == opens_on + WEEK
    days_later(3)
    assert responding.enter(token).standing is Standing.ANSWERABLE
    assert answer(token).receipt


def test_a_token_opens_on_its_day(made: MadeRound, days_later) -> None:
    [token] = volunteers_of(made, "TB", 1)
    opens_on = clock.today() + timedelta(days=1)
    with writing() as session:
        hashed = token_hash(token)
        session.execute(update(Token).where(Token.hash == hashed).values(opens_on=opens_on))
    assert ballots.by_token(hashed).opens_on == opens_on
    assert responding.enter(token) == responding.Entry(Standing.NOT_OPEN, opens_on=opens_on)
    assert answer(token).receipt is None
    days_later(1)
    assert answer(token).receipt


def test_before_the_round_opens_a_claim_is_too_early(app: Flask) -> None:
    made = apart_round(k=K)
    token = claimed(made, "H19-X1")
    assert responding.enter(token) == responding.Entry(Standing.NOT_OPEN)
    assert answer(token).receipt is None
    with writing() as session:
        session.execute(update(Round).values(state=RoundState.FRAMED))
    assert matching.match(made.id) == Matched()
    assert rows(Claim) == 1


def test_nobody_looks_for_a_claim_where_a_ballot_may_be_answered(
    made: MadeRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    [token] = volunteers_of(made, "TB", 1)
    asked: list[bytes] = []
    monkeypatch.setattr(claim_rows, "by_token", asked.append)
    assert responding.enter(token).ballot is not None
    assert answer(token).receipt
    assert asked == []
    assert responding.enter(token) == responding.UNUSABLE
    assert responding.enter(new_token()) == responding.UNKNOWN
    assert len(asked) == 2


def test_waiting_answers_are_never_mixed_among_themselves(made: MadeRound) -> None:
    for number in range(3 * K):
        answer(claimed(made, f"H19-{number}"))
    assert mixing.mix_round(made.id).opened == 0
    assert rows(Answer) == 0
    assert account(made).claimed == 3 * K


def test_waiting_answers_are_told_as_a_number_alone(made: MadeRound) -> None:
    for number in range(11):
        answer(claimed(made, f"H19-{number}"))
    field_counts.refresh()
    told = counts.of_round(made.id, RoundState.OPEN)
    assert (told.waiting.low, told.waiting.exact) == (11, True)
