from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from sampling.design_options import DesignOption, PlannedStratum, outlook
from sampling.errors import SizeError
from sampling.mixing_outlook import Place, cells_of, uneven_parents
from sampling.precision import margin_of_proportion

PARENTS = {"X/land": "X", "X/civil": "X", "Y/land": "Y", "Y/civil": "Y", "X": "round", "Y": "round"}
PRICES = {"visit": 40_000, "sms": 350, "card": 900}
STRATA = (
    PlannedStratum("X/land", "X", 400, 100, 0.3, "sms"),
    PlannedStratum("X/civil", "X", 80, 20, 0.3, "card"),
    PlannedStratum("Y/land", "Y", 300, 60, 0.8, "visit"),
    PlannedStratum("Y/civil", "Y", 50, 30, 0.1, "sms"),
)
OPTION = DesignOption(STRATA, PARENTS, PRICES, fieldworkers=2, interviews_a_day=5)


def test_a_design_tells_its_cost_in_dong_and_its_days() -> None:
    found = outlook(OPTION)
    assert found.drawn == 210
    assert found.answers == pytest.approx(30 + 6 + 48 + 3)
    assert found.cost == 100 * 350 + 20 * 900 + 60 * 40_000 + 30 * 350
    assert found.days == 5
    assert outlook(replace(OPTION, fieldworkers=0)).days is None
    assert outlook(replace(OPTION, strata=STRATA[:2])).days == 0


def test_a_unit_with_one_stratum_has_the_margin_of_a_simple_sample() -> None:
    found = outlook(replace(OPTION, strata=STRATA[:1]))
    assert found.units[0].margin == pytest.approx(margin_of_proportion(30, 400))
    wider = outlook(replace(OPTION, strata=STRATA[:1], design_effect=1.44)).units[0].margin
    assert wider == pytest.approx(1.2 * margin_of_proportion(30, 400))


def test_margins_shrink_with_the_finite_population_and_need_every_stratum() -> None:
    census = [replace(each, drawn=each.population, response_rate=1.0) for each in STRATA]
    assert [unit.margin for unit in outlook(replace(OPTION, strata=census)).units] == [0, 0]
    silent = (STRATA[0], replace(STRATA[1], drawn=0), *STRATA[2:])
    margins = [unit.margin for unit in outlook(replace(OPTION, strata=silent)).units]
    assert margins[0] is None
    assert margins[1] is not None


def test_cells_below_k_are_opened_with_their_parents() -> None:
    found = outlook(OPTION)
    # 6 and 3 answers are too few in their units too, where nobody else waits, and in the round.
    assert [cell.opens_as for cell in found.cells] == ["X/land", None, "Y/land", None]
    found = outlook(replace(OPTION, k=9))
    assert [cell.opens_as for cell in found.cells] == ["X/land", "round", "Y/land", "round"]
    found = outlook(replace(OPTION, k=36))
    assert [cell.opens_as for cell in found.cells] == ["X", "X", "Y/land", None]
    assert [cell.stratum for cell in found.coarsened] == ["X/land", "X/civil", "Y/civil"]


def test_strata_that_share_a_parent_must_share_a_fraction() -> None:
    assert outlook(OPTION).uneven == ("Y",)
    rounded = [Place("a", 1000, 101, 0), Place("b", 13, 1, 0), Place("c", 9, 0, 0)]
    assert uneven_parents(rounded, dict.fromkeys("abc", "p")) == ()
    assert uneven_parents([*rounded, Place("d", 100, 30, 0)], dict.fromkeys("abcd", "p")) == ("p",)
    assert uneven_parents([*rounded, Place("d", 100, 30, 0)], dict.fromkeys("abc", "p")) == ()


@given(st.lists(st.integers(0, 25), min_size=1, max_size=12), st.integers(1, 30))
def test_every_opened_cell_holds_k_and_nobody_waits_who_need_not(
    answers: list[int], k: int
) -> None:
    places = [Place(f"s{at}", 100, 50, count) for at, count in enumerate(answers)]
    parents = {place.stratum: f"u{at % 3}" for at, place in enumerate(places)}
    parents |= {f"u{unit}": "round" for unit in range(3)}
    together: dict[str | None, float] = {}
    for cell in cells_of(places, parents, k):
        together[cell.opens_as] = together.get(cell.opens_as, 0) + cell.answers
        assert cell.opens_as == cell.stratum or cell.answers < k
    sealed = together.pop(None, 0)
    assert sealed < k
    assert all(count >= k or count == 0 for count in together.values())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"strata": [replace(STRATA[0], drawn=401)]}, "draws 401 of 400"),
        ({"strata": [replace(STRATA[0], mode="fax")]}, "no price"),
        ({"strata": [STRATA[0], STRATA[0]]}, "twice"),
        ({"strata": [replace(STRATA[0], response_rate=0)]}, "response rate"),
        ({"parents": {"X/land": "X", "X": "Z", "Z": "X"}}, "own ancestor"),
        ({"design_effect": 0.0}, "design effect"),
        ({"k": 0}, "above 0"),
    ],
)
def test_an_impossible_design_says_what_to_mend(change: dict, told: str) -> None:
    with pytest.raises(SizeError, match=told):
        outlook(replace(OPTION, **change))
