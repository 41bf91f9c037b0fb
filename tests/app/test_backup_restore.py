"""Restoring: what comes back, what cannot, and that nothing goes missing silently."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Account, Box, Job, Lease, LogEntry, MixingKey, SignIn
from app.queries import boxes
from app.services import auditing, keys, mixing, secrets
from app.services.errors import WrongStateError
from app.services.moving import backing_up, checks, importing, losses, restoring
from app.services.moving.errors import ConfirmationError, NotEmptyError, WrongKeyError
from app.services.recording import SYSTEM
from app.services.rounds import create_round
from app.vocabulary import JobKind, JobState, Role
from tests.app.moving_factory import LOCK, OTHER_LOCK, demo_archive, empty, load
from tests.app.round_factory import MadeRound, answer, answer_all, check_invariant, one_cell
from tests.factories import account, actor

Moved = Callable[[], None]


@pytest.fixture
def office(app: Flask) -> Flask:
    """An installation with somebody in it."""
    empty()
    account(Role.ADMINISTRATOR)
    return app


@pytest.fixture
def lose_keys(tmp_path: Path) -> Moved:
    """Go on with a folder of keys in which there are none, as on another machine."""

    def lose() -> None:
        keys.install(tmp_path / "other-machine")

    return lose


def wipe() -> None:
    """Throw away the database's content, as a broken disk would."""
    db.session.remove()
    with db.engine.connect() as connection:
        connection.execution_options(khaosat_writing=True)
        importing.clear(connection)
        zero = "0" * 64
        connection.exec_driver_sql(f"INSERT INTO log_head (id, seq, hash) VALUES (1, 0, '{zero}')")
        connection.commit()


def acts() -> list[str]:
    query = db.select(LogEntry.body).order_by(LogEntry.seq)
    return [json.loads(body)["act"] for body in db.session.scalars(query)]


def answered(size: int = 12) -> tuple[MadeRound, list[str]]:
    """A round of one cell in which half have answered."""
    made, tokens = one_cell(size, k=5)
    answer_all(tokens[: size // 2])
    return made, tokens[size // 2 :]


def test_everything_comes_back_and_the_log_tells(office: Flask, tmp_path: Path):
    made, _ = answered()
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    wipe()
    found = restoring.restore(tmp_path / "a.backup", LOCK)
    assert found.holds
    assert found.lost == ()
    assert found.second_factors == ()
    assert acts()[-1] == "installation.restored"
    assert auditing.audit().sound
    assert check_invariant(made.id).boxes == 6


def test_the_round_goes_on_with_the_keys_that_are_still_here(office: Flask, tmp_path: Path):
    made, tokens = answered(20)
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    wipe()
    restoring.restore(tmp_path / "a.backup", LOCK)
    answer_all(tokens)
    mixing.close_round(SYSTEM, made.id)
    tally = check_invariant(made.id)
    assert (tally.answers, tally.boxes) == (20, 0)


def test_a_ballot_spent_after_the_backup_is_unspent_again(office: Flask, tmp_path: Path):
    made, tokens = answered()
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    assert answer(tokens[0]).receipt
    wipe()
    restoring.restore(tmp_path / "a.backup", LOCK)
    assert check_invariant(made.id).spent == 6
    assert answer(tokens[0]).receipt
    assert check_invariant(made.id).spent == 7


def test_boxes_whose_keys_are_gone_are_listed_with_since_when(
    office: Flask, tmp_path: Path, lose_keys: Moved
):
    made, _ = answered()
    told = backing_up.back_up(tmp_path / "a.backup", LOCK)
    wipe()
    lose_keys()
    found = restoring.restore(tmp_path / "a.backup", LOCK)
    (lost,) = found.lost
    assert (lost.round_id, lost.cell, lost.boxes) == (made.id, "TB/land", 6)
    assert lost.sealed_before == told.made_at
    assert lost.key_made is not None
    assert lost.key_made <= told.made_at
    assert found.holds


def test_boxes_that_were_mixed_after_the_backup_are_lost_and_told(office: Flask, tmp_path: Path):
    """The mixer destroyed their key: on purpose, no copy of these boxes can be opened again."""
    made, tokens = answered(20)
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    answer_all(tokens)
    mixing.close_round(SYSTEM, made.id)
    wipe()
    found = restoring.restore(tmp_path / "a.backup", LOCK)
    assert sum(lost.boxes for lost in found.lost) == 10


def test_an_open_round_gets_keys_at_once_so_that_no_new_answer_is_lost(
    office: Flask, tmp_path: Path, lose_keys: Moved
):
    made, tokens = one_cell(12)
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    wipe()
    lose_keys()
    restoring.restore(tmp_path / "a.backup", LOCK)
    answer_all(tokens)
    mixing.close_round(SYSTEM, made.id)
    assert check_invariant(made.id).answers == 12


def test_declaring_lost_keeps_the_account_and_is_logged(
    office: Flask, tmp_path: Path, lose_keys: Moved
):
    made, tokens = answered()
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    wipe()
    lose_keys()
    restoring.restore(tmp_path / "a.backup", LOCK)
    answer_all(tokens)
    assert losses.declare_lost(SYSTEM, made.id, 6) == 6
    tally = check_invariant(made.id)
    assert (tally.spent, tally.boxes, tally.declared_lost) == (12, 6, 6)
    assert acts()[-1] == "round.boxes_declared_lost"
    mixing.close_round(SYSTEM, made.id)
    tally = check_invariant(made.id)
    assert (tally.answers, tally.boxes, tally.declared_lost) == (6, 0, 6)
    with pytest.raises(WrongStateError, match="can be opened"):
        losses.declare_lost(SYSTEM, made.id, 6)


def test_what_can_be_opened_is_never_declared_lost(office: Flask):
    made, _ = answered()
    with pytest.raises(WrongStateError, match="can be opened"):
        losses.declare_lost(SYSTEM, made.id, 6)
    assert check_invariant(made.id).boxes == 6


def test_another_number_than_was_shown_declares_nothing(office: Flask, lose_keys: Moved):
    made, _ = answered()
    lose_keys()
    with pytest.raises(ConfirmationError):
        losses.declare_lost(SYSTEM, made.id, 5)
    assert check_invariant(made.id).boxes == 6


def test_keys_that_lie_on_another_machine_are_not_lost(office: Flask, lose_keys: Moved):
    made, _ = answered()
    lose_keys()
    with writing() as session:
        session.add(Lease(name="mixer", holder="abcd:may-chu-2:ef", until=clock.now()))
    with pytest.raises(WrongStateError, match="may-chu-2"):
        losses.declare_lost(SYSTEM, made.id, 6)
    assert check_invariant(made.id).boxes == 6


def test_two_who_declare_at_once_count_once(office: Flask, lose_keys: Moved):
    made, _ = answered()
    lose_keys()
    assert losses.declare_lost(SYSTEM, made.id, 6) == 6
    with pytest.raises(WrongStateError):
        losses.declare_lost(SYSTEM, made.id, 6)
    assert check_invariant(made.id).declared_lost == 6


def test_a_restore_over_data_is_refused_unless_asked_for(office: Flask, tmp_path: Path):
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    with pytest.raises(NotEmptyError):
        restoring.restore(tmp_path / "a.backup", LOCK)
    assert restoring.restore(tmp_path / "a.backup", LOCK, replace=True).holds


def test_a_replacement_tells_in_the_log_what_mark_it_replaced(office: Flask, tmp_path: Path):
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    create_round(actor(Role.COORDINATOR), "Đợt hai", 2026, False)
    before = auditing.audit().head
    restoring.restore(tmp_path / "a.backup", LOCK, replace=True)
    body = json.loads(db.session.scalars(db.select(LogEntry.body).order_by(-LogEntry.seq)).first())
    assert body["details"]["replaced_seq"] == before.seq
    assert body["details"]["replaced_head"] == before.hash
    assert restoring.present().rounds == 0


def test_a_wrong_passphrase_changes_nothing(office: Flask, tmp_path: Path):
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    before = auditing.audit().head
    with pytest.raises(WrongKeyError):
        restoring.restore(tmp_path / "a.backup", OTHER_LOCK, replace=True)
    assert auditing.audit().head == before


def test_nobody_is_signed_in_after_a_restore(
    office: Flask, tmp_path: Path, signed_in: Callable[..., object]
):
    signed_in(Role.COORDINATOR)
    db.session.rollback()
    assert db.session.scalars(db.select(SignIn)).all()
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    restoring.restore(tmp_path / "a.backup", LOCK, replace=True)
    assert db.session.scalars(db.select(SignIn)).all() == []


def test_work_that_was_under_way_is_put_back_or_ends_visibly(office: Flask, tmp_path: Path):
    def job(kind: JobKind, state: JobState, **arguments: int) -> Job:
        return Job(
            kind=kind,
            state=state,
            arguments=arguments,
            lease_holder="a:b:c",
            lease_until=clock.now() + timedelta(minutes=1),
            created_at=clock.now(),
        )

    with writing() as session:
        session.add_all(
            [
                job(JobKind.MIX, JobState.RUNNING, round_id=1),
                job(JobKind.IMPORT_FRAME, JobState.RUNNING, round_id=1, upload=4),
                job(JobKind.IMPORT_FRAME, JobState.QUEUED, round_id=2, upload=5),
                job(JobKind.MIX, JobState.QUEUED, round_id=2),
                job(JobKind.DRAW, JobState.DONE, round_id=2),
            ]
        )
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    found = restoring.restore(tmp_path / "a.backup", LOCK, replace=True)
    assert (found.jobs_put_back, found.jobs_failed) == (1, 2)
    jobs = db.session.scalars(db.select(Job).order_by(Job.id)).all()
    assert [found.state.value for found in jobs] == ["queued", "failed", "failed", "queued", "done"]
    assert [bool(found.message) for found in jobs] == [False, True, True, False, False]
    assert {found.lease_holder for found in jobs[:4]} == {""}


def test_another_secret_is_told_with_what_it_makes_unreadable(office: Flask, tmp_path: Path):
    person = account(Role.COORDINATOR)
    with writing() as session:
        session.get_one(Account, person.id).totp_sealed = secrets.seal("totp", b"x")
    backing_up.back_up(tmp_path / "a.backup", LOCK)
    wipe()
    secrets.install("another secret of forty characters, or so")
    try:
        found = restoring.restore(tmp_path / "a.backup", LOCK)
    finally:
        secrets.install("k" * 40)
    assert not found.same_secret
    assert found.second_factors == (person.email,)


def test_a_drill_recomputes_rows_log_rounds_and_indexes(app: Flask):
    empty()
    told = load(demo_archive())
    found = checks.check_all(told)
    assert all(check.passed for check in found)
    subjects = [check.subject for check in found]
    assert subjects.count("rows") == len(told.tables)
    wanted = {"rows", "log", "round", "index"} | (
        {"references"} if db.engine.dialect.name == "sqlite" else set()
    )
    assert set(subjects) == wanted


@pytest.mark.parametrize(
    ("statement", "subject"),
    [
        ("UPDATE ballot SET spent = NOT spent WHERE id = (SELECT min(id) FROM ballot)", "round"),
        ("UPDATE index_result SET hash = 'x'", "index"),
        ("UPDATE estimation SET inputs_hash = 'x'", "index"),
        ("UPDATE log_head SET seq = seq + 1", "log"),
        ("UPDATE unit SET name = 'x'", "rows"),
    ],
)
def test_a_drill_finds_what_was_changed(app: Flask, statement: str, subject: str):
    empty()
    told = load(demo_archive())
    with writing() as session:
        session.execute(db.text(statement))
    failed = {check.subject for check in checks.check_all(told) if not check.passed}
    assert subject in failed


def test_a_lost_key_of_a_closed_round_can_be_given_up_too(office: Flask, lose_keys: Moved):
    made, tokens = one_cell(4, k=5)
    answer_all(tokens)
    mixing.close_round(SYSTEM, made.id)
    assert check_invariant(made.id).boxes == 4
    lose_keys()
    assert losses.declare_lost(SYSTEM, made.id, 4) == 4
    assert check_invariant(made.id).declared_lost == 4
    assert db.session.scalars(db.select(Box)).all() == []
    assert boxes.current_keys(made.id) == []
    assert db.session.scalars(db.select(MixingKey)).all()
