import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis.domains import Domains, crossed, indicators
from analysis.errors import EstimationError
from analysis.estimate import mean, mean_by, total, total_by
from sampling.design import Design, stratified


def clustered(seed: int, rows: int = 60) -> tuple[np.ndarray, Domains, Design]:
    """A stratified cluster sample with three domains that cut across its clusters."""
    generator = np.random.default_rng(seed)
    cluster = np.sort(generator.integers(0, 9, rows))
    cluster[:9] = np.arange(9)
    stratum = cluster // 3
    design = stratified(
        generator.uniform(1, 20, rows), stratum, cluster, np.array([10.0, 3.0, np.inf])[stratum]
    )
    y = generator.normal(50, 10, (rows, 2))
    return y, crossed([generator.integers(0, 3, rows)]), design


def columns_of(design: Design) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stratum, cluster and clusters on the frame of each row."""
    stage = design.first_stage
    stratum = stage.stratum[stage.cluster]
    return stratum, stage.cluster, stage.population[stratum]


def spelled_out(contributions: np.ndarray, design: Design) -> np.ndarray:
    """Covariance of a total as the textbook writes it, stratum by stratum, cluster by cluster."""
    covariance = np.zeros((contributions.shape[1],) * 2)
    stratum, cluster, frame_clusters = columns_of(design)
    for name in np.unique(stratum):
        inside = stratum == name
        names = np.unique(cluster[inside])
        totals = np.array([contributions[inside & (cluster == name)].sum(axis=0) for name in names])
        population = frame_clusters[inside][0]
        n = len(names)
        deviations = totals - totals.mean(axis=0)
        covariance += (1 - n / population) * n / (n - 1) * deviations.T @ deviations
    return covariance


@given(st.integers(0, 10_000))
def test_domain_estimates_agree_with_the_textbook(seed: int) -> None:
    y, by, design = clustered(seed)
    w = design.weight[:, None]
    columns = np.column_stack([np.where(by.codes == d, y.T, 0).T for d in range(len(by.names))])
    totals = total_by(y, by, design, covariance=True)
    assert totals.value.ravel() == pytest.approx((w * columns).sum(axis=0))
    assert totals.covariance == pytest.approx(spelled_out(w * columns, design), rel=1e-9, abs=1e-6)
    means = mean_by(y, by, design, covariance=True)
    sizes = np.repeat([design.weight[by.codes == d].sum() for d in range(len(by.names))], 2)
    members = np.repeat((by.codes[:, None] == range(len(by.names))).astype(float), 2, axis=1)
    influence = w * (columns - members * means.value.ravel()) / sizes
    assert means.covariance == pytest.approx(spelled_out(influence, design), rel=1e-9, abs=1e-9)


@given(st.integers(0, 10_000))
def test_a_domain_alone_or_among_others_is_the_same(seed: int) -> None:
    y, by, design = clustered(seed)
    for together, alone in ((mean_by, mean), (total_by, total)):
        all_at_once = together(y, by, design)
        for d in range(len(by.names)):
            single = alone(y, design.domain(by.codes == d))
            for field in ("value", "se", "deff", "df", "n", "effective_n"):
                ours = getattr(all_at_once, field)[d]
                assert ours == pytest.approx(getattr(single, field), rel=1e-9), field


@given(st.integers(0, 10_000))
def test_asking_for_covariances_changes_no_error(seed: int) -> None:
    y, by, design = clustered(seed)
    with_them = mean_by(y, by, design, covariance=True)
    assert mean_by(y, by, design).se == pytest.approx(with_them.se, rel=1e-9)
    assert np.sqrt(np.diag(with_them.covariance)) == pytest.approx(with_them.se.ravel())
    assert mean_by(y, by, design).covariance is None


def test_dropping_outside_rows_from_the_design_would_give_another_error() -> None:
    y, by, design = clustered(1)
    inside = by.codes == 0
    cut = stratified(design.weight[inside], *(column[inside] for column in columns_of(design)))
    kept, dropped = total(y, design.domain(inside)).se, total(y[inside], cut).se
    assert np.abs(kept / dropped - 1).min() > 0.01


def test_domain_totals_add_up_with_their_covariances() -> None:
    y, by, design = clustered(2)
    parts, whole = total_by(y[:, 0], by, design, covariance=True), total(y[:, 0], design)
    assert parts.value.sum() == pytest.approx(whole.value[0])
    assert parts.covariance is not None
    assert np.sqrt(parts.covariance.sum()) == pytest.approx(whole.se[0])


def test_the_first_column_changes_fastest() -> None:
    by = crossed([["b", "a", "a", "b"], ["x", "y", "x", "y"]])
    assert by.labels() == ("a.x", "b.x", "a.y", "b.y")
    assert by.codes.tolist() == [1, 2, 0, 3]


def test_combinations_that_nobody_has_are_no_domains() -> None:
    by = crossed([["a", "b", "a"], ["x", "y", "y"]], inside=np.array([True, True, False]))
    assert by.names == (("a", "x"), ("b", "y"))
    assert by.codes.tolist() == [0, 1, -1]


def test_a_missing_label_belongs_to_no_domain() -> None:
    assert crossed([["a", "", "b"]]).codes.tolist() == [0, -1, 1]
    by = crossed([np.array([10.0, np.nan, 9.0])])
    assert (by.labels(), by.codes.tolist()) == (("9", "10"), [1, -1, 0])


def test_levels_become_columns_and_missing_stays_missing() -> None:
    levels, columns = indicators(["no", "yes", "", "no"])
    assert levels == ("no", "yes")
    assert np.array_equal(columns, [[1, 0], [0, 1], [np.nan, np.nan], [1, 0]], equal_nan=True)


def test_shares_of_levels_add_up_to_one_with_no_variance() -> None:
    _, by, design = clustered(3)
    _, columns = indicators(by.codes)
    shares = mean(columns, design)
    assert shares.value.sum() == pytest.approx(1)
    assert shares.covariance is not None
    assert shares.covariance.sum() == pytest.approx(0, abs=1e-15)


def test_a_missing_answer_spoils_only_its_own_domain_and_column() -> None:
    y, by, design = clustered(4)
    spoiled = y.copy()
    spoiled[np.argmax(by.codes == 1), 0] = np.nan
    estimate, clean = mean_by(spoiled, by, design, covariance=True), mean_by(y, by, design)
    expected = [[False, False], [True, False], [False, False]]
    assert np.isnan(estimate.value).tolist() == expected
    assert np.isnan(estimate.se).tolist() == expected
    healthy = ~np.array(expected)
    assert estimate.se[healthy] == pytest.approx(clean.se[healthy])


def test_a_domain_that_nobody_answered_has_neither_value_nor_error() -> None:
    y, by, design = clustered(5)
    silent = np.where(by.codes == 2, np.nan, y[:, 0])
    estimate = mean_by(silent, by, design, missing="drop")
    assert np.isnan(estimate.value[:, 0]).tolist() == [False, False, True]
    assert np.isnan(estimate.se[:, 0]).tolist() == [False, False, True]
    assert estimate.n[2] == 0


def test_domains_need_columns_and_rows() -> None:
    with pytest.raises(EstimationError, match="one length"):
        crossed([])
    with pytest.raises(EstimationError, match="one length"):
        crossed([["a"], ["a", "b"]])
    with pytest.raises(EstimationError, match="no row"):
        mean_by(np.ones(2), crossed([["", ""]]), stratified(np.ones(2)))
