"""The demo plays a whole round through the real services."""

import csv
import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Answer, Ballot, Box, Dossier
from app.queries import estimations, jobs, results
from app.queries.estimation_results import PartLevel
from app.services import leases, publishing, second_factor_duty
from app.services.auditing import audit
from app.services.demo import answering, marking, province, steps
from app.services.demo.dossiers import dossier_list
from app.services.demo.playing import play
from app.services.demo.scenarios import SCENARIOS
from app.services.demo.sizes import LARGE, SIZES
from app.services.errors import WrongStateError
from app.services.reconciling import reconcile
from app.tasks import running
from app.vocabulary import JobState, Role
from app.web.templating import LANGUAGE
from surveys import instruments
from surveys.answering import field_name
from tests.factories import account

APP = Path(__file__).parents[2] / "app"


@pytest.fixture
def played(app: Flask):
    return play(lambda *_: None)


def test_the_demo_ends_with_a_published_index_of_eight_units(played):
    assert db.session.scalar(select(func.count(Dossier.id))) == 2000
    assert db.session.scalar(select(func.count(Ballot.id))) == played.drawn == 490
    assert 310 <= played.answers <= 405
    assert db.session.scalar(select(func.count()).select_from(Answer)) == played.answers
    assert db.session.scalar(select(func.count()).select_from(Box)) == 0
    assert reconcile(played.round_id).difference == 0
    found = results.result(played.result_id)
    assert found is not None
    assert found.head.published_at is not None
    ranks = {group: [] for group in ("departments", "communes")}
    for unit in found.document.units:
        ranks[unit.group].append(unit.rank)
    assert {group: sorted(found) for group, found in ranks.items()} == {
        "departments": [1, 2, 3, 4],
        "communes": [1, 2, 3, 4],
    }
    assert publishing.verify(found) == ()
    assert audit().sound


def ranking(result_id: int) -> list[tuple[str, int, str]]:
    found = results.result(result_id)
    assert found is not None
    return sorted(
        (unit.code, unit.rank, f"{float(unit.percent):.2f}") for unit in found.document.units
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_demo_comes_to_the_same_numbers(played):
    assert ranking(played.result_id) == [
        ("25432", 3, "81.87"),
        ("26068", 2, "87.48"),
        ("26080", 1, "91.88"),
        ("26425", 4, "70.71"),
        ("SNNMT", 4, "73.42"),
        ("STC", 1, "94.04"),
        ("STP", 2, "92.25"),
        ("SXD", 3, "87.97"),
    ]


def test_only_the_demo_knows_the_secret_of_its_draw():
    users = [
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        if "commit_with" in path.read_text()
    ]
    assert sorted(users) == ["services/demo/surveying.py", "services/planning.py"]


class StopError(Exception):
    """What ends a demo in the middle."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", [steps.LISTS, steps.ANSWERS, steps.INDEX])
def test_a_demo_that_was_cut_short_is_known_as_such(app: Flask, step: int):
    def stop(done: int, total: int) -> None:
        if done >= step * steps.EACH:
            raise StopError

    with pytest.raises(StopError):
        play(stop)
    with pytest.raises(WrongStateError) as refused:
        play(lambda *_: None)
    assert refused.value.text == marking.HALF_PLAYED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_demo_stopped_before_anything_was_stored_can_be_played(app: Flask):
    def stop(done: int, total: int) -> None:
        raise StopError

    with pytest.raises(StopError):
        play(stop)
    assert play(lambda *_: None).answers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_finished_demo_is_not_called_half_played(played):
    with pytest.raises(WrongStateError) as refused:
        play(lambda *_: None)
    assert refused.value.text == marking.NOT_EMPTY


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_progress_names_every_step_and_only_grows(app: Flask):
    told: list[int] = []
    play(lambda done, total: told.append(done))
    assert told == sorted(set(told))
    assert {steps.present(done) for done in told} == set(range(len(steps.NAMES)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_demo_can_be_cancelled_on_its_page(app: Flask, client):
    reply = client.post("/setup/demo", data={"size": "small"})
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    job = leases.claim(job_id, "test")
    assert client.post(f"/setup/demo/{job_id}/cancel").status_code == 302
    running.perform(job)
    assert jobs.job(job_id).state is JobState.CANCELLED
    client.set_cookie(LANGUAGE, "en")
    page = client.get(f"/setup/demo/{job_id}").text
    assert "did not come to its end" in page


def test_the_first_page_offers_both_sizes(app: Flask, client):
    page = client.get("/").text
    for size in SIZES:
        assert f'name="size" value="{size}"' in page
    assert client.post("/setup/demo", data={"size": "huge"}).status_code == 422


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_people_of_the_demo_need_no_second_factor(played):
    for person in played.staff.people:
        assert second_factor_duty.duty(person) == second_factor_duty.NONE


def test_the_demo_wants_an_empty_installation(app: Flask):
    account(Role.COORDINATOR)
    with pytest.raises(WrongStateError):
        play(lambda *_: None)


def test_the_list_of_the_demo_is_the_same_each_time():
    first = dossier_list(province.SMALL)
    assert first == dossier_list(province.SMALL)
    assert first.count(b"\n") == 2001
    assert sum(unit.dossiers for unit in province.SMALL) == 2000


def test_the_large_province_has_every_rated_unit_and_forty_thousand_dossiers():
    units = province.large()
    assert Counter(unit.group for unit in units) == {"departments": 15, "communes": 95}
    assert sum(unit.dossiers for unit in units) == 40_000
    assert min(unit.dossiers for unit in units) >= province.SMALLEST
    province.large.cache_clear()
    assert province.large() == units
    # Units differ, and by more than what chance does to answers alone.
    assert np.std([unit.service for unit in units]) > 0.3
    assert 0.03 < np.std([unit.straight for unit in units]) < 0.09


def test_lists_of_the_large_province_tell_all_kinds_of_respondent():
    rows = list(csv.DictReader(io.StringIO(dossier_list(province.large()).decode())))
    kinds = Counter(row["respondent_kind"] for row in rows)
    assert kinds.total() == 40_000
    assert kinds["citizen"] > 25_000
    assert kinds["business"] > 2_000 < kinds["household_business"]
    assert 400 < kinds[""] < 1_200


def test_very_satisfied_people_often_tick_the_same_box_all_the_way():
    questionnaire = instruments.load("citizen_satisfaction")
    unit = replace(province.SMALL[0], service=6.0, response=1.0)
    rated = [field_name(q) for q in questionnaire.questions if q.kind == "scale"]

    def straight(share: float) -> float:
        one = replace(unit, straight=share)
        filled = [
            answering.answers(questionnaire, one, np.random.default_rng(n)) for n in range(300)
        ]
        same = [len({form[name] for name in rated}) == 1 for form in filled]
        return sum(same) / len(same)

    assert straight(1.0) == 1.0
    assert straight(0.0) < straight(0.35) < 1.0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_rounds_feed_one_index(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """The large demo in small: the same rounds, units of an eighth the size."""
    scenario = SCENARIOS[LARGE]
    units = tuple(replace(unit, dossiers=120) for unit in scenario.units()[:6])
    smaller = replace(
        scenario,
        units=lambda: units,
        surveys=tuple(
            replace(survey, plan=replace(survey.plan, size=size, minimum=0))
            for survey, size in zip(scenario.surveys, (360, 100), strict=True)
        ),
    )
    monkeypatch.setitem(SCENARIOS, LARGE, smaller)
    played = play(lambda *_: None, LARGE)
    drawn = {
        round_id: Counter(
            db.session.scalars(
                select(Dossier.respondent_kind)
                .join(Ballot, Ballot.dossier_id == Dossier.id)
                .where(Ballot.round_id == round_id)
            )
        )
        for round_id in played.round_ids
    }
    citizens, businesses = (drawn[round_id] for round_id in played.round_ids)
    assert set(citizens) <= {"citizen", ""}
    assert set(businesses) <= {"business", "household_business"}
    assert (citizens.total(), businesses.total()) == (360, 100)
    found = results.result(played.result_id)
    assert [pin.audience for pin in found.document.pins.surveys] == ["business", "citizen"]
    assert publishing.verify(found) == ()
    business = [
        score for unit in found.document.units for score in unit.scores if score.criterion == "7.6"
    ]
    assert {score.provenance for score in business} <= {"survey", "survey_missing"}
    for round_id in played.round_ids:
        assert reconcile(round_id).difference == 0
        (whole,) = estimations.newest(round_id).results.of_level(PartLevel.ROUND)
        # The five factors and the overall rating, whatever the questionnaire calls its questions.
        assert len(whole.figures) == 6
        assert all(0.3 < float(figure.top_two.value) <= 1 for figure in whole.figures)


def test_the_command_prints_the_ranking_and_where_to_look(tmp_path):
    environment = {"KHAOSAT_HOME": str(tmp_path), "PATH": "", "PORT": "8123"}

    def khaosat(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "app", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert khaosat("migrate").returncode == 0
    first = khaosat("demo")
    assert first.returncode == 0, first.stderr
    assert "Sở Tài chính" in first.stdout
    assert "http://127.0.0.1:8123/public/1" in first.stdout
    again = khaosat("demo")
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    assert khaosat("rounds", "verify", "1").returncode == 0


def test_a_killed_demo_is_told_by_the_next_one(tmp_path):
    environment = {"KHAOSAT_HOME": str(tmp_path), "PATH": ""}
    command = [sys.executable, "-m", "app", "demo"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as begun:
        # The people are there as soon as the lists are told of.
        assert any("Danh sách hồ sơ" in line for line in begun.stderr)
        begun.kill()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert str(tmp_path) in again.stderr
    # In whichever language: only these words name the folder to delete.
    assert "(KHAOSAT_HOME)" in again.stderr
    assert "(KHAOSAT_HOME)" not in marking.NOT_EMPTY
