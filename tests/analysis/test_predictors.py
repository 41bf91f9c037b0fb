import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from analysis.model_errors import ModelError
from analysis.predictors import predictors

ONE = {"age": ["60+", "18-29", "60+"], "days": [1.0, 2.5, 1.0]}
OTHER = {"days": [2.5, 7.0], "age": ["30-44", "18-29"]}


def test_labels_become_columns_but_for_the_first_and_numbers_stay() -> None:
    first, second = predictors(ONE, OTHER)
    assert first.names == ("(Intercept)", "age 30-44", "age 60+", "days")
    assert first.patterns[first.place].tolist() == [[1, 0, 1, 1], [1, 0, 0, 2.5], [1, 0, 1, 1]]
    assert second.patterns[second.place].tolist() == [[1, 1, 0, 2.5], [1, 0, 0, 7]]
    assert second.terms == first.terms
    assert second.patterns is first.patterns


def test_rows_alike_share_a_pattern() -> None:
    (only,) = predictors(ONE)
    assert only.patterns.shape == (2, 3)
    assert only.counted().sum() == 3
    assert only.totals().tolist() == [3, 2, 4.5]
    assert only.totals(np.array([1.0, 10, 100])).tolist() == [111, 101, 126]


def test_totals_tell_every_level() -> None:
    (only,) = predictors(ONE)
    assert only.level_totals(only.totals()) == {
        ("(Intercept)", ""): 3,
        ("age", "18-29"): 1,
        ("age", "60+"): 2,
    }


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.sampled_from("xy")), min_size=1
    )
)
@settings(max_examples=50, deadline=None)
def test_patterns_give_the_rows_back(rows: list[tuple[str, int, str]]) -> None:
    first, number, last = (np.array(column) for column in zip(*rows, strict=True))
    (found,) = predictors({"first": first, "number": number, "last": last})
    matrix = found.patterns[found.place]
    for at, (name, level) in enumerate(found.terms[1:], 1):
        column = {"first": first, "number": number, "last": last}[name]
        assert (matrix[:, at] == (column == level if level else column)).all()
    assert len(np.unique(found.patterns, axis=0)) == len(found.patterns)


@pytest.mark.parametrize(
    ("code", "second"),
    [
        ("different_columns", {"age": ["60+"]}),
        ("different_kinds", {"age": [60.0], "days": [1.0]}),
        ("different_kinds", {"age": ["60+"], "days": ["1"]}),
        ("missing_in_model", {"age": [""], "days": [1.0]}),
        ("missing_in_model", {"age": ["60+"], "days": [np.nan]}),
        ("missing_in_model", {"age": ["60+"], "days": [np.inf]}),
        ("uneven_model", {"age": ["60+", "60+"], "days": [1.0]}),
        ("uneven_model", {"age": [["60+"]], "days": [1.0]}),
    ],
)
def test_sources_that_do_not_match_are_refused(code: str, second: dict[str, list[str]]) -> None:
    with pytest.raises(ModelError) as caught:
        predictors(ONE, second)
    assert caught.value.code == code


def test_without_a_variable_nothing_is_coded() -> None:
    with pytest.raises(ModelError, match="no variable"):
        predictors({})
