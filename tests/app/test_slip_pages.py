"""Pages of slips: a day's print, the evening's count, and who may see what."""

import csv
import io
import re
from urllib.parse import urlsplit

import pypdfium2
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.database import writing
from app.extensions import db
from app.models import Job, SlipRun, Unit, Upload
from app.queries import jobs, slip_runs as rows
from app.services import mixing, slip_runs
from app.services.recording import SYSTEM
from app.services.slip_runs import Tally
from app.vocabulary import Role, RoundState
from tests.app.round_factory import answer, make_round
from tests.app.slip_factory import (
    BEFORE,
    DAY,
    UNDRAWN,
    Desk,
    make_desk,
    the_run,
    tokens,
    valid_tokens,
    work,
)
from tests.app.test_slips import codes, text

MORNING = "2026-11-04T00:30:00Z"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


def asked(desk: Desk, **other: object) -> dict[str, object]:
    """What the form of a day sends."""
    return {
        "unit": desk.unit,
        "counter": desk.counter_id,
        "day": DAY.isoformat(),
        "choice": "day",
        "finished": DAY.isoformat(),
        "codes": "",
    } | other


def path(desk: Desk, rest: str = "day") -> str:
    return f"/rounds/{desk.id}/slips/{rest}"


def test_the_form_offers_today(desk: Desk, signed_in) -> None:
    with time_machine.travel("2026-11-04T20:00:00Z", tick=False):
        page = signed_in(Role.COORDINATOR).get(path(desk)).text
    assert page.count('value="2026-11-05"') == 2
    assert "Quầy số 3" in page


def test_what_would_be_printed_is_shown_first_and_nothing_done(desk: Desk, signed_in) -> None:
    browser = signed_in(Role.COORDINATOR)
    reply = browser.post(path(desk), data=asked(desk))
    assert reply.status_code == 200
    for number in range(UNDRAWN):
        assert f"H19-TB/undrawn-{number:05d}" in reply.text
    assert "H19-LB" not in reply.text
    db.session.rollback()
    assert db.session.query(SlipRun).count() == db.session.query(Job).count() == 0


def test_a_day_is_printed_by_the_worker_and_each_code_opens_the_questions(
    app: Flask, desk: Desk, signed_in
) -> None:
    browser = signed_in(Role.COORDINATOR)
    reply = browser.post(path(desk), data=asked(desk, print="1"))
    [pdf] = work(browser, reply.headers["Location"])
    addresses = codes(pdf)
    assert len(set(addresses)) == 3 + UNDRAWN
    [page] = pypdfium2.PdfDocument(pdf)
    words = text(page)
    assert words.count("Quầy số 3") == words.count("04/11/2026") == 8
    printed = re.findall(r"H19-TB/\w+-\d{5}", words)
    assert printed == sorted(printed)
    for address in addresses:
        visitor = app.test_client()
        visitor.get(urlsplit(address).path)
        assert "a_overall" in visitor.get("/q").text
    job = jobs.job(int(reply.headers["Location"].rsplit("/", 1)[1]))
    assert job is not None
    assert browser.get(job.result["next"]).status_code == 200


def test_a_list_travels_sealed_and_is_gone_with_the_job(desk: Desk, signed_in) -> None:
    browser = signed_in(Role.COORDINATOR)
    listed = "H19-TB/undrawn-00000\nH19-TB/undrawn-00001\nH19-MỚI-9"
    preview = browser.post(path(desk), data=asked(desk, choice="codes", codes=listed))
    assert "H19-MỚI-9" in preview.text
    kept = re.search(r'name="codes" value="([^"]*)"', preview.text)
    assert kept is not None
    assert kept[1].split() == listed.split()[:2]
    again = asked(desk, choice="codes", codes=kept[1], print="1")
    reply = browser.post(path(desk), data=again)
    db.session.rollback()
    [job] = db.session.query(Job).all()
    assert "H19" not in str(job.arguments)
    [upload] = db.session.query(Upload).all()
    assert b"H19" not in upload.sealed
    [pdf] = work(browser, reply.headers["Location"])
    assert len(codes(pdf)) == 2
    assert db.session.query(Upload).count() == 0


def test_a_file_of_codes_is_taken(desk: Desk, signed_in) -> None:
    file = (io.BytesIO("Mã hồ sơ\nh19 tb undrawn 00003\n".encode()), "ma.csv")
    sent = asked(desk, choice="codes", file=file)
    page = signed_in(Role.COORDINATOR).post(path(desk), data=sent).text
    assert "<code>H19-TB/undrawn-00003</code>" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": 4711},
        {"counter": 4711},
        {"day": ""},
        {"day": "hôm nay"},
        {"finished": ""},
        {"choice": "all"},
        {"choice": "codes", "file": (io.BytesIO(b"%PDF-1.7"), "ma.pdf")},
    ],
)
def test_what_cannot_be_is_shown_at_its_field(desk: Desk, signed_in, wrong: dict) -> None:
    wrong = {
        name: (io.BytesIO(value[0].getvalue()), value[1]) if isinstance(value, tuple) else value
        for name, value in wrong.items()
    }
    reply = signed_in(Role.COORDINATOR).post(path(desk), data=asked(desk, **wrong, print="1"))
    assert reply.status_code == 422
    assert "form-error" in reply.text
    db.session.rollback()
    assert db.session.query(Job).count() == 0


def test_a_counter_of_another_unit_is_a_fault(desk: Desk, signed_in) -> None:
    sent = asked(desk, unit=desk.made.units["LB"])
    assert signed_in(Role.COORDINATOR).post(path(desk), data=sent).status_code == 422


def test_a_day_without_results_offers_nothing_to_print(desk: Desk, signed_in) -> None:
    browser = signed_in(Role.COORDINATOR)
    reply = browser.post(path(desk), data=asked(desk, finished="2026-12-24", print="1"))
    assert reply.status_code == 200
    assert 'name="print"' not in reply.text
    missed = asked(desk, choice="codes", codes="H19-LB/undrawn-00001")
    again = browser.post(path(desk), data=missed).text
    assert ">H19-LB/undrawn-00001</textarea>" in again.replace("\r", "").replace("\n", "")


@pytest.mark.parametrize("state", [RoundState.PLANNED, RoundState.CLOSED])
def test_only_rounds_between_draw_and_end_print(app: Flask, signed_in, state: RoundState) -> None:
    made = make_round({"TB": {"land": 1}}, state=state)
    browser = signed_in(Role.COORDINATOR)
    page = browser.get(f"/rounds/{made.id}/slips/day")
    assert page.status_code == 200
    assert "<form method" not in page.text.split("<main")[1].split("</main>")[0]


def agency(desk: Desk, signed_in, code: str = "TB") -> FlaskClient:
    return signed_in(Role.AGENCY, unit=desk.made.units[code])


def test_an_agency_prints_reads_and_reconciles_its_own_and_nothing_else(
    desk: Desk, signed_in
) -> None:
    own, other = agency(desk, signed_in), agency(desk, signed_in, "LB")
    assert 'href="/slips"' in own.get("/").text
    assert path(desk, "runs") in own.get("/slips").text
    reply = own.post(path(desk), data=asked(desk, print="1"))
    job = urlsplit(reply.headers["Location"]).path
    assert other.get(job).status_code == 403
    [pdf] = work(own, reply.headers["Location"])
    assert len(codes(pdf)) == 3 + UNDRAWN
    run = rows.listed(rows.Wanted(desk.id))[0].id
    assert other.post(path(desk), data=asked(desk, print="1")).status_code == 422
    for address in (f"runs/{run}", f"runs/{run}/minutes.pdf"):
        assert other.get(path(desk, address)).status_code == 403
        assert own.get(path(desk, address)).status_code == 200
    sent = {"handed": 8, "replaced": 0}
    assert other.post(path(desk, f"runs/{run}/close"), data=sent).status_code == 403
    assert "Quầy số 3" not in other.get(path(desk, "runs")).text
    assert "Quầy" not in other.get(path(desk, "runs.csv")).text
    minutes = path(desk, f"minutes.pdf?unit={desk.unit}&day={DAY}")
    assert other.get(minutes).status_code == 404
    assert own.get(minutes).status_code == 200
    assert own.post(path(desk, f"runs/{run}/close"), data=sent).status_code == 302
    assert own.post(path(desk, f"runs/{run}/correct"), data=sent).status_code == 403


def test_the_run_page_takes_the_evening_and_shows_it(desk: Desk, signed_in) -> None:
    issue = desk.issue()
    run, (first, second, *_) = the_run(issue), list(tokens(issue))
    browser = signed_in(Role.COORDINATOR)
    sent = {"handed": 6, "returned": f"{first}\n", "spoiled": second, "replaced": 0, "note": ""}
    assert browser.post(path(desk, f"runs/{run}/close"), data=sent).status_code == 302
    page = browser.get(path(desk, f"runs/{run}")).text
    assert "Nguyễn Văn Thử" in page
    assert "/close" not in page
    assert "/correct" in page
    again = browser.post(path(desk, f"runs/{run}/close"), data=sent)
    assert again.status_code == 409


def test_a_scanned_token_is_never_sent_back(desk: Desk, signed_in) -> None:
    issue = desk.issue()
    slips, run = tokens(issue), the_run(issue)
    first, *_ = slips
    scanned = f"https://x.vn/q/{slips[first]}\nhttps://x.vn/q/{'B' * 21}A\nH19-LẠ"
    sent = {"handed": 7, "returned": scanned, "replaced": 0}
    reply = signed_in(Role.COORDINATOR).post(path(desk, f"runs/{run}/close"), data=sent)
    assert reply.status_code == 422
    assert slips[first] not in reply.text
    assert "B" * 21 not in reply.text
    field = re.search(r'<textarea[^>]*id="returned"[^>]*>\s*([^<]*)</textarea>', reply.text)
    assert field is not None
    assert field[1].split() == [first, "H19-LẠ"]
    assert valid_tokens(run) == 8


@pytest.mark.parametrize("handed", ["", "x", "-1", "99999999999999999999"])
def test_a_number_that_is_none_is_a_fault(desk: Desk, signed_in, handed: str) -> None:
    run = the_run(desk.issue())
    sent = {"handed": handed, "replaced": 0}
    reply = signed_in(Role.COORDINATOR).post(path(desk, f"runs/{run}/close"), data=sent)
    assert reply.status_code == 422
    assert valid_tokens(run) == 8


def test_a_coordinator_corrects_with_a_reason(desk: Desk, signed_in) -> None:
    issue = desk.issue()
    run, (first, *_) = the_run(issue), list(tokens(issue))
    slip_runs.close(SYSTEM, run, Tally(8))
    browser = signed_in(Role.COORDINATOR)
    sent = {"handed": 7, "returned": 1, "spoiled": 0, "voided": first, "reason": "ngắn"}
    assert browser.post(path(desk, f"runs/{run}/correct"), data=sent).status_code == 422
    sent["reason"] = "Quầy tìm thấy thêm một phiếu chưa phát"
    assert browser.post(path(desk, f"runs/{run}/correct"), data=sent).status_code == 302
    assert "Quầy tìm thấy thêm" in browser.get(path(desk, f"runs/{run}")).text
    assert answer(tokens(issue)[first]).receipt is None


def test_pages_are_the_same_whether_anybody_answered(desk: Desk, signed_in) -> None:
    issue = desk.issue()
    browser = signed_in(Role.COORDINATOR)
    places = ("runs", "runs.csv", f"runs/{the_run(issue)}", "day", "")
    with time_machine.travel(MORNING, tick=False):
        before = [shown(browser, path(desk, place).rstrip("/")) for place in places]
        preview = shown(browser, path(desk), asked(desk))
        for token in tokens(issue).values():
            assert answer(token).receipt
        db.session.rollback()
        assert [shown(browser, path(desk, place).rstrip("/")) for place in places] == before
        assert shown(browser, path(desk), asked(desk)) == preview


def shown(browser: FlaskClient, address: str, data: dict | None = None) -> str:
    reply = browser.post(address, data=data) if data else browser.get(address)
    assert reply.status_code == 200
    return re.sub(r'nonce="[^"]*"|name="csrf_token"[^>]*', "", reply.text)


def test_earlier_days_that_are_open_stand_out(desk: Desk, signed_in) -> None:
    desk.issue(day=BEFORE)
    browser = signed_in(Role.COORDINATOR)
    with time_machine.travel(MORNING, tick=False):
        page = browser.get(path(desk, "runs")).text
        assert page.count("tone-warning") == 2
        assert "tone-warning" in browser.get("/slips").text
    with time_machine.travel("2026-11-03T00:30:00Z", tick=False):
        assert "tone-warning" not in browser.get(path(desk, "runs")).text


def test_a_round_that_ended_keeps_its_runs_within_reach(desk: Desk, signed_in) -> None:
    run = the_run(desk.issue())
    mixing.close_round(SYSTEM, desk.id)
    browser = signed_in(Role.COORDINATOR)
    assert path(desk, "runs") in browser.get("/slips").text
    sent = {"handed": 8, "replaced": 0}
    assert browser.post(path(desk, f"runs/{run}/close"), data=sent).status_code == 302


def test_the_files_hold_what_the_page_shows_and_no_formula(desk: Desk, signed_in) -> None:
    with writing() as session:
        session.get_one(Unit, desk.unit).name = "=HYPERLINK(1)"
    issue = desk.issue()
    slip_runs.close(SYSTEM, the_run(issue), Tally(9, note="+1 phiếu của quầy khác"))
    desk.issue(finished=None, codes=("H19-TB/undrawn-00001",))
    browser = signed_in(Role.COORDINATOR)
    reply = browser.get(path(desk, "runs.csv"))
    lines = list(csv.reader(io.StringIO(reply.get_data().decode("utf-8-sig"))))
    assert [line[5:10] for line in lines[1:]] == [["8", "9", "0", "0", "-1"], ["1", *[""] * 4]]
    assert lines[1][1] == "'=HYPERLINK(1)"
    assert lines[1][12] == "'+1 phiếu của quầy khác"
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(browser.get(path(desk, "runs.xlsx")).get_data())
    )
    table = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in table if row[0] == "TB"] == ["=HYPERLINK(1)"] * 2
    assert next(row for row in table if row[0] == "Cộng")[5:10] == [9.0, 9.0, 0.0, 0.0, -1.0]


def test_the_list_can_be_narrowed_and_odd_wishes_do_no_harm(desk: Desk, signed_in) -> None:
    desk.issue()
    browser = signed_in(Role.COORDINATOR)
    for query, found in (
        (f"unit={desk.unit}", True),
        (f"day={DAY}", True),
        ("open=1", True),
        (f"day={BEFORE}", False),
        (f"unit={desk.made.units['LB']}", False),
        ("unit=99999999999999999999", False),
        ("unit=x&day=x&page=99", True),
    ):
        page = browser.get(path(desk, f"runs?{query}")).text
        assert ('id="runs-rows"' in page) == found, query
    assert browser.get(path(desk, "runs/99999999999999999999")).status_code == 404
    assert browser.get(path(desk, "minutes.pdf")).status_code == 404


def minutes(pdf: bytes) -> str:
    return " ".join(" ".join(text(page).split()) for page in pypdfium2.PdfDocument(pdf))


def test_the_minutes_have_the_national_header_numbers_and_two_signatures(
    desk: Desk, signed_in
) -> None:
    issue = desk.issue()
    first, *_ = tokens(issue)
    tally = Tally(6, first, note="Một phiếu thất lạc khi chuyển quầy")
    slip_runs.close(SYSTEM, the_run(issue), tally)
    browser = signed_in(Role.COORDINATOR)
    reply = browser.get(path(desk, f"runs/{the_run_number(desk)}/minutes.pdf"))
    assert reply.content_type == "application/pdf"
    words = minutes(reply.data)
    for expected in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN PHƯỜNG TB",
        "QUẦY SỐ 3",
        "BIÊN BẢN Đối chiếu phiếu mời khảo sát ngày 04/11/2026",
        "8 6 1 0 1",
        "Một phiếu thất lạc khi chuyển quầy",
        "NGƯỜI PHÁT PHIẾU",
        "NGƯỜI ĐỐI CHIẾU",
    ):
        assert expected in words
    assert first not in words
    assert "THỬ NGHIỆM" not in words


def the_run_number(desk: Desk) -> int:
    return rows.listed(rows.Wanted(desk.id))[0].id


def test_the_minutes_of_a_day_hold_all_points_and_leave_room_for_what_is_not_counted(
    app: Flask, signed_in
) -> None:
    desk = make_desk(dry_run=True)
    desk.issue()
    desk.issue(finished=None, codes=("H19-TB/undrawn-00001",), counter_id=None)
    query = f"minutes.pdf?unit={desk.unit}&day={DAY}"
    words = minutes(signed_in(Role.COORDINATOR).get(path(desk, query)).data)
    assert "Toàn đơn vị" in words
    assert "Quầy số 3" in words
    assert "Cộng 9 ……" in words
    assert "THỬ NGHIỆM" in words
