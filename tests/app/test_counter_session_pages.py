"""A counter session as its coordinator meets it: planned, printed, counted, on paper."""

import io

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.database import writing
from app.documents import session_cards
from app.documents.session_cards import Card, Cards
from app.extensions import db
from app.models import CounterSession, FrameDraw, Token, Unit
from app.queries import counter_sessions as rows
from app.services.card_numbers import read
from app.vocabulary import Door, Half, Role
from app.web.counter_sessions.lists import months
from app.web.counter_sessions.one import in_ranges
from surveys.links import new_token, token_hash
from tests.app import round_steps
from tests.app.round_factory import answer
from tests.app.session_factory import FIELD, add_counters, session_plan, sessions_of, with_sessions
from tests.app.slip_factory import work
from tests.app.test_round_pages import work_done
from tests.app.test_slips import codes

EVERY_DAY = [str(day) for day in range(7)]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_plan_with_sessions_is_tried_out_warned_about_and_committed_to(app: Flask, signed_in):
    round_steps.add_units("26041", "26044")
    round_id = round_steps.framed({"26041": 40, "26044": 40})
    counters = add_counters("26041")
    browser, at = signed_in(Role.COORDINATOR), f"/rounds/{round_id}/plan"
    part = session_plan()
    assert 'id="counter-sessions"' not in browser.get(at).text
    plan = {
        "stratify_by": "unit",
        "allocation": "proportional",
        "size": "20",
        "minimum": "0",
        "expected_response": "30",
        "k": "10",
        "session_field": FIELD,
        "session_first": part.first.isoformat(),
        "session_last": part.last.isoformat(),
        "session_mornings": EVERY_DAY,
        "session_afternoons": EVERY_DAY,
        "session_each": "2",
        "session_served": "20",
        "session_cap": "150",
    }
    tried = browser.get(at, query_string=plan)
    assert tried.status_code == 200
    assert "Ở 1 đơn vị, ca khảo sát chiếm hơn một phần tư mẫu" in tried.text
    assert "1 đơn vị trong danh sách không có quầy nào trong phương án" in tried.text
    wrong = browser.get(at, query_string=plan | {"session_closed": "ngày Tết"})
    assert wrong.status_code == 422
    assert "Dòng 1: ghi ngày như 02/09/2026." in wrong.text
    assert browser.get(at, query_string=plan | {"session_first": ""}).status_code == 422
    consent = {"public_source": "Xổ số", "confirm": "y", "session_closed": f"{part.last:%d/%m/%Y}"}
    work_done(browser.post(at, data=plan | consent))
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(FrameDraw)) == 1
    assert rows.frame_sizes(round_id) == {"26041": 12}, "a day off is on no frame"
    caps = db.session.scalars(select(CounterSession.cap).distinct()).all()
    assert (caps, len(counters)) == ([150], 1)
    assert "Số buổi trong dàn mẫu" in browser.get(at).text, "the committed plan shows them too"
    assert "session_frame" in browser.get(f"/public/draws/{round_id}").text


def test_the_whole_day_of_a_session(app: Flask, signed_in):
    round_id = with_sessions({"26041": 30, "26044": 30})
    session = sessions_of(round_id)["26041"][0]
    browser, at = signed_in(Role.COORDINATOR), f"/rounds/{round_id}/sessions"
    assert f'href="{at}"' in browser.get(f"/rounds/{round_id}").text
    calendar = browser.get(at).text
    assert f"{at}/{session.id}" in calendar
    assert f"day={session.day.isoformat()}" in calendar
    alone = browser.get(f"{at}?unit={session.unit_id}&open=1").text
    assert alone.count(f'<a href="{at}/') == 2
    here = f"{at}/{session.id}"
    assert browser.post(f"{here}/cards", data={"count": "201"}).status_code == 422
    printed = browser.post(f"{here}/cards", data={"count": "9"})
    [pdf] = work(browser, printed.headers["Location"])
    paper = text_of(pdf)
    assert [f"Số {number}" in paper for number in (1, 9, 10)] == [True, True, False]
    assert "Quầy chứng thực 26041" in paper
    tokens = [address.rsplit("/q/", 1)[1] for address in codes(pdf)]
    assert len(set(tokens)) == 9
    assert answer(tokens[0]).receipt, "what is printed opens the form"
    told = {"held": "held", "served": "9", "handed": "6", "witness": "Trần Thị B"}
    scanned = f"https://khaosat.example/q/{tokens[8]}"
    missing = browser.post(f"{here}/close", data=told | {"returned": f"8\n{scanned}"})
    assert missing.status_code == 422
    assert "Thiếu 1 thẻ" in missing.text
    assert "8, 9" in missing.text
    assert tokens[8] not in missing.text, "a token is never sent back"
    done = browser.post(f"{here}/close", data=told | {"returned": "8-9", "spoiled": "7"})
    assert done.status_code == 302
    assert [bool(answer(token).receipt) for token in tokens[5:]] == [True, False, False, False]
    assert "Đã nhập biên bản" in browser.get(here).text
    minutes = text_of(browser.get(f"{here}/minutes.pdf").data)
    assert "NGƯỜI CHỨNG KIẾN" in minutes
    assert "Trần Thị B" in minutes
    absent = {"held": "not_held", "witness": "Trần Thị B", "note": "Mất điện cả buổi"}
    other = sessions_of(round_id)["26041"][1]
    assert browser.post(f"{at}/{other.id}/close", data=absent).status_code == 302
    assert "không tổ chức được" in text_of(browser.get(f"{at}/{other.id}/minutes.pdf").data)
    assert browser.post(f"{at}/{other.id}/cards", data={"count": "1"}).status_code == 409


def test_a_coordinator_of_one_unit_sees_no_session_of_another(app: Flask, signed_in):
    round_id = with_sessions({"26041": 30, "26044": 30})
    found = sessions_of(round_id)
    unit = db.session.scalar(select(Unit.id).where(Unit.code == "26041"))
    browser = signed_in(Role.COORDINATOR, unit=unit)
    at = f"/rounds/{round_id}/sessions"
    own, other = found["26041"][0].id, found["26044"][0].id
    assert browser.get(f"{at}/{own}").status_code == 200
    assert browser.get(f"{at}/{other}").status_code == 403
    assert browser.get(f"/rounds/{round_id + 1}/sessions/{own}").status_code == 404
    listed = browser.get(at).text
    assert f"{at}/{own}" in listed
    assert f"{at}/{other}" not in listed
    with writing() as session:
        undrawn = session.scalars(
            select(CounterSession.id).where(CounterSession.cell_id.is_(None))
        ).first()
    assert browser.get(f"{at}/{undrawn}").status_code == 404, "nobody sees what was not drawn"


@pytest.mark.parametrize(
    ("typed", "numbers", "unknown"),
    [
        ("", (), ()),
        ("3", (3,), ()),
        (" 7-9 ,3;8\n12", (3, 7, 8, 9, 12), ()),
        ("9-7", (), ("9-7",)),
        ("1-99999", (), ("1-99999",)),
        ("5, năm", (5,), ("năm",)),
    ],
)
def test_numbers_of_cards_are_read_as_people_write_them(typed, numbers, unknown):
    found = read(typed, {})
    assert (found.numbers, found.unknown) == (numbers, unknown)


def test_a_scanned_card_is_its_number_and_a_foreign_one_is_only_counted():
    token, foreign = new_token(), new_token()
    valid = {4: token_hash(token)}
    found = read(f"https://a.vn/q/{token}\nhttps://a.vn/q/{foreign}", valid)
    assert (found.numbers, found.scanned) == ((4,), 1)
    assert foreign not in found.text


def test_ranges_read_back_as_they_were_written():
    for numbers in ([], [1], [1, 2, 3], [1, 3, 4, 9]):
        assert list(read(in_ranges(numbers), {}).numbers) == numbers


def test_a_month_begins_on_its_own_weekday_and_holds_each_day_once():
    day = clock.today().replace(year=2026, month=12, day=31)
    [month] = months({day: (3, 1)})
    days = [each.day.day for week in month.weeks for each in week if each]
    assert days == list(range(1, 32))
    assert month.weeks[0].index(next(each for each in month.weeks[0] if each)) == 1, "a Tuesday"
    [last] = [each for week in month.weeks for each in week if each and each.day == day]
    assert (last.sessions, last.open) == (3, 1)


def test_a_trial_is_marked_on_every_card():
    sheet = Cards("Đợt", True, "Xã", "Quầy", FIELD, clock.today(), Half.AFTERNOON, cards())
    paper = text_of(session_cards.render(sheet))
    assert paper.count("THỬ NGHIỆM") == 9
    assert "buổi chiều" in paper


def cards() -> list[Card]:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    return [Card(number, f"https://a.vn/q/{number}", svg) for number in range(1, 10)]


def test_cards_open_on_the_day_of_their_session(app: Flask, signed_in):
    round_id = with_sessions({"26041": 30})
    session = sessions_of(round_id)["26041"][0]
    browser = signed_in(Role.COORDINATOR)
    at = f"/rounds/{round_id}/sessions/{session.id}"
    work(browser, browser.post(f"{at}/cards", data={"count": "2"}).headers["Location"])
    found = db.session.execute(select(Token.door, Token.opens_on)).all()
    assert found == [(Door.CARD, session.day)] * 2
