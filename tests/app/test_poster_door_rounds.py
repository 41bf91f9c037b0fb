"""Which round the poster door lets people into, and by which lists and codes."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Contact, Dossier, Frame, Round, Token
from app.queries import door_lists
from app.services import contacts, opening
from app.services.recording import SYSTEM
from app.vocabulary import FrameState
from sampling.listing.contacts import Contact as ListedContact
from tests.app.door_factory import (
    LAYOUT,
    count,
    digits_of,
    forget_phones,
    give_phones,
    knock,
    posted,
)
from tests.app.round_factory import MadeRound, make_round


@pytest.fixture
def place(app: Flask) -> tuple[MadeRound, dict[int, str]]:
    return posted()


def second_round(kinds: list[str], *, dry_run: bool = False) -> tuple[MadeRound, dict[int, str]]:
    """Open another round with the same codes, for some kinds of respondent."""
    made = make_round(LAYOUT, name="Đợt khác", dry_run=dry_run)
    with writing() as session:
        found = session.get(Round, made.id)
        assert found is not None
        found.plan = {**(found.plan or {}), "population": {"respondents": kinds}}
    opening.open_round(SYSTEM, made.id)
    opening.complete(made.id)
    return made, give_phones(made.id)


def round_let_in() -> int:
    db.session.rollback()
    query = select(Ballot.round_id).join(Token, Token.ballot_id == Ballot.id)
    [found] = db.session.scalars(query).all()
    return found


def test_the_newest_round_that_asks_such_people_is_meant(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    first, codes = place
    second_round(["business"])
    assert knock(client, codes[0], digits_of(0)).status_code == 303
    assert round_let_in() == first.id


def test_a_trial_takes_part_but_never_before_a_real_round(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    first, codes = place
    trial, _ = second_round([], dry_run=True)
    assert knock(client, codes[0], digits_of(0)).status_code == 303
    assert round_let_in() == first.id
    with writing() as session:
        session.query(Token).delete()
        session.query(Round).filter_by(id=first.id).update({"state": "closed"})
    assert knock(client, codes[0], digits_of(0)).status_code == 303
    assert round_let_in() == trial.id


def test_a_list_that_no_longer_counts_opens_nothing(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, codes = place
    with writing() as session:
        session.query(Frame).filter_by(round_id=made.id).update({"state": FrameState.REMOVED})
    assert knock(client, codes[0], digits_of(0)).status_code == 422


def test_without_any_phone_on_file_nobody_is_let_in(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    forget_phones()
    assert count(Contact) == 0
    assert knock(client, place[1][0], digits_of(0)).status_code == 422


def test_the_forms_of_codes_are_read_once_for_each_list(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]], monkeypatch
) -> None:
    asked = []
    codes_of = door_lists._codes
    monkeypatch.setattr(door_lists, "_codes", lambda frame: asked.append(frame) or codes_of(frame))
    for at in range(3):
        knock(client, place[1][at], digits_of(at))
    assert len(asked) == 1


def test_codes_that_differ_by_their_marks_alone_are_told_apart_by_digits(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, _ = place
    with writing() as session:
        frame = session.scalar(select(Frame).where(Frame.round_id == made.id))
        assert frame is not None
        for code, last in (("A1-23", "1111"), ("A12-3", "2222")):
            dossier = Dossier(
                frame_id=frame.id, code=code, unit_id=made.units["TB"], received=clock.today()
            )
            session.add(dossier)
            session.flush()
            contacts.store(session, [(dossier.id, ListedContact(code, f"+8490123{last}", last))])
    knock(client, "a123", "2222")
    db.session.rollback()
    query = select(Dossier.code).join(Ballot).join(Token)
    assert db.session.scalars(query).all() == ["A12-3"]
