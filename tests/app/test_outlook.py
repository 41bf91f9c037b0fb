"""Which cells of a plan will keep their answers to themselves, and what a larger k costs."""

import pytest
from hypothesis import given, strategies as st

from app.queries.frames import OriginCount
from app.services.carrying import Carried
from app.services.outlook import Outlook
from app.services.plans import Plan, Stratification
from app.services.previewing import lay_over
from app.vocabulary import CellLevel
from tests.app.round_steps import plan

# (unit, field, kind, on time, channel) → dossiers
Frame = dict[tuple[str, str, str, str, str], int]


def counts(frame: Frame) -> list[OriginCount]:
    units = sorted({unit for unit, *_ in frame})
    return [
        OriginCount(
            *(units.index(unit) + 1, unit, f"Xã {unit}", field, dossiers, kind, on_time, channel)
        )
        for (unit, field, kind, on_time, channel), dossiers in sorted(frame.items())
    ]


def by_time(**units: tuple[int, int, int]) -> Frame:
    """Dossiers of units that were on time, late, and are not finished."""
    return {
        (unit, "đất", "citizen", on_time, "counter"): dossiers
        for unit, sizes in units.items()
        for on_time, dossiers in zip(("yes", "no", "open"), sizes, strict=True)
        if dossiers
    }


def outlook(frame: Frame, wanted: Plan) -> Outlook:
    return lay_over(counts(frame), wanted).outlook


def everybody(frame: Frame, **parts: object) -> Plan:
    """Ask all, and expect half to answer."""
    return plan(sum(frame.values()), expected_response=0.5, **parts)


ON_TIME = (Carried.ON_TIME,)


def test_a_cell_with_k_answers_expected_stays_alone_and_others_meet_above():
    frame = by_time(A=(100, 20, 19), B=(60, 12, 10), C=(50, 10, 0))
    found = outlook(frame, everybody(frame, carry=ON_TIME))
    opens = {cell.label: cell.opens for cell in found.cells}
    assert opens == {
        "A/yes": CellLevel.MIXING,
        "A/no": CellLevel.MIXING,  # ten answers of twenty
        "A/open": CellLevel.ROUND,  # 9.5, and nobody of its stratum to meet
        "B/yes": CellLevel.MIXING,
        "B/no": CellLevel.STRATUM,  # 6 and 5 reach k together
        "B/open": CellLevel.STRATUM,
        "C/yes": CellLevel.MIXING,
        "C/no": CellLevel.ROUND,  # 5 more make k with those of A
    }
    assert found.opening_at(CellLevel.STRATUM) == (2, 11.0)
    assert found.opening_at(CellLevel.ROUND) == (2, 14.5)
    assert found.opening_at(None) == (0, 0)


def test_cells_that_reach_k_nowhere_are_told():
    frame = by_time(A=(100, 4, 0))
    found = outlook(frame, everybody(frame, carry=ON_TIME))
    assert [cell.label for cell in found.cells if cell.opens is None] == ["A/no"]
    assert found.opening_at(None) == (1, 2.0)


def test_a_larger_k_keeps_fewer_cells_and_fewer_answers():
    frame = by_time(A=(100, 40, 25), B=(60, 20, 20))
    found = outlook(frame, everybody(frame, carry=ON_TIME, k=10))
    assert [(crowd.k, crowd.alone, crowd.cells) for crowd in found.crowds] == [
        (10, 6, 6),
        (15, 3, 6),
        (20, 3, 6),
        (30, 2, 6),
    ]
    total = 132.5
    assert [crowd.kept for crowd in found.crowds] == [
        pytest.approx(share / total) for share in (132.5, 100, 100, 80)
    ]
    # With k = 15 the answers of A/open are alone in their stratum: their unit is lost.
    assert [crowd.with_unit for crowd in found.crowds] == [
        pytest.approx(share / total) for share in (132.5, 120, 120, 112.5)
    ]


def test_a_k_beyond_the_largest_is_not_shown():
    frame = by_time(A=(2000, 0, 0))
    found = outlook(frame, everybody(frame, k=400))
    assert [crowd.k for crowd in found.crowds] == [400, 600, 800]


def test_answers_that_lose_their_unit_for_what_they_carry_are_counted():
    frame = by_time(A=(100, 10, 6), B=(80, 6, 0))
    nothing = outlook(frame, everybody(frame))
    assert nothing.nameless == 0
    assert nothing.crowds[0] == nothing.uncarried
    found = outlook(frame, everybody(frame, carry=ON_TIME))
    assert found.nameless == pytest.approx(11)  # 5 + 3 + 3 answers end in the round
    assert found.uncarried == nothing.uncarried
    assert found.crowds[0].with_unit == pytest.approx(90 / 101)


def test_a_unit_that_is_too_small_anyway_is_not_blamed_on_what_is_carried():
    frame = by_time(A=(100, 40, 0), B=(10, 4, 0), C=(8, 4, 0))
    assert outlook(frame, everybody(frame, carry=ON_TIME)).nameless == 0


def test_cells_are_told_by_what_they_carry_the_most_frequent_first():
    frame = by_time(A=(100, 30, 0), B=(60, 6, 4))
    found = outlook(frame, everybody(frame, carry=ON_TIME)).combinations
    assert [(c.carried, c.cells, c.alone, c.expected) for c in found] == [
        ({"on_time": "yes"}, 2, 2, 80.0),
        ({"on_time": "no"}, 2, 1, 18.0),
        ({"on_time": "open"}, 1, 0, 2.0),
    ]
    assert found[1].kept == pytest.approx(15 / 18)
    assert outlook(frame, everybody(frame)).combinations == ()


def test_a_variable_with_a_single_value_on_the_list_is_told():
    frame = by_time(A=(100, 30, 0), B=(60, 0, 0))
    found = outlook(frame, everybody(frame, carry=(Carried.CHANNEL, Carried.ON_TIME)))
    assert found.idle == ("channel",)
    assert outlook(frame, everybody(frame)).idle == ()


FIELDS, KINDS = st.sampled_from(["đất", "", "hộ tịch"]), st.sampled_from(["", "citizen"])
FRAMES = st.dictionaries(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        FIELDS,
        KINDS,
        st.sampled_from(["yes", "no", "open"]),
        st.sampled_from(["counter", "online"]),
    ),
    st.integers(1, 200),
    min_size=1,
    max_size=20,
)


@given(
    frame=FRAMES,
    by=st.sampled_from(list(Stratification)),
    carry=st.lists(st.sampled_from(list(Carried)), unique=True, max_size=3),
    share=st.floats(0.1, 1),
)
def test_cells_add_up_to_their_strata(frame: Frame, by, carry, share: float):
    if by is Stratification.UNIT_FIELD and Carried.FIELD in carry:
        carry.remove(Carried.FIELD)
    size = max(1, round(sum(frame.values()) * share))
    preview = lay_over(counts(frame), plan(size, stratify_by=by, carry=tuple(carry)))
    cells = preview.outlook.cells
    for stratum in preview.strata:
        own = [cell for cell in cells if cell.stratum == stratum.label]
        assert sum(cell.population for cell in own) == stratum.population
        assert sum(cell.expected for cell in own) == pytest.approx(stratum.expected)
        assert {(cell.unit_code, cell.field) for cell in own} == {
            (stratum.unit_code, stratum.field)
        }
    assert len({cell.label for cell in cells}) == len(cells)
    levels = [None, *CellLevel]
    endings = [preview.outlook.opening_at(level) for level in levels]
    assert sum(found for found, _ in endings) == len(cells)
    assert sum(answers for _, answers in endings) == pytest.approx(preview.expected)
    crowds = preview.outlook.crowds
    assert [crowd.alone for crowd in crowds] == sorted(
        (crowd.alone for crowd in crowds), reverse=True
    )
    assert all(0 <= crowd.kept <= crowd.with_unit + 1e-9 <= 1 + 1e-6 for crowd in crowds)
