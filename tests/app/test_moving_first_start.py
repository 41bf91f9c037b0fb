"""The first start of an installation, by several processes at once."""

from pathlib import Path

from alembic.runtime.migration import MigrationContext
from flask import Flask

from app import create_app
from app.extensions import db
from app.queries.migrations import head
from tests.app import schema
from tests.app.first_starting import bring_up, migrate, together
from tests.app.moving_factory import another_database
from tests.conftest import settings_of

PROCESSES = 6


def test_processes_that_start_at_once_make_one_schema_and_one_secret(
    app: Flask, database_url: str, tmp_path: Path
):
    with db.engine.connect() as connection:
        wanted = schema.schema(connection)
    with another_database(database_url) as url:
        home = tmp_path / "home"
        environment = {"KHAOSAT_HOME": str(home)}
        environment |= {"KHAOSAT_DATABASE_URL": url} if url else {}
        place = tmp_path / "place"
        codes, said = together(bring_up, PROCESSES, place, environment)
        assert set(codes) == {0}, said
        secrets = {text.strip().splitlines()[-1] for text in said}
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


def test_the_command_migrate_runs_any_number_of_times_at_once(tmp_path: Path):
    environment = {"KHAOSAT_HOME": str(tmp_path)}
    codes, said = together(migrate, PROCESSES, tmp_path / "place", environment)
    assert set(codes) == {0}, said
