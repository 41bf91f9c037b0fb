"""Score files of any layout through pages and worker: mapped, looked at, confirmed, kept."""

import io
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import ImportSource, LogEntry, ScoreEntry, ScoreImport, Upload
from app.queries import cycles as rows, jobs, score_imports as imports
from app.services import auditing, leases, merging, scoring
from app.services.errors import WrongStateError
from app.services.recording import SYSTEM
from app.services.score_files import ScoreFile
from app.tasks.running import perform
from app.vocabulary import CycleState, JobState, Role
from tests.analysis.scoring.score_books import sheet_of
from tests.app.index_factory import SCORES, answered_round, council
from tests.app.test_scoring import planned, stored
from tests.factories import actor

WIDE = [
    ["BẢNG ĐIỂM CHỈ SỐ CCHC"],
    ["TT", "Đơn vị", "1.1 tự chấm", "1.1 thẩm định", "1.2 tự chấm", "1.2 thẩm định"],
    [1, "A", 32, 30, 15, 15],
    [2, "B", 36, 35.5, 16, 15],
    ["", "Tổng cộng", 68, 65.5, 31, 30],
]
SETTLED = {("A", "1.1"): "30", ("A", "1.2"): "15", ("B", "1.1"): "35.5", ("B", "1.2"): "15"}


def wide(**changed: float) -> bytes:
    """The wide table with some cells changed: B3=… names a cell."""
    table = [list(row) for row in WIDE]
    for cell, value in changed.items():
        table[int(cell[1:]) - 1]["ABCDEF".index(cell[0])] = value
    return sheet_of(table, "Điểm")


@pytest.fixture
def cycle_id(app: Flask) -> int:
    return planned(answered_round().id)


@pytest.fixture
def browser(signed_in) -> FlaskClient:
    return signed_in(Role.HOME_AFFAIRS)


def do(location: str):
    """Let the worker do the job that a page went to."""
    job_id = int(location.rsplit("/", 1)[1])
    db.session.rollback()
    claimed = leases.claim(job_id, "test")
    assert claimed is not None
    perform(claimed)
    return jobs.job(job_id)


def post(browser: FlaskClient, address: str, data: Mapping[str, object]):
    reply = browser.post(address, data=dict(data))
    assert reply.status_code == 302, reply.text
    return do(reply.headers["Location"])


def send(browser: FlaskClient, cycle_id: int, content: bytes, name: str = "diem.xlsx"):
    return post(browser, f"/index/{cycle_id}/scores", {"file": (io.BytesIO(content), name)})


def entries(page: str) -> dict[str, str]:
    """Give what a form would send if it was sent as it stands."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or "checked" in tag):
            found[name[1]] = value[1] if value else "on"
    for select_tag in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', select_tag[1])
        found[select_tag[0]] = chosen[1] if chosen else ""
    return found


def confirm(browser: FlaskClient, seen) -> object:
    address = seen.result["next"]
    return post(browser, address, {"digest": seen.result["digest"]})


def test_a_wide_file_is_mapped_looked_at_confirmed_and_known_the_next_time(
    app: Flask, cycle_id, browser
):
    looked = send(browser, cycle_id, wide())
    assert looked.result["next"] == f"/index/{cycle_id}/scores/mapping/{looked.id}"
    page = browser.get(looked.result["next"]).text
    assert "35.5" in page
    read = post(browser, looked.result["next"], {**entries(page), "source": "Phần mềm chấm điểm"})
    assert read.state is JobState.DONE, read.result
    assert rows.score_count(cycle_id).scores == 0
    shown = browser.get(read.result["next"]).text
    assert "Tổng cộng" in shown
    done = confirm(browser, read)
    assert (done.state, done.result["scores"]) == (JobState.DONE, 4)
    assert stored(cycle_id) == SETTLED
    assert rows.cycle(cycle_id).state is CycleState.COUNCIL
    cells = rows.scores(cycle_id)[0].cells
    assert (cells["self_points"], cells["verified_points"]) == ("32", "30")
    again = send(browser, cycle_id, wide(D4=34), "thang-10.xlsx")
    assert again.result["next"] == f"/index/{cycle_id}/scores/preview/{again.id}"
    assert "35,5" in browser.get(again.result["next"]).text
    confirm(browser, again)
    assert stored(cycle_id) == {**SETTLED, ("B", "1.1"): "34"}
    assert [head.changed for head in imports.imports(cycle_id)] == [1, 0]
    assert auditing.audit().sound


def test_what_a_preview_shows_is_what_an_import_keeps(app: Flask, cycle_id):
    first = ScoreFile(SCORES, "diem.csv")
    scoring.import_file(SYSTEM, cycle_id, first)
    changed = SCORES.replace(b"35,5", b"20").replace(b"A;1.2;15", b"A;1.2;15,0")
    seen = scoring.preview(cycle_id, ScoreFile(changed, "diem.csv"))
    assert stored(cycle_id) == SETTLED
    done = scoring.import_file(
        SYSTEM, cycle_id, ScoreFile(changed, "diem.csv"), confirmed=seen.digest
    )
    kept = imports.one_import(cycle_id, done.id)
    assert kept.changes == imports.change_set(seen.changes)
    change = kept.changes.changes[0]
    assert (change.unit, change.criterion, change.kind) == ("B", "1.1", "changed")
    assert change.columns == {"verified_points": ("35.5", "20"), "settled": ("35.5", "20")}
    assert change.marks == {"big"}
    assert kept.changes.unchanged == 3
    group = kept.changes.groups[0]
    assert (group.units, group.verified_points) == ((2, 2), ("95.5", "80"))
    assert kept.head.scores_hash == rows.scores_hash(rows.scores(cycle_id))


def test_jumps_and_dropped_scores_stand_out_on_the_page(app: Flask, cycle_id, browser):
    scoring.import_scores(SYSTEM, cycle_id, SCORES, "diem.csv")
    table = SCORES.replace(b"communes;B;1.1;35,5\ncommunes;B;1.2;15\n", b"").replace(b"30", b"2")
    seen = send(browser, cycle_id, table, "diem.csv")
    page = browser.get(seen.result["next"]).text
    assert 'id="marked"' in page
    assert f"/index/{cycle_id}/scores/preview/{seen.id}/policy" in page
    done = confirm(browser, seen)
    kept = browser.get(done.result["next"]).text
    assert 'id="marked"' in kept
    found = imports.one_import(cycle_id, int(done.result["next"].rsplit("/", 1)[1])).changes
    assert {(c.unit, c.criterion, c.kind.value) for c in found.changes} == {
        ("A", "1.1", "changed"),
        ("B", "1.1", "dropped"),
        ("B", "1.2", "dropped"),
    }


def test_changes_that_somebody_else_overtook_are_not_stored(app: Flask, cycle_id, browser):
    seen = send(browser, cycle_id, SCORES, "diem.csv")
    other = SCORES.replace(b"35,5", b"36")
    scoring.import_scores(SYSTEM, cycle_id, other, "khac.csv")
    done = confirm(browser, seen)
    assert done.state is JobState.FAILED
    assert "changed since" in done.message
    assert stored(cycle_id)["B", "1.1"] == "36"
    assert len(imports.imports(cycle_id)) == 1


def test_a_confirmation_without_the_digest_of_the_page_is_refused(app: Flask, cycle_id, browser):
    seen = send(browser, cycle_id, SCORES, "diem.csv")
    reply = browser.post(seen.result["next"], data={"digest": "0" * 64})
    assert reply.status_code == 409
    assert rows.score_count(cycle_id).scores == 0


def test_confirming_twice_imports_once(app: Flask, cycle_id, browser):
    seen = send(browser, cycle_id, SCORES, "diem.csv")
    first = confirm(browser, seen)
    assert first.state is JobState.DONE
    second = browser.post(seen.result["next"], data={"digest": seen.result["digest"]})
    assert second.status_code == 409
    assert len(imports.imports(cycle_id)) == 1


def test_a_part_of_the_scores_is_laid_over_the_rest_on_request(app: Flask, cycle_id, browser):
    scoring.import_scores(SYSTEM, cycle_id, SCORES, "diem.csv")
    part = b"group;unit;criterion;verified_points\ncommunes;B;1.2;12\n"
    refused = send(browser, cycle_id, SCORES.replace(b"communes;B;1.1;35,5\n", b""), "x.csv")
    assert refused.state is JobState.FAILED
    whole = send(browser, cycle_id, part + b"communes;B;1.1;35,5\n", "x.csv")
    page = browser.get(whole.result["next"]).text
    assert "preview" in page
    seen = post(browser, f"{whole.result['next']}/policy", {"policy": "cells"})
    assert stored(cycle_id) == SETTLED
    confirm(browser, seen)
    assert stored(cycle_id) == {**SETTLED, ("B", "1.2"): "12"}
    assert imports.imports(cycle_id)[0].policy == "cells"


def test_laying_over_keeps_the_self_points_that_stood_there(app: Flask, cycle_id, browser):
    looked = send(browser, cycle_id, wide())
    page = entries(browser.get(looked.result["next"]).text)
    confirm(browser, post(browser, looked.result["next"], {**page, "source": "x"}))
    part = b"group;unit;criterion;verified_points\ncommunes;A;1.1;31\n"
    whole = ScoreFile(part, "x.csv", policy=scoring.Policy.CELLS)
    scoring.import_file(SYSTEM, cycle_id, whole)
    cells = {(s.unit_code, s.criterion): s.cells for s in rows.scores(cycle_id)}["A", "1.1"]
    assert (cells["self_points"], cells["verified_points"], cells["settled"]) == ("32", "31", "31")


def test_faults_name_the_cells_of_the_file_and_come_back_as_a_workbook(
    app: Flask, cycle_id, browser
):
    looked = send(browser, cycle_id, wide(D3=41, E4="hai"))
    page = entries(browser.get(looked.result["next"]).text)
    failed = post(browser, looked.result["next"], {**page, "source": "x"})
    assert failed.state is JobState.FAILED
    faults = {(f["sheet"], f["letter"], f["row"], f["code"]) for f in failed.result["faults"]}
    assert faults == {("Điểm", "D", 3, "above_maximum"), ("Điểm", "E", 4, "not_a_number")}
    shown = browser.get(f"/jobs/{failed.id}").text
    assert "Điểm · D · 1.1 thẩm định" in shown
    assert f"/scores/mapping/{looked.id}?attempt={failed.id}" in shown
    file = jobs.files(failed.id)[0]
    workbook = browser.get(f"/jobs/{failed.id}/files/{file.id}").data
    assert workbook.startswith(b"PK")
    back = browser.get(failed.result["params"]["back"])
    assert back.status_code == 200
    assert rows.score_count(cycle_id).scores == 0


def test_what_was_chosen_stands_there_again_after_a_fault(app: Flask, cycle_id, browser):
    looked = send(browser, cycle_id, wide())
    page = entries(browser.get(looked.result["next"]).text)
    chosen = {**page, "role-0-2": "ignore", "role-0-4": "unit", "source": "x"}
    failed = post(browser, looked.result["next"], chosen)
    assert failed.state is JobState.FAILED
    again = entries(browser.get(failed.result["params"]["back"]).text)
    assert (again["role-0-2"], again["role-0-4"]) == ("ignore", "unit")


def test_other_header_lines_make_another_look(app: Flask, cycle_id, browser):
    looked = send(browser, cycle_id, wide())
    page = entries(browser.get(looked.result["next"]).text)
    assert (page["first-0"], page["last-0"]) == ("2", "2")
    again = post(browser, looked.result["next"], {**page, "last-0": "3", "source": "x"})
    assert again.result["next"] == f"/index/{cycle_id}/scores/mapping/{again.id}"
    moved = entries(browser.get(again.result["next"]).text)
    assert (moved["first-0"], moved["last-0"]) == ("2", "3")


def test_a_source_needs_a_name(app: Flask, cycle_id, browser):
    looked = send(browser, cycle_id, wide())
    page = entries(browser.get(looked.result["next"]).text)
    assert browser.post(looked.result["next"], data={**page, "source": " "}).status_code == 422


@pytest.mark.parametrize(
    "entry",
    [{"role-0-2": "nonsense"}, {"layout-0": "?"}, {"first-0": "9" * 30}, {"last-0": "-1"},
     {"key-0-2": "x" * 5000}, {"policy": "?"}, {"dash": ""}],
)  # fmt: skip
def test_whatever_a_form_sends_is_told_not_stored(app: Flask, cycle_id, browser, entry):
    looked = send(browser, cycle_id, wide())
    page = entries(browser.get(looked.result["next"]).text)
    job = post(browser, looked.result["next"], {**page, "source": "x", **entry})
    assert job.state in (JobState.DONE, JobState.FAILED)
    assert "unexpected" not in job.message
    assert rows.score_count(cycle_id).scores == 0


def test_a_merged_index_takes_no_file_and_shows_why(app: Flask, browser):
    person = actor(Role.HOME_AFFAIRS)
    cycle_id = council(person, answered_round())
    seen = send(browser, cycle_id, SCORES.replace(b"35,5", b"36"), "diem.csv")
    merging.merge_index(person, cycle_id)
    assert confirm(browser, seen).state is JobState.FAILED
    assert send(browser, cycle_id, SCORES, "diem.csv").state is JobState.FAILED
    assert "digest" not in browser.get(seen.result["next"]).text
    with pytest.raises(WrongStateError):
        scoring.preview(cycle_id, ScoreFile(SCORES, "diem.csv"))


def test_coordinators_look_and_do_not_import(app: Flask, cycle_id, browser, signed_in):
    seen = send(browser, cycle_id, SCORES, "diem.csv")
    done = confirm(browser, seen)
    coordinator = signed_in(Role.COORDINATOR)
    base = f"/index/{cycle_id}/scores"
    for address in (base, done.result["next"], f"{base}/table.csv", f"{base}/table.xlsx"):
        assert coordinator.get(address).status_code == 200
    assert coordinator.post(base).status_code == 403
    assert coordinator.post(seen.result["next"]).status_code == 403
    agency = signed_in(Role.AGENCY)
    assert agency.get(base).status_code == 403


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_present_table_can_be_downloaded_and_imported_again(
    app: Flask, cycle_id, browser, ending
):
    looked = send(browser, cycle_id, wide())
    page = entries(browser.get(looked.result["next"]).text)
    confirm(browser, post(browser, looked.result["next"], {**page, "source": "x"}))
    table = browser.get(f"/index/{cycle_id}/scores/table.{ending}").data
    again = send(browser, cycle_id, table, f"diem.{ending}")
    assert again.result["next"].startswith(f"/index/{cycle_id}/scores/preview/")
    seen = browser.get(again.result["next"]).text
    assert 'name="digest"' not in seen
    assert scoring.preview(cycle_id, ScoreFile(table, f"diem.{ending}")).changes["rows"] == []


def test_an_import_is_logged_and_its_file_let_go(app: Flask, cycle_id, browser):
    confirm(browser, send(browser, cycle_id, SCORES, "diem.csv"))
    db.session.rollback()
    bodies = db.session.scalars(select(LogEntry.body)).all()
    assert sum("scores.imported" in body for body in bodies) == 1
    row = db.session.scalars(select(ScoreImport)).one()
    assert row.imported_by is not None
    assert db.session.scalars(select(ImportSource)).all() == []
    kept = [upload.filename for upload in db.session.scalars(select(Upload))]
    assert "diem.csv" not in kept


def test_another_cycle_shows_nothing_of_this_one(app: Flask, cycle_id, browser):
    seen = send(browser, cycle_id, SCORES, "diem.csv")
    other = planned()
    address = seen.result["next"].replace(f"/index/{cycle_id}/", f"/index/{other}/")
    assert browser.get(address).status_code == 404
    assert browser.get(f"/index/{cycle_id}/scores/mapping/{seen.id}").status_code == 404
    assert browser.get(f"/index/{cycle_id}/scores/imports/99").status_code == 404


def test_the_rows_of_a_cycle_are_its_last_import(app: Flask, cycle_id):
    for points in (b"35,5", b"36"):
        scoring.import_scores(SYSTEM, cycle_id, SCORES.replace(b"35,5", points), "diem.csv")
    count = db.session.scalars(select(ScoreEntry).where(ScoreEntry.cycle_id == cycle_id)).all()
    assert len(count) == 4
    newest = imports.imports(cycle_id)[0]
    assert newest.scores_hash == rows.scores_hash(rows.scores(cycle_id))
