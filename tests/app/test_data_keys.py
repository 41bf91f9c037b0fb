"""Keys of personal data: useless without the secret, replaced without losing a phone."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from app.commands.keys import keys
from app.database import writing
from app.extensions import db
from app.models import Contact, DataKey, Dossier, Job, LogEntry
from app.queries import jobs as rows
from app.services import contacts, data_keys, jobs, key_rotation, leases, secrets
from app.services.data_keys import CONTACT, CONTACT_INDEX, OFFICE, OtherSecretError
from app.services.errors import WrongStateError
from app.services.leases import CancelledError
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import JobKind, JobState
from tests.app import round_steps

DOSSIERS = 25


@pytest.fixture
def listed(app) -> int:
    """A round with a list of dossiers and phones."""
    round_steps.add_units("A")
    return round_steps.framed({"A": DOSSIERS})


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "CHUNK", 7)


def opened() -> dict[str, str]:
    """Every phone that can be opened, by dossier code."""
    with writing() as session:
        keys = data_keys.all_open(session, CONTACT)
        query = select(Contact, Dossier.code).join(Dossier, Dossier.id == Contact.dossier_id)
        return {
            code: keys[found.key_id]
            .unseal(found.phone_sealed, contacts.about(found.dossier_id))
            .decode()
            for found, code in session.execute(query)
        }


def living(purpose: str = CONTACT) -> list[int]:
    db.session.rollback()
    query = select(DataKey.id).where(DataKey.purpose == purpose, DataKey.retired_at.is_(None))
    return sorted(db.session.scalars(query))


def nothing(done: int, total: int) -> None:
    pass


def test_a_phone_opens_under_its_key_and_for_its_dossier_alone(listed):
    assert opened()["HS-A-00007"] == "+84903000007"
    with writing() as session:
        key = data_keys.present(session, CONTACT)
        first, second = session.scalars(select(Contact).order_by(Contact.dossier_id).limit(2))
        with pytest.raises(InvalidTag):
            key.unseal(second.phone_sealed, contacts.about(first.dossier_id))


def test_no_stored_byte_shows_a_key(listed):
    with writing() as session:
        keys = [*data_keys.all_open(session, CONTACT).values()]
        keys += data_keys.all_open(session, CONTACT_INDEX).values()
        wrapped = session.scalars(select(DataKey.wrapped)).all()
    assert len(keys) == len(wrapped) == 2
    assert not any(key.secret in stored for key in keys for stored in wrapped)
    assert not any(key.secret.hex() in repr(key) for key in keys)


def test_a_rotation_seals_all_anew_and_destroys_the_old_key(listed, few_at_a_time):
    before, old = opened(), living()
    sealed = set(db.session.scalars(select(Contact.phone_sealed)))
    told: list[tuple[int, int]] = []
    done = key_rotation.rotate(SYSTEM, lambda *step: told.append(step))
    assert (done.contacts, done.destroyed) == (DOSSIERS, 1)
    assert opened() == before
    assert living() == [done.key] != old
    assert not sealed & set(db.session.scalars(select(Contact.phone_sealed)))
    gone = db.session.get(DataKey, old[0])
    assert set(gone.wrapped) == {0}
    assert gone.retired_at is not None
    assert told == [(0, 25), (7, 25), (14, 25), (21, 25), (25, 25)]


def test_the_hashes_outlive_a_rotation(listed):
    before = contacts.search(SYSTEM, "0903 000 003")
    key_rotation.rotate(SYSTEM, nothing)
    assert [found.code for found in before] == ["HS-A-00003"]
    assert contacts.search(SYSTEM, "0903000003") == before


def test_a_stopped_rotation_goes_on_where_it_stopped(listed, few_at_a_time):
    before = opened()

    def stop(done: int, total: int) -> None:
        if done >= 14:
            raise CancelledError()

    with pytest.raises(CancelledError):
        key_rotation.rotate(SYSTEM, stop)
    assert len(living()) == 2
    assert opened() == before
    done = key_rotation.rotate(SYSTEM, nothing)
    assert done.contacts == DOSSIERS - 14
    assert living() == [done.key]
    assert opened() == before


def test_a_list_imported_during_a_rotation_keeps_its_phones(listed, few_at_a_time):
    imported = []

    def import_another(done: int, total: int) -> None:
        if done == 14:
            imported.append(round_steps.framed({"A": 5}, prefix="X"))

    key_rotation.rotate(SYSTEM, import_another)
    assert imported
    assert len(opened()) == DOSSIERS + 5
    assert len(living()) == 1


def test_what_was_sealed_under_the_old_key_meanwhile_is_moved_before_it_goes(listed, monkeypatch):
    """An import that took the old key just before the new one was made still loses nothing."""
    late = []
    real = key_rotation._destroy_others

    def store_late(session, actor, target):
        if not late:
            late.append(session.scalar(select(Contact).limit(1)).dossier_id)
            old = min(data_keys.all_open(session, CONTACT).values(), key=lambda key: key.id)
            found = session.get(Contact, late[0], populate_existing=True)
            found.phone_sealed = old.seal(b"+84901111111", contacts.about(late[0]))
            found.key_id = old.id
            session.flush()
        return real(session, actor, target)

    monkeypatch.setattr(key_rotation, "_destroy_others", store_late)
    key_rotation.rotate(SYSTEM, nothing)
    assert "+84901111111" in opened().values()
    assert len(living()) == 1


def test_an_empty_installation_can_rotate(app):
    done = key_rotation.rotate(SYSTEM, nothing)
    assert (done.contacts, done.destroyed) == (0, 0)
    assert living() == [done.key]


def test_the_job_rotates_and_ends_with_counts(listed):
    job_id = jobs.ask(SYSTEM, JobKind.ROTATE_KEY, {}, subject="data_keys")
    running.perform(leases.claim(job_id, "test"))
    job = rows.job(job_id)
    assert job.state is JobState.DONE
    assert job.result["contacts"] == DOSSIERS


def test_a_changed_secret_opens_nothing_until_the_keys_are_wrapped_anew(listed):
    before = opened()
    old = "k" * 40
    secrets.install("another secret " * 3)
    try:
        with pytest.raises(OtherSecretError):
            contacts.search(SYSTEM, "0903000003")
        with pytest.raises(WrongStateError):
            data_keys.rewrap(SYSTEM, "neither of the two secrets")
        assert data_keys.rewrap(SYSTEM, old) == 2
        assert opened() == before
        assert data_keys.rewrap(SYSTEM, old) == 0
        assert len(contacts.search(SYSTEM, "0903000003")) == 1
    finally:
        secrets.install(old)


def test_the_office_has_one_key_pair(app):
    public = data_keys.office_public_key(SYSTEM)
    assert len(bytes.fromhex(public)) == 32
    assert data_keys.office_public_key(SYSTEM) == public
    assert len(living(OFFICE)) == 1


def test_the_log_names_keys_and_shows_none(listed):
    key_rotation.rotate(SYSTEM, nothing)
    bodies = "\n".join(db.session.scalars(select(LogEntry.body)))
    for act in ("key.made", "key.destroyed", "key.rotated"):
        assert f'"{act}"' in bodies
    with writing() as session:
        for key in data_keys.all_open(session, CONTACT).values():
            assert key.secret.hex() not in bodies


def command(app, *arguments: str, secret: str = "k" * 40):
    """Run `khaosat keys` on the test's installation, as another process would."""
    chosen = app.config["KHAOSAT"]
    environ = {"KHAOSAT_HOME": str(chosen.folder), "KHAOSAT_SECRET_KEY": secret}
    environ["KHAOSAT_DATABASE_URL"] = chosen.database
    try:
        return CliRunner(env=environ).invoke(keys, arguments)
    finally:
        secrets.install("k" * 40)


def test_the_command_asks_for_a_rotation_once(listed, app):
    first, again = command(app, "rotate"), command(app, "rotate")
    assert first.exit_code == again.exit_code == 0
    assert first.output == again.output
    db.session.rollback()
    waiting = db.session.scalars(select(Job).where(Job.kind == JobKind.ROTATE_KEY)).one()
    assert f"/jobs/{waiting.id}" in first.output


def test_the_command_prints_the_public_key(app):
    printed = command(app, "public").output.strip()
    assert printed == data_keys.office_public_key(SYSTEM)


def test_the_command_wraps_anew_after_the_secret_changed(listed, app, tmp_path: Path):
    before, new = opened(), "another secret " * 3
    old, wrong = tmp_path / "old", tmp_path / "wrong"
    old.write_text("k" * 40 + "\n")
    wrong.write_text("w" * 40)
    refused = command(app, "rewrap", "--old-secret", str(wrong), secret=new)
    assert refused.exit_code == 1
    assert command(app, "rewrap", "--old-secret", str(old), secret=new).exit_code == 0
    secrets.install(new)
    try:
        assert opened() == before
    finally:
        secrets.install("k" * 40)
