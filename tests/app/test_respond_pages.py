import gzip
import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.database import writing
from app.extensions import Model, db
from app.models import Round
from app.queries import boxes
from app.services import inviting
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from app.web import respond
from app.web.splicing import Spliced
from surveys.links import new_token, read_receipt
from tests.app.round_factory import ASKED, MadeRound, filled, open_and_hand_out

BUDGET = 15 * 1024


@pytest.fixture
def app(app: Flask) -> Flask:
    if "respond" not in app.blueprints:
        app.register_blueprint(respond.blueprint)
    return app


@pytest.fixture
def made(app: Flask) -> tuple[MadeRound, list[str]]:
    found, tokens = open_and_hand_out({"TB": {"land": 4}})
    db.session.rollback()
    return found, tokens["TB/land"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def typed(comment: str | None = None, **chosen: Any) -> dict[str, list[str]]:
    """The form of somebody who answers everything, as the test client takes it."""
    return {name: list(values) for name, values in filled(comment, **chosen).items()}


def follow(client: FlaskClient, token: str) -> Any:
    reply = client.get(f"/q/{token}")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q")
    return client.get("/q")


class Fields(HTMLParser):
    """What a browser without JavaScript would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: dict[str, list[str]] = {}
        self.checked: dict[str, str] = {}
        self.action = ""
        self.method = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action, self.method = found["action"] or "", found["method"] or ""
        if tag in {"input", "textarea"} and found.get("name"):
            name, value = found["name"] or "", found.get("value") or ""
            self.names.setdefault(name, []).append(value)
            if "checked" in found:
                self.checked[name] = value


def send(client: FlaskClient, page: str, form: dict[str, Any], **headers: str) -> Any:
    fields = Fields(page)
    assert fields.method == "post"
    data = {"nonce": fields.names["nonce"][0], **form}
    return client.post(fields.action, data=data, headers=headers)


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
        receipts.add(re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", client.get("/q/thanks").text)[0])
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
    assert re.findall(r'(?:src|href)="(?!#|data:,|/q\?lang=)([^"]*)"', page) == []
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
    assert fields.checked == {name: values[0] for name, values in form.items() if name != "a_comment"}
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


def blurred(page: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", page)


def test_unknown_voided_used_and_closed_look_exactly_alike(
    app: Flask, client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    used, voided = made[1][0], made[1][1]
    send(client, follow(client, used).text, typed())
    inviting.issue_slips(SYSTEM, made[0].id)
    other, tokens = open_and_hand_out({"LB": {"land": 2}})
    with writing() as session:
        session.get_one(Round, other.id).state = RoundState.CLOSED
    seen = set()
    for token in (used, voided, new_token(), "malformed", tokens["LB/land"][0]):
        visitor = app.test_client()
        reply = follow(visitor, token)
        posted = visitor.post("/q", data={**typed(), "nonce": new_token()})
        seen |= {(r.status_code, blurred(r.text)) for r in (reply, posted)}
    bare = app.test_client().get("/q")
    seen.add((bare.status_code, blurred(bare.text)))
    assert len(seen) == 1


def test_a_used_slip_of_the_second_person_is_refused_kindly(
    app: Flask, client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    other = app.test_client()
    first, second = (follow(each, made[1][0]).text for each in (client, other))
    assert send(client, first, typed()).status_code == 303
    reply = send(other, second, typed())
    assert reply.status_code == respond.SHUT
    assert boxes.tally(made[0].id) == boxes.Tally(1, 1, 0, 0)


def test_before_the_opening_the_page_says_nothing_about_the_dossier(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    with writing() as session:
        session.get_one(Round, made[0].id).state = RoundState.DRAWN
    reply = follow(client, made[1][0])
    assert reply.status_code == respond.SHUT
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


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
    ],
)
def test_a_form_of_another_site_is_refused_kindly(
    client: FlaskClient,
    made: tuple[MadeRound, list[str]],
    headers: dict[str, str],
    status: int,
) -> None:
    page = follow(client, made[1][0]).text
    reply = send(client, page, typed(), **headers)
    assert reply.status_code == status
    spent = int(status == 303)
    assert boxes.tally(made[0].id) == boxes.Tally(spent, spent, 0, 0)


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


def malformed() -> Iterator[dict[str, Any]]:
    """A hundred kinds of forms that no browser sends."""
    whole = {**{name: values[0] for name, values in typed().items()}}
    for name in whole:
        yield {"data": {key: value for key, value in whole.items() if key != name}}
        yield {"data": {**whole, name: [whole[name], "5"]}}
        yield {"data": {**whole, name: "\0"}}
        yield {"data": {**whole, name: "9" * 5000}}
        yield {"data": {**whole, name: "‮💥" * 50}}
    for raw in (b"", b"=", b"&&&&", b"%", b"%ff=%ff", b"a_overall=%00", b"\xff\xfe\0", b"a" * 200_000):
        for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain"):
            yield {"data": raw, "content_type": kind}
    boundary = "multipart/form-data; boundary=x"
    part = b'--x\r\nContent-Disposition: form-data; name="a_overall"\r\n\r\n4\r\n'
    yield {"data": part * 3000, "content_type": boundary}
    yield {"data": part + b"--x--", "content_type": boundary}
    yield {"data": part[:-5], "content_type": boundary}
    yield {"data": b'--x\r\nContent-Disposition: form-data; name="a_overall"; filename="f"\r\n\r\n4\r\n--x--', "content_type": boundary}
    yield {"data": b"{}", "content_type": "application/json"}
    yield {"data": b"a=1&" * 5000, "content_type": "application/x-www-form-urlencoded"}
    yield {"data": {**whole, "a_comment": "x" * 120_000}}
    yield {"data": {f"a_{at}": "1" for at in range(2000)}}
    yield {"data": whole, "headers": {"Content-Length": "5"}}
    yield {"data": whole, "query_string": "lang=%00&lang=" + "x" * 3000}
    yield {"data": whole, "headers": {"Cookie": "khaosat_ticket=" + "A" * 4000}}
    yield {"data": whole, "headers": {"Origin": "http://[bad"}}


def test_malformed_posts_are_refused_without_an_error_of_ours(
    client: FlaskClient, made: tuple[MadeRound, list[str]]
) -> None:
    client.get(f"/q/{made[1][0]}")
    forms = list(malformed())
    assert len(forms) >= 100
    statuses = [client.post("/q", **form).status_code for form in forms]
    assert {status // 100 for status in statuses} == {4}
    assert boxes.tally(made[0].id) == boxes.Tally(0, 0, 0, 0)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from([f"a_{question.code}" for question in ASKED.questions] + ["nonce", "x"]),
        st.lists(st.text(max_size=300), max_size=3),
    )
)
def test_no_form_at_all_makes_an_error_of_ours(
    client: FlaskClient, made: tuple[MadeRound, list[str]], form: dict[str, list[str]]
) -> None:
    client.get(f"/q/{made[1][0]}")
    assert client.post("/q", data=form).status_code == 422


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
