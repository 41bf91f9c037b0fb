"""Dossiers that arrive are decided on at once, whatever list brings them (decision 0049)."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import ArrivingPeriod, Ballot, Box, Cell, Dossier, FrameDraw, Job, LogEntry
from app.queries import draws, estimations, slip_dossiers
from app.queries.estimation_results import FigureState
from app.services import (
    arriving_lists,
    arriving_reveal,
    claims,
    estimating,
    incoming,
    inviting,
    leases,
    matching,
    mixing,
    opening,
    secrets,
    volunteers,
)
from app.services.arriving import PURPOSE
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import CellLevel, Door, JobState
from sampling import verify_sample
from sampling.arriving import is_drawn
from tests.app import round_steps
from tests.app.arriving_factory import arrive, content, promised_round, rows
from tests.app.round_factory import answer

HALF = {"A": "1/2", "B": "1"}


def ballots(round_id: int) -> set[str]:
    query = (
        select(Dossier.code)
        .join(Ballot, Ballot.dossier_id == Dossier.id)
        .where(Ballot.round_id == round_id, Ballot.drawn == "P")
    )
    return set(db.session.scalars(query))


def sizes(round_id: int, level: CellLevel) -> dict[str, tuple[int, int]]:
    query = select(Cell).where(Cell.round_id == round_id, Cell.level == level)
    db.session.rollback()
    return {it.label: (it.population, it.drawn) for it in db.session.scalars(query)}


def reseed(round_id: int, other: int) -> None:
    """Let a round use the seed of another, so that their ballots can be compared."""
    one, two = (db.session.get_one(ArrivingPeriod, it) for it in (round_id, other))
    two.sealed = one.sealed
    db.session.commit()


def test_the_seed_alone_decides_and_neither_order_nor_splitting_nor_repeats_matter(app):
    round_steps.add_units("A", "B")
    whole, split = promised_round(HALF), promised_round(HALF)
    reseed(whole, split)
    lines = rows("A", range(40)) + rows("B", range(5))
    done = arrive(whole, lines)
    assert (done.dossiers, done.repeated, done.faults) == (45, 0, 0)
    for part in (lines[30:], lines[10:35][::-1], lines[:12], lines[:12]):
        arrive(split, part)
    seed = secrets.unseal(PURPOSE, db.session.get_one(ArrivingPeriod, whole).sealed)[:32]
    expected = {f"HS-A-{n:04}" for n in range(40) if is_drawn(seed, f"HS-A-{n:04}", "1/2")}
    expected |= {f"HS-B-{n:04}" for n in range(5)}
    assert ballots(whole) == ballots(split) == expected
    n = len(expected)
    for round_id in (whole, split):
        assert sizes(round_id, CellLevel.STRATUM) == {"A": (40, n - 5), "B": (5, 5)}
        assert sizes(round_id, CellLevel.UNIT) == {"A": (40, n - 5), "B": (5, 5)}
        assert sizes(round_id, CellLevel.ROUND) == {"round": (45, n)}
        assert sizes(round_id, CellLevel.VOLUNTEER_UNIT) == {"A": (45 - n, 0), "B": (0, 0)}
        assert sizes(round_id, CellLevel.VOLUNTEER_ROUND) == {"round": (45 - n, 0)}
    again = arrive(whole, lines)
    assert (again.dossiers, again.repeated) == (0, 45)
    assert sizes(whole, CellLevel.ROUND) == {"round": (45, n)}


def test_a_known_dossier_keeps_its_unit_and_gets_its_result_and_strangers_are_listed(app):
    round_steps.add_units("A", "B", "C")
    round_id = promised_round({"A/Tư pháp": "1", "B/Tư pháp": "1"})
    arrive(round_id, rows("A", [1, 2]))
    moved = [rows("A", [1])[0].replace(",A,", ",B,")]
    done = arrive(round_id, moved + rows("A", [2], finished="20/07/2026") + rows("C", [1]))
    assert (done.dossiers, done.repeated, done.faults) == (0, 2, 2)
    stored = db.session.scalars(select(Dossier).order_by(Dossier.code)).all()
    assert [(it.code, it.finished is not None) for it in stored] == [
        ("HS-A-0001", False),
        ("HS-A-0002", True),
    ]
    assert sizes(round_id, CellLevel.STRATUM) == {"A/Tư pháp": (2, 2), "B/Tư pháp": (0, 0)}
    unit = stored[1].unit_id
    [slip] = slip_dossiers.finished_on(round_id, unit, stored[1].finished)
    assert slip.code == "HS-A-0002"
    with pytest.raises(InvalidInputError):
        arrive(round_id, ["HS-A-0009,A,Tư pháp,ngày nào,,"])
    assert sizes(round_id, CellLevel.ROUND) == {"round": (2, 2)}


class StopError(Exception):
    """Somebody pulled the plug."""


def test_a_list_that_was_cut_short_goes_on_where_it_stopped(app, monkeypatch):
    round_steps.add_units("A")
    round_id = promised_round({"A": "1/2"})
    monkeypatch.setattr(arriving_lists, "CHUNK", 10)
    list_ = content(rows("A", range(35)))

    def stop(done: int, total: int) -> None:
        if done > 1.5 * total / 2:
            raise StopError

    with pytest.raises(StopError):
        arriving_lists.take(SYSTEM, round_id, list_, "x.csv", stop)
    assert 0 < sizes(round_id, CellLevel.ROUND)["round"][0] < 35
    done = arriving_lists.take(SYSTEM, round_id, list_, "x.csv", lambda done, total: None)
    assert (done.dossiers, done.repeated) == (35, 0)
    assert sizes(round_id, CellLevel.ROUND)["round"] == (35, len(ballots(round_id)))


def test_a_period_ends_with_its_seed_and_every_decision_can_be_made_again(app, tmp_path):
    round_steps.add_units("A")
    round_id = promised_round({"A": "1/2"})
    promise = bytes(db.session.get_one(ArrivingPeriod, round_id).promise)
    opening.open_round(SYSTEM, round_id)
    arrive(round_id, rows("A", range(60)))
    seed = secrets.unseal(PURPOSE, db.session.get_one(ArrivingPeriod, round_id).sealed)[:32]
    assert not draws.of_round(round_id).done
    logged = " ".join(db.session.scalars(select(LogEntry.body)))
    assert hashlib.sha256(seed).hexdigest() in logged
    assert seed.hex() not in logged
    assert not arriving_reveal.reveal(round_id)
    with pytest.raises(WrongStateError):
        arriving_reveal.salted_frame(SYSTEM, round_id)
    mixing.close_round(SYSTEM, round_id)
    arriving_reveal.reveal_due()
    assert not arriving_reveal.reveal(round_id)
    with pytest.raises(WrongStateError):
        arrive(round_id, rows("A", [99]))
    period = db.session.get_one(ArrivingPeriod, round_id)
    draw = db.session.scalars(select(FrameDraw)).one()
    assert draw.seed == draw.secret == seed.hex()
    last = db.session.scalars(select(LogEntry.body).order_by(LogEntry.seq.desc())).first()
    assert '"agrees":true' in last
    frame = arriving_reveal.salted_frame(SYSTEM, round_id)
    papers = {
        "record": bytes(period.record),
        "frame": frame,
        "revealed": arriving_reveal.revealed(draw.seed),
        "commitment": promise,
    }
    assert verified(tmp_path, papers) == 0
    drawn = ballots(round_id)
    for code in (min(drawn), min({f"HS-A-{n:04}" for n in range(60)} - drawn)):
        short = [line for line in frame.splitlines(keepends=True) if code.encode() not in line]
        assert verified(tmp_path, papers | {"frame": b"".join(short)}) == 1
    record = json.loads(papers["record"])
    record["result"][0]["drawn"].pop()
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert verified(tmp_path, papers | {"record": text.encode()}) == 1


def verified(folder, papers: dict[str, bytes]) -> int:
    for name, paper in papers.items():
        (folder / name).write_bytes(paper)
    places = [str(folder / name) for name in ("record", "frame")]
    places += ["--commitment", str(folder / "commitment"), "--revealed", str(folder / "revealed")]
    command = [sys.executable, "-I", verify_sample.__file__, *places]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_claims_meet_the_dossier_that_arrives_and_those_not_drawn_may_volunteer(app):
    round_steps.add_units("A", "B")
    round_id = promised_round({"A": "1", "B": "1/1000000"})
    opening.open_round(SYSTEM, round_id)
    tokens = []
    for code in ("HS-A-0001", "HS-B-0001"):
        tokens.append(claims.claim(db.session, round_id, code, door=Door.RECEIPT))
        db.session.commit()
        assert answer(tokens[-1]).receipt
    arrive(round_id, rows("A", [1]) + rows("B", [1]))
    assert matching.match(round_id).answers == 2
    leaves = {it.id: (it.level, it.label) for it in db.session.scalars(select(Cell))}
    found = {leaves[it] for it in db.session.scalars(select(Box.cell_id))}
    assert found == {(CellLevel.STRATUM, "A"), (CellLevel.VOLUNTEER_UNIT, "B")}
    issued = inviting.issue_slips(SYSTEM, round_id, None)
    assert [slip.dossier_code for slip in issued.slips] == ["HS-A-0001"]
    dossier = db.session.scalars(select(Dossier.id).where(Dossier.code == "HS-B-0001")).one()
    assert volunteers.ballot_for(db.session, round_id, dossier)


def test_files_in_the_watched_folder_are_asked_for_once(app, tmp_path):
    round_steps.add_units("A")
    round_id = promised_round({"A": "1"})
    folder = tmp_path / incoming.FOLDER / str(round_id)
    folder.mkdir(parents=True)
    for name, numbers in (("a.csv", [1]), ("copy of a.csv", [1]), ("b.csv", [1, 2])):
        (folder / name).write_bytes(content(rows("A", numbers)))
        os.utime(folder / name, (0, 0))
    (folder / "new.csv").write_bytes(b"on its way")
    (folder / "link.csv").symlink_to(folder / "b.csv")
    (folder / "bad.csv").write_bytes(content(["HS,A,Tư pháp,ngày nào,,"]))
    os.utime(folder / "bad.csv", (0, 0))
    assert incoming.collect(tmp_path) == 4
    waiting = list(leases.takeable())
    assert len(waiting) == 3
    for job_id in waiting:
        running.runner(app, "worker")(job_id)
    ended = [db.session.get(Job, it).state for it in waiting]
    assert sorted(ended) == sorted([JobState.DONE, JobState.DONE, JobState.FAILED])
    assert sizes(round_id, CellLevel.ROUND) == {"round": (2, 2)}
    assert incoming.collect(tmp_path) == 0
    assert incoming.is_time(datetime(2026, 7, 1, 11, tzinfo=UTC))
    assert not incoming.is_time(datetime(2026, 7, 1, 10, 59, tzinfo=UTC))


def test_a_small_round_is_estimated_with_the_dossiers_that_came(app):
    round_steps.add_units("A", "B", "C")
    round_id = promised_round({"A": "1/2", "B": "1", "C": "1"})
    opening.open_round(SYSTEM, round_id)
    arrive(round_id, rows("A", range(60)))
    arrive(round_id, rows("A", range(60, 80)) + rows("B", range(12)))
    for slip in inviting.issue_slips(SYSTEM, round_id, None).slips:
        assert answer(slip.token).receipt
    mixing.close_round(SYSTEM, round_id)
    assert arriving_reveal.reveal(round_id)
    run = estimations.estimation(estimating.estimate_round(SYSTEM, round_id))
    found = {code: run.results.unit(code).figure("overall") for code in ("A", "B")}
    drawn = sizes(round_id, CellLevel.STRATUM)["A"][1]
    assert found["B"].n == "12"
    assert found["A"].n == str(drawn)
    assert [run.results.unit(code).dossiers for code in "ABC"] == [80, 12, 0]
    assert run.results.unit("C").figure("overall").state is FigureState.WITHHELD
