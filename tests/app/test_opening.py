from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import LogEntry, MixingKey, Round
from app.queries import boxes
from app.services import keys, mixing, opening, recording
from app.services.errors import NotFoundError, WrongStateError
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from tests.app.round_factory import make_round

LAYOUT = {"TB": {"land": 3, "civil": 2}, "LB": {"land": 1}}


def state_of(round_id: int) -> RoundState:
    db.session.rollback()
    return db.session.scalars(select(Round.state).where(Round.id == round_id)).one()


def test_every_stratum_gets_a_key_whose_secret_half_is_a_private_file(app: Flask) -> None:
    made = make_round(LAYOUT)
    assert opening.open_round(SYSTEM, made.id) == 3
    rows = list(db.session.scalars(select(MixingKey)))
    assert {row.cell_id for row in rows} == set(made.cells.values())
    assert {row.public for row in rows} == keys.kept()
    assert not any(row.retired for row in rows)
    folder = Path(app.config["KHAOSAT"].keys) / "mixing"
    assert [oct(path.stat().st_mode)[-3:] for path in folder.iterdir()] == ["600"] * 3
    assert state_of(made.id) is RoundState.OPEN


def test_opening_is_logged_with_a_count_and_no_key(app: Flask) -> None:
    made = make_round(LAYOUT)
    opening.open_round(SYSTEM, made.id)
    body = db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first()
    assert body is not None
    assert '"act":"round.opened"' in body
    assert '"keys":3' in body
    assert not any(public.hex() in body for public in keys.kept())


@pytest.mark.parametrize("state", sorted(set(RoundState) - {RoundState.DRAWN}))
def test_only_a_drawn_round_can_be_opened(app: Flask, state: RoundState) -> None:
    made = make_round(LAYOUT, state=state)
    with pytest.raises(WrongStateError):
        opening.open_round(SYSTEM, made.id)
    assert state_of(made.id) is state
    assert keys.kept() == set()


def test_a_round_that_is_not_there_or_has_no_cells_leaves_no_keys(app: Flask) -> None:
    with pytest.raises(NotFoundError):
        opening.open_round(SYSTEM, 4711)
    made = make_round({})
    with pytest.raises(WrongStateError):
        opening.open_round(SYSTEM, made.id)
    assert state_of(made.id) is RoundState.DRAWN
    assert keys.kept() == set()


def test_opening_twice_changes_nothing_more(app: Flask) -> None:
    made = make_round(LAYOUT)
    opening.open_round(SYSTEM, made.id)
    before = keys.kept()
    with pytest.raises(WrongStateError):
        opening.open_round(SYSTEM, made.id)
    assert keys.kept() == before
    assert boxes.known_keys(before) == before


def test_a_transaction_that_fails_leaves_neither_rows_nor_files(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_round(LAYOUT)

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(recording, "record", refuse)
    with pytest.raises(OSError, match="no space"):
        opening.open_round(SYSTEM, made.id)
    assert state_of(made.id) is RoundState.DRAWN
    assert keys.kept() == set()
    assert db.session.scalars(select(MixingKey)).all() == []


def test_keys_of_a_commit_whose_reply_was_lost_are_kept(app: Flask) -> None:
    made = make_round(LAYOUT)
    cell = made.cells["LB/land"]

    def commit_then_lose_the_connection() -> None:
        with opening.new_keys(2) as publics:
            with writing() as session:
                session.add(MixingKey(cell_id=cell, public=publics[0], retired=False))
            raise ConnectionError

    with pytest.raises(ConnectionError):
        commit_then_lose_the_connection()
    stored = set(db.session.scalars(select(MixingKey.public)))
    assert len(stored) == 1
    assert keys.kept() == stored


def test_an_open_round_without_answers_can_be_mixed_and_closed(app: Flask) -> None:
    made = make_round(LAYOUT)
    opening.open_round(SYSTEM, made.id)
    assert mixing.mix_round(made.id) == mixing.Mixed(0, 0, 0)
    assert mixing.close_round(SYSTEM, made.id) == mixing.Mixed(0, 0, 0)
    assert keys.kept() == set()
