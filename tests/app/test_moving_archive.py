"""The archive: every table, the same bytes from either database, and no byte can be changed."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings, strategies as st
from sqlalchemy import delete, insert, update

from app.database import writing
from app.extensions import db
from app.models import Job, LogEntry, OfficeSetting, Unit, Upload
from app.services.moving import archive, container, exporting, importing, rows, snapshots, tables
from app.services.moving.errors import (
    DamagedError,
    ExistsError,
    NotEmptyError,
    NotMigratedError,
    OtherRevisionError,
    UnsuitableError,
)
from app.services.recording import SYSTEM, record
from app.services.units import import_shipped_units
from app.vocabulary import JobKind, JobState, Role
from tests.app.moving_factory import (
    another_database,
    counts,
    demo_archive,
    empty,
    fill,
    installation,
    lines_of,
    load,
)
from tests.factories import account


@pytest.fixture
def clean(app: Flask) -> Flask:
    """An installation as new."""
    empty()
    return app


@pytest.fixture(scope="module")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of an archive with a row or two in every table."""
    folder = tmp_path_factory.mktemp("small")
    with installation(folder / "home"):
        fill(2)
        exporting.export(folder / "small.tar")
    return (folder / "small.tar").read_bytes()


def exported(path: Path) -> bytes:
    exporting.export(path)
    return path.read_bytes()


def reading(content: bytes) -> archive.Manifest:
    return archive.read(io.BytesIO(content))


def written(change: Callable[[str, bytes], bytes], content: bytes) -> bytes:
    """Write an archive again with other rows and a manifest that says so."""
    first, found, target = "", {}, io.BytesIO()
    for name, piece in container.entries(io.BytesIO(content)):
        if name == archive.LAST:
            break
        changed = change(name, piece)
        container.add(target, name, changed)
        if name == archive.FIRST:
            first = changed
            continue
        found.setdefault(name.split("/")[1], archive.Sum()).add(changed)
    told = json.loads(first)
    sums = [found.get(table.name, archive.Sum()).named(table.name) for table in tables.moved()]
    manifest = archive.Manifest(told["revision"], told["program"], tuple(sums))
    container.add(target, archive.LAST, rows.dumped(manifest.as_dict()) + b"\n")
    container.end(target)
    return target.getvalue()


def test_sqlite_to_postgresql_and_back_gives_the_same_bytes(
    clean: Flask, database_url: str, tmp_path: Path
):
    fill(5)
    first = exported(tmp_path / "first.tar")
    db.session.remove()
    # From SQLite to PostgreSQL and back, and the other way round.
    with (
        another_database(database_url) as url,
        installation(tmp_path / "second", url if not database_url else ""),
    ):
        load(tmp_path / "first.tar")
        second = exported(tmp_path / "second.tar")
    with another_database(database_url) as url, installation(tmp_path / "third", url):
        load(tmp_path / "second.tar")
        third = exported(tmp_path / "third.tar")
    assert first == second == third


def test_every_table_is_moved_or_left_out_on_purpose(clean: Flask, tmp_path: Path):
    moved = {table.name for table in tables.moved()}
    assert moved | tables.LEFT_OUT == set(db.metadata.tables)
    assert moved & tables.LEFT_OUT == set()
    fill(3)
    manifest = exporting.export(tmp_path / "all.tar")
    assert {table.name for table in manifest.tables if table.rows == 0} == set()
    assert {table.name for table in manifest.tables} == moved
    with db.engine.connect() as connection:
        stored = counts(connection)
    assert {table.name: table.rows for table in manifest.tables} == {
        name: stored[name] for name in moved
    }


def test_any_tar_program_reads_it(clean: Flask, tmp_path: Path):
    fill(2)
    manifest = exporting.export(tmp_path / "all.tar")
    with tarfile.open(tmp_path / "all.tar") as found:
        names = found.getnames()
        last = found.extractfile("manifest.json")
        assert last is not None
        told = json.loads(last.read())
    assert names[0] == "format.json"
    assert names[-1] == "manifest.json"
    assert told == manifest.as_dict()
    assert told["digest"] == manifest.digest
    assert (tmp_path / "all.tar").stat().st_mode & 0o777 == 0o600


def test_numbers_go_on_behind_the_highest(clean: Flask, tmp_path: Path):
    load(demo_archive())
    with writing() as session:
        highest = max(session.scalars(db.select(Job.id)), default=0)
        session.add(Job(kind=JobKind.MIX, arguments={}, created_at=db.func.now()))
        session.add(Unit(code="MOI", name="Mới", level="commune", kind="ward"))
    assert import_shipped_units(SYSTEM).added == 0
    with writing() as session:
        assert max(session.scalars(db.select(Job.id))) > highest
    assert account(Role.COORDINATOR).id > 0


def test_an_export_sees_one_moment(clean: Flask, tmp_path: Path):
    fill(2)
    with snapshots.snapshot(db.engine) as connection:
        before = archive.sums(connection)
        with writing() as session:
            record(session, SYSTEM, "test.later", "test:1")
            session.add(Unit(code="MOI", name="Mới", level="commune", kind="ward"))
        db.session.remove()
        assert archive.sums(connection) == before
    with snapshots.snapshot(db.engine) as connection:
        assert archive.sums(connection) != before


def test_a_snapshot_cannot_write(clean: Flask):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no read-only transaction")
    with (
        pytest.raises(Exception, match="read-only"),
        snapshots.snapshot(db.engine) as connection,
    ):
        connection.execute(delete(OfficeSetting))


def test_an_import_into_a_database_with_data_is_refused(clean: Flask):
    account(Role.COORDINATOR)
    with db.engine.connect() as connection:
        before = counts(connection)
    with pytest.raises(NotEmptyError) as refused:
        load(demo_archive())
    assert refused.value.params["table"] in {"account", "log_head"}
    with db.engine.connect() as connection:
        assert counts(connection) == before


def test_an_import_into_a_database_that_was_not_migrated_is_refused(
    clean: Flask, database_url: str, tmp_path: Path
):
    demo_archive()
    with writing() as session:
        session.execute(db.text("UPDATE alembic_version SET version_num = '0006'"))
    with pytest.raises(NotMigratedError, match="0006"):
        load(demo_archive())
    with pytest.raises(NotMigratedError):
        exporting.export(tmp_path / "never.tar")
    assert list(tmp_path.glob("*.tar")) == []


def test_an_archive_of_another_version_says_what_to_do(clean: Flask, small_archive: bytes):
    def older(name: str, content: bytes) -> bytes:
        return (
            content.replace(b'"revision":"00', b'"revision":"99') if "format" in name else content
        )

    with pytest.raises(OtherRevisionError, match=r"99\d\d.*Load it with the program"):
        reading(written(older, small_archive))


@settings(max_examples=400)
@given(place=st.integers(0, 10**9), flipped=st.integers(1, 255))
def test_no_byte_can_be_changed(small_archive: bytes, place: int, flipped: int):
    changed = bytearray(small_archive)
    changed[place % len(changed)] ^= flipped
    with pytest.raises((DamagedError, OtherRevisionError)):
        reading(bytes(changed))


@settings(max_examples=100)
@given(place=st.integers(0, 10**9), more=st.binary(min_size=1, max_size=1024))
def test_nothing_can_be_cut_off_or_added(small_archive: bytes, place: int, more: bytes):
    with pytest.raises(DamagedError):
        reading(small_archive[: place % len(small_archive)])
    with pytest.raises(DamagedError):
        reading(small_archive + more)


def test_a_damaged_archive_leaves_the_database_empty(
    clean: Flask, small_archive: bytes, tmp_path: Path
):
    with db.engine.connect() as connection:
        before = counts(connection)
    for place in range(0, len(small_archive), len(small_archive) // 23):
        changed = bytearray(small_archive)
        changed[place] ^= 1
        (tmp_path / "bad.tar").write_bytes(changed)
        with pytest.raises((DamagedError, OtherRevisionError)):
            load(tmp_path / "bad.tar")
    db.session.remove()
    with db.engine.connect() as connection:
        assert counts(connection) == before


def test_rows_that_do_not_fit_together_are_refused_whatever_the_manifest_says(
    clean: Flask, small_archive: bytes, tmp_path: Path
):
    with db.engine.connect() as connection:
        before = counts(connection)

    def without(table: str) -> Callable[[str, bytes], bytes]:
        return lambda name, content: b"" if f"/{table}/" in name else content

    def other(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
        return lambda _, content: content.replace(old, new)

    changes = {
        "a unit that others refer to": without("unit"),
        "an entry of the log": other(b"test.filled", b"test.edited"),
        "a word that is not in the list": other(b'"level":"province"', b'"level":"planet"'),
        "a text for a number": other(b'"year":', b'"year":"x","y":'),
    }
    for change in changes.values():
        # A table without rows has no file, so what is left out is left out as a whole.
        made = written(change, small_archive)
        parts = [part for part in container.entries(io.BytesIO(made)) if part[1]]
        target = io.BytesIO()
        for name, content in parts:
            container.add(target, name, content)
        container.end(target)
        (tmp_path / "wrong.tar").write_bytes(target.getvalue())
        with pytest.raises((DamagedError, UnsuitableError)) as refused:
            load(tmp_path / "wrong.tar")
        assert "Nguyễn" not in str(refused.value)
    db.session.remove()
    with db.engine.connect() as connection:
        assert counts(connection) == before
    (tmp_path / "right.tar").write_bytes(written(lambda _, content: content, small_archive))
    load(tmp_path / "right.tar")


def test_a_log_that_was_rewritten_from_some_entry_on_is_refused(
    clean: Flask, small_archive: bytes, tmp_path: Path
):
    def shorter(name: str, content: bytes) -> bytes:
        return b"".join(content.splitlines(True)[:-1]) if "/log_entry/" in name else content

    (tmp_path / "short.tar").write_bytes(written(shorter, small_archive))
    with pytest.raises(DamagedError, match="log_entry"):
        load(tmp_path / "short.tar")


def test_a_file_is_never_overwritten_and_a_failed_one_leaves_nothing(
    clean: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "here.tar"
    path.write_text("mine")
    with pytest.raises(ExistsError, match=r"here\.tar"):
        exporting.export(path)
    assert path.read_text() == "mine"
    monkeypatch.setattr(archive, "read", lambda *_: archive.Manifest("", "", ()))
    with pytest.raises(DamagedError):
        exporting.export(tmp_path / "other.tar")
    assert {found.name for found in tmp_path.glob("*.tar")} == {"here.tar"}
    assert list(tmp_path.glob(".*.tar*")) == []


def test_files_on_their_way_do_not_come_along_and_no_number_leads_to_them(
    clean: Flask, tmp_path: Path
):
    with writing() as session:
        upload = Upload(filename="a", sha256="0" * 64, sealed=b"x", created_at=db.func.now())
        session.add(upload)
        session.flush()
        session.add(
            Job(
                kind=JobKind.READ_FRAME,
                arguments={"upload": upload.id, "round_id": 5},
                result={"upload": upload.id},
                state=JobState.DONE,
                created_at=db.func.now(),
            )
        )
    exporting.export(tmp_path / "all.tar")
    db.session.remove()
    with installation(tmp_path / "other"):
        load(tmp_path / "all.tar")
        job = db.session.scalars(db.select(Job)).one()
        assert (job.arguments, job.result) == ({"upload": 0, "round_id": 5}, {"upload": 0})
        assert db.session.get(Upload, 0) is None


DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def inside(value: object) -> object:
    """Put a number that SQLite would not keep as it is into a list."""
    return [value] if isinstance(value, int | float) and abs(value) > 1e15 else value


def test_documents_are_written_alike_whatever_keeps_them(clean: Flask):
    table = OfficeSetting.__table__

    @settings(max_examples=60, deadline=None)
    @given(documents=st.lists(DOCUMENTS.map(inside), min_size=1, max_size=20))
    def alike(documents: list[object]) -> None:
        with db.engine.connect() as connection:
            connection.execute(delete(table))
            found = [{"name": f"{n:04d}", "value": value} for n, value in enumerate(documents)]
            connection.execute(insert(table), found)
            stored = list(rows.lines(connection, table))
            connection.rollback()
        assert stored == [
            rows.dumped({**row, "value": rows.document(row["value"])}) + b"\n" for row in found
        ]
        again = [json.loads(line) for line in stored]
        assert [rows.dumped(rows.plain(row)) + b"\n" for row in again] == stored

    alike()


@pytest.mark.parametrize("value", [float("inf"), "\ud800", {"a": float("nan")}])
def test_what_json_cannot_say_is_refused_with_the_name_of_the_table(clean: Flask, value: object):
    if db.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL does not take it in the first place")
    with writing() as session:
        session.add(OfficeSetting(name="x", value=value))
    with (
        pytest.raises(UnsuitableError, match="office_setting"),
        snapshots.snapshot(db.engine) as connection,
    ):
        archive.sums(connection)


def test_a_null_character_is_named_before_anything_is_stored(clean: Flask, tmp_path: Path):
    """PostgreSQL keeps no such character; SQLite does."""
    with installation(tmp_path / "sqlite"):
        with writing() as session:
            session.add(OfficeSetting(name="x", value="a\0b"))
        exporting.export(tmp_path / "null.tar")
    with clean.app_context():
        if db.engine.dialect.name == "sqlite":
            load(tmp_path / "null.tar")
            return
        with pytest.raises(UnsuitableError, match="office_setting"):
            load(tmp_path / "null.tar")


def test_replacing_keeps_nothing_of_what_was_there_and_the_guard_of_the_log(clean: Flask):
    fill(3, seed=9)
    db.session.remove()
    path = demo_archive()
    told = importing.import_archive(lambda: path.open("rb"), replace=True)
    with snapshots.snapshot(db.engine) as connection:
        assert lines_of(told) == lines_of(
            archive.Manifest(told.revision, told.program, archive.sums(connection))
        )
    with pytest.raises(Exception, match="append-only"), writing() as session:
        session.execute(update(LogEntry).values(body="{}"))
    with pytest.raises(Exception, match="append-only"), writing() as session:
        session.execute(delete(LogEntry))


def test_a_replacement_that_fails_leaves_everything_as_it_was(
    clean: Flask, small_archive: bytes, tmp_path: Path
):
    fill(3, seed=9)
    with snapshots.snapshot(db.engine) as connection:
        before = archive.sums(connection)

    def shorter(name: str, content: bytes) -> bytes:
        return b"".join(content.splitlines(True)[:-1]) if "/log_entry/" in name else content

    (tmp_path / "short.tar").write_bytes(written(shorter, small_archive))
    with pytest.raises(DamagedError):
        importing.import_archive(lambda: (tmp_path / "short.tar").open("rb"), replace=True)
    db.session.remove()
    with snapshots.snapshot(db.engine) as connection:
        assert archive.sums(connection) == before
    with pytest.raises(Exception, match="append-only"), writing() as session:
        session.execute(delete(LogEntry))
