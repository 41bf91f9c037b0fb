"""The pages of respondents in Khmer: a draft, and nothing of another language between."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po
from flask import Flask

from surveys import instruments
from tests.app.respondent import Fields
from tests.app.round_factory import open_and_hand_out
from tests.app.test_translations import PLACEHOLDER, ROOT, forms, placeholders

CATALOGUE = ROOT / "app/translations/km/LC_MESSAGES/messages.po"
TEMPLATES = ROOT / "app/templates"
SHOWN = (
    *sorted((TEMPLATES / "respond").glob("*.html")),
    *sorted((TEMPLATES / "door").glob("*.html")),
    *sorted((TEMPLATES / "kiosk").glob("*.html")),
    TEMPLATES / "layouts/respond.html",
    TEMPLATES / "macros/respond.html",
    TEMPLATES / "macros/trial.html",
)


def texts_of(path: Path, method: str) -> set[tuple[str, ...]]:
    keywords = DEFAULT_KEYWORDS | {"N_": None}
    return {forms(text) for _, text, _, _ in extract_from_file(method, path, keywords)}


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as opened:
        return read_po(opened)


def test_every_text_that_a_respondent_sees_is_there_in_khmer() -> None:
    marked = texts_of(ROOT / "app/protection.py", "python").union(
        texts_of(ROOT / "app/web/kiosk/entrance.py", "python"),
        *(texts_of(path, "jinja2") for path in SHOWN),
    )
    kept = {forms(message.id) for message in catalogue() if message.id}
    assert len(marked) > 60
    assert sorted(marked - kept) == []
    assert sorted(kept - marked) == []


def test_placeholders_stay_as_they_are() -> None:
    assert PLACEHOLDER.findall("%(num)s") == ["%(num)s"]
    for message in catalogue():
        if message.id:
            wanted = placeholders(forms(message.id)[-1])
            assert all(text and placeholders(text) == wanted for text in forms(message.string))


def test_a_form_in_khmer_says_that_it_is_a_draft_and_its_buttons_speak_khmer(app: Flask) -> None:
    asked = instruments.load("counter_rating")
    _, tokens = open_and_hand_out({"TB": {"land": 1}}, asked=asked)
    client = app.test_client()
    client.get(f"/q/{tokens['TB/land'][0]}")
    khmer, vietnamese = client.get("/q?lang=km").text, client.get("/q?lang=vi").text
    draft = catalogue().get(
        "This translation was made by a machine and still has to be checked by a speaker "
        "of the language."
    )
    assert draft is not None
    assert str(draft.string) in khmer
    assert '<html lang="km"' in khmer
    assert "ផ្ញើចម្លើយ" in khmer
    assert str(draft.string) not in vietnamese
    assert Fields(khmer).names.keys() == Fields(vietnamese).names.keys()


def test_who_answered_in_khmer_is_thanked_in_khmer(app: Flask) -> None:
    client = app.test_client()
    assert '<html lang="km"' in client.get("/q?lang=km").text
