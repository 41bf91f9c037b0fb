"""What every page and every form owes to those who use them."""

import hashlib
import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.models import Round
from app.queries import people
from app.vocabulary import Role
from app.web import access
from tests.app.respondent import Fields
from tests.app.round_factory import open_and_hand_out
from tests.factories import PASSWORD, account, dong_nai

PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
# Taken without a session: respondents have none, and a language is nobody's secret.
OPEN = {"respond", "door", "receipts", "language", "api", "screens.enrol", "typed_code", "kiosk"}
# A preview of a questionnaire is a respondent's page, which has no token; it stores nothing.
OPEN.add("questionnaires.fill")


def addresses(app: Flask, method: str) -> list[tuple[str, str]]:
    """List the addresses that take a method, their places filled with 1."""
    return [
        (re.sub(r"<[^>]+>", "1", rule.rule), rule.endpoint)
        for rule in app.url_map.iter_rules()
        if method in rule.methods and rule.endpoint != "static"
    ]


def state() -> dict[str, str]:
    """Give the hash of each table's content."""
    db.session.remove()
    with db.engine.connect() as connection:
        names = sorted(set(inspect(connection).get_table_names()) - {"sign_in"})
        return {
            name: hashlib.sha256(
                repr(sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}"))))).encode()
            ).hexdigest()
            for name in names
        }


@pytest.mark.parametrize("role", [None, *Role])
def test_looking_changes_nothing(app: Flask, signed_in, role: Role | None) -> None:
    dong_nai()
    made, tokens = open_and_hand_out({"TB": {"land": 2}})
    found = db.session.get_one(Round, made.id)
    found.plan = {"size": 2, "minimum": 0, "deviations": {}, "expected_response": 0.3, **found.plan}
    db.session.commit()
    browser = signed_in(role) if role else app.test_client()
    before = state()
    assert len(before) > 15
    for address, _ in addresses(app, "GET"):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert browser.open(address, method=method).status_code < 500, address
    browser.get(f"/q/{tokens['TB/land'][0]}")
    browser.head("/q")
    browser.get("/q?lang=en")
    assert state() == before


@pytest.fixture
def strict(app: Flask) -> Flask:
    """The application with its forms protected, as it really runs."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_no_form_of_staff_is_taken_without_its_token(strict: Flask, signed_in) -> None:
    strict.config["WTF_CSRF_ENABLED"] = False
    browsers = [signed_in(*Role), strict.test_client()]
    strict.config["WTF_CSRF_ENABLED"] = True
    before = state()
    checked = 0
    for address, endpoint in addresses(strict, "POST"):
        if {endpoint, endpoint.split(".")[0]} & OPEN:
            continue
        for browser in browsers:
            for form in ({}, {"csrf_token": "x"}):
                reply = browser.post(address, data=form)
                refused = reply.status_code in {400, 403} or reply.headers.get(
                    "Location", ""
                ).startswith("/sign-in")
                assert refused, (address, reply.status_code)
                checked += 1
    assert checked > 40
    assert state() == before


def test_every_reply_of_every_address_is_protected(app: Flask, signed_in) -> None:
    for browser in (signed_in(*Role), app.test_client()):
        for address in ("/nowhere", "/static/nothing.css", *dict(addresses(app, "GET"))):
            for method in ("GET", "DELETE"):
                _protected(browser.open(address, method=method), address)
    _protected(app.test_client().get("/static/" + _some_static(app)), "static")


def _protected(reply, address: str) -> None:
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"], address
    assert "unsafe" not in reply.headers["Content-Security-Policy"], address
    assert reply.headers["X-Content-Type-Options"] == "nosniff", address
    assert reply.headers["Referrer-Policy"] == "no-referrer", address
    assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin", address
    for cookie in reply.headers.getlist("Set-Cookie"):
        assert "SameSite=Lax" in cookie, (address, cookie)


def _some_static(app: Flask) -> str:
    folder = Path(app.static_folder or "")
    return next(path for path in folder.rglob("*.css")).relative_to(folder).as_posix()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_behind_a_proxy_with_https_staff_can_work(app: Flask, tmp_path: Path) -> None:
    person = account(Role.ADMINISTRATOR)
    _, tokens = open_and_hand_out({"TB": {"land": 1}})
    settings = {
        "KHAOSAT_HOME": str(tmp_path),
        "KHAOSAT_SECRET_KEY": "k" * 40,
        "KHAOSAT_PUBLIC_URL": "https://khaosat.example",
        "KHAOSAT_TRUSTED_PROXIES": "1",
    }
    site = create_app(read_settings(settings))
    browser = site.test_client()
    proxied = {
        "base_url": "https://khaosat.example",
        "headers": {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"},
    }
    page = browser.get("/sign-in", **proxied)
    form = {"email": person.email, "password": PASSWORD}
    token = Fields(page.text).names["csrf_token"][0]
    reply = browser.post("/sign-in", data={**form, "csrf_token": token}, **proxied)
    assert (reply.status_code, reply.headers["Location"]) == (302, "/")
    assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]
    cookies = [*reply.headers.getlist("Set-Cookie")]
    cookies += browser.get(f"/q/{tokens['TB/land'][0]}", **proxied).headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-khaosat"), cookie
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    token = Fields(browser.get("/units", **proxied).text).names["csrf_token"][0]
    assert browser.post("/units/shipped", **proxied).status_code == 400
    done = browser.post("/units/shipped", data={"csrf_token": token}, **proxied)
    assert done.headers["Location"] == "/units"
    with site.app_context():
        db.engine.dispose()


def test_a_session_known_before_signing_in_is_worth_nothing_after(app: Flask) -> None:
    person = account(Role.COORDINATOR)
    browser = app.test_client()
    form = {"email": person.email, "password": PASSWORD}
    browser.post("/sign-in", data={**form, "password": "x" * 15})
    planted = browser.get_cookie("khaosat")
    browser.post("/sign-in", data=form)
    first = browser.get_cookie("khaosat")
    browser.post("/sign-in", data=form)
    second = browser.get_cookie("khaosat")
    assert len({planted.value, first.value, second.value}) == 3
    thief = app.test_client()
    for old in (planted, first):
        thief.set_cookie("khaosat", old.value)
        assert thief.get("/rounds").status_code == 302
    assert browser.get("/rounds").status_code == 200


def test_a_disabled_account_is_out_at_once(app: Flask, signed_in) -> None:
    browser = signed_in(Role.COORDINATOR, email="a@dongnai.gov.vn")
    assert browser.get("/rounds").status_code == 200
    found = people.account_by_email("a@dongnai.gov.vn")
    assert found
    found.active = False
    db.session.commit()
    assert browser.get("/rounds").status_code == 302
    assert browser.post("/rounds", data={"name": "x"}).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_no_redirect_leads_away(app: Flask, target: str) -> None:
    person = account(Role.COORDINATOR)
    form = {"email": person.email, "password": PASSWORD}
    browser = app.test_client()
    signed = browser.post("/sign-in", query_string={"next": target}, data=form)
    chosen = browser.post("/language", data={"language": "en", "back": target})
    for reply in (signed, chosen):
        assert reply.status_code == 302
        assert re.match(r"/(?![/\\])[\x21-\x7e]*$", reply.headers["Location"]), reply.headers


def test_the_host_that_is_asked_for_appears_nowhere(app: Flask, signed_in) -> None:
    browser = signed_in(*Role)
    for address, endpoint in addresses(app, "GET"):
        reply = browser.get(address, headers={"Host": "evil.example"})
        assert "evil.example" not in reply.text, endpoint
        assert "evil.example" not in str(reply.headers), endpoint


@pytest.mark.parametrize(("address", "most"), [("/units", 64), ("/rounds/1/frame", 66)])
def test_a_file_above_the_limit_is_refused_with_a_page(
    signed_in, monkeypatch, address: str, most: int
) -> None:
    """A list of dossiers may be larger than anything else, here by less than for real."""
    monkeypatch.setattr(access, "LARGEST_FILE", 66 * 1024 * 1024)
    browser = signed_in(*Role)
    for size, refused in ((most - 1, False), (most, True)):
        large = (io.BytesIO(bytes(size * 1024 * 1024)), "large.xlsx")
        reply = browser.post(address, data={"file": large})
        assert (reply.status_code == 413) is refused
    assert f" {most} MB" in reply.text


def test_a_stranger_cannot_make_us_read_a_large_body(app: Flask, client: FlaskClient) -> None:
    large = (io.BytesIO(bytes(1024 * 1024)), "large.xlsx")
    assert client.post("/sign-in", data={"file": large}).status_code == 413
    app.config["WTF_CSRF_ENABLED"] = True
    unread = io.BytesIO(bytes(1024 * 1024))
    reply = client.post("/units", input_stream=unread, content_length=1024 * 1024)
    assert (reply.status_code, unread.tell()) == (302, 0)


def test_a_database_that_is_away_is_told_as_busy(app: Flask, client: FlaskClient) -> None:
    def away() -> str:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    app.add_url_rule("/away", "away", access.anyone(away))
    reply = client.get("/away")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "30")
    assert "locked" not in reply.text


def test_hostile_names_are_shown_as_text(app: Flask, signed_in) -> None:
    browser = signed_in(*Role)
    dong_nai()
    made, tokens = open_and_hand_out({"TB": {"land": 1}}, name=PAYLOAD)
    db.session.execute(text("UPDATE unit SET name = :name"), {"name": PAYLOAD})
    db.session.execute(text("UPDATE frame SET filename = :name"), {"name": PAYLOAD})
    db.session.execute(
        text("INSERT INTO comment (id, round_id, unit_id, body) VALUES ('a', :r, :u, :body)"),
        {"r": made.id, "u": made.units["TB"], "body": PAYLOAD},
    )
    db.session.commit()
    csv = f"code,name,level,kind\n1,{PAYLOAD.replace(chr(34), '')},{PAYLOAD[:25]},x\n"
    replies = [browser.get(address) for address, _ in addresses(app, "GET")]
    pages = [reply.text for reply in replies if reply.mimetype == "text/html"]
    pages.append(browser.post("/units", data={"file": (io.BytesIO(csv.encode()), PAYLOAD)}).text)
    browser.get(f"/q/{tokens['TB/land'][0]}")
    pages.append(browser.get("/q").text)
    pages.append(browser.post("/q", data={"a_comment": PAYLOAD, "nonce": "x"}).text)
    pages.append(browser.post("/r", data={"code": PAYLOAD}).text)
    assert sum("&lt;script&gt;" in page for page in pages) >= 5
    for page in pages:
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"x onerror=alert\(1\)&gt;(\S{2})", page)
