"""Pages of the library: upload with faults, a version in words, its files, its use in a round."""

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.documents.xlsforms import write_sheets
from app.extensions import db
from app.queries import questionnaires as rows
from app.services import questionnaires, rounds
from app.services.recording import SYSTEM
from app.vocabulary import QuestionnaireState, Role
from surveys import instruments
from surveys.coding import codebook
from surveys.reading import read_questionnaire
from surveys.writing import to_document, version_hash
from surveys.xlsform.exporting import to_sheets

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "questionnaires.md"
EXAMPLE = json.loads(re.search(r"```json\n(.*?)```", GUIDE.read_text(), re.S)[1])


@pytest.fixture
def coordinator(app: Flask, signed_in) -> FlaskClient:
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def upload(browser: FlaskClient, document: object, note: str = ""):
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    sent = {"file": (io.BytesIO(content), "phieu.json"), "note": note}
    return browser.post("/questionnaires", data=sent)


def own(document: object = EXAMPLE, *, publish: bool = True) -> int:
    number = questionnaires.keep(SYSTEM, json.dumps(document).encode())
    if publish:
        questionnaires.publish(SYSTEM, number)
    db.session.rollback()
    return number


def read(reply) -> str:
    assert reply.status_code == 200
    return " ".join(unescape(reply.text).split())


def test_all_faults_of_a_file_are_shown_at_once_and_nothing_is_stored(coordinator):
    wrong = {**EXAMPLE, "thanks": {"vi": "Cảm ơn"}, "colour": "red"}
    reply = upload(coordinator, wrong)
    page = unescape(reply.text)
    assert reply.status_code == 422
    assert "2 faults were found; nothing was stored." in page
    assert 'the translation into "en" is missing' in page
    assert "(thanks)" in page
    assert "(colour)" in page
    assert rows.all_versions() == []


def test_faults_are_told_in_the_language_of_the_page(coordinator):
    coordinator.set_cookie("khaosat_language", "vi")
    page = unescape(upload(coordinator, {**EXAMPLE, "thanks": {"vi": "Cảm ơn"}}).text)
    assert 'thiếu bản dịch tiếng "en"' in page


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"{}"])
def test_whatever_a_file_holds_the_page_tells_what_is_wrong(coordinator, content: bytes):
    assert upload(coordinator, content).status_code == 422
    assert rows.all_versions() == []


def test_a_workbook_is_taken_as_a_document_is_and_handed_out_again(coordinator):
    home = upload(coordinator, write_sheets(to_sheets(read_questionnaire(EXAMPLE)))).headers[
        "Location"
    ]
    (kept,) = rows.all_versions()
    assert kept.hash == version_hash(read_questionnaire(EXAMPLE))
    reply = coordinator.get(f"{home}/form.xlsx")
    assert 'filename="vi_du-v1.xlsform.xlsx"' in reply.headers["Content-Disposition"]
    assert upload(coordinator, reply.data).headers["Location"] == home
    assert len(rows.all_versions()) == 1


def test_faults_of_a_workbook_are_told_by_sheet_row_and_column_and_nothing_is_stored(coordinator):
    coordinator.set_cookie("khaosat_language", "vi")
    sheets = to_sheets(read_questionnaire(EXAMPLE))
    header = sheets["survey"][0]
    sheets["survey"][3][header.index("type")] = "geopoint"
    sheets["choices"][1].append("đỏ")
    sheets["choices"][0].append("colour")
    reply = upload(coordinator, write_sheets(sheets))
    page = unescape(reply.text)
    assert reply.status_code == 422
    assert 'survey, dòng 4, type: loại "geopoint" không được hỗ trợ' in page
    assert re.search(r'choices.*cột "colour" không được hỗ trợ mà có nội dung', page)
    assert rows.all_versions() == []


def far_corner() -> bytes:
    """A workbook of a few kilobytes that would be millions of cells."""
    row = [""] * 400 + ["x"]
    return write_sheets({"survey": [["type"], *[[]] * 9_000, row]})


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(99), b"PK", far_corner()])
def test_a_workbook_that_is_none_or_far_too_large_is_refused(coordinator, content: bytes):
    reply = upload(coordinator, content)
    assert reply.status_code == 422
    assert "cannot be read as a workbook" in unescape(reply.text)


def test_an_upload_without_a_file_is_told(coordinator):
    reply = coordinator.post("/questionnaires", data={})
    assert reply.status_code == 422
    assert "Choose a file." in reply.text


def test_a_good_file_is_kept_published_and_asked_by_a_round(coordinator):
    home = upload(coordinator, EXAMPLE, "thử").headers["Location"]
    page = read(coordinator.get(home))
    assert "Draft" in page
    assert coordinator.post(f"{home}/publish").status_code == 302
    page = read(coordinator.get("/rounds/new"))
    assert 'value="vi_du@1"' in page
    made = coordinator.post(
        "/rounds", data={"name": "Quý III", "year": "2026", "questionnaire": "vi_du@1"}
    )
    page = read(coordinator.get(made.headers["Location"]))
    assert "/questionnaires/round-1" in page
    assert "Quý III" in read(coordinator.get(home))
    pinned = read(coordinator.get("/questionnaires/round-1"))
    assert version_hash(read_questionnaire(EXAMPLE)) in pinned
    assert "/publish" not in pinned
    assert "/withdraw" not in pinned


def test_a_draft_says_what_keeps_it_from_being_published(coordinator):
    own()
    changed = json.loads(json.dumps(EXAMPLE)) | {"version": 2}
    del changed["sections"][0]["questions"][2]  # so_ngay, and with it a part of a condition
    changed["sections"][1]["questions"][1]["only_if"] = "thai_do < 2"
    changed["sections"][0]["questions"][1] |= {"kind": "short_text", "max_length": 9}
    number = own(changed, publish=False)
    page = read(coordinator.get(f"/questionnaires/{number}"))
    assert "One thing keeps this draft from being published" in page
    assert "/publish" not in page
    assert "question removed" in page
    reply = coordinator.post(f"/questionnaires/{number}/publish")
    assert reply.status_code == 422
    assert rows.one(number).state is QuestionnaireState.DRAFT


def test_an_odd_condition_is_a_warning_and_no_hindrance(coordinator):
    folder = Path(__file__).parents[1] / "questionnaires"
    document = json.loads((folder / "logic_odd_always_asked.json").read_text())
    page = read(coordinator.get(upload(coordinator, document).headers["Location"]))
    assert "One thing looks odd" in page
    assert "/publish" in page


def test_a_version_is_told_in_words(coordinator):
    page = read(coordinator.get(f"/questionnaires/{own()}"))
    for words in (
        "1. How did you apply?",
        "Asked only if question 2 is answered by “Yes”.",
        "Asked only if question 1 is answered by “at the counter”.",
        "(question 5 is answered by “Dissatisfied” and (it is not so that question 3 is at least",
        "factor: Service",
        "counts for the receiving unit",
        "from 1, up to 365",
        "at most 200 characters",
        "Rows come in one of 16 orders.",
        "value 2, counts as satisfied",
        "stands alone, left out of shares",
        "Vietnamese, English",
        "all dossiers of the list",
    ):
        assert words in page, words
    assert "only_if" not in page.replace("class=", "").replace("only-if", "")


@pytest.mark.parametrize("code", instruments.available())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_shipped_questionnaire_has_its_page(coordinator, code: str, language: str):
    coordinator.set_cookie("khaosat_language", language)
    page = read(coordinator.get(f"/questionnaires/{code}"))
    asked = instruments.load(code)
    for question in asked.questions:
        assert question.texts[language] in page
        assert f"<code>{question.code}</code>" in page
    assert "/publish" not in page
    assert "/delete" not in page


def test_draft_translations_are_marked(coordinator):
    assert "Khmer (draft translation)" in read(coordinator.get("/questionnaires"))


def test_the_difference_to_the_version_before_is_told(coordinator):
    own()
    changed = json.loads(json.dumps(EXAMPLE)) | {"version": 2}
    changed["sections"][0]["questions"][1]["texts"]["vi"] = "Kết quả có trễ không?"
    page = read(coordinator.get(f"/questionnaires/{own(changed)}"))
    assert "Changes since version 1" in page
    assert "Kết quả có bị trễ hẹn không?" in page
    assert "Kết quả có trễ không?" in page
    assert "Answers to 6 questions can be compared" in page


def test_the_document_can_be_brought_again(coordinator):
    reply = coordinator.get(f"/questionnaires/{own()}/document.json")
    assert 'filename="vi_du-v1.json"' in reply.headers["Content-Disposition"]
    assert read_questionnaire(reply.data) == read_questionnaire(EXAMPLE)


@pytest.mark.parametrize("code", ["citizen_five_factors", "counter_rating"])
def test_the_codebook_lists_every_column_and_value(coordinator, code: str):
    columns = codebook(instruments.load(code), "en")
    text = coordinator.get(f"/questionnaires/{code}/codebook.csv").data.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert list(dict.fromkeys(line["name"] for line in lines)) == [it.name for it in columns]
    for column in columns:
        own_lines = [line for line in lines if line["name"] == column.name]
        told = {line["option"]: line for line in own_lines if line["option"]}
        assert {line["label"] for line in own_lines} == {column.label}
        assert {option for option in told if told[option]["missing"]} == set(column.missing)
        for option, label in column.labels.items():
            assert told[option]["value_label"] == label
        for option, value in column.values.items():
            assert float(told[option]["value"]) == value


def test_the_codebook_is_a_workbook_too(coordinator):
    reply = coordinator.get("/questionnaires/citizen_five_factors/codebook.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(reply.data))
    columns, values = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    names = [row[0] for row in columns]
    for column in codebook(instruments.load("citizen_five_factors"), "en"):
        assert column.name in names
    labels = {(row[0], row[1]): row[3] for row in values}
    assert labels["access_knew_where", 5] == "Strongly agree"


@pytest.mark.parametrize("key", ["0", "99", "round-1", "round-", "khong_co", "-1", "9" * 30, "²"])
@pytest.mark.parametrize("page", ["", "/preview", "/document.json", "/codebook.csv"])
def test_an_address_that_names_nothing_is_not_found(coordinator, key: str, page: str):
    assert coordinator.get(f"/questionnaires/{key}{page}").status_code == 404


def test_home_affairs_looks_and_changes_nothing(app: Flask, signed_in):
    number, browser = own(publish=False), signed_in(Role.HOME_AFFAIRS)
    for page in (browser.get("/questionnaires"), browser.get(f"/questionnaires/{number}")):
        assert page.status_code == 200
        assert 'method="post" action="/questionnaires' not in page.text
    assert browser.get(f"/questionnaires/{number}/preview").status_code == 200
    for act in ("publish", "delete", "withdraw", "offer"):
        assert browser.post(f"/questionnaires/{number}/{act}").status_code == 403
    assert upload(browser, EXAMPLE).status_code == 403


def test_what_a_document_says_is_shown_as_text(coordinator):
    document = json.loads(json.dumps(EXAMPLE))
    document["titles"]["en"] = document["sections"][0]["titles"]["en"] = "<script>x</script>"
    number = own(document)
    rounds.create_round(SYSTEM, "Quý III", 2026, False, "vi_du@1")
    for page in ("", f"/{number}", f"/{number}/preview", "/round-1"):
        text = coordinator.get(f"/questionnaires{page}?lang=en").text
        assert "<script>x" not in text
        assert "&lt;script&gt;x" in text


def test_withdrawing_and_offering_again_go_by_buttons(coordinator):
    number = own()
    home = f"/questionnaires/{number}"
    assert f'action="{home}/withdraw"' in coordinator.get(home).text
    coordinator.post(f"{home}/withdraw")
    assert "vi_du@1" not in coordinator.get("/rounds/new").text
    assert f'action="{home}/offer"' in coordinator.get(home).text
    coordinator.post(f"{home}/offer")
    assert "vi_du@1" in coordinator.get("/rounds/new").text


def test_a_draft_is_deleted_by_its_button(coordinator):
    number = own(publish=False)
    reply = coordinator.post(f"/questionnaires/{number}/delete")
    assert reply.headers["Location"].endswith("/questionnaires")
    assert rows.one(number) is None


def test_the_document_of_a_shipped_one_is_its_own(coordinator):
    for code in instruments.available():
        found = json.loads(coordinator.get(f"/questionnaires/{code}/document.json").data)
        assert found == to_document(instruments.load(code))
