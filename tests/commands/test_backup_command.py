"""`khaosat backup`, `restore`, `keys copy` and `rounds declare-lost`, as people type them."""

import json
import os
import shutil
from pathlib import Path

import pytest

from app.extensions import db
from app.services.moving.backing_up import back_up
from tests.app.moving_factory import LOCK, PHRASE, demo_archive, installation, load
from tests.app.round_factory import answer_all, one_cell
from tests.commands import calling
from tests.commands.calling import Done


def run(home: Path, *words: str | Path, typed: str = "", **environment: str) -> Done:
    """Call a command in Vietnamese, under the secret of these tests unless told otherwise."""
    own = {"KHAOSAT_SECRET_KEY": "k" * 40, "KHAOSAT_LOCALE": "", **environment}
    return calling.run(home, *words, typed=typed, **own)


@pytest.fixture
def phrase(tmp_path: Path) -> Path:
    path = tmp_path / "phrase"
    path.write_text(PHRASE + "\n")
    return path


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a round of which six answers wait in boxes; its keys are gone."""
    folder = tmp_path_factory.mktemp("backup")
    with installation(folder / "home"):
        _, tokens = one_cell(12, k=5)
        answer_all(tokens[:6])
        back_up(folder / "a.backup", LOCK)
    return folder / "a.backup"


def test_a_restore_lists_what_is_lost_and_the_loss_can_be_declared(
    backup: Path, phrase: Path, tmp_path: Path
):
    home = tmp_path / "home"
    done = run(home, "restore", backup, "--passphrase-file", phrase, KHAOSAT_LOCALE="en")
    assert done.returncode == 0, done.stderr
    assert "TB/land: 6 boxes" in done.stdout
    assert "khaosat rounds declare-lost 1" in done.stdout
    told = run(home, "rounds", "verify", "1", "--json")
    assert json.loads(told.stdout)["unreadable"] == [{"cell": "TB/land", "boxes": 6}]
    refused = run(home, "rounds", "declare-lost", "1", typed="5\n")
    assert refused.returncode == 1
    agreed = run(home, "rounds", "declare-lost", "1", typed="6\n")
    assert agreed.returncode == 0, agreed.stderr
    counts = json.loads(run(home, "rounds", "verify", "1", "--json").stdout)
    assert (counts["spent"], counts["boxes"], counts["declared_lost"]) == (6, 0, 6)
    assert counts["difference"] == 0
    assert run(home, "audit", "verify").returncode == 0


def test_a_restore_over_data_wants_the_numbers_typed(backup: Path, phrase: Path, tmp_path: Path):
    home = tmp_path / "home"
    words = ("restore", backup, "--passphrase-file", phrase, "--json")
    assert json.loads(run(home, *words).stdout)["holds"] is True
    again = run(home, *words)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    wrong = run(home, *words, "--replace", typed="THAY 0/0\n")
    assert wrong.returncode == 1
    right = run(home, *words, "--replace", typed="THAY 1/0\n")
    assert right.returncode == 0, right.stderr


def test_the_secret_of_the_copy_comes_back_with_the_data(phrase: Path, tmp_path: Path):
    old, new, copy = tmp_path / "old", tmp_path / "new", tmp_path / "copy"
    own = {"KHAOSAT_SECRET_KEY": "", "KHAOSAT_LOCALE": "en"}
    assert run(old, "migrate", **own).returncode == 0
    key = ("--passphrase-file", phrase)
    assert run(old, "keys", "copy", copy, *key, **own).returncode == 0
    assert run(old, "backup", tmp_path / "b", *key, **own).returncode == 0
    assert run(new, "migrate", **own).returncode == 0
    secret = ("--secret", copy, "--secret-passphrase-file", phrase, "--json")
    done = run(new, "restore", tmp_path / "b", *key, *secret, **own)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["same_secret"] is True
    kept = (new / "keys" / "secret_key").read_text()
    assert kept == (old / "keys" / "secret_key").read_text()
    assert len(list((new / "keys").glob("secret_key.before-*"))) == 1


def test_a_secret_in_the_environment_that_differs_stops_everything(phrase: Path, tmp_path: Path):
    old, copy = tmp_path / "old", tmp_path / "copy"
    assert run(old, "migrate").returncode == 0
    key = ("--passphrase-file", phrase)
    assert run(old, "keys", "copy", copy, *key).returncode == 0
    assert run(old, "backup", tmp_path / "b", *key).returncode == 0
    secret = ("--secret", copy, "--secret-passphrase-file", phrase)
    done = run(
        tmp_path / "new", "restore", tmp_path / "b", *key, *secret, KHAOSAT_SECRET_KEY="x" * 40
    )
    assert done.returncode == 2
    assert not (tmp_path / "new" / "khaosat.db").exists()


def test_a_drill_passes_for_a_good_backup_and_leaves_nothing(phrase: Path, tmp_path: Path):
    home = tmp_path / "home"
    with installation(home):
        load(demo_archive())
        db.session.remove()
        back_up(tmp_path / "demo.backup", LOCK)
    before = sorted(path.name for path in home.iterdir())
    done = run(home, "backup", "drill", tmp_path / "demo.backup", "--passphrase-file", phrase)
    assert done.returncode == 0, done.stderr
    assert "KẾT LUẬN: phục hồi được" in done.stdout
    assert "Ký tên" in done.stdout
    assert sorted(path.name for path in home.iterdir()) == before
    words = ("backup", "drill", tmp_path / "demo.backup", "--passphrase-file", phrase, "--json")
    report = json.loads(run(home, *words).stdout)
    assert report["passed"] is True
    assert {check["subject"] for check in report["checks"]} == {
        "rows",
        "references",
        "log",
        "round",
        "index",
    }


def test_a_drill_of_a_damaged_backup_fails_with_a_message(
    backup: Path, phrase: Path, tmp_path: Path
):
    damaged = bytearray(backup.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged").write_bytes(damaged)
    home = tmp_path / "home"
    done = run(home, "backup", "drill", tmp_path / "damaged", "--passphrase-file", phrase)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert [path.name for path in home.iterdir() if path.name.startswith("drill")] == []


def test_a_backup_by_hand_tells_its_state(phrase: Path, tmp_path: Path):
    home, path = tmp_path / "home", tmp_path / "a.backup"
    assert run(home, "migrate").returncode == 0
    assert run(home, "backup", "status", "--json").stdout.strip() == "null"
    (tmp_path / "key").write_bytes(os.urandom(32))
    done = run(home, "backup", path, "--key-file", tmp_path / "key", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    kept = json.loads(run(home, "backup", "status", "--json").stdout)
    assert kept["digest"] == told["digest"]
    assert kept["bytes"] == told["bytes"] == path.stat().st_size


@pytest.mark.parametrize("words", [("backup",), ("backup", "/nowhere/at/all"), ("restore",)])
def test_wrong_usage_is_told_as_such(words: tuple[str, ...], tmp_path: Path):
    done = run(tmp_path / "home", *words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_short_passphrase_is_refused(tmp_path: Path):
    (tmp_path / "short").write_text("ngắn")
    done = run(tmp_path / "home", "migrate")
    done = run(tmp_path / "home", "backup", tmp_path / "b", "--passphrase-file", tmp_path / "short")
    assert done.returncode == 1
    assert "15" in done.stderr
    assert not (tmp_path / "b").exists()
    shutil.rmtree(tmp_path / "home")
