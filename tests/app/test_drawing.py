"""The draw can be repeated by anybody, happens once, and makes cells and ballots."""

import csv
import hashlib
import hmac
import io
import json
import unicodedata
from collections import defaultdict
from threading import Barrier, Thread

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import Ballot, Cell, Dossier, Frame, FrameDraw, LogEntry, Round, Unit
from app.queries import draw_records, draws, rounds as rows
from app.services import drawing, leases, rounds
from app.services.errors import InvalidInputError, NotFoundError, ServiceError, WrongStateError
from app.services.plans import Allocation, Stratification
from app.services.recording import SYSTEM
from app.tasks import rounds as tasks
from app.vocabulary import CellLevel, JobKind, RoundState
from sampling import seeding
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE, plan

UNITS = {"A": 40, "B": 25, "C": 3}


def drawn(wanted=None, units=UNITS, **parts) -> int:
    round_steps.add_units(*units)
    round_id = round_steps.committed(units, wanted or plan(20, minimum=2), **parts)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    return round_id


def canonical(value: object) -> bytes:
    """RFC 8785 for strings, small integers and arrays."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def rederived(listed: list[tuple[str, str, str]], published: dict) -> dict:
    """The whole draw again, from the list and the public page, with the standard library alone."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([("code", "unit", "field"), *sorted(listed)])
    frame = hashlib.sha256(file.getvalue().encode()).digest()
    secret = bytes.fromhex(published["secret"])
    seed = hashlib.sha256(b"draw-v1" + frame + secret + published["number"].encode()).digest()
    strata = defaultdict(list)
    for code, unit, field in listed:
        stratum = f"{unit}/{field}" if published["by_field"] else unit
        message = canonical([published["purpose"], 1, stratum, code])
        digest = hmac.new(seed, message, hashlib.sha256).digest()
        strata[stratum].append((int.from_bytes(digest, "big") >> 203, code))
    ranks = {
        (stratum, code): rank
        for stratum, members in strata.items()
        for rank, (_, code) in enumerate(sorted(members), start=1)
        if rank <= published["sizes"][stratum]
    }
    pairs = sorted([stratum, code] for stratum, code in ranks)
    return {
        "frame": frame.hex(),
        "commitment": hashlib.sha256(secret).hexdigest(),
        "seed": seed.hex(),
        "selection": hashlib.sha256(canonical(pairs)).hexdigest(),
        "ranks": ranks,
    }


def stored_list(round_id: int) -> list[tuple[str, str, str]]:
    query = (
        select(Dossier.code, Unit.code, Dossier.field)
        .join(Unit, Unit.id == Dossier.unit_id)
        .join(Frame, Frame.id == Dossier.frame_id)
        .where(Frame.round_id == round_id)
    )
    return [tuple(row) for row in db.session.execute(query)]


def stored_draw(round_id: int) -> FrameDraw:
    return db.session.scalar(select(FrameDraw).where(FrameDraw.round_id == round_id))


def public_facts(round_id: int) -> dict:
    """What the page shows once the round has closed."""
    view = draws.of_round(round_id)
    return {
        "secret": stored_draw(round_id).secret,
        "number": view.public_number,
        "purpose": view.purpose,
        "by_field": rows.one(round_id).plan["stratify_by"] == "unit_field",
        "sizes": {stratum.label: stratum.drawn for stratum in draws.strata(round_id)},
    }


def stored_ranks(round_id: int) -> dict:
    query = (
        select(Cell.label, Dossier.code, Ballot.rank)
        .join(Cell, Cell.id == Ballot.cell_id)
        .join(Dossier, Dossier.id == Ballot.dossier_id)
        .where(Ballot.round_id == round_id)
    )
    return {(label, code): rank for label, code, rank in db.session.execute(query)}


@pytest.mark.parametrize("by", list(Stratification))
@pytest.mark.parametrize("dry_run", [False, True])
def test_an_independent_program_finds_the_same_draw(app, by, dry_run: bool):
    wanted = plan(30, minimum=1, stratify_by=by, allocation=Allocation.NEYMAN)
    round_id = drawn(wanted, dry_run=dry_run)
    view = draws.of_round(round_id)
    again = rederived(stored_list(round_id), public_facts(round_id))
    assert again["frame"] == view.frame_hash
    assert again["commitment"] == view.commitment
    assert again["seed"] == stored_draw(round_id).seed
    assert again["selection"] == view.selection_hash
    assert again["ranks"] == stored_ranks(round_id)
    assert len(again["ranks"]) == 30


@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_changed_row_of_the_list_changes_the_draw(app, column: int):
    round_id = drawn()
    listed = stored_list(round_id)
    row = list(listed[0])
    row[column] = (
        "B" if column == 1 and row[1] == "A" else f"{row[column]}" + ("x", "", "x")[column]
    )
    tampered = [tuple(row), *listed[1:]]
    assert tampered != listed
    again = rederived(tampered, public_facts(round_id))
    view = draws.of_round(round_id)
    assert again["frame"] != view.frame_hash
    assert again["seed"] != stored_draw(round_id).seed
    assert again["selection"] != view.selection_hash


@pytest.mark.parametrize("column", ["code", "field"])
def test_a_list_changed_after_the_commitment_is_not_drawn(app, column: str):
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20))
    first = select(Dossier.id).limit(1).scalar_subquery()
    db.session.execute(update(Dossier).where(Dossier.id == first).values({column: "khác"}))
    db.session.commit()
    with pytest.raises(WrongStateError, match="no longer the one"):
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert db.session.query(Ballot).count() == 0
    assert rows.one(round_id).state is RoundState.FRAMED


@given(st.text(min_size=1, max_size=20).filter(seeding.tidy))
def test_the_form_of_a_public_number_does_not_matter(number: str):
    frame, secret = "ab" * 32, [bytes.fromhex("cd" * 32)]
    seed = seeding.seed_of(frame, secret, number)
    assert seeding.seed_of(frame, secret, f"  {number}\n") == seed
    assert seeding.seed_of(frame, secret, number + "0") != seed
    assert seeding.seed_of(frame, [bytes.fromhex("ce" * 32)], number) != seed


def test_composed_and_decomposed_letters_give_one_seed():
    composed = "Giải nhất"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    frame, secret = "ab" * 32, [bytes.fromhex("cd" * 32)]
    found = seeding.seed_of(frame, secret, composed)
    assert found == seeding.seed_of(frame, secret, decomposed)
    # Draws of before the pure formula was used here came to this very seed.
    parts = bytes.fromhex(frame) + secret[0] + composed.encode()
    assert found == hashlib.sha256(b"draw-v1" + parts).digest()


def test_cells_form_one_tree_whose_sums_agree(app):
    round_id = drawn(plan(30, minimum=1, stratify_by=Stratification.UNIT_FIELD))
    cells = {cell.id: cell for cell in db.session.scalars(select(Cell))}
    by_level = defaultdict(list)
    for cell in cells.values():
        by_level[cell.level].append(cell)
    (whole,) = by_level[CellLevel.ROUND]
    assert (whole.label, whole.unit_id, whole.parent_id) == ("round", None, None)
    assert (whole.population, whole.drawn) == (68, 30)
    assert {cell.label for cell in by_level[CellLevel.UNIT]} == {"A", "B", "C"}
    assert len(by_level[CellLevel.STRATUM]) == 9
    for stratum in by_level[CellLevel.STRATUM]:
        parent = cells[stratum.parent_id]
        assert parent.level is CellLevel.UNIT
        assert stratum.label.startswith(f"{parent.label}/")
        assert stratum.unit_id == parent.unit_id
    for level in (CellLevel.UNIT, CellLevel.ROUND):
        for cell in by_level[level]:
            members = [child for child in cells.values() if child.parent_id == cell.id]
            assert cell.population == sum(child.population for child in members)
            assert cell.drawn == sum(child.drawn for child in members)
    assert rows.one(round_id).state is RoundState.DRAWN


def test_a_stratum_by_unit_has_a_unit_cell_of_its_own(app):
    drawn()
    labels = db.session.execute(select(Cell.level, Cell.label)).all()
    assert (CellLevel.STRATUM, "A") in labels
    assert (CellLevel.UNIT, "A") in labels


def test_ballots_are_drawn_ranked_and_unspent(app):
    round_id = drawn()
    sizes = {stratum.label: stratum.drawn for stratum in draws.strata(round_id)}
    ranks = defaultdict(list)
    for (label, _), rank in stored_ranks(round_id).items():
        ranks[label].append(rank)
    assert {label: sorted(found) for label, found in ranks.items()} == {
        label: list(range(1, size + 1)) for label, size in sizes.items()
    }
    for ballot in db.session.scalars(select(Ballot)):
        assert (ballot.drawn, ballot.spent, ballot.accept) == ("P", False, None)


def test_the_plan_is_fixed_and_the_log_tells_of_the_draw_without_codes(app):
    round_id = drawn()
    found, view = db.session.get(Round, round_id), draws.of_round(round_id)
    bodies = [json.loads(body) for body in db.session.scalars(select(LogEntry.body))]
    (entry,) = [body for body in bodies if body["act"] == "round.drawn"]
    assert entry["details"] == {
        "drawn": 20,
        "dossiers": 68,
        "frame": view.frame_hash,
        "plan": found.plan_hash,
        "selection": view.selection_hash,
        "number": NUMBER,
        "record": hashlib.sha256(draw_records.record(round_id).encode()).hexdigest(),
    }
    assert "HS-" not in str(bodies)
    stored = stored_draw(round_id)
    assert stored.seed not in str(bodies)
    assert stored.secret not in str(bodies)


def test_a_second_draw_is_refused(app):
    round_id = drawn()
    before = draws.of_round(round_id), stored_ranks(round_id)
    with pytest.raises(WrongStateError):
        drawing.draw(SYSTEM, round_id, SOURCE, "999999")
    assert (draws.of_round(round_id), stored_ranks(round_id)) == before


def test_two_draws_at_once_leave_one(app):
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20))
    start = Barrier(2)
    outcomes = {}

    def run(number: str) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes[number] = drawing.draw(SYSTEM, round_id, SOURCE, number).selection_hash
            except ServiceError:
                outcomes[number] = None
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(number,)) for number in ("111111", "222222")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    db.session.rollback()
    (selection,) = [found for found in outcomes.values() if found]
    view = draws.of_round(round_id)
    assert view.selection_hash == selection
    assert outcomes[view.public_number] == selection
    assert db.session.query(Ballot).count() == 20
    assert rederived(stored_list(round_id), public_facts(round_id))["ranks"] == stored_ranks(
        round_id
    )


def test_a_failure_in_the_middle_leaves_no_trace(app, monkeypatch: pytest.MonkeyPatch):
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20))

    def fail(*args: object, **details: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("app.services.recording.record", fail)
        with pytest.raises(OSError, match="disk full"):
            drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    assert db.session.query(Cell).count() == db.session.query(Ballot).count() == 0
    stored = db.session.scalar(select(FrameDraw))
    assert (stored.seed, stored.public_number, stored.drawn_at) == ("", "", None)
    assert rows.one(round_id).state is RoundState.FRAMED
    assert drawing.draw(SYSTEM, round_id, SOURCE, NUMBER).drawn == 20


@pytest.mark.parametrize(
    ("source", "number", "part"),
    [
        (SOURCE, "  ", "public_number"),
        (SOURCE, "1" * 301, "public_number"),
        ("Xổ số khác", NUMBER, "public_source"),
    ],
)
def test_a_number_that_is_not_the_one_named_is_refused(app, source, number, part):
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20))
    with pytest.raises(InvalidInputError) as caught:
        drawing.draw(SYSTEM, round_id, source, number)
    assert [fault.part for fault in caught.value.faults] == [part]
    assert not draws.of_round(round_id).done


def test_an_uncommitted_round_is_not_drawn(app):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    with pytest.raises(WrongStateError):
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    with pytest.raises(NotFoundError):
        drawing.draw(SYSTEM, round_id + 1, SOURCE, NUMBER)


def test_the_database_itself_refuses_a_second_draw_of_a_list(app):
    drawn()
    columns = "frame_hash, purpose, commitment, secret, public_source, public_number, seed, "
    columns += "selection_hash, committed_at, drawn_at"
    copy = f"INSERT INTO frame_draw (round_id, {columns}) SELECT :other, {columns} FROM frame_draw"
    other = round_steps.planned()
    with pytest.raises(IntegrityError):
        db.session.execute(text(copy), {"other": other})


def test_the_worker_draws(app):
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20))
    numbers = {"public_source": SOURCE, "public_number": NUMBER}
    job_id = rounds.ask(SYSTEM, JobKind.DRAW, round_id, numbers)
    result = tasks.HANDLERS[JobKind.DRAW](leases.claim(job_id, "test"))
    view = draws.of_round(round_id)
    assert result == {
        "dossiers": 68,
        "drawn": 20,
        "strata": 3,
        "selection_hash": view.selection_hash,
        "next": f"/rounds/{round_id}",
    }
