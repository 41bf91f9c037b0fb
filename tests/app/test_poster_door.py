"""The poster's door: right digits open a dossier's ballot, every miss gets the same reply."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Claim, DoorTry, Dossier, Frame, Token
from app.services import contacts, counters
from app.services.poster_door import token_of
from app.services.recording import SYSTEM
from app.vocabulary import Door
from app.web.cookies import TICKET
from sampling.listing.contacts import Contact as ListedContact
from surveys.links import is_well_formed, token_hash
from tests.app.door_factory import (
    LAYOUT,
    count,
    counter,
    counter_of,
    digits_of,
    give_phones,
    knock,
    posted,
    wrong_digits,
)
from tests.app.respondent import send, typed
from tests.app.round_factory import MadeRound, check_invariant, make_round


@pytest.fixture
def place(app: Flask) -> tuple[MadeRound, dict[int, str]]:
    return posted()


def test_right_digits_lead_to_the_questions_and_to_a_receipt(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, codes = place
    reply = knock(client, codes[0], digits_of(0))
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q")
    sent = send(client, client.get("/q").text, typed())
    assert sent.headers["Location"] == "/q/thanks?lang=vi"
    assert check_invariant(made.id).spent == 1
    ballot = db.session.scalar(select(Ballot).where(Ballot.spent))
    assert ballot is not None
    assert db.session.get_one(Dossier, ballot.dossier_id).code == codes[0]


def test_whoever_comes_again_gets_the_same_token(
    app: Flask, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    tokens = set()
    for _ in range(3):
        phone = app.test_client()
        knock(phone, codes[1], digits_of(1))
        found = phone.get_cookie(TICKET)
        assert found is not None
        tokens.add(found.value)
    [token] = tokens
    assert is_well_formed(token)
    db.session.rollback()
    [row] = db.session.scalars(select(Token)).all()
    assert (row.hash, row.door) == (token_hash(token), Door.POSTER)
    assert token == token_of(row.ballot_id)


def test_a_dossier_that_was_not_drawn_gets_the_same_page(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, _ = place
    with writing() as session:
        frame = session.scalar(select(Frame.id).where(Frame.round_id == made.id))
        code = "H19-TB/land-00777"
        dossier = Dossier(
            frame_id=frame, code=code, unit_id=made.units["TB"], received=clock.today()
        )
        session.add(dossier)
        session.flush()
        contacts.store(session, [(dossier.id, ListedContact(code, "+84901239999", "9999"))])
    knock(client, code, "9999")
    page = client.get("/q")
    assert page.status_code == 200
    assert send(client, page.text, typed()).status_code == 303
    db.session.rollback()
    drawn = db.session.scalars(select(Ballot.drawn).where(Ballot.spent)).all()
    assert drawn == ["N"]


@pytest.mark.parametrize(
    "written",
    [
        "h19-tb/land-00000",
        "H19 TB LAND 00000",
        "h19tbland00000",
        "  H19.TB.LAND.00000 ",
        "Ｈ１９－ＴＢ／ｌａｎｄ－０００００",
        "H19–TB–LAND–00000",
        "h19-tb/lând-00000",
    ],
)
def test_a_code_is_found_as_people_type_it(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]], written: str
) -> None:
    assert knock(client, written, f" {digits_of(0)[:2]} {digits_of(0)[2:]} ").status_code == 303


def test_a_whole_phone_number_counts_by_its_last_digits(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    assert knock(client, place[1][2], f"090 123 {digits_of(2)}").status_code == 303


def test_every_miss_gets_the_same_reply(
    app: Flask, client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for _ in range(5):
        knock(client, codes[4], wrong_digits(4))
    misses = {
        "wrong digits": (codes[0], wrong_digits(0)),
        "tried too often": (codes[4], digits_of(4)),
        "no phone on file": (codes[3], digits_of(3)),
        "no such code": ("12", digits_of(0)),
        "another form of code": ("X99-260101-0001-77", digits_of(0)),
        "a long text": ("x" * 5000, "1"),
        "nothing": ("", ""),
        "no digits": (codes[0], ""),
        "letters": (codes[0], "abcd"),
    }
    replies = {name: knock(app.test_client(), *given) for name, given in misses.items()}
    assert {reply.status_code for reply in replies.values()} == {422}
    bodies = {re.sub(r'nonce="[^"]+"', "", reply.text) for reply in replies.values()}
    assert len(bodies) == 1
    assert len({len(reply.data) for reply in replies.values()}) == 1
    named = {tuple(sorted(name for name, _ in reply.headers)) for reply in replies.values()}
    assert len(named) == 1
    assert not any("Set-Cookie" in reply.headers for reply in replies.values())
    assert 'role="alert"' in bodies.pop()


def test_nothing_that_was_typed_comes_back(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    reply = knock(client, place[1][0], "4711")
    assert place[1][0] not in reply.text
    assert "4711" not in reply.text


def test_looking_changes_nothing(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    before = [count(model) for model in (Token, DoorTry, Claim, Ballot)]
    for path in ("/c/TB01", "/c/tb01", "/c/TB01/open", "/c/TB01/thanks", "/c/XX99"):
        assert client.head(path).status_code == client.get(path).status_code
    assert client.get_cookie(TICKET) is None
    assert [count(model) for model in (Token, DoorTry, Claim, Ballot)] == before


def test_the_page_names_the_counter_and_needs_no_script(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    reply = client.get("/c/tbo1")  # an O for the 0
    assert reply.status_code == 200
    for words in ("Ủy ban nhân dân phường TB", "Quầy số 1", 'name="dossier"', 'name="digits"'):
        assert words in reply.text
    assert "<script" not in reply.text
    assert reply.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in reply.headers


def test_a_counter_that_is_unknown_or_switched_off_leads_nowhere(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, codes = place
    counters.switch(SYSTEM, counter_of(made.units["TB"]).id, active=False)
    pages = [client.get("/c/TB01"), client.get("/c/NICHTS"), knock(client, codes[0], digits_of(0))]
    pages += [client.get("/c/TB01/open"), client.get("/c/%00"), client.get("/c/" + "x" * 900)]
    assert {page.status_code for page in pages} == {404}
    assert count(Token) == 0


def test_a_poster_without_an_open_round_says_so(app: Flask, client: FlaskClient) -> None:
    made = make_round(LAYOUT)
    counter(made.units["TB"])
    codes = give_phones(made.id)
    db.session.rollback()
    assert client.get("/c/TB01").status_code == 410
    assert client.get("/c/TB01/open").status_code == 410
    assert knock(client, codes[0], digits_of(0)).status_code == 422
    assert count(DoorTry) == 0


def test_a_foreign_page_cannot_knock(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        reply = knock(client, codes[0], digits_of(0), headers=headers)
        assert reply.status_code == 403
    assert count(Token) == 0


def test_another_method_is_refused_on_a_page_for_people(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    reply = client.put("/c/TB01")
    assert reply.status_code == 405
    assert "POST" in reply.headers["Allow"]
    assert "/sign-in" not in reply.text
