import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis import replication
from analysis.collapsing import collapsed
from analysis.domains import crossed
from analysis.estimate import mean, mean_by, total, total_by
from sampling.bootstrap import rescaled_bootstrap
from sampling.design import Design, Replicates, stratified
from sampling.replicates import balanced_half_samples, jackknife

GENERATOR = np.random.default_rng(11)
CLUSTER = np.repeat(np.arange(12), 5)
STRATUM = CLUSTER // 4
PLAIN = stratified(GENERATOR.uniform(1, 3, 60), STRATUM, CLUSTER)
Y = GENERATOR.normal(50, 9, (60, 2))
SERVICE = GENERATOR.choice(["land", "civil", "police"], 60)


def replicated(mse: bool = False) -> Design:
    made = rescaled_bootstrap(PLAIN, 40, np.random.default_rng(1), mse=mse)
    return Design(PLAIN.weight, made)


def by_hand(design: Design, y: np.ndarray, inside: np.ndarray) -> float:
    """Standard error of a mean, replicate by replicate."""
    scheme = design.scheme
    assert isinstance(scheme, Replicates)
    weights = (design.weight * inside)[:, None] * scheme.factor[scheme.cluster]
    values = y @ weights / weights.sum(axis=0)
    centre = np.average(y, weights=design.weight * inside) if scheme.mse else values.mean()
    return float(np.sqrt(scheme.scale * (scheme.rscales * (values - centre) ** 2).sum()))


@pytest.mark.parametrize("mse", [False, True])
def test_a_mean_varies_as_its_replicates_do(mse: bool) -> None:
    design = replicated(mse)
    everyone = np.ones(60, bool)
    estimate = mean(Y, design)
    assert estimate.se == pytest.approx([by_hand(design, y, everyone) for y in Y.T])
    by = crossed([SERVICE])
    parts = mean_by(Y[:, 0], by, design)
    for at, (name,) in enumerate(by.names):
        assert parts.se[at, 0] == pytest.approx(by_hand(design, Y[:, 0], name == SERVICE))


def test_blocks_of_domains_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    by = crossed([SERVICE, CLUSTER % 3])
    whole = mean_by(Y, by, replicated())
    monkeypatch.setattr(replication, "BLOCK", 1)
    assert mean_by(Y, by, replicated()).se.tolist() == whole.se.tolist()


@pytest.mark.parametrize("estimator", [mean_by, total_by])
def test_covariances_hold_the_variances(estimator: object) -> None:
    by = crossed([SERVICE])
    plain, full = estimator(Y, by, replicated()), estimator(Y, by, replicated(), covariance=True)
    assert np.diag(full.covariance) == pytest.approx(plain.se.ravel() ** 2)
    assert np.linalg.eigvalsh(full.covariance).min() > -1e-9


def test_jackknife_and_stages_agree_about_totals() -> None:
    found = total(Y, Design(PLAIN.weight, jackknife(PLAIN, mse=True)))
    assert found.se == pytest.approx(total(Y, PLAIN).se, rel=1e-12)
    assert found.df == total(Y, PLAIN).df


def test_a_replicate_without_the_domain_is_left_out_there() -> None:
    plain = stratified(np.ones(8), None, np.arange(8))
    y = np.arange(8.0)
    rare = crossed([np.where(np.arange(8) < 2, "rare", "common")])
    factor = np.ones((8, 3))
    factor[:2] = [[0, 2, 0], [0, 0, 2]]
    design = Design(plain.weight, Replicates(np.arange(8), factor, 1.0, np.ones(3), True, 2))
    found = mean_by(y, rare, design, covariance=True)
    # Two replicates see the rare domain, at 0 and at 1, around its mean of 0.5.
    assert found.se[:, 0] == pytest.approx([0.0, np.sqrt(0.5)])
    nobody = np.where(np.arange(8)[:, None] < 2, 0.0, np.ones((8, 3)))
    silent = Design(plain.weight, Replicates(np.arange(8), nobody, 1.0, np.ones(3), True, 2))
    assert np.isnan(mean_by(y, rare, silent).se[1, 0])


def test_a_domain_of_one_cluster_has_no_interval() -> None:
    by = crossed([np.where(CLUSTER == 0, "one", "others")])
    found = mean_by(Y, by, replicated())
    assert found.df.tolist() == [0, 9]
    assert np.isnan(found.interval()[0][0]).all()
    assert replicated().domain(CLUSTER == 0).degrees_of_freedom == 0


def test_replicates_that_do_not_count_do_not_move_the_centre() -> None:
    made = jackknife(PLAIN)
    more = Replicates(
        made.cluster,
        np.column_stack([made.factor, np.full(12, 9.0)]),
        made.scale,
        np.append(made.rscales, 0.0),
        df=made.df,
    )
    expected = total(Y, Design(PLAIN.weight, made)).se
    assert total(Y, Design(PLAIN.weight, more)).se == pytest.approx(expected)


def test_a_census_has_replicates_of_no_kind_and_no_error() -> None:
    census = stratified(np.ones(3), frame_clusters=[3.0] * 3)
    assert mean(np.arange(3.0), Design(census.weight, jackknife(census))).se.tolist() == [0.0]


def test_a_missing_answer_spoils_its_own_column_and_domain_only() -> None:
    y = Y.copy()
    y[0, 0] = np.nan
    by = crossed([SERVICE])
    at = by.labels().index(SERVICE[0])
    found, whole = mean_by(y, by, replicated()), mean_by(Y, by, replicated())
    assert np.argwhere(np.isnan(found.se)).tolist() == [[at, 0]]
    assert np.nanmax(np.abs(found.se - whole.se)) == 0
    both = mean_by(y, by, replicated(), covariance=True).covariance
    assert np.isnan(both).sum() == 2 * both.shape[0] - 1


def test_rows_outside_all_domains_count_for_nothing() -> None:
    some = np.where(CLUSTER % 2, SERVICE, "")
    spoiled = np.where(CLUSTER[:, None] % 2, Y, np.nan)
    design = replicated()
    clean = mean_by(Y, crossed([some]), design)
    assert mean_by(spoiled, crossed([some]), design).se.tolist() == clean.se.tolist()


@given(st.floats(-1e3, 1e3), st.floats(0.1, 10))
def test_shifting_and_scaling_answers_does_the_same_to_the_mean(shift: float, by: float) -> None:
    plain = stratified(PLAIN.weight[:20], STRATUM[:20] * 0, np.arange(20) // 10)
    design = Design(plain.weight, balanced_half_samples(plain))
    first, moved = mean(Y[:20], design), mean(shift + by * Y[:20], design)
    assert moved.se == pytest.approx(by * first.se, rel=1e-6)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=30), st.booleans())
def test_collapsing_finds_every_pair_once(rows: list[tuple[int, int]], ordered: bool) -> None:
    rows = sorted(rows) if ordered else rows
    domain, part = (np.array([row[at] for row in rows], dtype=np.intp) for at in (0, 1))
    domains, parts, place = collapsed(domain, part, 5)
    assert [*zip(domains.tolist(), parts.tolist(), strict=True)] == sorted(set(rows))
    assert (domains[place] == domain).all()
    assert (parts[place] == part).all()
