"""The page of what a list covers: counts, names to settle, and phones by their dossiers alone."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.database import writing
from app.extensions import db
from app.models import Frame, LogEntry, UnitCrosswalk
from app.queries import crosswalks as rows, frames
from app.services import crosswalks, framing
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import SYSTEM
from app.vocabulary import Role
from tests.app import round_steps, vendor_list
from tests.factories import dong_nai

NAME = vendor_list.UNKNOWN


@pytest.fixture
def listed(app) -> int:
    """A round whose list names a unit that nobody knows."""
    dong_nai()
    return vendor_round(60)


def vendor_round(count: int, prefix: str = "H19.26") -> int:
    round_id = round_steps.planned()
    content = vendor_list.canonical(count, prefix)
    framing.import_frame(SYSTEM, round_id, content, "thang-1.csv", lambda *_: None)
    return round_id


@pytest.fixture
def coordinator(signed_in) -> FlaskClient:
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def coverage(browser: FlaskClient, round_id: int) -> str:
    reply = browser.get(f"/rounds/{round_id}/coverage")
    assert reply.status_code == 200
    return reply.text


def test_the_page_counts_what_came_of_the_rows(listed, coordinator):
    page = coverage(coordinator, listed)
    report = frames.of_round(listed).report
    assert report["rows"] == report["dossiers"] + report["merged"] + report["unresolved"]
    assert report["unresolved"] == 3
    for count in (report["rows"], report["dossiers"], report["unresolved"]):
        assert f'<dd class="value">{count}</dd>' in page
    assert NAME in page
    assert "Phường Trấn Biên" in page
    assert "100%" in page


def test_no_phone_stands_on_the_page(listed, coordinator):
    digits = re.sub(r"\D", "", coverage(coordinator, listed))
    assert not any(vendor_list.phone(number) in digits for number in range(60))


def test_a_settled_name_counts_for_the_next_list(listed, coordinator):
    reply = coordinator.post(
        f"/rounds/{listed}/coverage/crosswalk", data={"old_name": NAME, "unit": "26041"}
    )
    assert reply.status_code == 302
    framing.remove_frame(SYSTEM, listed)
    again = vendor_round(60, "H19.27")
    report = frames.of_round(again).report
    assert report["unresolved"] == 0
    assert report["dossiers"] == 60
    assert NAME not in coverage(coordinator, again)
    bodies = db.session.scalars(select(LogEntry.body)).all()
    assert sum("crosswalk.added" in body for body in bodies) == 1


def test_a_name_settled_again_means_the_last_unit(listed):
    for code in ("26041", "26068", "26041"):
        crosswalks.add_line(SYSTEM, NAME, code)
        assert rows.of_source(crosswalks.BY_HAND) == {NAME: code}


def test_a_settled_name_goes_before_the_crosswalk_of_the_program(listed):
    old = "Phường Tân Phú, Thành phố Đồng Xoài, Tỉnh Bình Phước"
    assert crosswalks.book().resolve(old).code == "25195"
    crosswalks.add_line(SYSTEM, old, "26041")
    assert crosswalks.book().resolve(old).code == "26041"


def test_an_unknown_unit_or_an_empty_name_is_refused(listed, coordinator):
    with pytest.raises(NotFoundError):
        crosswalks.add_line(SYSTEM, NAME, "99999")
    with pytest.raises(InvalidInputError):
        crosswalks.add_line(SYSTEM, "  ", "26041")
    address = f"/rounds/{listed}/coverage/crosswalk"
    for data in ({"old_name": NAME, "unit": ""}, {"old_name": NAME, "unit": "99999"}, {}):
        assert coordinator.post(address, data=data).status_code == 302
    assert rows.of_source(crosswalks.BY_HAND) == {}
    assert "Choose the unit that the name means." in coverage(coordinator, listed)


def test_readers_see_counts_but_settle_nothing(listed, signed_in):
    browser = signed_in(Role.HOME_AFFAIRS)
    page = coverage(browser, listed)
    assert NAME in page
    assert "crosswalk" not in page
    assert "/frame/remove" not in page
    data = {"old_name": NAME, "unit": "26041"}
    assert browser.post(f"/rounds/{listed}/coverage/crosswalk", data=data).status_code == 403


def test_an_administrator_may_settle_names(listed, signed_in):
    browser = signed_in(Role.ADMINISTRATOR)
    data = {"old_name": NAME, "unit": "26041"}
    assert browser.post(f"/rounds/{listed}/coverage/crosswalk", data=data).status_code == 302
    assert rows.of_source(crosswalks.BY_HAND) == {NAME: "26041"}


def test_dossiers_behind_one_phone_are_listed_without_it(app, coordinator):
    dong_nai()
    round_id = round_steps.planned()
    lines = ["code,unit,received,phone"]
    lines += [f"M-{number},26041,05/01/2026,0912345678" for number in range(6)]
    lines += [f"N-{number},26041,05/01/2026,09123000{number:02}" for number in range(6)]
    content = "\n".join(lines).encode()
    framing.import_frame(SYSTEM, round_id, content, "a.csv", lambda *_: None)
    page = coverage(coordinator, round_id)
    assert "M-0, M-1, M-2, M-3, M-4, M-5" in page
    assert "N-0" not in page
    assert "912345678" not in re.sub(r"\D", "", page)
    shown = page.split('id="reach"')[1]
    assert '<td class="num">12</td>' in shown
    assert '<td class="num">6</td>' in shown


def test_a_round_without_a_list_has_nothing_to_cover(app, coordinator):
    assert coordinator.get(f"/rounds/{round_steps.planned()}/coverage").status_code == 409
    assert coordinator.get("/rounds/99/coverage").status_code == 404


def test_the_units_bring_their_crosswalk_along(app):
    assert rows.line_count() == 0
    dong_nai()
    count = rows.line_count()
    assert count > 300
    dong_nai()
    assert rows.line_count() == count


def test_lines_to_units_that_are_not_here_are_left_out(app):
    round_steps.add_units("26041")
    added = crosswalks.add_shipped_lines(SYSTEM)
    assert 0 < added == rows.line_count() < 20
    assert crosswalks.add_shipped_lines(SYSTEM) == 0


def test_a_crosswalk_of_the_office_is_read_with_its_faults(app):
    round_steps.add_units("A")
    content = "old_name,unit_code,partial,valid_from\nXã Cũ,A,0,01/07/2025\n,B,x,soon\n"
    with pytest.raises(InvalidInputError) as caught:
        crosswalks.import_crosswalk(SYSTEM, content.encode(), "cu.csv")
    found = {(fault.row, fault.column, fault.code) for fault in caught.value.faults}
    assert found == {
        (3, "old_name", "missing_value"),
        (3, "unit_code", "unknown_unit"),
        (3, "partial", "not_yes_or_no"),
        (3, "valid_from", "bad_date"),
    }
    assert db.session.query(UnitCrosswalk).count() == 0
    whole = content.rsplit("\n", 2)[0].encode()
    assert crosswalks.import_crosswalk(SYSTEM, whole, "cu.csv") == 1
    assert crosswalks.book().resolve("Xã Cũ").code == "A"
    with pytest.raises(InvalidInputError):
        crosswalks.import_crosswalk(SYSTEM, b"name\nx\n", "cu.csv")


def test_a_list_of_an_earlier_version_has_no_coverage_and_says_so(listed, coordinator):
    with writing() as session:
        session.execute(update(Frame).values(report={}))
    reply = coordinator.get(f"/rounds/{listed}/coverage")
    assert reply.status_code == 409
    assert "earlier version" in reply.text
