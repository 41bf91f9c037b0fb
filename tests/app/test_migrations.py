"""Migrations up and down, on empty and on filled databases of both kinds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, Enum, MetaData, text
from sqlalchemy.exc import DBAPIError

from app import create_app
from app.database import writing
from app.extensions import db
from app.models import (
    Approval,
    Contact,
    DataKey,
    Dossier,
    Frame,
    ImportSource,
    Job,
    RoleGrant,
    ScoreImport,
)
from app.vocabulary import FrameState, JobKind, JobState, Role, SourceKind
from tests.app import schema
from tests.app.moving_factory import (
    another_database,
    counts,
    demo_archive,
    empty,
    load,
    rows_in,
)
from tests.conftest import settings_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONGEST_NAME = 63
# Tables that the first published version does not have.
LATER = {
    "account_link",
    "api_key",
    "approval",
    "arrival",
    "arrived_list",
    "arriving_period",
    "asked_owner",
    "ceremony",
    "ceremony_party",
    "claim",
    "contact",
    "counter",
    "counter_session",
    "credential_count",
    "cycle_round",
    "data_key",
    "door_try",
    "draw_record",
    "drawn_case",
    "frozen_list",
    "frozen_owner",
    "import_source",
    "job_file",
    "kiosk",
    "kiosk_turn",
    "lease",
    "office_setting",
    "open_count",
    "open_form",
    "post_batch",
    "questionnaire_version",
    "recovery_code",
    "reserve_release",
    "score_import",
    "screen_code",
    "sign_in_failure",
    "slip_run",
    "unit_crosswalk",
    "voice",
    "wave_plan",
}


@pytest.fixture
def bare(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without any table, of the same kind as `app`."""
    with another_database(database_url) as url:
        made = create_app(settings_of(tmp_path / "bare", url))
        with made.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def filled(demo_archive_once: Path, app: Flask) -> Flask:
    """An application that holds the demo."""
    empty()
    load(demo_archive_once)
    db.session.remove()
    return app


@pytest.fixture(scope="session")
def demo_archive_once() -> Path:
    return demo_archive()


def described() -> schema.Schema:
    with db.engine.connect() as connection:
        return schema.schema(connection)


def counted() -> dict[str, int]:
    with db.engine.connect() as connection:
        return counts(connection)


def same(found: schema.Schema, wanted: schema.Schema) -> None:
    """Compare table by table, so that a failure names what differs."""
    assert found.keys() == wanted.keys()
    for name in wanted:
        assert found[name] == wanted[name], name


def test_up_down_and_up_again_gives_the_same_schema(bare: Flask):
    upgrade()
    first = described()
    downgrade(revision="base")
    assert described() == {}
    with db.engine.connect() as connection:
        assert schema.triggers(connection) == set()
    upgrade()
    same(described(), first)


def test_migrations_give_the_schema_that_the_models_say(app: Flask, bare: Flask):
    with bare.app_context():
        db.metadata.create_all(db.engine)
        wanted = described()
        db.session.remove()
    with app.app_context():
        same(described(), wanted)


def test_a_missing_check_or_index_would_be_seen(app: Flask):
    wanted = described()
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_frame_current"))
        connection.execute(text("CREATE UNIQUE INDEX uq_frame_current ON frame (round_id)"))
    changed = described()
    assert {name for name in wanted if wanted[name] != changed[name]} == {"frame"}
    assert {
        part for part in wanted["frame"] if wanted["frame"][part] != changed["frame"][part]
    } == {"indexes"}


def test_alembic_finds_nothing_to_do(app: Flask):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_list_of_words_is_the_one_of_the_vocabulary(app: Flask):
    found, known = schema.listed_words(described()), schema.known_words(db.metadata)
    assert known
    assert {place: found.get(place) for place in known} == known


def test_a_new_word_without_a_migration_is_noticed(app: Flask):
    found = schema.listed_words(described())
    for table, column, kind in (("job", "kind", JobKind), ("role_grant", "role", Role)):
        copied = MetaData()
        for one in db.metadata.sorted_tables:
            one.to_metadata(copied)
        more = [*(word.value for word in kind), "a_new_word"]
        changed = copied.tables[table].columns[column]
        changed.type = Enum(*more, name=column, native_enum=False)
        place = (table, f"ck_{table}_{column}")
        assert schema.known_words(copied)[place] != found[place]


def test_names_fit_into_postgresql(app: Flask):
    assert {name for name in schema.names(described()) if len(name) > LONGEST_NAME} == set()


def test_the_log_is_guarded_after_every_migration(filled: Flask):
    downgrade(revision="0006")
    upgrade()
    for act in ("DELETE FROM log_entry", "UPDATE log_entry SET body = '{}'"):
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(act))
    assert counted()["log_entry"] > 10


def test_a_filled_database_keeps_every_row_from_0006_to_the_newest(filled: Flask):
    downgrade(revision="0006")
    with db.engine.connect() as connection:
        tables = set(schema.schema(connection))
        old = {name: rows_in(connection, name) for name in tables}
        indexes = index_rounds(connection, "SELECT id, round_id FROM cycle")
    assert tables & LATER == set()
    assert old["answer"] > 300
    upgrade()
    new = counted()
    assert {name: new[name] for name in old} == old
    assert new["cycle_round"] == len(indexes) == 1
    with db.engine.connect() as connection:
        assert index_rounds(connection, "SELECT cycle_id, round_id FROM cycle_round") == indexes
        states = set(connection.scalars(text("SELECT state FROM frame")))
    assert states == {"current"}


def index_rounds(connection: Connection, query: str) -> set[tuple[int, int]]:
    return {(row[0], row[1]) for row in connection.execute(text(query))}


def test_what_a_downgrade_loses_is_known(filled: Flask):
    with_news()
    before, new_roles, new_cells = counted(), roles_that_came_later(), cells_that_came_later()
    downgrade(revision="0006")
    upgrade()
    after = counted()
    lost = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    # Whole tables; the rounds of an index year come back from its one column.
    gone = {name: before[name] for name in LATER - {"cycle_round"} if before[name]}
    assert lost == gone | {
        # Roles for a unit, and roles that the older program does not know.
        "role_grant": new_roles,
        # Cells of dossiers that were not drawn and of open forms, without answers, and their keys.
        **new_cells,
        # Lists that were staged or taken back, with their dossiers.
        "frame": 1,
        "dossier": 1,
        # Work of kinds that the older program does not know.
        "job": 1,
    }
    assert {"contact", "data_key", "import_source", "score_import", "approval"} <= gone.keys()
    with db.engine.connect() as connection:
        states = list(connection.scalars(text("SELECT state FROM job ORDER BY id")))
    assert states[-1] == "failed"


def cells_that_came_later() -> dict[str, int]:
    new = "SELECT id FROM cell WHERE level NOT IN ('mixing', 'stratum', 'unit', 'round')"
    queries = {
        "cell": f"SELECT count(*) FROM ({new}) AS new",
        "mixing_key": f"SELECT count(*) FROM mixing_key WHERE cell_id IN ({new})",
    }
    with db.engine.connect() as connection:
        return {name: connection.scalar(text(query)) or 0 for name, query in queries.items()}


def roles_that_came_later() -> int:
    known = "('administrator', 'coordinator', 'home_affairs')"
    query = f"SELECT count(*) FROM role_grant WHERE unit_id IS NOT NULL OR role NOT IN {known}"
    with db.engine.connect() as connection:
        return int(connection.scalar(text(query)) or 0)


def with_news() -> None:
    """Add to the demo what only newer versions can say."""
    with db.engine.connect() as connection:
        account, other = connection.scalars(text("SELECT id FROM account ORDER BY id LIMIT 2"))
        unit = connection.scalar(text("SELECT min(id) FROM unit"))
        round_id, cycle = connection.execute(
            text("SELECT round_id, cycle_id FROM cycle_round")
        ).one()
    with writing() as session:
        for role, place in ((Role.COORDINATOR, unit), (Role.AGENCY, None)):
            session.add(RoleGrant(account_id=other, role=role, unit_id=place))
        source = ImportSource(
            kind=SourceKind.FRAME, name="Một cửa", signature="0" * 64, mapping={}, updated_at=NOW
        )
        session.add(source)
        session.flush()
        staged = Frame(
            round_id=round_id,
            state=FrameState.STAGED,
            source_id=source.id,
            filename="moi.csv",
            file_hash="1" * 64,
            hash="2" * 64,
            dossiers=1,
            imported_at=NOW,
        )
        key = DataKey(purpose="contact", wrapped=b"w", created_at=NOW)
        session.add_all([staged, key])
        session.flush()
        dossier = Dossier(frame_id=staged.id, code="H1", unit_id=unit, received=date(2026, 1, 2))
        session.add(dossier)
        session.flush()
        session.add(
            Contact(
                dossier_id=dossier.id,
                key_id=key.id,
                phone_index=b"i" * 32,
                person_role="",
                barred="",
            )
        )
        session.add(
            ScoreImport(
                cycle_id=cycle,
                source_id=source.id,
                filename="d.csv",
                file_hash="3" * 64,
                scores_hash="4" * 64,
                mapping={},
                changes={},
                imported_by=account,
                imported_at=NOW,
            )
        )
        session.add(
            Approval(
                act="x", object="y", digest="5" * 64, reason="", asked_by=account, asked_at=NOW
            )
        )
        for kind, state in ((JobKind.ROTATE_KEY, JobState.DONE), (JobKind.MIX, JobState.CANCELLED)):
            session.add(Job(kind=kind, arguments={}, state=state, created_at=NOW))
    db.session.remove()


def test_an_index_year_of_two_rounds_keeps_the_first_in_an_older_program(filled: Flask):
    with db.engine.begin() as connection:
        (cycle, first) = connection.execute(
            text("SELECT cycle_id, round_id FROM cycle_round")
        ).one()
        columns = "name, year, state, dry_run, questionnaire_code, questionnaire_hash"
        columns += ", questionnaire, declared_lost, created_at"
        second = connection.scalar(
            text(f"INSERT INTO round ({columns}) SELECT {columns} FROM round RETURNING id")
        )
        connection.execute(
            text("INSERT INTO cycle_round (cycle_id, round_id) VALUES (:cycle, :round)"),
            {"cycle": cycle, "round": second},
        )
    downgrade(revision="0006")
    with db.engine.connect() as connection:
        assert index_rounds(connection, "SELECT id, round_id FROM cycle") == {(cycle, first)}
    upgrade()


def test_a_migration_that_fails_changes_nothing(filled: Flask):
    downgrade(revision="0006")
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE score_import (id INTEGER)"))
    before = described()
    with pytest.raises(DBAPIError):
        upgrade()
    same(described(), before)
    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0006"
