"""Plans are tried without a trace and committed once."""

import hashlib
import json
from dataclasses import replace
from math import sqrt
from threading import Barrier, Thread

import pytest
import rfc8785
from hypothesis import given, strategies as st
from sqlalchemy import func, select

from app.extensions import db
from app.models import Cell, FrameDraw, LogEntry, Round
from app.queries import draw_records, draws
from app.queries.frames import OriginCount
from app.services import planning, previewing
from app.services.carrying import Carried
from app.services.errors import InvalidInputError, ServiceError, WrongStateError
from app.services.plan_lines import read_deviations
from app.services.plans import Allocation, Plan, Stratification, plan_hash
from app.services.previewing import lay_over
from app.services.recording import SYSTEM
from tests.app import round_steps
from tests.app.round_steps import SOURCE, plan

FIELDS = st.sampled_from(["Đất đai", "Tư pháp", "", "Hộ tịch/hộ khẩu"])
FRAMES = st.dictionaries(
    st.tuples(st.sampled_from(["26041", "26068", "75-1"]), FIELDS),
    st.integers(1, 400),
    min_size=1,
)


def counts(frame: dict[tuple[str, str], int]) -> list[OriginCount]:
    codes = sorted({unit for unit, _ in frame})
    return [
        OriginCount(codes.index(unit) + 1, unit, f"Xã {unit}", field, dossiers)
        for (unit, field), dossiers in sorted(frame.items())
    ]


def parts(error: pytest.ExceptionInfo) -> list[str]:
    return [fault.part for fault in error.value.faults]


@given(
    frame=FRAMES,
    share=st.floats(0.01, 1),
    by=st.sampled_from(list(Stratification)),
    allocation=st.sampled_from(sorted(set(Allocation) - {Allocation.QUOTA, Allocation.GIVEN})),
)
def test_a_preview_adds_up(frame, share: float, by, allocation):
    size = max(1, round(sum(frame.values()) * share))
    wanted = Plan(by, size, allocation=allocation, expected_response=0.5)
    preview = lay_over(counts(frame), wanted)
    assert preview.population == sum(frame.values())
    assert preview.drawn == size == sum(unit.drawn for unit in preview.units)
    assert sum(stratum.proportional for stratum in preview.strata) == size
    assert sum(stratum.neyman for stratum in preview.strata) == size
    assert all(0 <= stratum.drawn <= stratum.population for stratum in preview.strata)
    assert [stratum.label for stratum in preview.strata] == sorted(
        {unit if by is Stratification.UNIT else f"{unit}/{field}" for unit, field in frame}
    )
    below = [stratum for stratum in preview.strata if stratum.drawn * 0.5 < 10]
    assert preview.below_k == len(below)


def test_both_allocations_stand_side_by_side():
    frame = counts({("A", ""): 100, ("B", ""): 100})
    preview = lay_over(frame, plan(40, deviations={"B": 3.0}))
    assert [(row.proportional, row.neyman, row.drawn) for row in preview.strata] == [
        (20, 10, 20),
        (20, 30, 20),
    ]
    chosen = lay_over(frame, plan(40, deviations={"B": 3.0}, allocation=Allocation.NEYMAN))
    assert [row.drawn for row in chosen.strata] == [10, 30]
    assert [row.fraction for row in chosen.strata] == [0.1, 0.3]


def test_the_minimum_takes_small_strata_whole():
    preview = lay_over(counts({("A", ""): 500, ("B", ""): 4}), plan(50, minimum=10))
    assert [row.drawn for row in preview.strata] == [46, 4]


def test_the_margin_of_a_unit_has_the_finite_population_correction():
    preview = lay_over(counts({("A", ""): 1000}), plan(300, expected_response=0.5))
    expected = 1.959964 * sqrt(0.25 / 150 * (1000 - 150) / 999)
    assert preview.units[0].margin == pytest.approx(expected, rel=1e-6)


def test_a_unit_answered_whole_has_no_margin_and_one_not_asked_no_figure():
    frame = counts({("A", ""): 50, ("B", ""): 5000})
    whole = lay_over(frame, plan(5050, expected_response=1.0))
    assert [unit.margin for unit in whole.units] == [0.0, 0.0]
    tiny = lay_over(frame, plan(1))
    assert tiny.units[0].margin is None
    assert tiny.undrawn == 1


def test_unequal_fractions_within_a_unit_are_marked():
    frame = counts({("A", "x"): 100, ("A", "y"): 100, ("B", "x"): 100})
    by_field = plan(60, stratify_by=Stratification.UNIT_FIELD)
    assert not any(unit.uneven for unit in lay_over(frame, by_field).units)
    skewed = replace(by_field, allocation=Allocation.NEYMAN, deviations={"A/x": 3.0})
    assert [unit.uneven for unit in lay_over(frame, skewed).units] == [True, False]


def test_the_proposed_size_follows_the_short_formula():
    assert previewing.propose(10_000, 0.3) == previewing.SizeProposal(385, 1284)
    assert previewing.propose(100, 0.3) == previewing.SizeProposal(80, 100)


def test_the_size_for_each_unit_adds_up_over_its_fields():
    frame = counts({("A", "x"): 60, ("A", "y"): 40, ("B", "x"): 10_000})
    assert previewing.propose_each(frame, 0.3) == previewing.SizeProposal(80 + 385, 100 + 1284)


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ({"size": 0}, "size"),
        ({"size": 31}, "size"),
        ({"minimum": -1}, "minimum"),
        ({"minimum": 10**30}, "minimum"),
        ({"minimum": 16}, "minimum"),
        ({"expected_response": 0.0}, "expected_response"),
        ({"expected_response": 1.01}, "expected_response"),
        ({"expected_response": float("nan")}, "expected_response"),
        ({"k": 9}, "k"),
        ({"k": 10**9}, "k"),
        ({"deviations": {"A": float("inf")}}, "deviations"),
        ({"deviations": {"Z": 1.0}}, "deviations"),
        ({"carry": tuple(Carried)}, "carry"),
        ({"carry": (Carried.ON_TIME, Carried.ON_TIME)}, "carry"),
        (
            {"carry": (Carried.FIELD,), "stratify_by": Stratification.UNIT_FIELD},
            "carry",
        ),
    ],
)
def test_a_plan_that_the_list_cannot_carry_is_refused(wrong, part: str):
    wanted = replace(plan(20), **wrong)
    with pytest.raises(InvalidInputError) as caught:
        lay_over(counts({("A", ""): 10, ("B", ""): 20}), wanted)
    assert parts(caught) == [part]


def test_strata_of_the_same_name_are_refused():
    frame = counts({("A/x", "y"): 10, ("A", "x/y"): 10})
    with pytest.raises(InvalidInputError) as caught:
        lay_over(frame, plan(10, stratify_by=Stratification.UNIT_FIELD))
    assert parts(caught) == ["stratify_by"]
    assert len(lay_over(frame, plan(10)).strata) == 2


def test_cells_of_the_same_name_or_too_long_a_name_are_refused():
    frame = counts({("A", "x"): 10, ("A/x", ""): 10})
    by_field = plan(10, carry=(Carried.FIELD,))
    assert len(lay_over(frame, by_field).outlook.cells) == 2
    for same in ({("A/x", "y"): 10, ("A", "x/y"): 10}, {("A", "x" * 299): 10}):
        with pytest.raises(InvalidInputError) as caught:
            lay_over(counts(same), by_field)
        assert parts(caught) == ["carry"]
    with pytest.raises(InvalidInputError) as caught:
        lay_over(counts({("A", "x" * 299): 10}), plan(10, stratify_by=Stratification.UNIT_FIELD))
    assert parts(caught) == ["stratify_by"]


def test_deviations_are_read_from_lines():
    assert read_deviations(" 26041: 0,45\n\n26041/Đất: đai : 2\n") == {
        "26041": 0.45,
        "26041/Đất: đai": 2.0,
    }


@pytest.mark.parametrize("text", ["26041", "26041 0.4", ": 3", "A: -1", "A: x", "A: 1\nA: 2"])
def test_a_line_that_is_no_deviation_is_named(text: str):
    with pytest.raises(InvalidInputError) as caught:
        read_deviations(text)
    assert parts(caught) == ["deviations"]
    assert caught.value.faults[0].params == {"line": len(text.splitlines())}


def test_a_plan_is_read_back_from_its_document():
    wanted = plan(20, deviations={"B": 2.0, "A": 0.5}, allocation=Allocation.NEYMAN, minimum=3)
    wanted = replace(wanted, carry=(Carried.ON_TIME, Carried.CHANNEL))
    document = wanted.document("main")
    assert Plan.of_document(json.loads(json.dumps(document))) == wanted
    assert document == {
        "stratify_by": "unit",
        "allocation": "neyman",
        "size": 20,
        "minimum": 3,
        "deviations": {"A": 0.5, "B": 2.0},
        "expected_response": 0.3,
        "k": 10,
        "carry": ["on_time", "channel"],
        "purpose": "main",
    }


def test_a_plan_of_before_carried_variables_carries_none():
    document = plan(20).document("main")
    del document["carry"]
    assert Plan.of_document(document) == plan(20)
    with pytest.raises(ValueError, match="phone"):
        Plan.of_document(document | {"carry": ["phone"]})


def test_what_is_carried_changes_the_hash_of_the_plan():
    plans = [plan(20), plan(20, carry=(Carried.ON_TIME,)), plan(20, carry=(Carried.CHANNEL,))]
    assert len({plan_hash(each.document("main")) for each in plans}) == 3


def test_a_preview_stores_nothing(app):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 20})
    entries = db.session.scalar(select(func.count(LogEntry.seq)))
    planning.preview(round_id, plan(10))
    assert db.session.get(Round, round_id).plan is None
    assert db.session.query(FrameDraw).count() == db.session.query(Cell).count() == 0
    assert db.session.scalar(select(func.count(LogEntry.seq))) == entries


def test_a_round_without_a_list_cannot_be_planned(app):
    round_id = round_steps.planned()
    with pytest.raises(WrongStateError):
        planning.preview(round_id, plan(10))
    with pytest.raises(WrongStateError):
        planning.commit(SYSTEM, round_id, plan(10), SOURCE)


@pytest.mark.parametrize(("dry_run", "purpose"), [(False, "main"), (True, "trial")])
def test_a_commitment_binds_list_plan_and_secret(app, dry_run: bool, purpose: str):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 20}, dry_run=dry_run)
    commitment = planning.commit(SYSTEM, round_id, plan(10), f" {SOURCE} ")
    stored = db.session.scalar(select(FrameDraw))
    secret = bytes.fromhex(stored.secret)
    assert len(secret) == 32
    assert hashlib.sha256(secret).hexdigest() == commitment == stored.commitment
    assert (stored.purpose, stored.public_source) == (purpose, SOURCE)
    document = db.session.get(Round, round_id).plan
    assert document["purpose"] == purpose
    assert plan_hash(document) == hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def test_the_secret_is_hidden_until_it_was_used(app):
    round_steps.add_units("A")
    round_id = round_steps.committed({"A": 20}, plan(10))
    secret = db.session.scalar(select(FrameDraw.secret))
    view = draws.of_round(round_id)
    assert secret not in str(view)
    assert not view.done
    assert not any(secret in body for body in db.session.scalars(select(LogEntry.body)))


def test_the_log_tells_of_the_commitment(app):
    round_steps.add_units("A")
    round_id = round_steps.committed({"A": 20}, plan(10))
    view = draws.of_round(round_id)
    bodies = [json.loads(body) for body in db.session.scalars(select(LogEntry.body))]
    (entry,) = [body for body in bodies if body["act"] == "round.committed"]
    assert entry["details"] == {
        "purpose": "main",
        "frame": view.frame_hash,
        "plan": plan_hash(db.session.get(Round, round_id).plan),
        "commitment": view.commitment,
        "source": SOURCE,
        "promise": hashlib.sha256(draw_records.promise(round_id).encode()).hexdigest(),
        "leaves": hashlib.sha256(draw_records.leaves(round_id).encode()).hexdigest(),
    }


def test_a_committed_plan_is_final(app):
    round_steps.add_units("A")
    round_id = round_steps.committed({"A": 20}, plan(10))
    before = draws.of_round(round_id)
    with pytest.raises(WrongStateError):
        planning.commit(SYSTEM, round_id, plan(12), SOURCE)
    assert draws.of_round(round_id) == before
    assert db.session.get(Round, round_id).plan["size"] == 10


def test_one_list_is_committed_once_for_a_purpose(app):
    round_steps.add_units("A")
    round_steps.committed({"A": 20}, plan(10))
    again = round_steps.framed({"A": 20})
    with pytest.raises(InvalidInputError):
        planning.commit(SYSTEM, again, plan(10), SOURCE)
    assert db.session.get(Round, again).plan is None
    trial = round_steps.committed({"A": 20}, plan(10), dry_run=True)
    assert draws.of_round(trial).purpose == "trial"


@pytest.mark.parametrize("source", ["", "  ", "x" * 301])
def test_a_commitment_names_its_public_number(app, source: str):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 20})
    with pytest.raises(InvalidInputError) as caught:
        planning.commit(SYSTEM, round_id, plan(10), source)
    assert parts(caught) == ["public_source"]
    assert draws.of_round(round_id) is None


def test_two_commitments_at_once_leave_one(app):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 20})
    start = Barrier(2)
    outcomes = []

    def run(size: int) -> None:
        with app.app_context():
            start.wait()
            try:
                outcomes.append(planning.commit(SYSTEM, round_id, plan(size), SOURCE))
            except ServiceError:
                outcomes.append(None)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(size,)) for size in (8, 9)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    db.session.rollback()
    (kept,) = [outcome for outcome in outcomes if outcome]
    assert draws.of_round(round_id).commitment == kept
