"""Settings are checked before anything starts."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.config import SettingsError, kept_secret, read_settings


def test_defaults_lie_in_the_home_folder(tmp_path):
    settings = read_settings({"KHAOSAT_HOME": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path}/khaosat.db"
    assert settings.queue == f"sqlite:///{tmp_path}/queue.db"
    assert settings.locale == "vi"
    assert (settings.mixing_k, settings.disclosure_n, settings.effective_n) == (10, 10, 30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KHAOSAT_HOEM", "/x"),
        ("KHAOSAT_SECRET_KEY", "short"),
        ("KHAOSAT_TRUSTED_PROXIES", "many"),
        ("KHAOSAT_LOCALE", "fr"),
        ("KHAOSAT_PUBLIC_URL", "khaosat.dongnai.gov.vn"),
        ("KHAOSAT_MIXING_K", "1"),
        ("KHAOSAT_QUEUE_URL", "amqp://127.0.0.1"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(name, value):
    with pytest.raises(SettingsError, match=name):
        read_settings({name: value})


def test_an_unknown_setting_stops_the_start_with_its_name(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "app", "migrate"],
        env={**os.environ, "KHAOSAT_HOME": str(tmp_path), "KHAOSAT_DATABSE_URL": "sqlite://"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "KHAOSAT_DATABSE_URL" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "keys" / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: kept_secret(path), range(32)))
    assert len(secrets) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_passwords_are_hashed_at_their_real_cost():
    program = "from app.services import passwords; print(passwords._hasher.hash('x'))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in done.stdout


def test_cookies_demand_https_when_the_public_address_has_it():
    assert read_settings({"KHAOSAT_PUBLIC_URL": "https://khaosat.dongnai.gov.vn/"}).secure
    assert not read_settings({}).secure
