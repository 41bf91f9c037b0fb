"""What every draw keeps to, whatever chance decides."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.errors import InclusionError
from sampling.inclusion import inclusion_probabilities
from sampling.joint_inclusion import JOINT
from sampling.unequal.chances import generator
from sampling.unequal.methods import METHODS, select
from sampling.unequal.pivotal import duel
from sampling.unequal.sampford import sampford_sequential

PLAIN = sorted(name for name, one in METHODS.items() if one.auxiliary is None and name != "srs")
FIXED = [name for name in PLAIN if METHODS[name].fixed_size]


@settings(max_examples=40)
@given(st.integers(2, 60), st.data(), st.sampled_from([0.0, 0.5, 3.0]))
def test_a_sample_has_its_size_and_holds_what_is_certain(
    units: int, data: st.DataObject, spread: float
) -> None:
    n = data.draw(st.integers(1, units))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    pi = inclusion_probabilities(np.exp(rng.normal(0, spread, units)), n)
    for name in FIXED:
        drawn = select(pi, name, rng)
        assert drawn.dtype == bool
        assert drawn.sum() == n, name
        assert drawn[pi == 1].all(), name
    near = select(pi, "pivotal_local", rng, rng.integers(0, 3, (units, 2)))  # many ties
    assert near.sum() == n
    assert near[pi == 1].all()


@pytest.mark.parametrize("name", PLAIN)
def test_a_seed_gives_its_sample_again(name: str) -> None:
    pi = inclusion_probabilities(np.arange(1.0, 31.0), 12)
    first = select(pi, name, generator(20260105))
    assert (select(pi, name, generator(20260105)) == first).all()
    assert any((select(pi, name, generator(seed)) != first).any() for seed in range(5))


def test_bytes_are_a_seed_too() -> None:
    assert generator(b"\x01\x00").random() == generator(256).random()


def test_units_that_cannot_be_drawn_never_are() -> None:
    pi = np.array([0.0, 0.5, 0.5, 1.0, 0.0])
    for name in PLAIN:
        drawn = [select(pi, name, generator(seed)) for seed in range(20)]
        assert not np.any([one[[0, 4]] for one in drawn]), name
        assert np.all([one[3] for one in drawn]), name


def test_only_what_anybody_can_repeat_is_called_publicly_verifiable() -> None:
    public = {name for name, one in METHODS.items() if one.publicly_verifiable}
    assert public == {"srs", "poisson", "pps_systematic"}
    named = {one.joint for one in METHODS.values()} - {None}
    assert all(JOINT[str(name)].exact for name in named)


@pytest.mark.parametrize("name", FIXED)
def test_probabilities_that_add_up_to_no_whole_number_have_no_fixed_size(name: str) -> None:
    if name.startswith("pivotal"):  # it rounds by chance
        sizes = {int(select([0.5, 0.5, 0.4], name, generator(seed)).sum()) for seed in range(40)}
        assert sizes == {1, 2}
        return
    with pytest.raises(InclusionError, match=r"add up to 1\.4"):
        select([0.5, 0.5, 0.4], name, generator(1))


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InclusionError, match="equal probabilities"):
        select([0.2, 0.8], "srs", generator(1))
    with pytest.raises(InclusionError, match="no method 'nobody'"):
        select([0.2, 0.8], "nobody", generator(1))
    with pytest.raises(InclusionError, match="auxiliary columns"):
        select([0.2, 0.8], "cube", generator(1))
    with pytest.raises(InclusionError, match="2 rows of finite"):
        select([0.2, 0.8], "pivotal_local", generator(1), [[1.0], [np.nan]])


@settings(max_examples=25)
@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_duel_keeps_expectations_and_settles_one(one: float, other: float) -> None:
    uniforms = (np.arange(1000) + 0.5) / 1000
    ends = np.array([duel(one, other, float(uniform)) for uniform in uniforms])
    assert ends.mean(axis=0) == pytest.approx([one, other], abs=2e-3)
    assert ends.sum(axis=1) == pytest.approx(one + other)
    settled = np.isclose(ends, 0, atol=1e-12) | np.isclose(ends, 1, atol=1e-12)
    assert settled.any(axis=1).all()


def test_sampford_in_sequence_has_its_size() -> None:
    pi = inclusion_probabilities(np.arange(1.0, 31.0), 12)
    assert {int(sampford_sequential(pi, generator(seed)).sum()) for seed in range(30)} == {12}
    one = inclusion_probabilities([1.0, 2.0, 3.0], 1)
    assert {int(sampford_sequential(one, generator(seed)).sum()) for seed in range(9)} == {1}


def spread(places: np.ndarray, pi: np.ndarray, drawn: np.ndarray) -> float:
    """Variance of the probability that lies nearest to each drawn unit (Stevens and Olsen)."""
    distance = ((places[:, None] - places[drawn][None]) ** 2).sum(axis=2)
    return float(np.bincount(distance.argmin(axis=1), pi, int(drawn.sum())).var())


def test_the_local_pivotal_method_spreads_over_the_map() -> None:
    rng = np.random.default_rng(5)
    places, pi = rng.random((150, 2)), np.full(150, 0.2)
    local = np.mean(
        [spread(places, pi, select(pi, "pivotal_local", rng, places)) for _ in range(8)]
    )
    plain = np.mean([spread(places, pi, select(pi, "srs", rng)) for _ in range(8)])
    assert local < 0.5 * plain


def test_ordered_duels_spread_along_the_frame() -> None:
    pi = np.full(40, 0.25)
    for seed in range(20):
        drawn = select(pi, "pivotal_ordered", generator(seed)).reshape(-1, 4).sum(axis=1)
        assert (np.abs(drawn.cumsum() - np.arange(1, 11)) <= 1).all()
