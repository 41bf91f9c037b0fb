"""The Vietnamese catalogue: complete, exact, and the one in which pages are shown."""

import os
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from app.web.templating import LANGUAGE

Words = tuple[str, ...]

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "app/translations/vi/LC_MESSAGES/messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None}
# Templates format every text: a percent sign too many or too few breaks the page.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%")


def forms(text: str | list[str] | Words) -> Words:
    """Return a text, or the forms of a plural, as a tuple."""
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> Counter[str]:
    """Count what must stay as it is while the words around it change."""
    return Counter(PLACEHOLDER.findall(text))


def of_the_site(directory: str) -> bool:
    """Whether a directory can hold texts of the site; keeps out the environment and build trees."""
    return ROOT / "app" in (Path(directory), *Path(directory).parents)


def extracted() -> set[Words]:
    """Return all texts that templates and code mark for translation."""
    with (ROOT / "babel.cfg").open() as opened:
        methods, options = parse_mapping_cfg(opened)
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=of_the_site)
    return {forms(text) for _, _, text, _, _ in found}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The catalogue as it is kept."""
    with CATALOGUE.open("rb") as opened:
        return read_po(opened)


@pytest.fixture(scope="module")
def messages(catalogue: Catalog) -> list[Message]:
    """Its messages without the header."""
    return [message for message in catalogue if message.id]


@pytest.fixture
def compiled(catalogue: Catalog) -> None:
    """Compile the catalogue as make does, unless what lies there is as new."""
    binary = CATALOGUE.with_suffix(".mo")
    if not binary.exists() or binary.stat().st_mtime < CATALOGUE.stat().st_mtime:
        unfinished = binary.with_name(f"messages.{os.getpid()}.mo")
        with unfinished.open("wb") as opened:
            write_mo(opened, catalogue)
        unfinished.replace(binary)


def test_every_text_of_the_site_is_in_the_catalogue_and_nothing_else(
    messages: list[Message],
) -> None:
    marked = extracted()
    kept = {forms(message.id) for message in messages}
    assert len(marked) > 400
    assert sorted(marked - kept) == [], "run pybabel extract and update, then translate"
    assert sorted(kept - marked) == [], "no page shows these any more"


def test_nothing_is_kept_for_later(catalogue: Catalog) -> None:
    assert not catalogue.obsolete


def test_every_message_is_translated_and_settled(messages: list[Message]) -> None:
    assert [m.id for m in messages if m.fuzzy] == []
    assert [m.id for m in messages if not all(text.strip() for text in forms(m.string))] == []


def test_vietnamese_has_one_form_of_a_plural(catalogue: Catalog, messages: list[Message]) -> None:
    assert catalogue.num_plurals == 1
    assert [m.id for m in messages if len(forms(m.string)) != 1] == []


def test_placeholders_and_percent_signs_stay_as_they_are(messages: list[Message]) -> None:
    changed = [
        (message.id, text)
        for message in messages
        for text in forms(message.string)
        if placeholders(text) != placeholders(forms(message.id)[-1])
    ]
    assert changed == []


def test_the_file_is_in_composed_unicode() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_messages_are_sorted_so_that_changes_stay_small(messages: list[Message]) -> None:
    ids = [forms(message.id) for message in messages]
    assert ids == sorted(ids)
    assert not any(message.locations for message in messages)


@pytest.mark.usefixtures("compiled")
def test_a_visitor_reads_vietnamese_unless_they_chose_english(client: FlaskClient) -> None:
    vietnamese = client.get("/sign-in").text
    assert "<h1>Đăng nhập</h1>" in vietnamese
    assert '<html lang="vi">' in vietnamese
    client.set_cookie(LANGUAGE, "en")
    english = client.get("/sign-in").text
    assert "<h1>Sign in</h1>" in english
    assert '<html lang="en">' in english


@pytest.mark.usefixtures("compiled")
def test_an_error_speaks_the_language_of_the_page(client: FlaskClient) -> None:
    reply = client.get("/nope")
    assert reply.status_code == 404
    assert "Không tìm thấy" in reply.text
    assert "Not found" not in reply.text


@pytest.mark.usefixtures("compiled")
def test_plurals_of_templates_find_their_one_form(app: Flask) -> None:
    shown = app.jinja_env.from_string('{{ ngettext("%(num)s unit", "%(num)s units", number) }}')
    with app.test_request_context():
        assert [shown.render(number=n) for n in (1, 2)] == ["1 đơn vị", "2 đơn vị"]
