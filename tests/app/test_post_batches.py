"""A batch for the post office from hand-over to payment, and what it leaves behind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.clock import today
from app.extensions import db
from app.models import Ballot, DataKey, Dossier, LogEntry, PostBatch, Token
from app.queries import post_batches as rows
from app.services import inviting, post_batches, post_lists, post_rechecks
from app.services.errors import ForbiddenError, InvalidInputError, WrongStateError
from app.services.post_batches import HandedOver, Handover
from app.services.post_rules import Found, Returned
from app.services.recording import SYSTEM, Actor
from app.vocabulary import Door, PostBatchState, Role
from tests.app.round_factory import answer, check_invariant
from tests.app.test_reserves import opened
from tests.factories import actor

Traveller = Any
BACK = Returned(valid=14, invalid=1, not_reached=2, refused=2, unused=1)
RESULTS = Found(confirmed=2, not_visited=0, another=0, absent=0, unclaimed=1)
CARRIER, CHECKER = "Bưu điện Biên Hòa", "Đoàn Thanh niên"


def quiet(done: int, total: int) -> None:
    pass


def order(unit: int, **other: Any) -> Handover:
    return replace(Handover(unit, CARRIER, most=500, price=12_000), **other)


def unit_of(round_id: int) -> int:
    query = select(Dossier.unit_id).join(Ballot, Ballot.dossier_id == Dossier.id)
    found = db.session.scalar(
        query.where(Ballot.round_id == round_id, Dossier.code.like("HS-A-%")).limit(1)
    )
    assert found is not None
    return found


def codes_out(round_id: int) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Token).join(Ballot, Ballot.id == Token.ballot_id)
    return db.session.scalar(query.where(Ballot.round_id == round_id, Token.door == Door.POST)) or 0


def seen(batch_id: int) -> rows.BatchView:
    db.session.rollback()
    found = rows.one(batch_id)
    assert found is not None
    return found


@pytest.fixture
def clock() -> Iterator[Traveller]:
    with time_machine.travel(datetime(2026, 11, 4, 3, tzinfo=UTC), tick=False) as travelling:
        yield travelling


def due(clock: Traveller) -> tuple[int, int, list[inviting.IssuedSlip]]:
    """Open a round that drew 30 dossiers of a unit, hand out slips, and wait for six days."""
    round_id = opened()
    slips = list(inviting.issue_slips(SYSTEM, round_id).slips)
    clock.shift(timedelta(days=6))
    return round_id, unit_of(round_id), slips


def test_a_batch_goes_from_hand_over_to_payment_and_forgets_whom_it_was_for(
    app: Flask, clock: Traveller
):
    round_id, unit, slips = due(clock)
    answered = [slip for slip in slips if slip.dossier_code.startswith("HS-A-")][:3]
    assert all(answer(slip.token).receipt for slip in answered)
    leader, checker = actor(Role.COORDINATOR), actor(Role.INSPECTOR)
    made: list[HandedOver] = []
    given = post_batches.hand_over(
        leader, round_id, order(unit), "https://k.vn", quiet, lambda _, one: made.append(one)
    )
    assert given.forms == 20, "27 are silent: full tens, and ten of those whose turn it is stay out"
    batch_id = made[0].batch_id
    batch = db.session.get_one(PostBatch, batch_id)
    members = post_lists.opened(db.session(), batch)
    assert len(members) == 20
    assert not set(members) & {slip.dossier_id for slip in answered}
    assert codes_out(round_id) == 20
    with pytest.raises(WrongStateError):
        post_batches.hand_over(leader, round_id, order(unit), "https://k.vn", quiet)
    with pytest.raises(WrongStateError):
        post_rechecks.draw(checker, batch_id, CHECKER)

    with pytest.raises(InvalidInputError) as short:
        post_batches.take_back(leader, batch_id, Returned(14, 1, 2, 2, 0))
    assert dict(short.value.faults[0].params)["off"] == 1
    post_batches.take_back(leader, batch_id, BACK)
    assert post_batches.end_codes(batch_id) == 20
    assert (codes_out(round_id), post_batches.end_codes(batch_id)) == (0, 0)

    for who, body in ((leader, CHECKER), (checker, "BUU DIEN BIEN HOA")):
        with pytest.raises((ForbiddenError, WrongStateError)):
            post_rechecks.draw(who, batch_id, body)
    first = post_rechecks.draw(checker, batch_id, CHECKER)
    assert first.dossiers == 3
    assert post_rechecks.draw(checker, batch_id, CHECKER).content == first.content
    with pytest.raises(ForbiddenError):
        post_rechecks.draw(actor(Role.COORDINATOR), batch_id, CHECKER)
    with pytest.raises(InvalidInputError):
        post_rechecks.check(checker, batch_id, Found(1, 0, 0, 0, 1))
    with pytest.raises(ForbiddenError):
        post_rechecks.check(leader, batch_id, RESULTS)
    post_rechecks.enter(checker, batch_id, RESULTS, (0.0, 0.84))
    assert not seen(batch_id).readable
    with pytest.raises(ForbiddenError):
        post_rechecks.settle(checker, batch_id)
    post_rechecks.settle(leader, batch_id)
    assert seen(batch_id).state is PostBatchState.SETTLED

    key = db.session.scalars(select(DataKey).where(DataKey.purpose.like("post-batch%"))).one()
    assert set(key.wrapped) == {0}, "the key is gone with the list"
    log = "".join(db.session.scalars(select(LogEntry.body).where(LogEntry.body.like("%post.%"))))
    codes = [slip.dossier_code for slip in slips]
    assert '"forms":20' in log
    assert not [code for code in codes if code in log]
    check_invariant(round_id)


def test_whoever_holds_a_form_of_a_batch_answers_by_its_own_door(
    app: Flask, clock: Traveller, monkeypatch: pytest.MonkeyPatch
):
    round_id, unit, _ = due(clock)
    tokens: list[str] = []
    known = post_batches.new_tokens
    monkeypatch.setattr(post_batches, "new_tokens", lambda n: tokens.extend(known(n)) or tokens)
    leader = actor(Role.COORDINATOR)
    post_batches.hand_over(leader, round_id, order(unit, most=10), "https://k.vn", quiet)
    page = app.test_client().get(f"/q/{tokens[0]}", follow_redirects=True)
    assert "Bảo mật" in page.text
    assert answer(tokens[0]).receipt
    [batch] = rows.of_round(round_id)
    post_batches.take_back(leader, batch.id, Returned(9, 0, 0, 0, 1))
    post_batches.end_codes(batch.id)
    assert not answer(tokens[1]).receipt, "a form that is back answers no more"


def test_a_batch_that_nobody_finishes_is_forgotten_and_small_units_get_none(
    app: Flask, clock: Traveller
):
    round_id, unit, slips = due(clock)
    leader = actor(Role.COORDINATOR)
    others = {slip.dossier_id for slip in slips if slip.dossier_code.startswith("HS-B-")}
    small = rows.dossiers(others)[0].unit_id
    made = post_batches.hand_over(leader, round_id, order(small), "https://k.vn", quiet)
    assert made.forms == 10, "of twenty, all silent, ten are left out"
    stranger = Actor(actor(Role.INSPECTOR).account_id, "worker")
    with pytest.raises(ForbiddenError):
        post_batches.hand_over(stranger, round_id, order(unit), "https://k.vn", quiet)
    for slip in [slip for slip in slips if slip.dossier_code.startswith("HS-A-")][:21]:
        assert answer(slip.token).receipt
    with pytest.raises(WrongStateError):
        post_batches.hand_over(leader, round_id, order(unit), "https://k.vn", quiet)
    assert (post_lists.sweep(), codes_out(round_id)) == (0, 10)
    [batch] = rows.of_round(round_id)
    clock.shift(post_lists.KEPT + timedelta(days=1))
    assert (post_lists.sweep(), codes_out(round_id), seen(batch.id).readable) == (1, 0, False)
    post_batches.take_back(leader, batch.id, Returned(10, 0, 0, 0, 0))
    with pytest.raises(WrongStateError):
        post_rechecks.draw(actor(Role.INSPECTOR), batch.id, CHECKER)
    assert batch.day < today()
