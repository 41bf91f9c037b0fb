"""A preview shows the respondent's very pages, and leaves no trace of what was entered."""

import ast
import hashlib
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.services import questionnaires, rounds
from app.services.recording import SYSTEM
from app.vocabulary import Role
from app.web.questionnaires import preview
from surveys import instruments
from surveys.answering import field_name, to_form
from surveys.coding import codebook, coded
from surveys.paging import pages
from surveys.questionnaire import Questionnaire
from tests.app.round_factory import ASKED, answers, make_round, open_and_hand_out
from tests.app.test_questionnaire_pages import EXAMPLE, own
from tests.questionnaires.small import asked as small_question, document

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
ACTION = re.compile(r'<form method="post" action="([^"]+)"')
# What a request by a signed-in person always touches: when their session was last seen.
SESSIONS = {"sign_in"}


@pytest.fixture
def browser(app: Flask, signed_in) -> FlaskClient:
    made = signed_in(Role.COORDINATOR)
    made.set_cookie("khaosat_language", "en")
    return made


def state_of_tables() -> dict[str, str]:
    """Every row of every table, as a hash."""
    db.session.rollback()
    found = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            rows = sorted(map(repr, connection.execute(table.select())))
            told = [str(len(rows))] if table.name in SESSIONS else rows
            found[table.name] = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return found


def hidden(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))


def whole(rating: str, comment: str) -> dict[str, list[str]]:
    """Fill in the form of one page."""
    fields = to_form(ASKED, answers(rating), comment)
    return {name: list(values) for name, values in fields.items()}


def action(page: str) -> str:
    return ACTION.search(page)[1].replace("&amp;", "&")


def test_a_preview_of_one_page_shows_what_would_be_stored(browser):
    page = browser.get("/questionnaires/citizen_satisfaction/preview").text
    assert "Preview: answers are not stored" in page
    form = hidden(page) | whole("4", "Cảm ơn cán bộ")
    end = browser.post(action(page), data=form)
    assert end.status_code == 200
    row = coded(ASKED, answers("4"))
    cells = re.findall(r'<code>(\w+)</code>.*?data-label="Value">([^<]*)<', end.text, re.S)
    shown = {name: "" if value is None else preview.written(value) for name, value in row.items()}
    assert {name: value.replace("–", "") for name, value in cells} == shown
    assert [name for name, _ in cells] == [column.name for column in codebook(ASKED)]
    assert "Cảm ơn cán bộ" in end.text


@pytest.mark.parametrize("code", instruments.available())
def test_every_page_of_a_shipped_one_can_be_gone_through(browser, code: str):
    asked = instruments.load(code)
    page = browser.get(f"/questionnaires/{code}/preview").text
    for _ in range(len(pages(asked)) + 1):
        form = hidden(page) | first_options(asked, page)
        reply = browser.post(action(page), data=form)
        assert reply.status_code == 200, reply.text
        page = reply.text
        if 'id="stored"' in page:
            break
        assert "Preview: answers are not stored" in page
    assert 'id="stored"' in page


def first_options(asked: Questionnaire, page: str) -> dict[str, str]:
    """Answer what the page asks by the first option, and write as little as is taken."""
    here = [question for question in asked.questions if f'name="{field_name(question)}"' in page]
    typed = {"number": "1", "date": "2026-01-02"}
    return {
        field_name(question): question.choices[0].code
        if question.choices
        else typed.get(question.kind, "a")
        for question in here
        if question.required
    }


def test_what_is_missing_is_asked_for_as_of_a_respondent(browser):
    page = browser.get("/questionnaires/citizen_satisfaction/preview").text
    reply = browser.post(action(page), data=hidden(page))
    assert reply.status_code == 422
    assert "questions need your attention" in reply.text
    assert "Preview: answers are not stored" in reply.text


def test_a_preview_is_the_respondents_page_but_for_banner_and_address(browser, client):
    made, tokens = open_and_hand_out({"TB": {"land": 1}})
    client.get(f"/q/{tokens['TB/land'][0]}")
    real = client.get("/q?lang=vi").text
    seen = browser.get(f"/questionnaires/round-{made.id}/preview?lang=vi").text
    assert plain(seen) == plain(real)


def plain(page: str) -> str:
    """Leave out what differs from one form to the next, and what a preview adds."""
    page = re.sub(r'<section class="trial-run".*?</section>', "", page, flags=re.S)
    page = re.sub(r'(nonce|value|action|href)="[^"]*"', r"\1", page)
    return re.sub(r"<strong>[^<]*</strong>|\s+", "", page)


@pytest.mark.parametrize("language", ["vi", "en", "km"])
def test_every_language_can_be_looked_at(browser, language: str):
    page = browser.get(f"/questionnaires/counter_rating/preview?lang={language}").text
    assert instruments.load("counter_rating").titles[language] in page
    assert f'<html lang="{language}">' in page


def test_the_width_of_a_phone_goes_along_from_page_to_page(browser):
    page = browser.get(f"/questionnaires/{own()}/preview?phone=1&lang=en").text
    assert "width:22.5rem" in page
    assert ".wide{display:flex" not in page
    assert "phone=1" in action(page)
    wide = browser.get("/questionnaires/counter_rating/preview").text
    assert "width:22.5rem" not in wide
    assert ".wide{display:flex" in wide


def test_conditions_and_going_back_work_without_a_script(browser):
    page = browser.get(f"/questionnaires/{own()}/preview?lang=en").text
    form = hidden(page) | {"a_cach_nop": "truc_tuyen", "a_tre_hen": "yes"}
    page = browser.post(action(page), data=form).text
    assert "How many days late?" in page
    page = browser.post(action(page), data=hidden(page) | {"back": "1"}).text
    assert 'value="truc_tuyen" checked' in page
    form = {"a_cach_nop": "truc_tuyen", "a_tre_hen": "no"}
    page = browser.post(action(page), data=hidden(page) | form).text
    assert "That was all. Thank you." in page
    page = browser.post(action(page), data=hidden(page)).text
    assert 'id="stored"' in page
    assert re.search(r'<code>so_ngay</code>.*?data-label="Value">–<', page, re.S)


def test_no_table_changes_whatever_is_sent(browser):
    made, tokens = open_and_hand_out({"TB": {"land": 3}})
    number = own()
    drawn = make_round({"TB": {"land": 2}}, name="Đợt 2")
    keys = ["citizen_satisfaction", "citizen_five_factors", str(number)]
    keys += [f"round-{made.id}", f"round-{drawn.id}"]
    browser.get("/questionnaires")
    before = state_of_tables()
    assert len(before) > 50
    for key in keys:
        page = browser.get(f"/questionnaires/{key}/preview").text
        all_fields = whole("5", "Góp ý")
        for form in (
            {},
            hidden(page),
            hidden(page) | all_fields,
            hidden(page) | all_fields,
            hidden(page) | {"a_cach_nop": "truc_tuyen", "a_tre_hen": "no"},
            all_fields | {"nonce": tokens["TB/land"][0], "token": tokens["TB/land"][0]},
        ):
            assert browser.post(f"/questionnaires/{key}/preview", data=form).status_code < 500
    assert state_of_tables() == before


def test_a_change_of_a_table_would_be_seen(app: Flask):
    before = state_of_tables()
    rounds.create_round(SYSTEM, "Quý III", 2026, False)
    after = state_of_tables()
    assert {name for name in before if before[name] != after[name]} >= {"round", "log_entry"}


def test_answers_of_a_preview_open_in_no_real_form(browser, client):
    number = own()
    asked_by = rounds.create_round(SYSTEM, "Quý III", 2026, False, "vi_du@1")
    assert asked_by
    page = browser.get(f"/questionnaires/{number}/preview?lang=en").text
    form = hidden(page) | {"a_cach_nop": "truc_tiep", "a_tre_hen": "no"}
    carried = hidden(browser.post(action(page), data=form).text)
    assert carried["so_far"]
    real = preview.turned(
        questionnaires.readable(json.dumps(EXAMPLE).encode()),
        preview.site.the_subject(str(number)).hash,
        {name: [value] for name, value in carried.items()},
        carried["nonce"],
    )
    assert real.answers == {}


def test_the_preview_calls_no_service():
    tree = ast.parse(Path(preview.__file__).read_text())
    imported = {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    assert not {name for name in imported if name.startswith(("app.services", "app.models"))}


def test_a_form_from_elsewhere_is_refused(browser):
    reply = browser.post(
        "/questionnaires/citizen_satisfaction/preview", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert reply.status_code == 403


def test_a_preview_needs_no_token_against_forgery_while_uploads_do(app: Flask, browser):
    app.config["WTF_CSRF_ENABLED"] = True
    preview_reply = browser.post("/questionnaires/citizen_satisfaction/preview", data={})
    assert preview_reply.status_code == 422
    assert browser.post("/questionnaires", data={}).status_code == 400


def test_a_form_without_questions_on_its_last_page_ends_too(browser):
    small = document(small_question("information", "read"), small_question("yes_no"))
    number = own({**small, "code": "nho"})
    page = browser.get(f"/questionnaires/{number}/preview").text
    end = browser.post(action(page), data=hidden(page)).text
    assert 'id="stored"' in end


def test_nobody_but_staff_sees_a_preview(app: Flask, client):
    reply = client.get("/questionnaires/citizen_satisfaction/preview")
    assert reply.headers["Location"].startswith("/sign-in")
