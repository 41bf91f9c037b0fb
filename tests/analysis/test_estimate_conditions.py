import numpy as np
import pytest

from analysis.conditions import derived, rows_where
from analysis.errors import ConditionError
from sampling.columns import Columns
from sampling.errors import UnknownColumnError, UnreadableColumnError

COLUMNS = Columns(
    {
        "age": ["17", "18,5", "", "60"],
        "unit": ["A", "B", "A", ""],
        "sch.wide": ["Yes", "No", "", "Yes"],
        "code": ["01", "1", "x", "01"],
        "đơn_vị": ["a", "b", "c", "d"],
    },
    [2, 3, 5, 6],
)


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("age >= 18", [1, 3]),
        ("age < 18", [0]),
        ("not age < 18", [1, 3]),
        ("18 <= age < 60", [1]),
        ("age != 60", [0, 1]),
        ("age == -1", []),
        ("unit == 'A'", [0, 2]),
        ("unit != 'A'", [1]),
        ("unit in ['A', 'B']", [0, 1, 2]),
        ("unit not in ['A']", [1]),
        ("age in (17, 60)", [0, 3]),
        ("code == '01'", [0, 3]),
        ("age >= 18 or unit == 'A'", [0, 1, 2, 3]),
        ("age >= 18 and unit == 'A'", []),
        ("age < 18 and unit == 'A' and sch.wide == 'Yes'", [0]),
        ("not (age >= 18 and unit == 'A')", [0, 1]),
        (" đơn_vị == 'b' ", [1]),
    ],
)
def test_a_condition_finds_its_rows(condition: str, rows: list[int]) -> None:
    assert np.flatnonzero(rows_where(condition, COLUMNS)).tolist() == rows


@pytest.mark.parametrize(
    "condition",
    [
        *("", "age", "age >", "age >= 18; 1", "__import__('os').system('x')", "f(age) > 1"),
        *("age is 18", "age + 1 > 2", "unit in 'AB'", "unit in []", "age == True", "x := 3"),
        *(
            "[age for age in unit]",
            "lambda: 1",
            "age >= 18\x00",
            "1e999 > age",
            "(" * 300 + ")" * 300,
        ),
        *("not " * 500 + "age > 1", "age > " + "-" * 900 + "1", "a." * 500 + "b > 1"),
    ],
)
def test_anything_else_is_refused(condition: str) -> None:
    with pytest.raises(ConditionError):
        rows_where(condition, COLUMNS)


def test_a_number_is_not_compared_with_a_text() -> None:
    with pytest.raises(ConditionError, match="number with a text"):
        rows_where("18 == '18'", COLUMNS)


def test_columns_are_named_when_absent_or_unreadable() -> None:
    with pytest.raises(UnknownColumnError, match="'wage'"):
        rows_where("wage > 1", COLUMNS)
    with pytest.raises(UnreadableColumnError, match="'code'") as refusal:
        rows_where("code > 1", COLUMNS)
    assert [(fault.row, fault.value) for fault in refusal.value.faults] == [(5, "x")]


def test_a_derived_column_is_missing_where_its_condition_is_open() -> None:
    values = derived("1 if sch.wide == 'Yes' else 0", COLUMNS)
    assert np.array_equal(values, [1, 0, np.nan, 1], equal_nan=True)
    assert np.array_equal(derived("-age", COLUMNS), [-17, -18.5, np.nan, -60], equal_nan=True)


def test_numbers_are_read_as_people_write_them() -> None:
    columns = Columns({"x": ["1,5", "1.5", "1e3", "", "-2"]}, range(5))
    assert np.array_equal(columns.numbers("x"), [1.5, 1.5, 1000, np.nan, -2], equal_nan=True)


def test_every_unreadable_cell_is_a_fault_with_its_row() -> None:
    columns = Columns({"x": ["1.234,5", "1", "nan", "hai", "1.234,5"]}, [2, 3, 4, 5, 9])
    with pytest.raises(UnreadableColumnError) as refusal:
        columns.numbers("x")
    assert [(fault.row, fault.code) for fault in refusal.value.faults] == [
        *[(2, "ambiguous_number"), (4, "not_finite"), (5, "not_a_number"), (9, "ambiguous_number")]
    ]
