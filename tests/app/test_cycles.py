"""The pages of Home Affairs: from an empty list to a published index, through the worker."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.queries import cycles as rows, estimations, results
from app.queries.jobs import job
from app.services import criteria_sets, cycles, leases
from app.services.cycles import NewCycle
from app.services.errors import InvalidInputError
from app.services.recording import SYSTEM
from app.tasks.running import perform
from app.vocabulary import CycleState, JobState, Role
from tests.app.index_factory import SCHEME, SCORES, answered_round, merged, people


def do(location: str):
    """Let the worker do the job that a page went to."""
    job_id = int(location.rsplit("/", 1)[1])
    claimed = leases.claim(job_id, "test")
    assert claimed is not None
    perform(claimed)
    return job(job_id)


def send(browser: FlaskClient, address: str, **data) -> str:
    reply = browser.post(address, data=data)
    db.session.rollback()  # what this test read before is stale now
    assert reply.status_code == 302, reply.text
    return reply.headers["Location"]


def upload(content: bytes, name: str):
    return io.BytesIO(content), name


def test_from_an_empty_list_to_a_public_page(app: Flask, signed_in):
    made = answered_round()
    browser, second = signed_in(Role.HOME_AFFAIRS), signed_in(Role.ADMINISTRATOR)
    approver = signed_in(Role.APPROVER)
    coordinator = signed_in(Role.COORDINATOR)
    assert "/index/criteria-sets" in browser.get("/index").text
    done = do(send(browser, "/index/criteria-sets", file=upload(SCHEME, "bo-tieu-chi.yaml")))
    assert done.result["next"] == "/index/criteria-sets/1"
    shown = browser.get(done.result["next"]).text
    assert rows.criteria_set(1).hash in shown
    assert "Bộ tiêu chí thử" in shown
    location = send(browser, "/index", year=2026, name="Chỉ số 2026", criteria=1, surveys=made.id)
    cycle_id = int(location.rsplit("/", 1)[1])
    address = f"/index/{cycle_id}"
    seen = do(send(browser, f"{address}/scores", file=upload(SCORES, "diem.csv")))
    assert rows.score_count(cycle_id).scores == 0
    done = do(send(browser, seen.result["next"], digest=seen.result["digest"]))
    assert (done.state, done.result["scores"]) == (JobState.DONE, 4)
    waiting = browser.get(address).text
    assert f"/rounds/{made.id}/estimates" in waiting
    assert f"{address}/merge" not in waiting
    do(send(coordinator, f"/rounds/{made.id}/estimates"))
    assert f"{address}/merge" in browser.get(address).text
    do(send(browser, f"{address}/merge"))
    result_id = results.versions(cycle_id)[0].id
    draft = browser.get(address).text
    assert "76.75" in draft or "76,75" in draft
    assert "Nguyễn Văn Thử" in draft
    version = f"{address}/results/{result_id}"
    assert f"{version}/check" not in draft
    assert f"{version}/check" in second.get(address).text
    assert browser.post(f"{version}/check").status_code == 403
    assert f"{version}/approve" not in approver.get(address).text
    send(second, f"{version}/check")
    assert f"{version}/approve" not in second.get(address).text
    assert f"{version}/approve" in approver.get(address).text
    assert second.post(f"{version}/approve").status_code == 403
    assert app.test_client().get(f"/public/{result_id}").status_code == 404
    send(approver, f"{version}/approve")
    assert rows.cycle(cycle_id).state is CycleState.APPROVED
    assert app.test_client().get(f"/public/{result_id}").status_code == 404
    send(browser, f"{address}/results/{result_id}/publish")
    assert app.test_client().get(f"/public/{result_id}").status_code == 200
    assert f"/public/{result_id}" in browser.get(address).text


def test_the_example_set_is_one_button_away(app: Flask, signed_in):
    browser = signed_in(Role.HOME_AFFAIRS)
    done = do(send(browser, "/index/criteria-sets/example"))
    assert (
        rows.criteria_set(done.result["criteria_set"]).document.encode() == criteria_sets.example()
    )


def test_a_faulty_set_is_explained_on_the_page_of_its_job(app: Flask, signed_in):
    browser = signed_in(Role.HOME_AFFAIRS)
    location = send(
        browser, "/index/criteria-sets", file=upload(b"name: thi\xe1\xba\xbfu\n", "x.yaml")
    )
    done = do(location)
    assert done.state is JobState.FAILED
    assert {fault["column"] for fault in done.result["faults"]} == {"groups", "fields"}
    assert rows.criteria_sets() == []
    assert "groups" in browser.get(location).text


def test_faulty_scores_are_listed_by_row_and_column(app: Flask, signed_in):
    cycle_id = planned()
    browser = signed_in(Role.HOME_AFFAIRS)
    wrong = SCORES.replace(b"35,5", b"99")
    location = send(browser, f"/index/{cycle_id}/scores", file=upload(wrong, "diem.csv"))
    fault = do(location).result["faults"][0]
    assert (fault["row"], fault["column"], fault["code"]) == (4, "verified_points", "above_maximum")
    assert rows.score_count(cycle_id).scores == 0


def planned() -> int:
    made = answered_round()
    set_id = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    return cycles.create(SYSTEM, NewCycle(2026, "Chỉ số", set_id, (made.id,)))


def test_a_form_without_its_file_says_so(app: Flask, signed_in):
    cycle_id = planned()
    browser = signed_in(Role.HOME_AFFAIRS)
    for address in ("/index/criteria-sets", f"/index/{cycle_id}/scores"):
        assert browser.post(address).status_code == 422


def offered(page: str) -> list[str]:
    boxes = re.findall(r'<input[^>]*name="surveys"[^>]*>', page)
    return [re.search(r'value="(\d+)"', box)[1] for box in boxes]


def test_dry_runs_are_not_offered_and_not_taken(app: Flask, signed_in):
    trial = answered_round(dry_run=True)
    set_id = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    browser = signed_in(Role.HOME_AFFAIRS)
    real = answered_round({"A": {"land": (1, 0)}})
    assert offered(browser.get("/index/new").text) == [str(real.id)]
    reply = browser.post(
        "/index", data={"year": 2026, "name": "x", "criteria": set_id, "surveys": trial.id}
    )
    assert reply.status_code == 422
    with pytest.raises(InvalidInputError):
        cycles.create(SYSTEM, NewCycle(2026, "Chỉ số", set_id, (trial.id,)))
    assert rows.cycles() == []


@pytest.mark.parametrize("year", ["", "20", "x"])
def test_a_year_that_is_none_is_refused(app: Flask, signed_in, year):
    set_id = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    browser = signed_in(Role.HOME_AFFAIRS)
    data = {"year": year, "name": "x", "criteria": set_id, "surveys": []}
    assert browser.post("/index", data=data).status_code == 422
    assert rows.cycles() == []


def test_a_coordinator_looks_but_does_not_touch(app: Flask, signed_in):
    view = merged(people().merger)
    address = f"/index/{view.head.cycle_id}"
    browser = signed_in(Role.COORDINATOR)
    page = browser.get(address).text
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    for act in ("merge", "scores", "reopen", f"results/{view.head.id}/publish"):
        assert browser.post(f"{address}/{act}").status_code == 403


def test_reopening_on_the_page_needs_a_reason(app: Flask, signed_in):
    view = merged(people().merger)
    browser = signed_in(Role.HOME_AFFAIRS)
    address = f"/index/{view.head.cycle_id}/reopen"
    assert browser.post(address, data={"reason": "sai"}).status_code == 422
    send(browser, address, reason="Hội đồng xem lại điểm tiêu chí 1.2")
    assert rows.cycle(view.head.cycle_id).state is CycleState.COUNCIL


def test_the_origin_page_shows_the_frozen_share_and_no_alarm(app: Flask, signed_in):
    view = merged(people().merger)
    browser = signed_in(Role.HOME_AFFAIRS)
    page = browser.get(f"/index/{view.head.cycle_id}/results/{view.head.id}").text
    assert "0,750000000000" in page or "0.750000000000" in page
    assert "tone-danger" not in page
    assert browser.get(f"/index/{view.head.cycle_id + 1}/results/{view.head.id}").status_code == 404


@pytest.mark.parametrize("address", ["/index/9", "/index/99999999999", "/index/criteria-sets/9"])
def test_what_is_not_there_is_not_found(app: Flask, signed_in, address):
    assert signed_in(Role.HOME_AFFAIRS).get(address).status_code == 404


def test_estimates_are_shown_in_percent_with_margins(app: Flask, signed_in):
    made = answered_round({"A": {"land": (30, 10)}, "B": {"land": (12, 3)}}, dry_run=True)
    browser = signed_in(Role.COORDINATOR)
    address = f"/rounds/{made.id}/estimates"
    assert f'action="{address}"' in browser.get(address).text
    done = do(send(browser, address))
    assert done.result["next"] == address
    page = browser.get(address).text
    assert "75,0" in page or "75.0" in page
    assert "±" in page
    assert "THỬ NGHIỆM" in page or "TRIAL RUN" in page
    # Fifteen answers: shown, but marked as too few.
    assert "not enough ballots to publish" in page or "chưa đủ số phiếu để công bố" in page
    assert estimations.newest(made.id).results.dry_run
    assert signed_in(Role.HOME_AFFAIRS).post(address).status_code == 403


def test_a_second_click_asks_for_nothing_new(app: Flask, signed_in):
    browser = signed_in(Role.HOME_AFFAIRS)
    first, second = (send(browser, "/index/criteria-sets/example") for _ in range(2))
    assert first == second
