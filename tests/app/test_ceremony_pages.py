"""A ceremony by its pages, and its papers before the stand-alone verifier."""

import json
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import FrameDraw, Job, Round
from app.queries import ceremonies as rows, draw_records
from app.services import leases
from app.tasks import running
from app.vocabulary import JobKind, Role, RoundState
from sampling.seeding import commitment
from sampling.spoken_secrets import words_of
from tests.app import round_steps
from tests.app.round_steps import SOURCE
from tests.app.test_ceremonies import DICE, NAMES, SECRETS, UNITS
from tests.app.test_round_pages import file_of, work_done

PLAN = {
    "stratify_by": "unit",
    "allocation": "proportional",
    "size": "6",
    "minimum": "1",
    "expected_response": "50",
    "k": "10",
}
PARTIES = {
    "parties": "together",
    "office": "Sở Nội vụ",
    **{f"party_{at}": name for at, name in enumerate(NAMES, 1)},
    **{
        f"hash_{at}": commitment(secret, name).upper()
        for at, (name, secret) in enumerate(zip(NAMES, SECRETS, strict=True), 1)
    },
    "absent": "go_on",
    "number_kind": "dice",
    "public_source": SOURCE,
    "confirm": "y",
}
FILES = ("commitment.json", "record.json", "revealed.json", "verify_sample.py")


@pytest.fixture
def coordinator(app: Flask, signed_in) -> FlaskClient:
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def framed() -> int:
    round_steps.add_units(*UNITS)
    return round_steps.framed(UNITS)


def posted(browser: FlaskClient, path: str, **fields: object) -> tuple[int, str]:
    reply = browser.post(path, data=fields)
    return reply.status_code, unescape(reply.text)


def office_secret() -> str:
    db.session.rollback()
    return db.session.scalars(select(FrameDraw.secret)).one()


def test_a_ceremony_goes_from_its_form_to_papers_that_verify(
    app: Flask, client: FlaskClient, coordinator: FlaskClient, tmp_path: Path
):
    round_id = framed()
    page = f"/rounds/{round_id}/ceremony"
    assert coordinator.get(page).status_code == 404
    code, told = posted(
        coordinator, f"/rounds/{round_id}/plan", **{**PLAN, **PARTIES, "hash_2": "1"}
    )
    assert (code, "A commitment has 64 hexadecimal digits" in told) == (422, True)
    assert 'value="Mặt trận Tổ quốc"' in told
    work_done(coordinator.post(f"/rounds/{round_id}/plan", data=PLAN | PARTIES))
    assert coordinator.get(f"/rounds/{round_id}/draw").location == page
    early = coordinator.post(f"/rounds/{round_id}/draw", data={"public_number": "274913"})
    assert early.location == page, "a number is not taken past the ceremony"
    assert not db.session.scalars(select(Job.id).where(Job.kind == JobKind.DRAW)).all()
    own, public = office_secret(), f"/public/draws/{round_id}"

    shown = unescape(coordinator.get(page).text)
    assert "Now: Thanh tra tỉnh" in shown
    assert "Now: Báo Đồng Nai" in unescape(coordinator.get(f"{page}?party=3").text)
    code, told = posted(coordinator, f"{page}/reveal", place=2, secret=SECRETS[0].hex())
    assert (code, f"not the secret to which {NAMES[1]} committed" in told) == (422, True)
    assert "Now: Mặt trận Tổ quốc" in told
    for place, text in ((1, SECRETS[0].hex()), (2, words_of(SECRETS[1]))):
        assert posted(coordinator, f"{page}/reveal", place=place, secret=text)[0] == 302
    assert posted(coordinator, f"{page}/end", silent="3")[0] == 422
    assert posted(coordinator, f"{page}/end", silent="2 3", confirm="y")[0] == 409
    assert posted(coordinator, f"{page}/end", silent="3", confirm="y")[0] == 302
    code, told = posted(coordinator, f"{page}/reveal", place=3, secret=SECRETS[2].hex())
    assert (code, "not taken any more" in told) == (409, True)
    client.set_cookie("khaosat_language", "en")
    seen = unescape(client.get(public).text)
    assert all(text in seen for text in ("Did not reveal", *NAMES, SECRETS[0].hex()[:8]))
    assert posted(coordinator, f"{page}/number", number=DICE, again=DICE[::-1])[0] == 422
    assert posted(coordinator, f"{page}/number", number=DICE, again=DICE)[0] == 302
    assert posted(coordinator, f"{page}/draw")[0] == 302
    db.session.rollback()
    (job,) = db.session.scalars(select(Job.id).where(Job.kind == JobKind.DRAW))
    running.perform(leases.claim(job, "test"))
    for text in (client.get(public).text, coordinator.get(page).text):
        assert DICE in text
        assert own[:8] not in text

    with writing() as session:
        session.get_one(Round, round_id).state = RoundState.CLOSED
    assert own[:8] in client.get(public).text
    for name in FILES:
        (tmp_path / name).write_bytes(client.get(f"{public}/files/{name}").data)
    listed = coordinator.post(f"/rounds/{round_id}/draw/frame.csv").location
    (tmp_path / "frame.csv").write_bytes(file_of(coordinator, listed))
    code, told = checked(tmp_path)
    assert (code, f"«{NAMES[2]}» không công bố" in told) == (0, True), told
    revealed = json.loads((tmp_path / "revealed.json").read_bytes())["secrets"]
    assert revealed == [own, SECRETS[0].hex(), SECRETS[1].hex(), None]
    # Another secret of a party, and one left out as if its party had been silent.
    for place, other in ((1, SECRETS[2].hex()), (2, None), (3, SECRETS[2].hex()), (0, None)):
        changed = [other if at == place else one for at, one in enumerate(revealed)]
        (tmp_path / "revealed.json").write_text(json.dumps({"secrets": changed}), encoding="utf-8")
        code, told = checked(tmp_path)
        assert code == 1, (place, told)


def checked(folder: Path) -> tuple[int, str]:
    """Run the downloaded program as a stranger would."""
    words = ("record.json", "frame.csv", "--commitment", "commitment.json")
    run = [sys.executable, "-I", "verify_sample.py", *words, "--revealed", "revealed.json"]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_stopped_ceremony_and_the_next_stand_side_by_side(
    app: Flask, client: FlaskClient, coordinator: FlaskClient
):
    round_id = framed()
    page, public = f"/rounds/{round_id}/ceremony", f"/public/draws/{round_id}"
    work_done(
        coordinator.post(f"/rounds/{round_id}/plan", data=PLAN | PARTIES | {"absent": "stop"})
    )
    assert coordinator.get(f"{page}/again").location == page
    before, first = office_secret(), draw_records.promise(round_id)
    posted(coordinator, f"{page}/end", silent="1 2 3", confirm="y")
    assert "Begin another ceremony" in coordinator.get(page).text
    assert posted(coordinator, f"{page}/number", number=DICE, again=DICE)[0] == 409
    fresh = {
        f"hash_{at}": commitment(secret[::-1], name)
        for at, (name, secret) in enumerate(zip(NAMES, SECRETS, strict=True), 1)
    }
    again = PARTIES | fresh | {"reason": "Ba bên vắng mặt"}
    for wrong, message in (({"reason": "vắng"}, "10 to 1000"), (PARTIES, "used in an earlier")):
        code, told = posted(coordinator, f"{page}/again", **again | wrong)
        assert (code, message in told) == (422, True)
    assert posted(coordinator, f"{page}/again", **again)[0] == 302
    seen = unescape(client.get(public).text)
    assert all(text in seen for text in ("Ba bên vắng mặt", before[:8], "commitment-1.json"))
    assert office_secret()[:8] not in seen
    assert client.get(f"{public}/files/commitment-1.json").text == first
    assert client.get(f"{public}/files/commitment-2.json").status_code == 404
    assert rows.of_round(round_id).attempt == 2


def test_the_printed_line_makes_the_commitment_and_no_name_breaks_out_of_it(
    app: Flask, client: FlaskClient
):
    page = unescape(client.get("/public/commitments", query_string={"name": NAMES[1]}).text)
    line = page.split('python3 -c "')[1].split('"</code>')[0]
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    secret, made = done.stdout.split()
    assert made == commitment(bytes.fromhex(secret), NAMES[1])
    shell = page.split("sha256sum")[0].rsplit("{ cat", 1)[1].removesuffix(" | ")
    assert shell.strip() == f"secret.bin; printf %s '{NAMES[1]}'; }}"
    for name in ("'; rm -rf ~ #", "$(id)", '"', "<b>"):
        told = client.get("/public/commitments", query_string={"name": name}).text
        assert "Thanh tra tỉnh" in told
        assert f"'{name}'" not in unescape(told)
