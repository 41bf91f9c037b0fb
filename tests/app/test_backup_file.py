"""The encrypted file: nobody reads it without the key, nothing in it can be changed or cut off."""

import io
import json
import unicodedata
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings, strategies as st

from app.extensions import db
from app.services.moving import archive, backing_up, encrypting, secret_copies
from app.services.moving.encrypting import KeyFile, Passphrase
from app.services.moving.errors import DamagedError, ExistsError, WeakKeyError, WrongKeyError
from tests.app.moving_factory import (
    LOCK,
    OTHER_LOCK,
    PHRASE,
    WORDS,
    empty,
    fill,
    installation,
    restored_bytes,
)

SIZES = [0, 1, encrypting.PIECE - 1, encrypting.PIECE, encrypting.PIECE + 1, 3 * encrypting.PIECE]


def closed(content: bytes, lock: encrypting.Lock = LOCK) -> bytes:
    target = io.BytesIO()
    with encrypting.sealing(target, lock) as sealer:
        sealer.write(content)
    return target.getvalue()


def opened(content: bytes, lock: encrypting.Lock = LOCK) -> bytes:
    with encrypting.opening(io.BytesIO(content), lock) as source:
        return b"".join(iter(lambda: source.read(10_000), b""))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a backup of a small installation."""
    folder = tmp_path_factory.mktemp("made")
    with installation(folder / "home"):
        fill(2)
        backing_up.back_up(folder / "a.backup", LOCK)
    return (folder / "a.backup").read_bytes()


@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out(size: int):
    content = bytes(range(256)) * (size // 256 + 1)
    assert opened(closed(content[:size])) == content[:size]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_may_stand_behind_the_end_wherever_that_is(size: int):
    for more in (b"x", closed(b"more")):
        with pytest.raises((DamagedError, WrongKeyError)):
            opened(closed(bytes(size)) + more)


def test_each_file_has_its_own_key():
    first, second = closed(b"a" * 100), closed(b"a" * 100)
    assert first[-100:] != second[-100:]
    assert b"aaaa" not in first


@pytest.mark.parametrize("lock", [OTHER_LOCK, KeyFile(b"k" * 32)])
def test_another_key_opens_nothing(lock: encrypting.Lock):
    with pytest.raises(WrongKeyError):
        opened(closed(b"a" * 100), lock)


def test_a_key_file_opens_what_it_closed_and_nothing_else():
    content = closed(b"a" * 100, KeyFile(b"k" * 32))
    assert opened(content, KeyFile(b"k" * 32)) == b"a" * 100
    for lock in (KeyFile(b"x" * 32), LOCK):
        with pytest.raises(WrongKeyError):
            opened(content, lock)


def test_the_same_sentence_from_another_keyboard_opens_it():
    composed, split = (unicodedata.normalize(form, PHRASE) for form in ("NFC", "NFD"))
    assert composed != split
    content = closed(b"a", Passphrase(composed, operations=1, memory=8192))
    assert opened(content, Passphrase(split)) == b"a"


@pytest.mark.parametrize("lock", [Passphrase("mười bốn ký t"), KeyFile(b"k" * 31)])
def test_a_weak_key_is_refused_before_anything_is_written(lock: encrypting.Lock, tmp_path: Path):
    with pytest.raises(WeakKeyError):
        closed(b"a", lock)


def test_guessing_costs_what_the_library_calls_moderate():
    told = Passphrase(PHRASE).parameters()
    assert (told["operations"], told["memory"]) == (3, 256 * 1024 * 1024)


def test_a_file_cannot_ask_for_more_memory_than_a_machine_has():
    line = encrypting.MAGIC + json.dumps({**LOCK.parameters(), "memory": 2**40}).encode() + b"\n"
    with pytest.raises(DamagedError):
        opened(line + bytes(100))


@settings(max_examples=300)
@given(place=st.integers(0, 10**9), flipped=st.integers(1, 255))
def test_no_byte_of_a_backup_can_be_changed(made: bytes, place: int, flipped: int):
    changed = bytearray(made)
    changed[place % len(changed)] ^= flipped
    with pytest.raises((DamagedError, WrongKeyError)):
        backing_up.read(io.BytesIO(bytes(changed)), LOCK)


@settings(max_examples=100)
@given(place=st.integers(0, 10**9), more=st.binary(min_size=1, max_size=200))
def test_a_backup_cannot_be_cut_off_or_made_longer(made: bytes, place: int, more: bytes):
    with pytest.raises((DamagedError, WrongKeyError)):
        backing_up.read(io.BytesIO(made[: place % len(made)]), LOCK)
    with pytest.raises(DamagedError):
        backing_up.read(io.BytesIO(made + more), LOCK)


def test_pieces_cannot_change_places_or_come_from_another_backup():
    first = closed(bytes(5 * encrypting.PIECE))
    second = closed(bytes(5 * encrypting.PIECE))
    head = len(first) - 5 * (encrypting.PIECE + encrypting.OVERHEAD)
    size = encrypting.PIECE + encrypting.OVERHEAD
    pieces = [first[head + n * size : head + (n + 1) * size] for n in range(5)]
    assert opened(first[:head] + b"".join(pieces)) == bytes(5 * encrypting.PIECE)
    swapped = [pieces[0], pieces[2], pieces[1], *pieces[3:]]
    left_out = [pieces[0], *pieces[2:]]
    foreign = [pieces[0], second[head + size : head + 2 * size], *pieces[2:]]
    early = [pieces[0], pieces[4]]
    for wrong in (swapped, left_out, foreign, early):
        with pytest.raises(DamagedError):
            opened(first[:head] + b"".join(wrong))


def test_a_backup_holds_the_archive_and_can_be_read_by_nobody_else(app: Flask, tmp_path: Path):
    empty()
    fill(3)
    path = tmp_path / "a.backup"
    told = backing_up.back_up(path, LOCK)
    assert path.stat().st_mode & 0o777 == 0o600
    assert backing_up.inspect(path, LOCK) == told
    content = restored_bytes(path)
    assert archive.read(io.BytesIO(content)) == told.manifest
    for plain in (b"test.filled", "Nguyễn Thị Ánh".encode(), b"tables/"):
        assert plain in content
        assert plain not in path.read_bytes()
    assert WORDS
    assert told.same_secret


def test_the_moment_of_the_last_backup_is_kept_and_logged(app: Flask, tmp_path: Path):
    assert backing_up.last_backup() is None
    db.session.rollback()
    told = backing_up.back_up(tmp_path / "a.backup", LOCK)
    kept = backing_up.last_backup()
    assert kept is not None
    assert kept["at"] == told.made_at.isoformat(timespec="seconds")
    assert kept["digest"] == told.manifest.digest
    newest = db.session.scalars(db.text("SELECT body FROM log_entry ORDER BY seq DESC LIMIT 1"))
    assert '"act":"backup.made"' in newest.one()


def test_a_backup_that_does_not_read_back_never_gets_its_name(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    real = encrypting.Sealer.write

    def lying_disk(sealer: encrypting.Sealer, content: bytes) -> None:
        real(sealer, content.replace(b'"digest"', b'"digesT"'))

    monkeypatch.setattr(encrypting.Sealer, "write", lying_disk)
    with pytest.raises(DamagedError):
        backing_up.back_up(tmp_path / "a.backup", LOCK)
    assert list(tmp_path.glob("*a.backup*")) == []
    assert backing_up.last_backup() is None


def test_a_backup_is_never_overwritten(app: Flask, tmp_path: Path):
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    before = (tmp_path / "a.backup").read_bytes()
    db.session.rollback()
    with pytest.raises(ExistsError):
        backing_up.back_up(tmp_path / "a.backup", LOCK)
    assert (tmp_path / "a.backup").read_bytes() == before


def test_a_copy_of_the_secret_is_not_a_backup_and_comes_back(app: Flask, tmp_path: Path):
    secret_copies.copy(tmp_path / "secret", "s" * 40, LOCK)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert b"ssss" not in (tmp_path / "secret").read_bytes()
    with (tmp_path / "secret").open("rb") as file:
        assert secret_copies.read(file, LOCK) == "s" * 40
    with pytest.raises(DamagedError):
        backing_up.inspect(tmp_path / "secret", LOCK)
    with pytest.raises(WrongKeyError), (tmp_path / "secret").open("rb") as file:
        secret_copies.read(file, OTHER_LOCK)


def test_installing_a_secret_keeps_the_one_before(tmp_path: Path):
    assert not secret_copies.install(tmp_path / "keys", "a" * 40)
    assert not secret_copies.install(tmp_path / "keys", "a" * 40)
    assert secret_copies.install(tmp_path / "keys", "b" * 40)
    assert (tmp_path / "keys" / "secret_key").read_text() == "b" * 40
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600
    (kept,) = (tmp_path / "keys").glob("secret_key.before-*")
    assert kept.read_text() == "a" * 40
