"""A draw is checked from its papers by the stand-alone file, and hides its seed until the end."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Approval, Ballot, Dossier, FrameDraw, Job, KeptRecord, LogEntry, Round
from app.queries import draw_records
from app.services import drawing, inviting, leases, mixing, opening, record_checks, records, rounds
from app.services.errors import WrongStateError
from app.services.plans import Stratification
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import JobKind, Role, RoundState
from sampling.draw_errors import DrawError
from tests.app import round_steps
from tests.app.round_factory import answer
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.app.test_round_pages import file_of
from tests.factories import account

UNITS = {"A": 40, "B": 25, "C": 3}
PAPERS = ("commitment.json", "leaves.txt", "record.json", "revealed.json", "verify_sample.py")


def committed(**parts: object) -> int:
    round_steps.add_units(*UNITS)
    return round_steps.committed(UNITS, plan(20, minimum=2, **parts))


def stored_draw() -> FrameDraw:
    return db.session.scalars(select(FrameDraw)).one()


def downloaded(client: FlaskClient, round_id: int, folder: Path) -> list[str]:
    """Fetch every paper that is out; their names."""
    found = []
    for name in PAPERS:
        reply = client.get(f"/public/draws/{round_id}/files/{name}")
        if reply.status_code == 200:
            (folder / name).write_bytes(reply.data)
            found.append(name)
    return found


def checked(folder: Path, *more: str) -> tuple[int, str]:
    """Run the downloaded program as a stranger would: in its folder, with nothing of ours."""
    run = [sys.executable, "-I", "verify_sample.py", "record.json", "frame.csv", *more]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


COMMITMENT = ("--commitment", "commitment.json")
REVEALED = ("--revealed", "revealed.json")


@pytest.mark.parametrize("by", list(Stratification))
def test_a_round_is_checked_from_its_files_alone(
    app: Flask, client: FlaskClient, signed_in, tmp_path: Path, by: Stratification
):
    coordinator, folder = signed_in(Role.COORDINATOR), tmp_path / "papers"
    folder.mkdir()
    round_id = committed(stratify_by=by)
    assert downloaded(client, round_id, folder) == ["commitment.json", "leaves.txt", PAPERS[4]]
    before = (folder / "commitment.json").read_bytes()
    page = client.get(f"/public/draws/{round_id}").text
    for name in ("commitment.json", "leaves.txt"):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() in page

    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    opening.open_round(SYSTEM, round_id)
    assert downloaded(client, round_id, folder) == [*PAPERS[:3], PAPERS[4]]
    job = coordinator.post(f"/rounds/{round_id}/draw/frame.csv").location
    (folder / "frame.csv").write_bytes(file_of(coordinator, job))
    # All but the secret is checked before the close.
    lines = checked(folder, *COMMITMENT)[1].splitlines()
    assert [line for line in lines[1:] if "secret missing" not in line] == []
    db.session.rollback()
    slips = inviting.issue_slips(SYSTEM, round_id).slips
    assert [bool(answer(slip.token).receipt) for slip in slips] == [True] * 20
    mixing.close_round(SYSTEM, round_id)

    assert downloaded(client, round_id, folder) == list(PAPERS)
    assert (folder / "commitment.json").read_bytes() == before
    code, told = checked(folder, *COMMITMENT, *REVEALED)
    assert (code, "everything as published" in told) == (0, True), told
    assert NUMBER in told
    assert stored_draw().secret in client.get(f"/public/draws/{round_id}").text

    record = json.loads((folder / "record.json").read_bytes())
    swap_a_ballot(round_id, coordinator)
    swapped = record["result"][0]
    swapped["drawn"][0], swapped["reserves"][0] = swapped["reserves"][0], swapped["drawn"][0]
    tampered = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (folder / "record.json").write_text(tampered, encoding="utf-8")
    code, told = checked(folder, *COMMITMENT, *REVEALED)
    assert (code, "rank 1" in told) == (1, True), told


def swap_a_ballot(round_id: int, coordinator: FlaskClient) -> None:
    """Give a drawn dossier's ballot to another: the coordinator's page tells."""
    page = f"/rounds/{round_id}/draw"
    db.session.rollback()
    assert record_checks.differing(round_id) == 0
    warned = "changed the database"
    coordinator.set_cookie("khaosat_language", "en")
    assert warned not in coordinator.get(page).text
    with writing() as session:
        held = select(Ballot.dossier_id).where(Ballot.round_id == round_id)
        other = session.scalars(select(Dossier.id).where(Dossier.id.not_in(held))).first()
        session.scalars(
            select(Ballot).where(Ballot.round_id == round_id)
        ).first().dossier_id = other
    assert record_checks.differing(round_id) == 2
    assert warned in coordinator.get(page).text


def test_a_citizen_finds_the_own_dossier_by_its_salt(app: Flask, client: FlaskClient, signed_in):
    round_id = committed()
    coordinator = signed_in(Role.COORDINATOR)
    job = coordinator.post(f"/rounds/{round_id}/draw/frame.csv").location
    rows = file_of(coordinator, job).decode().split("\n")
    assert rows[0] == "code,unit,field,respondent_kind,salt"
    code, *_, salt = rows[1].split(",")
    leaf = hashlib.sha256(bytes.fromhex(salt) + code.encode()).hexdigest()
    leaves = client.get(f"/public/draws/{round_id}/files/leaves.txt").text.splitlines()
    assert leaf in leaves
    assert len(leaves) == sum(UNITS.values()) == len({*leaves})
    assert hashlib.sha256(code.encode()).hexdigest() not in leaves
    taken = db.session.scalars(select(LogEntry.body).where(LogEntry.body.like("%frame_taken%")))
    assert len(taken.all()) == 1


def test_nobody_is_shown_what_tells_the_sample_before_the_close(app: Flask, signed_in, client):
    round_id = committed()
    asked = {"public_source": SOURCE, "public_number": NUMBER}
    job_id = rounds.ask(SYSTEM, JobKind.DRAW, round_id, asked)
    running.perform(leases.claim(job_id, "test"))
    opening.open_round(SYSTEM, round_id)
    db.session.rollback()
    draw, key = stored_draw(), db.session.scalars(select(KeptRecord.leaf_key)).one()
    hidden = (draw.secret, draw.seed, key.hex())
    assert all(len(each) == 64 for each in hidden)
    paths = [f"/rounds/{round_id}{end}" for end in ("", "/plan", "/draw", "/counts", "/field")]
    paths += [f"/public/draws/{round_id}", f"/jobs/{job_id}", "/jobs", "/public", "/"]
    paths += [f"/public/draws/{round_id}/files/{name}" for name in PAPERS]
    for browser in (client, *(signed_in(role) for role in Role)):
        for path in paths:
            page = browser.get(path).text
            assert not [each for each in hidden if each in page], path
        assert browser.get(paths[-2]).status_code == 404
    told = [json.dumps(job.result) for job in db.session.scalars(select(Job))]
    told += db.session.scalars(select(LogEntry.body)).all()
    assert not [text for text in told for each in hidden if each in text]
    with writing() as session:
        session.get_one(Round, round_id).state = RoundState.CLOSED
    page = client.get(f"/public/draws/{round_id}").text
    assert draw.secret in page
    assert draw.seed in page
    assert key.hex() not in page


def test_reserves_are_added_to_the_record_in_their_order(app: Flask):
    round_id = committed()
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    with writing() as session:
        names = {"act": "round.reserves", "object": "reserves:1", "digest": "0" * 64}
        row = Approval(
            **names, reason="", asked_by=account(Role.COORDINATOR).id, asked_at=clock.now()
        )
        session.add(row)
        session.flush()
        first = records.add_release(session, round_id, "A", 1, row.id)
        second = records.add_release(session, round_id, "A", 2, row.id)
        assert first != second
        with pytest.raises(DrawError):
            records.add_release(session, round_id, "A", 40, row.id)
    record = json.loads(draw_records.record(round_id))
    listed = next(it["reserves"] for it in record["result"] if it["label"] == "A")
    assert [leaf for it in record["releases"] for leaf in it["dossiers"]] == listed[:3]


def test_a_round_committed_to_before_there_were_records_is_drawn_without_one(app: Flask, client):
    round_id = committed()
    with writing() as session:
        session.delete(session.get_one(KeptRecord, round_id))
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    page = client.get(f"/public/draws/{round_id}").text
    assert "verify_sample.py" not in page
    assert stored_draw().secret not in page
    with writing() as session:
        assert records.add_release(session, round_id, "A", 1, 1) == {}


def test_a_promise_that_was_changed_is_not_drawn(app: Flask):
    round_id = committed()
    with writing() as session:
        kept = session.get_one(KeptRecord, round_id)
        kept.promise = kept.promise.replace(SOURCE, "Số khác")
        kept.promise = kept.promise.replace('"stage":1', '"stage":2')
    with pytest.raises(WrongStateError, match="nothing was drawn"):
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert db.session.query(Ballot).count() == 0
