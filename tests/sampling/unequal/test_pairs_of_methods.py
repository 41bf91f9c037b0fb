"""Joint probabilities: against all samples of small frames, and by what they must add up to."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.errors import InclusionError
from sampling.inclusion import inclusion_probabilities
from sampling.joint import pairs
from sampling.joint_inclusion import JOINT, joint_inclusion
from sampling.unequal.conditional_poisson import Sequence, poisson_chances
from sampling.unequal.spectrum import spectrum

EXACT = ["sampford", "maxentropy", "tille", "midzuno"]
SIZES = np.array([3.0, 4.5, 6.0, 6.0, 8.0, 9.5, 2.5])


def of_samples(pi: np.ndarray, n: int, density: str) -> np.ndarray:
    """Add up the probabilities of all samples."""
    chances, found = {}, np.zeros((pi.size, pi.size))
    p = poisson_chances(pi, n) if density == "maxentropy" else pi
    odds = p / (1 - p)
    for sample in combinations(range(pi.size), n):
        inside = [*sample]
        chances[sample] = float(np.prod(odds[inside]))
        if density == "sampford":
            chances[sample] *= n - pi[inside].sum()
    for sample, chance in chances.items():
        found[np.ix_(sample, sample)] += chance / sum(chances.values())
    return found


@pytest.mark.parametrize("method", ["sampford", "maxentropy"])
@pytest.mark.parametrize("n", [1, 2, 4])
def test_pairs_are_those_of_all_samples(method: str, n: int) -> None:
    pi = inclusion_probabilities(SIZES, n)
    assert (pi < 1).all()
    expected = of_samples(pi, n, method)
    assert np.diag(expected) == pytest.approx(pi, rel=1e-12)
    assert joint_inclusion(pi, method) == pytest.approx(expected, rel=1e-11)


def test_elimination_is_what_its_steps_multiply_to() -> None:
    pi = inclusion_probabilities(SIZES, 3)
    table, before = np.ones((7, 7)), np.ones(7)
    for size in range(6, 2, -1):
        now = inclusion_probabilities(SIZES, size)
        leaves = 1 - now / before
        table, before = table * (1 - np.add.outer(leaves, leaves)), now
    np.fill_diagonal(table, pi)
    assert joint_inclusion(pi, "tille") == pytest.approx(table, rel=1e-12)


@settings(max_examples=40)
@given(st.integers(3, 40), st.data(), st.sampled_from([0.1, 1.0, 4.0]))
def test_rows_add_up_to_n_times_the_single_probability(
    units: int, data: st.DataObject, spread: float
) -> None:
    n = data.draw(st.integers(1, units - 1))
    seed = data.draw(st.integers(0, 10**6))
    sizes = np.exp(np.random.default_rng(seed).normal(0, spread, units))
    pi = inclusion_probabilities(sizes, n)
    for method in EXACT:
        table = joint_inclusion(pi, method)
        assert np.allclose(table.sum(axis=1), n * pi, rtol=1e-8, atol=1e-12), method
        assert (table >= 0).all()
        assert (table <= np.minimum.outer(pi, pi) * (1 + 1e-9)).all()
        assert np.allclose(table, table.T, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("method", [*EXACT, "srs"])
def test_equal_probabilities_give_those_of_a_simple_sample(method: str) -> None:
    table = joint_inclusion(np.full(8, 3 / 8), method)
    apart = table[~np.eye(8, dtype=bool)]
    assert apart == pytest.approx(np.full(56, 3 * 2 / (8 * 7)), rel=1e-11)


def test_large_frames_lose_no_digits() -> None:
    rng = np.random.default_rng(11)
    pi = inclusion_probabilities(np.exp(rng.normal(0, 1, 400)), 150)
    for method in EXACT:
        table = joint_inclusion(pi, method)
        assert table.sum(axis=1) == pytest.approx(150 * pi, rel=1e-11), method
        assert (table[pi < 1][:, pi < 1] > 0).all()


def test_certain_units_go_with_every_other_and_impossible_ones_with_none() -> None:
    pi = np.array([1.0, 0.5, 0.25, 0.25, 0.0])
    for method in [*EXACT, "poisson", "systematic_fixed_order", "hajek"]:
        table = joint_inclusion(pi, method)
        assert table[0] == pytest.approx(pi)
        assert table[4] == pytest.approx(0)
        assert np.diag(table) == pytest.approx(pi)


def test_systematic_pairs_are_shares_of_starts() -> None:
    pi = inclusion_probabilities(SIZES, 3)
    ends = np.concatenate(([0.0], np.cumsum(pi)))
    starts = (np.arange(200_000) + 0.5) / 200_000
    hits = np.floor(ends[1:, None] - starts) - np.floor(ends[:-1, None] - starts) >= 1
    seen = hits.astype(float) @ hits.T / starts.size
    table = joint_inclusion(pi, "systematic_fixed_order")
    assert table == pytest.approx(seen, abs=2e-5)
    assert (table == 0).any()


def test_strata_are_independent() -> None:
    pi = np.concatenate([inclusion_probabilities(SIZES[:4], 2), inclusion_probabilities(SIZES, 3)])
    stratum = np.repeat(["a", "b"], [4, 7])
    table = joint_inclusion(pi, "sampford", stratum)
    assert table[:4, :4] == pytest.approx(joint_inclusion(pi[:4], "sampford"))
    assert table[4:, 4:] == pytest.approx(joint_inclusion(pi[4:], "sampford"))
    assert table[:4, 4:] == pytest.approx(np.outer(pi[:4], pi[4:]))
    with pytest.raises(InclusionError, match="11 units"):
        joint_inclusion(pi, "sampford", stratum[:3])


@pytest.mark.parametrize("name", ["hajek", "hartley_rao", "brewer"])
def test_approximations_come_near_on_large_frames(name: str) -> None:
    assert not JOINT[name].exact
    pi = inclusion_probabilities(np.random.default_rng(2).uniform(1, 3, 300), 60)
    exact, near = joint_inclusion(pi, "maxentropy"), joint_inclusion(pi, name)
    assert np.abs(near / exact - 1).max() < 3e-3
    assert np.abs(near / exact - 1).max() > 1e-7
    assert np.abs(near.sum(axis=1) / (60 * pi) - 1).max() < 2e-3


def test_an_approximation_of_pairs_needs_two_units() -> None:
    for method in ("hartley_rao", "brewer"):
        with pytest.raises(InclusionError, match="two drawn units"):
            joint_inclusion([0.5, 0.5], method)


def test_a_table_serves_the_variance_of_its_sample() -> None:
    pi = inclusion_probabilities(SIZES, 3)
    drawn = [0, 3, 5]
    excess = pairs(pi[drawn], joint_inclusion(pi, "sampford")[np.ix_(drawn, drawn)]).excess
    assert (np.diag(excess) == 1 - pi[drawn]).all()


@pytest.mark.parametrize(
    ("pi", "method", "code"),
    [
        ([0.5, 0.5], "nobody", "unknown_method"),
        ([0.5, 0.6], "sampford", "fractional_size"),
        ([0.5, 1.5], "poisson", "bad_chance"),
        ([0.2, 0.8], "srs", "unequal_chances"),
    ],
)
def test_what_a_method_cannot_have_is_refused(pi: list[float], method: str, code: str) -> None:
    with pytest.raises(InclusionError) as caught:
        joint_inclusion(pi, method)
    assert caught.value.code == code


def test_the_spectrum_knows_how_many_are_drawn() -> None:
    p = np.array([0.2, 0.5, 0.9, 0.4])
    exact = np.array([1.0])
    for one in p:
        exact = np.convolve(exact, [1 - one, one])
    for size in range(5):
        assert spectrum(p, size).chance == pytest.approx(exact[size], abs=1e-15)


def test_q_values_take_the_rest_when_no_more_are_left() -> None:
    table = Sequence.of(np.array([0.3, 0.6, 0.5]), 2).chance_to_take
    assert table[1, 2] == table[2, 1] == 1
    assert (table[:, 0] == 0).all()
