import gzip
import re
import zlib
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, strategies as st
from sqlalchemy import select

from app.database import writing
from app.extensions import Model, db
from app.models import Round
from app.queries import boxes
from app.vocabulary import RoundState
from app.web import replies
from app.web.splicing import Spliced
from surveys.links import new_token, read_receipt
from tests.app.respondent import Fields, follow, send, typed
from tests.app.round_factory import ASKED, MadeRound, open_and_hand_out

BUDGET = 15 * 1024


def contents() -> list[Any]:
    """Everything in the database."""
    db.session.rollback()
    found = [
        sorted(map(repr, db.session.execute(select(table)).all()))
        for table in Model.metadata.sorted_tables
    ]
    db.session.rollback()
    return found


def test_a_person_answers_and_gets_a_receipt(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    page = follow(client, made[1][0])
    assert page.status_code == 200
    assert "Ủy ban nhân dân phường TB" in page.text
    reply = send(client, page.text, typed("Rất tốt"))
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q/thanks?lang=vi")
    thanks = client.get(reply.headers["Location"])
    shown = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", thanks.text)
    assert thanks.status_code == 200
    assert shown
    assert read_receipt(shown[0])
    assert ASKED.thanks["vi"] in thanks.text
    assert boxes.tally(made[0].id) == boxes.Tally(1, 1, 0, 0)


def test_a_repeated_post_shows_the_same_receipt(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    page = follow(client, made[1][0])
    receipts = set()
    for _ in range(3):
        send(client, page.text, typed())
        receipts.add(
            re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", client.get("/q/thanks").text)[0]
        )
    assert len(receipts) == 1
    assert boxes.tally(made[0].id) == boxes.Tally(1, 1, 0, 0)


def test_the_token_leaves_the_address_and_the_cookie_is_safe(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    reply = client.get(f"/q/{made[1][0]}")
    cookie = reply.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert cookie.startswith("khaosat_ticket=")
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert made[1][0] not in client.get("/q").text


def test_over_https_the_cookie_is_bound_to_the_host(
    app: Flask, client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    address = {"public_url": "https://khaosat.example.vn"}
    app.config["KHAOSAT"] = app.config["KHAOSAT"].model_copy(update=address)
    reply = client.get(f"/q/{made[1][0]}", base_url="https://khaosat.example.vn")
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith("__Host-khaosat_ticket=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_looking_changes_nothing(client: FlaskClient, made: tuple[MadeRound, list[str]]) -> None:
    before = contents()
    for token in (*made[1], new_token(), "thanks", "x" * 500):
        for path in (f"/q/{token}", "/q", "/q?lang=en", "/q/thanks"):
            assert client.get(path).status_code < 500
            assert client.head(path).status_code < 500
    assert contents() == before


def test_the_page_is_small_and_needs_no_other_request(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    client.get(f"/q/{made[1][0]}")
    reply = client.get("/q", headers={"Accept-Encoding": "gzip, br"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert len(reply.data) <= BUDGET
    page = gzip.decompress(reply.data).decode()
    assert "<script" not in page
    followed_by_hand = re.findall(r'<a href="([^"]*)"', page)
    assert re.findall(r'src="([^"]*)"', page) == []
    assert set(re.findall(r'href="(?!#|data:,)([^"]*)"', page)) == set(followed_by_hand)
    assert " style=" not in page
    assert "@import" not in page
    assert "url(" not in page
    assert "\0" not in page


def test_page_and_policy_carry_one_nonce_which_differs_each_time(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    seen = set()
    client.get(f"/q/{made[1][0]}")
    for encoding in ("gzip", "identity", "gzip"):
        reply = client.get("/q", headers={"Accept-Encoding": encoding})
        page = gzip.decompress(reply.data).decode() if encoding == "gzip" else reply.text
        [style] = re.findall(r'<style nonce="([^"]+)"', page)
        assert f"'nonce-{style}'" in reply.headers["Content-Security-Policy"]
        seen |= {style, Fields(page).names["nonce"][0]}
    assert len(seen) == 6


def test_every_question_can_be_answered_without_a_script(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    fields = Fields(follow(client, made[1][0]).text)
    for question in ASKED.questions:
        offered = fields.names[f"a_{question.code}"]
        assert offered == ([c.code for c in question.choices] or [""])


def test_faults_keep_what_was_entered_and_are_listed(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    page = follow(client, made[1][0]).text
    form = typed("Chờ <lâu> & mệt", rating="2")
    del form["a_overall"]
    reply = send(client, page, form)
    assert reply.status_code == 422
    assert 'href="#q-a_overall"' in reply.text
    assert "Xin Ông/Bà trả lời câu hỏi này." in reply.text
    assert "Chờ &lt;lâu&gt; &amp; mệt" in reply.text
    fields = Fields(reply.text)
    assert fields.checked == {
        name: values[0] for name, values in form.items() if name != "a_comment"
    }
    assert fields.names["nonce"] == Fields(page).names["nonce"]
    assert boxes.tally(made[0].id) == boxes.Tally(0, 0, 0, 0)
    again = send(client, reply.text, typed())
    assert again.status_code == 303


def test_a_page_without_its_number_asks_to_send_once_more(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    follow(client, made[1][0])
    reply = client.post("/q", data={**typed(), "nonce": "made up"})
    assert reply.status_code == 422
    assert len(Fields(reply.text).checked) == len(typed())
    assert send(client, reply.text, typed()).status_code == 303


def test_a_used_slip_of_the_second_person_is_refused_kindly(
    app: Flask, client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    other = app.test_client()
    first, second = (follow(each, made[1][0]).text for each in (client, other))
    assert send(client, first, typed()).status_code == 303
    reply = send(other, second, typed())
    assert reply.status_code == replies.SHUT
    assert boxes.tally(made[0].id) == boxes.Tally(1, 1, 0, 0)


def test_before_the_opening_the_page_says_nothing_about_the_dossier(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    with writing() as session:
        session.get_one(Round, made[0].id).state = RoundState.DRAWN
    reply = follow(client, made[1][0])
    assert reply.status_code == replies.SHUT
    assert "not begun" in reply.text or "chưa" in reply.text
    assert "phường TB" not in reply.text
    assert "a_overall" not in reply.text


def test_the_language_can_be_chosen_and_stays(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    follow(client, made[1][0])
    page = client.get("/q?lang=en").text
    assert '<html lang="en">' in page
    assert ASKED.titles["en"] in page
    assert "Send my answers" in page
    faulty = send(client, page, {})
    assert "Please answer this question." in faulty.text
    reply = send(client, page, typed())
    assert reply.headers["Location"] == "/q/thanks?lang=en"
    assert ASKED.thanks["en"] in client.get("/q/thanks?lang=en").text
    assert '<html lang="vi">' in client.get("/q/thanks?lang=fr").text


def test_a_trial_run_is_marked_and_the_real_one_is_not(app: Flask, client: FlaskClient) -> None:
    for dry_run in (True, False):
        _, tokens = open_and_hand_out({"TB": {"land": 1}}, dry_run=dry_run)
        follow(client, tokens["TB/land"][0])
        assert ("TRIAL RUN" in client.get("/q?lang=en").text) is dry_run


def test_respondents_need_no_csrf_token_and_get_no_session(
    app: Flask, client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = follow(client, made[1][0])
    reply = send(client, page.text, typed())
    assert reply.status_code == 303
    assert "csrf" not in page.text
    names = {cookie.split("=")[0] for cookie in reply.headers.getlist("Set-Cookie")}
    assert names == {"khaosat_receipt"}


def test_without_a_receipt_the_thanks_page_leads_back(client: FlaskClient) -> None:
    for value in (None, "", "x", "A" * 12 + "\x00", "ABCDEFGHIJK1"):
        if value is not None:
            client.set_cookie("khaosat_receipt", value)
        assert client.get("/q/thanks").headers["Location"] == "/q"


@given(
    pieces=st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
    word=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
)
def test_a_spliced_page_is_the_same_packed_and_plain(pieces: list[str], word: str) -> None:
    page = Spliced("\0w\0".join(pieces), ("\0w\0",))
    expected = word.join(pieces).encode()
    assert page.plain({"\0w\0": word}) == expected
    assert gzip.decompress(page.gzipped({"\0w\0": word})) == expected
    assert zlib.decompress(page.gzipped({"\0w\0": word}), wbits=31) == expected
