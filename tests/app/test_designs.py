"""Designs are laid over a list, sized, shared out and told apart before anything is drawn."""

import json
from dataclasses import replace
from math import ceil, inf

import pytest
from hypothesis import given, settings, strategies as st

from app.queries.boxes import CellPlace
from app.queries.frames import OriginCount
from app.services import design_chart
from app.services.allocating import allocated, grouped, sized
from app.services.coarsening import final_groups
from app.services.designs import Compared, Design, Terms, compare
from app.services.errors import InvalidInputError
from app.services.outlook import CellPreview, opened
from app.services.plan_lines import read_sizes
from app.services.plans import Allocation, Plan, Stratification, plan_hash
from app.services.previewing import lay_over
from app.services.targets import Target, TargetKind
from app.vocabulary import CellLevel
from sampling.size import proportion
from tests.app.round_steps import plan

TERMS = Terms({"slip": 1000, "sms": 800, "visit": 40_000}, 2, 5, 1.0, 0.1)
BY_FIELD = {"stratify_by": Stratification.UNIT_FIELD}


def counts(frame: dict[tuple[str, str], int], kinds: str = "") -> list[OriginCount]:
    codes = sorted({unit for unit, _ in frame})
    return [
        OriginCount(
            *(codes.index(unit) + 1, unit, f"Xã {unit}", field, dossiers),
            unit_kind="ward" if unit in kinds else "commune",
        )
        for (unit, field), dossiers in sorted(frame.items())
    ]


FRAME = counts({("A", "x"): 800, ("A", "y"): 100, ("B", "x"): 100, ("C", "x"): 25}, kinds="B")


def drawn(wanted: Plan, frame: list[OriginCount] = FRAME) -> dict[str, int]:
    groups = grouped(frame, wanted)
    return {share.group.label: share.drawn for share in allocated(groups, sized(groups, wanted))}


def laid(wanted: Plan, mode: str = "slip", frame: list[OriginCount] = FRAME) -> Compared:
    return compare(frame, Design(wanted, mode), TERMS)


@pytest.mark.parametrize(
    ("allocation", "parts", "expected"),
    [
        (Allocation.PROPORTIONAL, {}, [90, 10, 2]),
        (Allocation.EQUAL, {}, [39, 38, 25]),
        (Allocation.ROOT, {}, [68, 23, 11]),
        (Allocation.POWER, {"exponent": 0.5}, [68, 23, 11]),
        (Allocation.POWER, {"exponent": 1.0}, [90, 10, 2]),
        (Allocation.NEYMAN, {"deviations": {"B": 9.0}}, [50, 50, 2]),
        (Allocation.COST, {"costs": {"A": 81.0}}, [46, 45, 11]),
    ],
)
def test_each_rule_shares_the_sample_out(allocation, parts, expected):
    assert list(drawn(plan(102, allocation=allocation, **parts)).values()) == expected


def test_a_unit_keeps_one_fraction_whatever_units_get():
    found = drawn(plan(60, allocation=Allocation.EQUAL, **BY_FIELD))
    assert found == {"A/x": 18, "A/y": 2, "B/x": 20, "C/x": 20}
    assert not laid(plan(60, allocation=Allocation.EQUAL, **BY_FIELD)).uneven


def test_fixed_quotas_go_by_the_kind_of_unit_and_decide_the_size():
    wanted = plan(0, allocation=Allocation.QUOTA, quotas={"commune": 60, "ward": 30}, **BY_FIELD)
    assert drawn(wanted) == {"A/x": 53, "A/y": 7, "B/x": 30, "C/x": 25}
    assert lay_over(FRAME, wanted).drawn == 115
    with pytest.raises(InvalidInputError) as caught:
        drawn(replace(wanted, quotas={"commune": 60}))
    assert [fault.part for fault in caught.value.faults] == ["quota_ward"]


def test_given_sizes_are_taken_as_they_are():
    wanted = plan(0, allocation=Allocation.GIVEN, sizes=read_sizes("A: 40\nC: 25"), minimum=9)
    assert drawn(wanted) == {"A": 40, "B": 0, "C": 25}
    for sizes, part in (({"Z": 3}, "given"), ({"C": 26}, "given"), ({}, "given")):
        with pytest.raises(InvalidInputError) as caught:
            drawn(replace(wanted, sizes=sizes))
        assert {fault.part for fault in caught.value.faults} == {part}
    with pytest.raises(InvalidInputError):
        read_sizes("A: 2,5")


@pytest.mark.parametrize(
    ("kind", "value", "size"),
    [
        (TargetKind.YAMANE, 0.05, ceil(288 / 0.5)),
        (TargetKind.PROVINCE, 0.05, proportion(1025, 0.05, response_rate=0.5).dossiers()),
        (TargetKind.LEAST, 30, 60 + 60 + 25),
    ],
)
def test_a_size_is_worked_out_from_what_is_wanted(kind: TargetKind, value: float, size: int):
    wanted = plan(0, target=Target(kind, value), expected_response=0.5)
    assert sum(drawn(wanted).values()) == size
    assert lay_over(FRAME, wanted).drawn == size


@given(
    populations=st.lists(st.integers(1, 3000), min_size=1, max_size=6),
    margin=st.sampled_from([0.05, 0.08, 0.15]),
    allocation=st.sampled_from([Allocation.PROPORTIONAL, Allocation.EQUAL, Allocation.NEYMAN]),
)
@settings(max_examples=30)
def test_a_margin_wanted_of_each_unit_is_kept_where_the_unit_can(populations, margin, allocation):
    frame = counts({(f"U{place}", "x"): size for place, size in enumerate(populations)})
    wanted = plan(
        0, target=Target(TargetKind.EACH, margin), expected_response=0.5, allocation=allocation
    )
    for unit in laid(wanted, frame=frame).units:
        assert unit.drawn == unit.population or unit.margin <= margin + 1e-9


@pytest.mark.parametrize(
    ("parts", "part"),
    [
        ({"target": Target(TargetKind.YAMANE, 5.0)}, "target"),
        ({"target": Target(TargetKind.LEAST, 2.5)}, "target"),
        ({"exponent": 1.5}, "exponent"),
        ({"costs": {"A": 0.0}}, "costs"),
        ({"costs": {"Z": 1.0}}, "costs"),
        ({"quotas": {"ward": -1}}, "quota_ward"),
    ],
)
def test_impossible_numbers_of_a_rule_are_refused(parts, part: str):
    with pytest.raises(InvalidInputError) as caught:
        drawn(plan(10, **parts))
    assert [fault.part for fault in caught.value.faults] == [part]


def test_a_plan_tells_only_what_its_rule_uses_and_old_plans_keep_their_hash():
    old = plan(20, deviations={"B": 2.0}, expected_response=0.5)
    assert plan_hash(replace(old, exponent=0.9, costs={"A": 2.0}).document("main")) == plan_hash(
        old.document("main")
    )
    # The hash of this very plan before rules had numbers of their own.
    before = {
        "stratify_by": "unit",
        "allocation": "proportional",
        "size": 20,
        "minimum": 0,
        "deviations": {"B": 2.0},
        "expected_response": 0.5,
        "k": 10,
        "carry": [],
        "purpose": "main",
    }
    assert old.document("main") == before
    for parts in (
        {"allocation": Allocation.POWER, "exponent": 0.5},
        {"allocation": Allocation.COST, "costs": {"A": 3.0}},
        {"allocation": Allocation.QUOTA, "quotas": {"ward": 5}},
        {"allocation": Allocation.GIVEN, "sizes": {"A": 5}},
        {"target": Target(TargetKind.EACH, 0.05)},
    ):
        wanted = plan(20, **parts)
        assert Plan.of_document(json.loads(json.dumps(wanted.document("main")))) == wanted


def test_a_design_tells_cost_days_precision_and_cells():
    found = laid(plan(100, expected_response=0.5, **BY_FIELD), "visit")
    assert (found.outlook.drawn, found.outlook.cost, found.outlook.days) == (100, 4_000_000, 5)
    assert [unit.code for unit in found.units] == ["A", "B", "C"]
    assert found.margins == sorted(found.margins)
    assert found.worst == max(unit.margin for unit in found.units)
    assert found.margin < found.units[0].margin
    assert (found.above, found.too_few) == (3, 2)
    # A/x has 39 answers; A/y, B/x and C/x have 5, 5 and 1: nobody meets k in a unit.
    assert found.endings == {CellLevel.ROUND: 3}


def test_what_nobody_can_tell_counts_as_widest():
    found = laid(plan(3, expected_response=0.5))
    assert found.worst == inf
    assert found.silent == 2
    assert found.above == 3
    assert [unit.effective for unit in found.units] == [1.5, 0.0, 0.0]


def test_unequal_fractions_are_named_and_cost_effective_answers():
    skewed = plan(200, allocation=Allocation.NEYMAN, deviations={"A/y": 9.0}, **BY_FIELD)
    found = laid(skewed)
    assert found.uneven == ("Xã A",)
    unit = found.units[0]
    assert unit.effective < unit.answers * 0.8


def test_a_strip_places_wider_margins_higher_on_a_scale_that_designs_share():
    widest = design_chart.top_of([[0.04, 0.2], [0.1, inf]], 0.05)
    assert widest == 0.2
    strip = design_chart.strip([0.2, 0.04, inf], 0.05, widest)
    assert [dot.beyond for dot in strip.dots] == [False, True, True]
    assert [dot.missing for dot in strip.dots] == [False, False, True]
    heights = [dot.y for dot in strip.dots]
    assert heights == sorted(heights, reverse=True)
    assert strip.dots[0].y > strip.wanted.y > strip.dots[1].y == strip.dots[2].y
    assert all(strip.left < dot.x < strip.width for dot in strip.dots)
    assert [line.margin for line in strip.scale] == pytest.approx([0, 0.05, 0.1, 0.15, 0.2])


@given(
    answers=st.lists(
        st.tuples(st.sampled_from("AB"), st.sampled_from("xy"), st.integers(0, 14)), max_size=12
    )
)
def test_the_forecast_coarsens_as_the_close_does(answers):
    cells, tree, numbers = [], [CellPlace(0, CellLevel.ROUND, None)], {}

    def place(level: CellLevel, label: str, parent: int) -> int:
        if label not in numbers:
            numbers[label] = len(tree)
            tree.append(CellPlace(len(tree), level, parent))
        return numbers[label]

    leaves = {}
    for at, (unit, field, expected) in enumerate(answers):
        stratum = f"{unit}/{field}"
        label = f"{stratum}/{at}"
        cells.append(
            CellPreview(label, CellLevel.MIXING, stratum, unit, unit, field, {}, 99, expected)
        )
        above = place(CellLevel.STRATUM, stratum, place(CellLevel.UNIT, unit, 0))
        leaves[place(CellLevel.MIXING, label, above)] = expected
    levels = {each.id: each.level for each in tree}
    closed = {
        leaf: levels[group.cell_id]
        for group in final_groups(tree, leaves, 10)
        for leaf in group.leaves
    }
    assert [cell.opens for cell in opened(cells, 10)] == [closed.get(leaf) for leaf in leaves]
