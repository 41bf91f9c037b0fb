import math
from string import Formatter

import numpy as np
import pytest

from sampling.errors import WeightingError
from sampling.margins import held, margin, margins_of
from sampling.weighting_messages import WEIGHTING_MESSAGES

SEX = ["F", "M", "F", "M"]
AGE = ["old", "old", "young", "young"]
COLUMNS = {"sex": SEX, "age": AGE, "days": [1.0, 2.0, 3.0, 4.0]}


def test_levels_keep_the_order_of_their_totals() -> None:
    part = margin({"sex": SEX}, {"M": 5, "F": 7})
    assert part.levels == ("M", "F")
    assert part.codes.tolist() == [1, 0, 1, 0]
    assert part.totals.tolist() == [5, 7]


@pytest.mark.parametrize("kind", ["int16", "int64", "float64", "<U2"])
def test_levels_written_as_text_are_found_among_numbers_too(kind: str) -> None:
    column = np.array([3, 10, 3, 7]).astype(kind)
    assert margin({"code": column}, {"10": 1, "3": 1, "7": 1}).codes.tolist() == [1, 0, 1, 2]


def test_numbers_far_apart_need_no_long_table() -> None:
    column = np.array([10**12, -(10**12)])
    assert margin({"code": column}, {str(-(10**12)): 1, str(10**12): 2}).codes.tolist() == [1, 0]


def test_variables_can_be_crossed() -> None:
    totals = {"F*old": 1, "F*young": 2, "M*young": 4, "M*old": 3}
    part = margins_of(COLUMNS, {"sex*age": totals}).categories[0]
    assert part.name == "sex*age"
    assert [part.levels[code] for code in part.codes] == ["F*old", "M*old", "F*young", "M*young"]


def test_a_level_of_nobody_on_either_side_is_left_out() -> None:
    part = margin({"sex": SEX}, {"X": 0, "F": 1, "M": 2})
    assert part.levels == ("F", "M")
    assert part.codes.tolist() == [0, 1, 0, 1]


def test_held_margins_are_met_by_the_weights_they_come_from() -> None:
    margins = margins_of(COLUMNS, {"sex": {"F": 1, "M": 1}}, {"days": 9})
    weight = np.array([1.0, 2.0, 3.0, 4.0])
    assert held(margins, weight).meet(weight)
    assert not margins.meet(weight)


@pytest.mark.parametrize(
    ("margins", "totals", "code", "told"),
    [
        ({"sex": {"F": 1}}, {}, "level_without_total", ["'M'", "sex"]),
        ({"sex": {"F": 1, "M": math.nan}}, {}, "bad_total", ["'M'", "sex", "nan"]),
        ({"sex": {"F": 1, "M": -2}}, {}, "bad_total", ["'M'", "sex", "-2"]),
        ({"sex": {"F": 1, "M": math.inf}}, {}, "bad_total", ["'M'", "inf"]),
        ({"sex": {"F": 1, "M": 0}}, {}, "zero_total", ["'M'", "sex"]),
        ({"sex": {}}, {}, "bad_levels", ["sex"]),
        ({"sex*age": {"F": 2}}, {}, "bad_levels", ["sex*age"]),
        ({"sex*age": {"F*old": 2, "M*young": 1}}, {}, "level_without_total", ["'M*old'"]),
        ({"ghost": {"F": 2}}, {}, "unknown_margin", ["ghost"]),
        ({"sex": {"F": 2, "M": 2}}, {"ghost": 1}, "unknown_margin", ["ghost"]),
        ({"sex": {"F": 2, "M": 2}}, {"days": math.nan}, "bad_total", ["days"]),
        ({"days": {"one": 2}}, {}, "level_is_no_number", ["days", "one"]),
        (
            {"sex": {"F": 2, "M": 3}, "age": {"old": 2, "young": 4}},
            {},
            "margins_disagree",
            ["sex", "5", "age", "6"],
        ),
        ({}, {}, "uneven_classes", []),
    ],
)
def test_totals_that_cannot_be_say_variable_and_level(margins, totals, code, told) -> None:
    with pytest.raises(WeightingError) as caught:
        margins_of(COLUMNS, margins, totals)
    assert caught.value.code == code
    for part in told:
        assert part in caught.value.message("en")
        assert part.strip("'") in caught.value.message("vi")


@pytest.mark.parametrize(
    "column",
    [
        ["F", "", "M"],
        np.array(["F", None, "M"], dtype=object),
        np.array(["F", math.nan, "M"], dtype=object),
    ],
)
def test_a_missing_label_is_told_with_its_place(column) -> None:
    with pytest.raises(WeightingError, match="sex is empty in 1 rows, first in row number 2"):
        margin({"sex": column}, {"F": 1, "M": 1})


def test_a_missing_number_is_told_with_its_place() -> None:
    with pytest.raises(WeightingError, match="days is empty in 1 rows"):
        margins_of({"days": [1, math.nan]}, {}, {"days": 4})


def test_columns_of_different_lengths_are_refused() -> None:
    columns = {"sex": ["F", "M"], "age": ["old"]}
    for margins in ({"sex": {"F": 1, "M": 1}, "age": {"old": 2}}, {"sex*age": {"F*old": 1}}):
        with pytest.raises(WeightingError):
            margins_of(columns, margins)


def test_both_languages_quote_the_same_things() -> None:
    for code, texts in WEIGHTING_MESSAGES.items():
        quoted = [{name for _, name, _, _ in Formatter().parse(texts[at])} for at in ("vi", "en")]
        assert quoted[0] - {None} == quoted[1] - {None}, code
