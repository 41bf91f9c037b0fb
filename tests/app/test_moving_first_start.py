"""The first start of an installation, by several processes at once."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.runtime.migration import MigrationContext
from flask import Flask

from app import create_app
from app.extensions import db
from app.queries.migrations import head
from tests.app import schema
from tests.app.moving_factory import another_database
from tests.conftest import settings_of

PROCESSES = 6
# Everything is imported before the start, so that all begin within the same thousandth.
STARTER = """
import sys, time
from pathlib import Path
from app.commands.serving import bring_up_to_date, settings_or_stop
import app.wiring

settings = settings_or_stop()
place = Path(sys.argv[1])
(place / f"ready-{sys.argv[2]}").touch()
while not (place / "go").exists():
    time.sleep(0.0005)
bring_up_to_date(settings)
print(settings.secret())
"""


def start_together(place: Path, environment: dict[str, str]) -> list[tuple[int, str, str]]:
    """Let processes start at the same moment; code, output and errors of each."""
    place.mkdir()
    started = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER, str(place), str(number)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for _ in range(6000):
        if len(list(place.glob("ready-*"))) == PROCESSES:
            break
        time.sleep(0.01)
    (place / "go").touch()
    told = [process.communicate(timeout=120) for process in started]
    return [(p.returncode, *texts) for p, texts in zip(started, told, strict=True)]


def test_processes_that_start_at_once_make_one_schema_and_one_secret(
    app: Flask, database_url: str, tmp_path: Path
):
    with db.engine.connect() as connection:
        wanted = schema.schema(connection)
    with another_database(database_url) as url:
        home = tmp_path / "home"
        environment = {**os.environ, "KHAOSAT_HOME": str(home)}
        environment |= {"KHAOSAT_DATABASE_URL": url} if url else {}
        told = start_together(tmp_path / "place", environment)
        assert [(code, errors) for code, _, errors in told if code] == []
        secrets = {output.strip().splitlines()[-1] for _, output, _ in told}
        assert secrets == {(home / "keys" / "secret_key").read_text().strip()}
        assert [path.name for path in (home / "keys").iterdir() if path.is_file()] == ["secret_key"]
        made = create_app(settings_of(tmp_path / "look", url))
        if not url:
            made = create_app(settings_of(home))
        with made.app_context(), db.engine.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == head()
            assert schema.schema(connection) == wanted
            triggers = schema.triggers(connection)
        with made.app_context():
            db.engine.dispose()
    assert {name for name in triggers if name.startswith("log_entry")}


@pytest.mark.skipif(sys.platform != "linux", reason="starts the command as people do")
def test_the_command_migrate_runs_any_number_of_times_at_once(tmp_path: Path):
    environment = {**os.environ, "KHAOSAT_HOME": str(tmp_path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "app", "migrate"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    told = [process.communicate(timeout=120)[1] for process in started]
    assert [
        (p.returncode, text) for p, text in zip(started, told, strict=True) if p.returncode
    ] == []
