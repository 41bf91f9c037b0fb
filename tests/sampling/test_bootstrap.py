from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.bootstrap import population_bootstrap, rescaled_bootstrap
from sampling.design import Replicates, stratified
from sampling.errors import LonelyClusterError, SchemeError

Bootstrap = Callable[..., Replicates]
BOTH = pytest.mark.parametrize("bootstrap", [rescaled_bootstrap, population_bootstrap])


def variance(replicates: Replicates, y: np.ndarray) -> float:
    totals = y @ replicates.factor[replicates.cluster]
    return float(replicates.scale * ((totals - totals.mean()) ** 2).sum())


@BOTH
@pytest.mark.parametrize("frame", [np.inf, 8.0, 12.0, 400.0])
def test_the_variance_of_a_total_is_the_textbooks(bootstrap: Bootstrap, frame: float) -> None:
    y = np.array([3.0, 8.0, 1.0, 6.0, 4.0, 9.0, 2.0, 2.0])
    design = stratified(np.ones(8), list("aaaabbbb"), frame_clusters=np.full(8, frame))
    replicates = bootstrap(design, 40_000, np.random.default_rng(5))
    expected = sum((1 - 4 / frame) * 4 * part.var(ddof=1) for part in (y[:4], y[4:]))
    if bootstrap is population_bootstrap and np.isfinite(frame):
        expected *= frame / (frame - 1)  # a population of copies is a little less even
    # 40,000 squares tell a variance to within 4 sqrt(2 / 40,000) = 3 percent.
    assert variance(replicates, y) == pytest.approx(expected, rel=0.03)


@BOTH
def test_the_generator_alone_decides(bootstrap: Bootstrap) -> None:
    design = stratified(np.ones(6), list("aaabbb"), frame_clusters=[7] * 6)
    np.random.seed(1)
    first = bootstrap(design, 5, np.random.default_rng(2)).factor
    np.random.seed(9)
    assert (bootstrap(design, 5, np.random.default_rng(2)).factor == first).all()
    assert (bootstrap(design, 5, np.random.default_rng(3)).factor != first).any()


@settings(max_examples=40)
@given(st.lists(st.integers(2, 6), min_size=1, max_size=6), st.integers(2, 30))
def test_no_factor_is_negative_and_strata_keep_their_weight(sizes: list[int], many: int) -> None:
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    design = stratified(np.ones(stratum.size), stratum, frame_clusters=10.0 + stratum)
    for bootstrap in (rescaled_bootstrap, population_bootstrap):
        replicates = bootstrap(design, many, np.random.default_rng(many))
        assert replicates.factor.shape == (stratum.size, many)
        assert (replicates.factor >= 0).all()
        for h, size in enumerate(sizes):
            assert replicates.factor[stratum == h].sum(axis=0) == pytest.approx(size)


def test_degrees_of_freedom_do_not_exceed_the_replicates() -> None:
    design = stratified(np.ones(30), np.repeat([1, 2], 15))
    assert rescaled_bootstrap(design, 10, np.random.default_rng(1)).df == 9
    assert rescaled_bootstrap(design, 100, np.random.default_rng(1)).df == 28


def test_a_stratum_taken_whole_does_not_vary() -> None:
    design = stratified(np.ones(4), list("aabb"), frame_clusters=[2, 2, 9, 9])
    for bootstrap in (rescaled_bootstrap, population_bootstrap):
        assert (bootstrap(design, 6, np.random.default_rng(1)).factor[:2] == 1).all()


@BOTH
def test_wrong_requests_say_what_to_mend(bootstrap: Bootstrap) -> None:
    generator = np.random.default_rng(1)
    with pytest.raises(LonelyClusterError, match="'b'"):
        bootstrap(stratified(np.ones(3), list("aab")), 9, generator)
    with pytest.raises(SchemeError, match="1 replicates"):
        bootstrap(stratified(np.ones(3)), 1, generator)
    with pytest.raises(SchemeError, match="do not fit"):
        bootstrap(stratified(np.ones(3)), 100_000_000, generator)


def test_copies_need_a_whole_population() -> None:
    design = stratified(np.ones(2), frame_clusters=[4.5, 4.5])
    with pytest.raises(SchemeError, match=r"4\.5 clusters"):
        population_bootstrap(design, 5, np.random.default_rng(1))
