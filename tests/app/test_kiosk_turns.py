"""Turns of a drawn session: given, spent and sealed together, once for each form."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Box, Counter, CounterSession, KioskTurn, OpenCount, OpenForm, Round
from app.queries import boxes, counter_sessions
from app.services import kiosk_turns, quarter_counts
from app.services.kiosk_turns import Begun
from app.services.responding import Standing
from app.vocabulary import RoundState
from surveys.links import new_token, receipt
from tests.app.kiosk_factory import Place, place, session_now
from tests.app.round_factory import check_invariant, filled


def rows(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def begun(found: Place, number: int) -> Begun:
    return Begun(found.counter, number, found.made.id)


def test_many_at_once_take_each_one_turn_and_never_more_than_there_are(app: Flask) -> None:
    found = place(app)
    number = session_now(found, cap=4)
    nonces = [new_token() for _ in range(6)]
    given: list[set[tuple[str | None, str]]] = [set() for _ in range(3)]

    def send(at: int) -> None:
        with app.app_context():
            for nonce in nonces:
                outcome, _ = kiosk_turns.finish(begun(found, number), filled(), nonce)
                given[at].add((outcome.receipt, nonce))
            db.session.remove()

    threads = [threading.Thread(target=send, args=(at,)) for at in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # Who came when the turns were used up lost nothing: theirs are open forms.
    assert given == [{(receipt(nonce), nonce) for nonce in nonces}] * 3
    assert (rows(KioskTurn), rows(OpenForm), rows(Box)) == (4, 2, 6)
    assert check_invariant(found.made.id) == boxes.Tally(4, 6, 0, 0, open_forms=2)
    assert db.session.scalars(select(CounterSession.turns)).all() == [4]
    counted = db.session.execute(select(OpenCount.door, OpenCount.n)).all()
    assert [door for door, _ in counted] == ["kiosk"] * len(counted)
    assert sum(n for _, n in counted) == 6


def test_what_is_refused_leaves_nothing_behind(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    found = place(app)
    number = session_now(found)
    session = counter_sessions.running(found.counter.id, clock.now())
    assert session is not None
    assert session.turns_left == 2
    faulty, _ = kiosk_turns.finish(begun(found, number), {}, new_token())
    assert faulty.faults
    assert kiosk_turns.submit(session, filled(), "no nonce").receipt is None
    with monkeypatch.context() as patch:
        # The disk is full, or the power goes, after the turn was added.
        patch.setattr(quarter_counts, "add", failing)
        with pytest.raises(RuntimeError):
            kiosk_turns.submit(session, filled(), new_token())
    with writing() as writes:
        writes.query(Round).update({"state": RoundState.CLOSED})
    late, apart = kiosk_turns.finish(begun(found, number), filled(), new_token())
    assert (late.receipt, late.entry.standing, apart) == (None, Standing.UNUSABLE, True)
    assert (rows(KioskTurn), rows(OpenForm), rows(Box)) == (0, 0, 0)
    assert db.session.scalars(select(CounterSession.turns)).all() == [0]
    assert rows(Counter) == 1


def failing(*_given: object) -> None:
    raise RuntimeError
