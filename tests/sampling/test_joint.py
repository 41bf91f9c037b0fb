from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis.estimate import mean, total
from sampling.design import Design, stratified
from sampling.errors import SchemeError
from sampling.joint import brewer, hartley_rao, pairs

# Samples of 2 from 4 by the draw of Brewer (1963), all with known probability.
SIZES = np.array([0.3, 0.4, 0.6, 0.7])
Y = np.array([2.0, 5.0, 4.0, 9.0])


def drawn_pairs() -> dict[tuple[int, int], float]:
    """Probability of each sample of two."""
    share = SIZES / 2
    start = share * (1 - share) / (1 - 2 * share)
    start /= start.sum()
    found = {}
    for i, j in combinations(range(4), 2):
        found[i, j] = start[i] * share[j] / (1 - share[i]) + start[j] * share[i] / (1 - share[j])
    return found


def table() -> np.ndarray:
    joint = np.diag(SIZES)
    for (i, j), probability in drawn_pairs().items():
        joint[i, j] = joint[j, i] = probability
    return joint


@pytest.mark.parametrize("yates_grundy", [False, True])
def test_both_formulas_are_unbiased_over_all_samples(yates_grundy: bool) -> None:
    joint = table()
    assert joint.sum(axis=1) == pytest.approx(2 * SIZES)
    chances, values, variances = [], [], []
    for sample, chance in drawn_pairs().items():
        here = np.ix_(sample, sample)
        pi = SIZES[[*sample]]
        design = Design(1 / pi, pairs(pi, joint[here], yates_grundy=yates_grundy))
        matrix = pairs(pi, joint[here], yates_grundy=yates_grundy).excess
        z = Y[[*sample]] / pi
        chances.append(chance)
        values.append(total(Y[[*sample]], design).value[0])
        variances.append(z @ matrix @ z)  # that of Horvitz and Thompson may be negative
    chance, value = np.array(chances), np.array(values)
    assert chance @ value == pytest.approx(Y.sum())
    assert chance @ variances == pytest.approx(chance @ (value - Y.sum()) ** 2)


def test_independent_draws_have_no_pairs_to_compare() -> None:
    pi = np.array([0.2, 0.5, 1.0])
    joint = np.outer(pi, pi)
    np.fill_diagonal(joint, pi)
    assert pairs(pi, joint).excess == pytest.approx(np.diag(1 - pi))
    assert pairs(pi, joint, yates_grundy=True).excess == pytest.approx(0)


def srs(n: int, population: int) -> np.ndarray:
    joint = np.full((n, n), n * (n - 1) / (population * (population - 1)))
    np.fill_diagonal(joint, n / population)
    return joint


@given(st.lists(st.floats(0, 100), min_size=2, max_size=8), st.integers(9, 50))
def test_equal_probabilities_give_the_simple_sample(values: list[float], population: int) -> None:
    y, n = np.array(values), len(values)
    pi = np.full(n, n / population)
    plain = total(y, stratified(1 / pi, frame_clusters=np.full(n, population)))
    for scheme in (pairs(pi, srs(n, population), yates_grundy=True), brewer(pi)):
        assert total(y, Design(1 / pi, scheme)).se == pytest.approx(plain.se, rel=1e-6, abs=1e-6)
    rao = hartley_rao(pi, yates_grundy=True)
    assert total(y, Design(1 / pi, rao)).se == pytest.approx(plain.se, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("yates_grundy", [False, True])
def test_hartley_and_raos_table_is_never_built_but_right(yates_grundy: bool) -> None:
    pi = np.array([0.1, 0.25, 0.3, 0.15])
    spread, n = 0.2, 4
    excess = -(1 + spread - pi[:, None] - pi) / (n - 1)
    np.fill_diagonal(excess, 0.0)
    np.fill_diagonal(excess, -excess.sum(axis=1) if yates_grundy else 1 - pi)
    z = Y / pi
    found = total(Y, Design(1 / pi, hartley_rao(pi, spread=spread, yates_grundy=yates_grundy)))
    assert found.se[0] == pytest.approx(np.sqrt(z @ excess @ z))


def test_strata_are_drawn_apart() -> None:
    pi = np.array([0.2, 0.3, 0.4, 0.1, 0.5])
    stratum = np.array(["b", "a", "b", "a", "b"])
    y = np.array([3.0, 1.0, 7.0, 2.0, 2.0])
    for make in (brewer, hartley_rao):
        whole = total(y, Design(1 / pi, make(pi, stratum)))
        parts = [
            total(y[stratum == h], Design(1 / pi[stratum == h], make(pi[stratum == h]))).se[0]
            for h in "ab"
        ]
        assert whole.se[0] == pytest.approx(np.hypot(*parts))
        assert whole.df == 3


def test_units_that_were_certain_add_nothing() -> None:
    pi, y = np.array([0.2, 0.3, 0.4]), np.array([3.0, 1.0, 7.0])
    for make in (brewer, hartley_rao):
        without = total(y, Design(1 / pi, make(pi)))
        more = np.append(pi, 1.0)
        found = total(np.append(y, 1e6), Design(1 / more, make(more)))
        assert found.se == pytest.approx(without.se)


def test_many_units_need_no_table_of_pairs() -> None:
    generator = np.random.default_rng(4)
    pi = generator.uniform(0.01, 0.2, 10_000)
    estimate = mean(generator.normal(5, 1, 10_000), Design(1 / pi, brewer(pi)))
    assert 0.005 < estimate.se[0] < 0.05


GOOD = np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("probability", "joint", "message"),
    [
        ([0.5, 0.0], srs(2, 4), "place 1 is 0.0"),
        ([0.5, 1.5], srs(2, 4), "place 1 is 1.5"),
        ([0.5, float("nan")], srs(2, 4), "place 1 is nan"),
        ([], srs(2, 4), "at least one row"),
        (GOOD, srs(3, 6), "joint has shape"),
        (GOOD, [[0.5, 0.0], [0.0, 0.5]], "0 and 1 is 0.0"),
        (GOOD, [[0.5, 0.6], [0.6, 0.5]], "0 and 1 is 0.6"),
        (GOOD, [[0.5, 0.1], [0.2, 0.5]], "symmetric"),
        (GOOD, [[0.5, float("nan")], [0.2, 0.5]], "is nan"),
        (GOOD, [[0.5, 0.2], [0.2, 0.4]], "diagonal at place 1"),
    ],
)
def test_impossible_probabilities_are_named(
    probability: list, joint: np.ndarray, message: str
) -> None:
    with pytest.raises(SchemeError, match=message):
        pairs(probability, joint)


def test_approximations_refuse_what_they_cannot_tell() -> None:
    with pytest.raises(SchemeError, match="'b' has a single unit"):
        brewer([0.1, 0.2, 0.3], ["a", "a", "b"])
    with pytest.raises(SchemeError, match="stratum has shape"):
        hartley_rao([0.1, 0.2], ["a"])
    with pytest.raises(SchemeError, match="over n is 2"):
        hartley_rao([0.1, 0.2], spread=2.0)
