from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.random import Generator

from sampling.errors import InclusionError
from sampling.inclusion import inclusion_probabilities, stratified_probabilities
from sampling.unequal.chances import generator, unsettled
from sampling.unequal.cube import cube, flight, metric, ratios, stratified_cube
from sampling.unequal.landing import by_programme, by_suppression


def frame(units: int, columns: int, seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pi = inclusion_probabilities(np.exp(rng.normal(0, 1, units)), n)
    return pi, np.column_stack([pi, rng.normal(10, 5, (units, columns))])


@settings(max_examples=40)
@given(st.integers(2, 60), st.integers(0, 5), st.integers(0, 10**6), st.data())
def test_the_flight_keeps_every_balance_and_settles_all_but_a_few(
    units: int, columns: int, seed: int, data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, units))
    pi, balance = frame(units, columns, seed, n)
    flown = flight(pi, balance, generator(seed))
    assert ((flown >= 0) & (flown <= 1)).all()
    assert ((flown > 0) & (flown < 1)).sum() <= columns + 1
    totals = (balance / pi[:, None]).T @ flown
    scale = np.abs(balance / pi[:, None]).max(axis=0)
    assert (np.abs(totals - balance.sum(axis=0)) <= 1e-9 * scale * units).all()
    assert (flown[pi == 1] == 1).all()


@settings(max_examples=25)
@given(
    st.integers(6, 40),
    st.integers(0, 3),
    st.integers(0, 10**6),
    st.sampled_from(["programme", "suppression"]),
)
def test_the_size_is_fixed_where_the_probabilities_are_balanced_on(
    units: int, columns: int, seed: int, landing: str
) -> None:
    pi, balance = frame(units, columns, seed, units // 3)
    drawn = cube(pi, generator(seed), balance, landing=landing)  # type: ignore[arg-type]  # both words are tried
    assert drawn.sum() == units // 3
    assert drawn[pi == 1].all()


def test_columns_that_repeat_each_other_do_no_harm() -> None:
    pi, balance = frame(30, 2, 4, 9)
    twice = np.column_stack([balance, balance, np.zeros(30)])
    assert cube(pi, generator(1), twice).sum() == 9


def test_a_balanced_sample_is_nearer_to_the_totals_than_one_that_is_not() -> None:
    pi, balance = frame(120, 3, 9, 40)

    def misses(columns: np.ndarray) -> float:
        drawn = [cube(pi, generator(seed), columns, landing="suppression") for seed in range(20)]
        estimates = np.array([(balance[one] / pi[one, None]).sum(axis=0) for one in drawn])
        return float(np.abs(estimates / balance.sum(axis=0) - 1)[:, 1:].mean())

    assert misses(balance) < 0.4 * misses(pi)


def test_the_programme_lands_nearer_than_suppression() -> None:
    pi, balance = frame(60, 4, 3, 20)
    table = ratios(pi, balance)
    nearness = metric(table)
    flown = flight(pi, balance, generator(2))
    left = unsettled(flown)
    assert left.sum() >= 4

    def missed(land: Callable[[Generator], np.ndarray], times: int) -> float:
        chance = generator(7)
        misses = [(land(chance) - flown[left]) @ table[left] for _ in range(times)]
        return float(np.mean([miss @ nearness @ miss for miss in misses]))

    programme = missed(
        lambda chance: by_programme(flown[left], table[left], nearness, True, chance), 80
    )
    suppression = missed(lambda chance: by_suppression(flown, table, chance)[left], 300)
    assert programme < 0.95 * suppression


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_each_stratum_has_its_size(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stratum = np.array(["a", "b", "c"])[rng.permutation(np.repeat([0, 1, 2], [10, 14, 6]))]
    pi = stratified_probabilities(rng.uniform(1, 3, 30), stratum, {"a": 4, "b": 5, "c": 2})
    drawn = stratified_cube(pi, generator(seed), rng.normal(5, 1, (30, 2)), stratum)
    assert [int(drawn[stratum == one].sum()) for one in "abc"] == [4, 5, 2]


def test_balance_over_all_strata_is_kept_as_well() -> None:
    rng = np.random.default_rng(8)
    stratum, x = np.repeat(np.arange(10), 12), rng.normal(50, 10, 120)
    pi = np.full(120, 0.25)
    found = [x[stratified_cube(pi, generator(at), x, stratum)].mean() for at in range(15)]
    simple = [x[stratified_cube(pi, generator(at), pi, stratum)].mean() for at in range(15)]
    assert np.std(np.array(found) - x.mean()) < 0.3 * np.std(np.array(simple) - x.mean())


def test_too_many_open_units_are_refused_by_the_programme() -> None:
    pi, balance = frame(60, 19, 1, 30)
    with pytest.raises(InclusionError, match="land by suppression"):
        cube(pi, generator(1), balance)
    assert cube(pi, generator(1), balance, landing="suppression").sum() == 30


def test_columns_must_fit() -> None:
    with pytest.raises(InclusionError, match="2 rows"):
        cube([0.5, 0.5], generator(1), [1.0, 2.0, 3.0])
    with pytest.raises(InclusionError, match="2 units"):
        stratified_cube([0.5, 0.5], generator(1), [1.0, 2.0], ["a"])
