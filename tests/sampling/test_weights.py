import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.errors import WeightingError
from sampling.selection import StratifiedPlan, draw
from sampling.weights import design_weights, response_weights


@given(st.integers(1, 12), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_design_weights_add_up_to_the_frame(first: int, second: int, seed: int) -> None:
    frame = {"code": [f"{number:02d}" for number in range(20)], "stratum": ["a"] * 12 + ["b"] * 8}
    uniforms = np.random.default_rng(seed).random(20)
    drawn = draw(frame, StratifiedPlan({"a": first, "b": second}), uniforms)
    weights = design_weights(drawn)
    assert weights[:12].sum() == pytest.approx(12)
    assert weights[12:].sum() == pytest.approx(8)
    assert (weights[~drawn.selected] == 0).all()


def test_a_stratum_drawn_from_nobody_weighs_nothing() -> None:
    drawn = draw({"code": ["1"], "stratum": ["a"]}, StratifiedPlan({"a": 0}), [0.5])
    assert design_weights(drawn).tolist() == [0.0]


def test_answers_stand_for_their_class() -> None:
    weights = response_weights({"a": 30, "b": 8}, ["b", "a", "a", "b", "a"])
    assert weights.tolist() == [4, 10, 10, 4, 10]


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 9), min_size=1, max_size=5), st.data())
def test_response_weights_add_up_to_each_class(
    population: dict[str, int], data: st.DataObject
) -> None:
    # numpy drops trailing NULs of its strings, and no class is named by them.
    population = {name.replace("\0", "_"): size for name, size in population.items()}
    classes = [
        name
        for name, size in population.items()
        for _ in range(data.draw(st.integers(1, size), label=name))
    ]
    weights = response_weights(population, classes)
    for name, size in population.items():
        assert weights[np.array(classes) == name].sum() == pytest.approx(size)


@pytest.mark.parametrize(
    ("population", "classes", "message"),
    [
        ({"a": 3, "b": 5}, ["a"], "nobody answered in class 'b'"),
        ({"a": 1}, ["a", "a"], "2 answers for 1 dossiers"),
        ({"a": 1}, ["a", "c"], "1 answers for 0 dossiers"),
        ({"a": 1}, [], "nobody answered"),
    ],
)
def test_classes_that_do_not_fit_say_what_to_mend(
    population: dict[str, int], classes: list[str], message: str
) -> None:
    with pytest.raises(WeightingError, match=message):
        response_weights(population, classes)


def test_a_class_without_dossiers_or_answers_does_no_harm() -> None:
    assert response_weights({"a": 2, "b": 0}, ["a"]).tolist() == [2]
    assert response_weights({}, []).size == 0
