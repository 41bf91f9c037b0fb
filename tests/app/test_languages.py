"""Every page of the demo speaks one language: that of the reader, but for the data it shows."""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, Text, select

from app.extensions import db
from app.models import Account, CriteriaSet
from app.services.criteria_sets import example
from app.services.demo.playing import Demo, play
from app.services.demo.surveying import PUBLIC_SOURCE
from app.vocabulary import Role
from app.web.templating import LANGUAGE
from surveys import instruments
from tests.app.test_pages_accessible import addresses
from tests.app.test_translations import catalogue, compiled, extracted  # noqa: F401  (fixtures)

# What both languages write alike, and names that are never translated.
OWN_NAMES = ("Khảo sát CCHC", "Tiếng Việt", "THỬ NGHIỆM", "Đồng Nai")
SPOKEN = ("aria-label", "title", "placeholder", "alt", "content")
SILENT = {"style", "script", "code"}
VOID = {"br", "hr", "img", "input", "link", "meta", "use", "path", "circle"}
BETWEEN = re.compile(r"[^\w\s/&-]+|\d+|\s-\s", re.UNICODE)

# Samples of every component: Vietnamese on purpose, for their marks.
SAMPLES = "/components"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One database is enough: words do not depend on it."""
    shutil.copy(sqlite_template, tmp_path / "khaosat.db")
    return ""


class Words(HTMLParser):
    """Collects what a page says: its texts, and the labels that only some readers meet."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in SPOKEN:
            if name in given and not (tag == "meta" and given.get("name") != "description"):
                self.keep(given[name])
        if tag not in VOID:
            # Words that name their own language are meant to stay as they are.
            self.open.append((tag, tag in SILENT or (tag != "html" and "lang" in given)))

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self.open):
            self.keep(data)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def keep(self, text: str) -> None:
        """Keep a text as it reads."""
        read = " ".join(text.split())
        self.said += [read] if read else []


def said(page: str) -> list[str]:
    return Words(page).said


@pytest.fixture
def played(app: Flask) -> Demo:
    return play(lambda *_: None)


def pages(app: Flask, browser: FlaskClient, language: str) -> Iterator[tuple[str, list[str]]]:
    """Open every page of the demo in a language."""
    browser.set_cookie(LANGUAGE, language)
    for address in addresses(app):
        if address == SAMPLES:
            continue
        reply = browser.get(address)
        if reply.mimetype == "text/html" and reply.status_code == 200:
            assert f'<html lang="{language}"' in reply.text, address
            yield address, said(reply.text)


def everybody(app: Flask, signed_in: Callable[..., FlaskClient]) -> list[FlaskClient]:
    """A visitor, and for each role somebody who holds it."""
    return [app.test_client(), *(signed_in(role) for role in Role)]


def data() -> str:
    """Everything that tables and shipped documents hold as text: data is not translated."""
    columns = [
        column
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String | Text)
    ]
    texts = [str(text) for column in columns for text in db.session.scalars(select(column)) if text]
    questionnaires = [
        wording
        for code in instruments.available()
        for wording in instruments.load(code).titles.values()
    ]
    factors = [
        title
        for code in instruments.available()
        for factor in instruments.load(code).factors
        for title in factor.titles.values()
    ]
    shipped = [example().decode(), PUBLIC_SOURCE, *OWN_NAMES, *questionnaires, *factors]
    return " \n ".join([*texts, *shipped]).casefold()


def vietnamese(text: str) -> bool:
    """Whether a text has letters that English does not."""
    spread = unicodedata.normalize("NFD", text)
    return bool(re.search("[đĐ]", text)) or any(unicodedata.combining(letter) for letter in spread)


def leaks(text: str, known: str) -> list[str]:
    """List the Vietnamese of a text, phrase by phrase, that no data holds."""
    found = []
    for phrase in BETWEEN.split(text):
        words = phrase.split()
        places = [place for place, word in enumerate(words) if vietnamese(word)]
        if places:
            found.append(" ".join(words[places[0] : places[-1] + 1]))
    return [phrase for phrase in found if phrase.casefold() not in known]


@pytest.mark.usefixtures("compiled")
def test_no_page_of_the_demo_shows_an_untranslated_text(
    app: Flask,
    signed_in: Callable[..., FlaskClient],
    played: Demo,
    catalogue: Catalog,  # noqa: F811  (the fixture)
) -> None:
    alike = {message.id for message in catalogue if message.id == message.string}
    marked = {form for forms in extracted() for form in forms if "%(" not in form} - alike
    found = {
        (address, text)
        for browser in everybody(app, signed_in)
        for address, texts in pages(app, browser, "vi")
        for text in texts
        if text in marked
    }
    assert found == set()


def test_no_vietnamese_but_data_stands_on_an_english_page(
    app: Flask, signed_in: Callable[..., FlaskClient], played: Demo
) -> None:
    browsers = everybody(app, signed_in)
    known = data()
    seen, found = 0, set()
    for browser in browsers:
        for address, texts in pages(app, browser, "en"):
            seen += 1
            found |= {(address, phrase) for text in texts for phrase in leaks(text, known)}
    assert seen > 60
    assert found == set()


def test_leaks_would_be_seen() -> None:
    known = "sở tài chính \n ủy ban"
    assert leaks("Sở Tài chính · 12 dossiers", known) == []
    assert leaks("Kết quả: Sở Tài chính", known) == ["Kết quả"]
    assert leaks("Account of Sở Tài chính", known) == []
    assert leaks("Đóng", known) == ["Đóng"]
    assert leaks("Published results", known) == []
    assert said('<p title="Tên">Một <b>hai</b><code>ba</code><i lang="vi">bốn</i></p>') == [
        *("Tên", "Một", "hai"),
    ]


def test_accounts_of_the_demo_and_its_criteria_are_data(app: Flask, played: Demo) -> None:
    known = data()
    assert db.session.scalars(select(Account.name)).first().casefold() in known
    assert db.session.scalars(select(CriteriaSet.document)).first()[:200].casefold() in known


@pytest.mark.parametrize("language", ["vi", "en"])
def test_choosing_a_language_keeps_the_page(
    app: Flask, signed_in: Callable[..., FlaskClient], played: Demo, language: str
) -> None:
    browser = signed_in(Role.COORDINATOR)
    for address in ("/rounds/1/estimates", "/rounds/1/plan?size=200&k=10", "/public/1"):
        page = browser.get(address).text
        back = re.search(r'name="back" value="([^"]*)"', page)[1].replace("&amp;", "&")
        reply = browser.post("/language", data={"language": language, "back": back})
        assert reply.headers["Location"] == address
        assert f'<html lang="{language}"' in browser.get(address).text
