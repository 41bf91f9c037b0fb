"""The demo plays a whole round through the real services."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Answer, Ballot, Box, Dossier
from app.queries import results
from app.services import publishing
from app.services.auditing import audit
from app.services.demo.dossiers import dossier_list
from app.services.demo.playing import play
from app.services.demo.province import UNITS
from app.services.errors import WrongStateError
from app.services.reconciling import reconcile
from app.vocabulary import Role
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
        ("25432", 3, "81.19"),
        ("26068", 2, "87.82"),
        ("26080", 1, "92.12"),
        ("26425", 4, "71.67"),
        ("SNNMT", 4, "73.76"),
        ("STC", 1, "93.63"),
        ("STP", 2, "91.79"),
        ("SXD", 3, "88.02"),
    ]


def test_only_the_demo_knows_the_secret_of_its_draw():
    users = [
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        if "commit_with" in path.read_text()
    ]
    assert sorted(users) == ["services/demo/playing.py", "services/planning.py"]


def test_the_demo_wants_an_empty_installation(app: Flask):
    account(Role.COORDINATOR)
    with pytest.raises(WrongStateError):
        play(lambda *_: None)


def test_the_list_of_the_demo_is_the_same_each_time():
    assert dossier_list() == dossier_list()
    assert dossier_list().count(b"\n") == 2001
    assert sum(unit.dossiers for unit in UNITS) == 2000


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
