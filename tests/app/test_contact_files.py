"""A minimised list is imported, and its sealed contacts are joined to it by this office alone."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from nacl.public import PrivateKey
from sqlalchemy import select

from app.commands.frame_minimise import minimise
from app.database import writing
from app.extensions import db
from app.models import Contact, Dossier
from app.queries import contacts as rows, frames, jobs as job_rows
from app.services import contact_files, contacts, data_keys, framing, leases
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import JobState, Role
from tests.app import round_steps

COUNT = 30


@pytest.fixture
def files(app, tmp_path: Path) -> tuple[bytes, bytes]:
    """What a centre hands over: the frame, and the contacts sealed for this office."""
    round_steps.add_units("A", "B")
    return minimised(tmp_path, data_keys.office_public_key(SYSTEM))


def minimised(folder: Path, public: str, prefix: str = "HS") -> tuple[bytes, bytes]:
    whole, key = folder / f"{prefix}.csv", folder / f"{prefix}.key"
    frame, sealed = folder / f"{prefix}-frame.csv", folder / f"{prefix}.sealed"
    whole.write_bytes(round_steps.listing({"A": 20, "B": 10}, prefix))
    key.write_text(public)
    units = folder / f"{prefix}-units.csv"
    units.write_text("code,name,level,kind\nA,Xã A,commune,commune\nB,Xã B,commune,commune\n")
    arguments = [str(whole), "--to", str(key), "--out", str(frame), "--contacts", str(sealed)]
    done = CliRunner().invoke(minimise, [*arguments, "--units", str(units)])
    assert done.exit_code == 0, done.output
    return frame.read_bytes(), sealed.read_bytes()


def imported(content: bytes) -> int:
    round_id = round_steps.planned()
    framing.import_frame(SYSTEM, round_id, content, "frame.csv", lambda *_: None)
    return round_id


def join(round_id: int, sealed: bytes) -> contact_files.ContactImport:
    return contact_files.add_contacts(SYSTEM, round_id, sealed, lambda *_: None)


def test_the_frame_alone_brings_groups_and_no_phone(files):
    round_id = imported(files[0])
    stored = db.session.scalars(select(Contact)).all()
    assert len(stored) == COUNT
    assert all(found.phone_sealed is None for found in stored)
    # A-00003 and B-00003 have the same phone.
    assert len({found.phone_index for found in stored}) == 20
    frame = frames.of_round(round_id)
    assert frame.report["phones"]["grouped"] == COUNT
    assert [unit.reachable for unit in rows.reach(frame.id)] == [0, 0]


def test_joined_contacts_can_be_reached_and_found(files):
    round_id = imported(files[0])
    done = join(round_id, files[1])
    assert (done.phones, done.strangers) == (COUNT, 0)
    found = contacts.search(SYSTEM, "0903000003")
    assert [row.code for row in found] == ["HS-A-00003", "HS-B-00003"]
    reach = rows.reach(frames.of_round(round_id).id)
    assert [unit.reachable for unit in reach] == [20, 10]
    with writing() as session:
        index = data_keys.present(session, data_keys.CONTACT_INDEX)
        query = select(Contact.digits_hash).join(Dossier).where(Dossier.code == "HS-A-00003")
        assert session.scalar(query) == contacts.digits_hash(index, "HS-A-00003", "0003")


def test_joining_twice_comes_to_the_same(files):
    round_id = imported(files[0])
    assert join(round_id, files[1]) == join(round_id, files[1])
    assert db.session.query(Contact).count() == COUNT


def test_contacts_of_another_list_are_refused(files, tmp_path):
    other = minimised(tmp_path, data_keys.office_public_key(SYSTEM), "ZZ")
    round_id = imported(files[0])
    with pytest.raises(InvalidInputError, match="another list"):
        join(round_id, other[1])
    assert not db.session.query(Contact).filter(Contact.phone_sealed.is_not(None)).count()


def test_contacts_sealed_for_somebody_else_are_refused(files, tmp_path):
    stranger = bytes(PrivateKey.generate().public_key).hex()
    sealed = minimised(tmp_path, stranger, "YY")[1]
    with pytest.raises(InvalidInputError, match="another office"):
        join(imported(files[0]), sealed)


def test_a_round_without_a_list_takes_no_contacts(files):
    with pytest.raises(WrongStateError):
        join(round_steps.planned(), files[1])


def test_the_page_hands_the_file_to_the_worker(files, signed_in):
    round_id = imported(files[0])
    browser: FlaskClient = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    assert "Sealed contacts" in browser.get(f"/rounds/{round_id}/coverage").text
    data = {"file": (io.BytesIO(files[1]), "contacts.sealed")}
    reply = browser.post(f"/rounds/{round_id}/contacts", data=data)
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    running.perform(leases.claim(job_id, "test"))
    job = job_rows.job(job_id)
    assert job.state is JobState.DONE, job.message
    assert job.result == {"phones": COUNT, "strangers": 0, "next": f"/rounds/{round_id}/coverage"}
    again = browser.post(f"/rounds/{round_id}/contacts", data={})
    assert again.headers["Location"].endswith("/coverage")


def test_a_list_with_phones_of_its_own_asks_for_no_file(app, signed_in):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 3})
    page = signed_in(Role.COORDINATOR).get(f"/rounds/{round_id}/coverage").text
    assert f"/rounds/{round_id}/plan" in page
    assert f"/rounds/{round_id}/contacts" not in page
