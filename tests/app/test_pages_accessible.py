"""What every page owes to people who cannot see it, or see it on a small screen."""

import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services.demo.playing import play
from app.vocabulary import Role
from app.web.templating import LANGUAGE, moment
from surveys.answering import field_name
from surveys.links import new_token
from tests.app.round_factory import ASKED, filled, open_and_hand_out

VOID = {"br", "hr", "img", "input", "link", "meta"}
NAMED = {"a", "button", "summary", "h1", "h2", "h3", "legend", "label"}
SPOKEN = ("aria-label", "aria-labelledby", "title")
PLAIN = {"static", "health.live", "health.ready", "rounds.sample"}
FILES = (".csv", ".json")


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One database is enough: no page looks different on another."""
    shutil.copy(sqlite_template, tmp_path / "khaosat.db")
    return ""


class Reader(HTMLParser):
    """Reads a page as a screen reader meets it and notes what is missing."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str]] = []
        self.headings: list[int] = []
        self.faults: list[str] = []
        self.language = self.title = ""
        self.open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found[tag] += 1
        self.ids += [given["id"]] if "id" in given else []
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.references |= set(given.get(name, "").split())
        self.note(tag, given)
        if tag not in VOID:
            self.open.append((tag, given, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over the parts of a drawing, which hold nothing."""

    def note(self, tag: str, given: dict[str, str]) -> None:
        """Keep what the checks need."""
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img" and "alt" not in given:
            self.faults.append("a picture without words")
        if tag == "th" and "scope" not in given:
            self.faults.append("a heading cell without a direction")
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            inside = any(name == "label" for name, _, _ in self.open)
            self.controls.append({**given, "inside": "yes" if inside else ""})

    def handle_data(self, data: str) -> None:
        for _, _, words in self.open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, given, words = self.open.pop()
            text = "".join(words).strip()
            if name == "title":
                self.title = self.title or text
            if name in NAMED and not text and not any(given.get(key) for key in SPOKEN):
                self.faults.append(f"an empty <{name}>")
            if name == tag:
                break

    def all_faults(self) -> list[str]:
        """List everything that is wrong with the page."""
        twice = [name for name, times in Counter(self.ids).items() if times > 1]
        unnamed = [
            control.get("name", "?")
            for control in self.controls
            if not control["inside"]
            and control.get("id", "?") not in self.labelled
            and not any(control.get(key) for key in SPOKEN)
        ]
        steps = zip([0, *self.headings], self.headings, strict=False)
        checks = {
            "no language": self.language not in {"vi", "en"},
            "no title": len(self.title) < 3,
            "not one h1": self.found["h1"] != 1,
            "not one main": self.found["main"] != 1,
            "no header or footer": not (self.found["header"] and self.found["footer"]),
            f"ids twice: {twice}": bool(twice),
            f"no label: {unnamed}": bool(unnamed),
            f"points nowhere: {self.references - set(self.ids)}": not self.references
            <= set(self.ids),
            f"a level of headings is left out: {self.headings}": any(b > a + 1 for a, b in steps),
        }
        return self.faults + [fault for fault, wrong in checks.items() if wrong]


def faults(page: str) -> list[str]:
    """List what is wrong with a page."""
    return Reader(page).all_faults()


def addresses(app: Flask) -> list[str]:
    """List the address of every page, with 1 wherever a number is asked for."""
    return sorted(
        re.sub(r"<[^>]*:[^>]*>", "1", rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.endpoint not in PLAIN
        and not rule.rule.endswith(FILES)
        and "<token>" not in rule.rule
    )


def walk(app: Flask, browser: FlaskClient) -> tuple[list[str], dict[str, list[str]]]:
    """Open every page: those that were shown, and the faults of all by address."""
    shown, wrong = [], {}
    for address in addresses(app):
        reply = browser.get(address)
        if reply.mimetype != "text/html" or reply.status_code in {302, 303}:
            continue
        shown += [address] if reply.status_code == 200 else []
        wrong[address] = faults(reply.text)
    return shown, {address: found for address, found in wrong.items() if found}


def test_a_bad_page_has_its_faults_told():
    page = """<html><title></title><main><h1></h1><h3 id="a">Hai</h3><img src="x">
    <input id="a" name="q"><table><th>Một</th></table><p aria-labelledby="gone">Ba</p>
    <a href="/"></a></main></html>"""
    told = " ".join(faults(page))
    for part in ("language", "title", "header", "twice", "label", "nowhere", "left out"):
        assert part in told
    for part in ("picture", "direction", "empty <a>", "empty <h1>"):
        assert part in told
    assert "not one h1" not in told


def test_a_new_installation_greets_without_faults(app: Flask, client: FlaskClient):
    shown, wrong = walk(app, client)
    assert "/" in shown
    assert wrong == {}


def test_empty_pages_have_no_faults_for_any_role(app: Flask, signed_in):
    for role in Role:
        shown, wrong = walk(app, signed_in(role))
        assert len(shown) >= 8, role
        assert wrong == {}, role


def test_no_page_of_a_whole_round_has_faults_for_anybody(app: Flask, signed_in):
    play(lambda *_: None)
    shown, wrong = walk(app, app.test_client())
    assert {"/", "/public", "/public/1", "/public/draws/1", "/r", "/sign-in"} <= set(shown)
    assert wrong == {}
    for role in Role:
        shown, wrong = walk(app, signed_in(role))
        assert len(shown) >= 12, role
        assert wrong == {}, role


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/rounds", {"name": "", "year": "x"}),
        ("/index", {"name": ""}),
        ("/index/criteria-sets", {}),
        ("/units", {}),
        ("/r", {"code": "?"}),
    ],
)
def test_a_form_with_mistakes_has_no_faults_of_its_own(signed_in, address: str, form):
    browser = signed_in(*Role)
    reply = browser.post(address, data=form)
    assert reply.status_code in {200, 422}
    assert faults(reply.text) == []


def test_the_pages_of_a_respondent_have_no_faults(app: Flask, client: FlaskClient):
    _, tokens = open_and_hand_out({"TB": {"land": 12}}, dry_run=True)
    assert faults(client.get("/q").text) == []
    client.get(f"/q/{tokens['TB/land'][0]}")
    assert faults(client.get("/q").text) == []
    assert faults(client.get("/q?lang=en").text) == []
    reply = client.post("/q", data={"nonce": "x" * 22})
    assert reply.status_code == 422
    assert faults(reply.text) == []


def answered_but(count: int) -> dict[str, list[str]]:
    """Fill in the whole form but so many of its required questions."""
    required = [question for question in ASKED.questions if question.required]
    left_out = {field_name(question) for question in required[:count]}
    return {name: list(given) for name, given in filled().items() if name not in left_out}


@pytest.mark.parametrize(("count", "short"), [(4, False), (5, True)])
def test_many_open_questions_are_told_in_one_paragraph(
    client: FlaskClient, count: int, short: bool
):
    _, tokens = open_and_hand_out({"TB": {"land": 12}})
    client.get(f"/q/{tokens['TB/land'][0]}")
    nonce = {"nonce": [new_token()]}
    page = client.post("/q", data=answered_but(count) | nonce).text
    summary = page[page.index('id="sum"') : page.index("</section>")]
    links = re.findall(r'<a href="#(q-[^"]+)">([^<]+)</a>', summary)
    assert len(links) == count
    assert {target for target, _ in links} <= set(Reader(page).ids)
    assert ('<p class="few">' in summary) is short
    assert (links[0][1] == "Câu 1") is short
    assert faults(page) == []


@pytest.mark.parametrize("address", ["/rounds/1", "/rounds/1/slips", "/rounds/1/estimates"])
def test_every_page_of_a_round_stands_under_rounds(signed_in, address: str):
    open_and_hand_out({"TB": {"land": 12}})
    page = signed_in(Role.COORDINATOR).get(address).text
    assert set(re.findall(r'href="([^"]+)" aria-current="page"', page)) == {"/rounds"}


@pytest.mark.parametrize(("address", "here"), [("/public", ["/public"]), ("/r", ["/r"]), ("/", [])])
def test_a_public_page_tells_where_one_is(signed_in, client: FlaskClient, address: str, here):
    signed_in(Role.COORDINATOR)
    page = client.get(address).text
    assert sorted(set(re.findall(r'href="([^"]+)" aria-current="page"', page))) == here


@pytest.mark.parametrize("address", ["/r", "/units?page=2&x=a%26b"])
def test_a_language_is_chosen_on_the_page_one_reads(signed_in, address: str):
    browser = signed_in(Role.COORDINATOR)
    page = browser.get(address).text
    back = unescape(re.findall(r'name="back" value="([^"]*)"', page)[0])
    assert re.search(r'value="vi" lang="vi" aria-pressed="true"', page)
    reply = browser.post("/language", data={"language": "en", "back": back})
    assert reply.headers["Location"] == address
    english = browser.get(address).text
    assert '<html lang="en">' in english
    assert re.search(r'value="en" lang="en" aria-pressed="true"', english)


def test_a_language_can_be_chosen_without_a_token(app: Flask, client: FlaskClient):
    app.config["WTF_CSRF_ENABLED"] = True
    reply = client.post("/language", data={"language": "en", "back": "/r"})
    assert (reply.status_code, reply.headers["Location"]) == (302, "/r")
    assert [cookie.split("=")[0] for cookie in reply.headers.getlist("Set-Cookie")] == [LANGUAGE]


@pytest.mark.parametrize("address", ["/", "/public", "/r", "/nothing-here"])
def test_a_public_page_leaves_no_cookie(app: Flask, signed_in, client: FlaskClient, address: str):
    signed_in(Role.COORDINATOR)
    app.config["WTF_CSRF_ENABLED"] = True
    assert "Set-Cookie" not in client.get(address).headers


def test_an_instant_stays_on_one_line(app: Flask):
    with app.test_request_context():
        assert moment(datetime(2026, 11, 23, 4, 25, tzinfo=UTC)) == "23/11/2026\N{NBSP}11:25"
