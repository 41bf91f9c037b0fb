"""`khaosat asked`, as people type it: the list of another survey in, that of a commitment out."""

import hashlib
from pathlib import Path

import pytest

from app import clock
from app.services import planning, records
from app.services.recording import SYSTEM
from tests.app import round_steps
from tests.app.moving_factory import installation
from tests.app.round_steps import SOURCE, plan
from tests.commands.calling import run

PHONE = "0912345678"
KEY = {"KHAOSAT_SECRET_KEY": "k" * 40}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with installation(tmp_path / "home"):
        round_steps.add_units("A")
    return tmp_path / "home"


def test_the_list_of_another_survey_is_taken_over_without_its_phones(home: Path):
    listed = home.parent / "ddci.csv"
    listed.write_text(f"phone,phone_group\n{PHONE},\n,{'ab' * 32}\n", encoding="utf-8")
    for added in (2, 0):
        done = run(home, "asked", "import", listed, "--day", f"{clock.today()}", **KEY)
        assert done.returncode == 0, done.stderr
        assert f"{added} people were added" in done.stdout
    assert not any(
        PHONE.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file()
    )

    listed.write_text(f"phone,day\n{PHONE},2999-01-01\nkhông rõ,\n", encoding="utf-8")
    done = run(home, "asked", "import", listed, **KEY)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is no past day" in done.stderr
    assert "neither a mobile phone nor a phone group" in done.stderr
    assert PHONE not in done.stderr


def test_the_list_that_a_commitment_heeds_can_be_printed(home: Path):
    listed = home.parent / "ddci.csv"
    listed.write_text(f"phone\n{PHONE}\n", encoding="utf-8")
    assert run(home, "asked", "import", listed, **KEY).returncode == 0
    with installation(home):
        round_id = round_steps.framed({"A": 30})
        planning.commit(SYSTEM, round_id, plan(8, apart=True), SOURCE)
        promised = records.promise_view(round_id)
    done = run(home, "asked", "list", str(round_id), **KEY)
    assert len(done.stdout.splitlines()) == 1
    assert hashlib.sha256(done.stdout.encode()).hexdigest() == promised.asked.list
    assert run(home, "asked", "list", "999", **KEY).stdout == ""
