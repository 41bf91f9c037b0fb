"""The poster's door: right digits open a dossier's ballot, every miss gets the same reply."""

import re
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Claim, Contact, DoorTry, Dossier, Frame, LogEntry, Round, Token
from app.queries import counters as rows, door_lists
from app.queries.counters import CounterView
from app.services import contacts, counters, door_tries, opening, poster_door
from app.services.poster_door import Reply, token_of
from app.services.recording import SYSTEM
from app.vocabulary import Door, FrameState, Role
from app.web.cookies import TICKET
from app.web.guessing import EXTENSION, FREE, Misses
from sampling.listing.contacts import Contact as ListedContact
from surveys.links import is_well_formed, token_hash
from tests.app.door_factory import (
    counter,
    digits_of,
    forget_phones,
    give_phones,
    knock,
    wrong_digits,
)
from tests.app.respondent import send, stop_forgetting, typed
from tests.app.round_factory import MadeRound, check_invariant, make_round

LAYOUT = {"TB": {"land": 4}, "LB": {"land": 3}}


@pytest.fixture
def place(app: Flask) -> tuple[MadeRound, dict[int, str]]:
    """An open round whose dossiers have phones, and a counter with the code TB01."""
    made = make_round(LAYOUT)
    opening.open_round(SYSTEM, made.id)
    opening.complete(made.id)
    codes = give_phones(made.id, without=[3])
    counter(made.units["TB"])
    db.session.rollback()
    return made, codes


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


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


def test_after_five_misses_right_digits_are_refused_until_seven_days_later(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]], monkeypatch
) -> None:
    _, codes = place
    for at in range(5):
        assert knock(client, codes[0], wrong_digits(0, at + 1)).status_code == 422
    assert knock(client, codes[0].lower(), digits_of(0)).status_code == 422
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=6))
    assert knock(client, codes[0], digits_of(0)).status_code == 422
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=7))
    assert knock(client, codes[0], digits_of(0)).status_code == 303
    assert count(DoorTry) == 0


def test_four_misses_and_then_right_digits_start_anew(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for _ in range(3):
        for at in range(4):
            assert knock(client, codes[0], wrong_digits(0, at + 1)).status_code == 422
        assert knock(client, codes[0], digits_of(0)).status_code == 303


def test_many_wrong_tries_at_once_are_all_counted(
    app: Flask, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, codes = place
    start, found = threading.Barrier(8), []
    here = counter_of(made.units["TB"])

    def run(at: int) -> None:
        with app.app_context():
            start.wait()
            found.append(poster_door.knock(here, codes[0], wrong_digits(0, at + 1)).reply)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Reply.MISSED] * 8
    assert poster_door.knock(here, codes[0], digits_of(0)).reply is Reply.MISSED
    db.session.rollback()
    assert db.session.scalars(select(DoorTry.tries)).all() == [door_tries.ALLOWED]


def counter_of(unit_id: int) -> CounterView:
    [found] = rows.all_counters([unit_id])
    db.session.rollback()
    return found


def test_misses_of_one_dossier_leave_its_neighbours_alone(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for at in range(5):
        knock(client, codes[0], wrong_digits(0, at + 1))
    assert knock(client, codes[1], digits_of(1)).status_code == 303


def test_a_coordinator_lets_somebody_try_again(
    client: FlaskClient, signed_in, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for at in range(5):
        knock(client, codes[0], wrong_digits(0, at + 1))
    browser = signed_in(Role.COORDINATOR)
    reply = browser.post("/counters/release", data={"dossier": codes[0].lower()})
    assert reply.status_code == 302
    assert knock(client, codes[0], digits_of(0)).status_code == 303
    db.session.rollback()
    [body] = [entry for entry in db.session.scalars(select(LogEntry.body)) if "door_tries" in entry]
    assert codes[0] not in body
    assert '"found":true' in body


def test_a_code_that_no_list_holds_yet_goes_on_as_a_claim(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, _ = place
    reply = knock(client, "h19 tb land 09999", "1234")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q")
    db.session.rollback()
    [found] = db.session.scalars(select(Claim)).all()
    assert (found.round_id, found.dossier_code) == (made.id, "H19-TB/land-09999")
    assert (found.door, found.unit_id) == (Door.POSTER, made.units["TB"])
    assert found.digits_hash is not None
    assert len(found.digits_hash) == 32
    assert count(DoorTry) == 0
    page = client.get("/q")
    assert page.status_code == 200
    assert send(client, page.text, typed()).status_code == 303


def test_claims_of_one_network_come_to_an_end(
    app: Flask, client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    few = 4  # of the wrong guesses that are free; a claim counts an eighth of one
    app.extensions[EXTENSION] = Misses(free=few, now=lambda: 0.0)
    many = 8 * few
    statuses = [
        knock(client, f"H19-TB/land-{10_000 + at}", "1234").status_code for at in range(many + 3)
    ]
    assert statuses == [303] * many + [429] * 3
    assert count(Claim) == many
    assert knock(client, place[1][0], digits_of(0)).status_code == 303


def test_two_hundred_phones_behind_one_address_all_come_in(app: Flask) -> None:
    phones = 200 if db.engine.dialect.name == "sqlite" else 20
    made = make_round({"TB": {"land": phones}})
    opening.open_round(SYSTEM, made.id)
    opening.complete(made.id)
    codes = give_phones(made.id)
    counter(made.units["TB"])
    db.session.rollback()
    stop_forgetting(app)
    statuses = {knock(app.test_client(), codes[at], digits_of(at)).status_code for at in codes}
    assert statuses == {303}


def test_who_tries_too_much_waits_and_the_neighbour_with_right_digits_does_not(
    app: Flask, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    stop_forgetting(app)
    statuses = [knock(app.test_client(), "12", "1234").status_code for _ in range(FREE + 3)]
    assert statuses == [422] * FREE + [429] * 3
    waiting = knock(app.test_client(), codes[0], wrong_digits(0))
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "60")
    assert knock(app.test_client(), codes[0], digits_of(0)).status_code == 303
    assert count(DoorTry) == 0


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
