"""What a token opened is remembered for its form, and decides nothing."""

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, update

from app.database import writing
from app.extensions import db
from app.models import Ballot, Round, Token
from app.queries.ballots import BallotView, by_token
from app.services import opened, responding
from app.services.opened import Opened
from app.vocabulary import RoundState
from app.web import replies
from surveys.links import new_token, token_hash
from tests.app.respondent import follow, send, typed
from tests.app.round_factory import MadeRound, check_invariant, filled

Made = tuple[MadeRound, list[str]]


def view(token: str) -> BallotView:
    found = by_token(token_hash(token))
    assert found is not None
    return found


def test_a_form_after_its_page_asks_nothing_of_the_database(
    app: Flask, client: FlaskClient, made: Made
) -> None:
    page = follow(client, made[1][0])
    asked: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    remembered = opened.of_database(db.engine).found
    assert list(remembered) == [token_hash(made[1][0])]
    event.listen(db.engine, "before_cursor_execute", note)
    assert send(client, page.text, typed()).status_code == 303
    event.remove(db.engine, "before_cursor_execute", note)
    assert not [text for text in asked if text.startswith("SELECT ballot")]
    assert not remembered


def test_a_voided_token_that_opened_a_page_writes_nothing(client: FlaskClient, made: Made) -> None:
    page = follow(client, made[1][0])
    with writing() as session:
        session.execute(delete(Token).where(Token.hash == token_hash(made[1][0])))
    assert send(client, page.text, typed()).status_code == replies.SHUT
    assert check_invariant(made[0].id).boxes == 0


def test_a_round_that_was_closed_meanwhile_takes_no_remembered_form(
    client: FlaskClient, made: Made
) -> None:
    page = follow(client, made[1][0])
    with writing() as session:
        session.execute(update(Round).values(state=RoundState.CLOSED))
    assert send(client, page.text, typed()).status_code == replies.SHUT
    assert check_invariant(made[0].id).boxes == 0


def test_a_ballot_spent_elsewhere_meanwhile_takes_no_remembered_form(
    app: Flask, client: FlaskClient, made: Made
) -> None:
    page = follow(client, made[1][0])
    kept = view(made[1][0])
    elsewhere = responding.submit(made[1][0], filled(), new_token())
    assert elsewhere.receipt
    opened.keep(db.engine, token_hash(made[1][0]), kept)
    assert send(client, page.text, typed()).status_code == replies.SHUT
    assert check_invariant(made[0].id).boxes == 1


def test_a_token_that_opens_another_ballot_than_remembered_spends_neither(
    app: Flask, made: Made
) -> None:
    token, other = made[1][:2]
    opened.keep(db.engine, token_hash(token), replace(view(token), id=view(other).id))
    assert responding.submit(token, filled(), new_token()).receipt is None
    with db.engine.connect() as connection:
        assert not connection.scalars(db.select(Ballot.spent)).all().count(True)


def test_it_is_forgotten_when_taken_when_old_and_when_there_are_too_many(
    app: Flask, made: Made
) -> None:
    clock = [0.0]
    kept = Opened(most=2, seconds=10, now=lambda: clock[0])
    ballot = view(made[1][0])
    for name in (b"a", b"b", b"c"):
        kept.keep(name, ballot)
    assert [*kept.found] == [b"b", b"c"]
    assert kept.take(b"b") == ballot
    assert kept.take(b"b") is None
    clock[0] = 10.5
    assert kept.take(b"c") is None
    kept.keep(b"d", ballot)
    clock[0] = 30
    kept.keep(b"e", ballot)
    assert [*kept.found] == [b"e"]
