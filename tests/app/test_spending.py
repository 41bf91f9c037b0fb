"""Ballots are spent and boxes stored in one go; what changed meanwhile is found out."""

from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.database import writing
from app.extensions import db
from app.models import Ballot, Box, MixingKey, Round
from app.queries import ballots
from app.services import keys, responding, spending
from app.services.responding import Prepared
from app.services.spending import Sealed
from app.vocabulary import RoundState
from surveys.links import new_token, token_hash
from tests.app.round_factory import check_invariant, filled, one_cell, open_and_hand_out


def sealed(token: str) -> Sealed:
    """Prepare an answer as far as it goes without writing."""
    found = responding._prepared(token, filled(), new_token(), responding.UNTOLD)
    assert isinstance(found, Prepared)
    return found.sealed


def spend(*answers: Sealed) -> list[bytes | None]:
    marks = spending.spend_all(db.engine, answers)
    db.session.rollback()
    return marks


def boxes_by_key() -> Counter[int]:
    return Counter(db.session.scalars(select(Box.key_id)))


def test_answers_that_lie_there_together_are_all_stored(app: Flask) -> None:
    made, tokens = one_cell(8)
    answers = [sealed(token) for token in tokens]
    assert spend(*answers) == [answer.mark for answer in answers]
    assert check_invariant(made.id).boxes == 8
    spent = dict(db.session.execute(select(Ballot.id, Ballot.accept)).all())
    assert spent == {answer.ballot_id: answer.mark for answer in answers}


def test_of_two_answers_to_one_ballot_the_first_counts_and_takes_nobody_with_it(app: Flask) -> None:
    made, tokens = one_cell(3)
    first, second, *others = [sealed(token) for token in (tokens[0], *tokens)]
    assert spend(first, second, *others) == [first.mark, first.mark, *(it.mark for it in others)]
    assert check_invariant(made.id).boxes == 3


def test_an_answer_sealed_for_a_retired_key_is_sealed_anew(app: Flask) -> None:
    made, (token, other, *_) = one_cell(4)
    stale = sealed(token)
    with writing() as session:
        session.execute(update(MixingKey).values(retired=True))
        new = MixingKey(cell_id=stale.cell_id, public=keys.make(), retired=False)
        session.add(new)
        session.flush()
        new_id = new.id
    assert spend(stale, sealed(other)) != [None, None]
    assert boxes_by_key() == {new_id: 2}
    assert stale.key_id != new_id
    stored = set(db.session.scalars(select(Box.ciphertext)))
    assert stale.ciphertext not in stored
    check_invariant(made.id)


def test_a_round_closed_meanwhile_takes_nothing(app: Flask) -> None:
    made, tokens = one_cell(3)
    answers = [sealed(token) for token in tokens]
    with writing() as session:
        session.execute(update(Round).values(state=RoundState.CLOSED))
    assert spend(*answers) == [None, None, None]
    assert check_invariant(made.id).boxes == 0


def test_a_box_that_cannot_be_stored_leaves_its_ballot_unspent(app: Flask) -> None:
    made, (token, other, *_) = one_cell(3)
    broken = replace(sealed(token), cell_id=999_999)
    good = sealed(other)
    with pytest.raises(IntegrityError):
        spend(broken, good)
    db.session.rollback()
    found = ballots.by_token(token_hash(token))
    assert found is not None
    assert not found.spent
    check_invariant(made.id)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_those_whose_key_or_ballot_is_held_do_not_hold_up_the_others(app: Flask) -> None:
    made, tokens = open_and_hand_out({"TB": {"land": 3, "health": 3}})
    land, health = tokens["TB/land"], tokens["TB/health"]
    answers = [sealed(token) for token in (land[0], health[0], health[1])]
    held = [
        select(MixingKey.id).where(MixingKey.id == answers[0].key_id).with_for_update(),
        select(Ballot.id).where(Ballot.id == answers[1].ballot_id).with_for_update(),
    ]
    with db.engine.begin() as others:
        for query in held:
            others.execute(query)
        assert spending._gathered(db.engine, answers) == [False, False, True]
        assert spending._gathered(db.engine, answers[:1]) == [False]
    assert spend(*answers) == [answer.mark for answer in answers]
    assert check_invariant(made.id).boxes == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_a_group_only_answers_that_still_fit_are_stored(app: Flask) -> None:
    made, (token, other, third, *_) = one_cell(5)
    answers = [sealed(one) for one in (token, other, third)]
    strange = replace(answers[0], token=token_hash(other))
    lost = replace(answers[1], key_id=999_999)
    closed = replace(answers[1], round_id=999_999)
    for wrong in (strange, lost, closed):
        assert spending._gathered(db.engine, [wrong]) == [False]
    assert spending._gathered(db.engine, [strange, lost, answers[2]]) == [False, False, True]
    assert spending._gathered(db.engine, [strange, closed]) == [False, False]
    assert check_invariant(made.id).boxes == 1
