import numpy as np
import pytest

from sampling.design import Design, stratified
from sampling.errors import DesignError


def test_left_out_columns_mean_one_stratum_of_single_rows_with_replacement() -> None:
    design = stratified([1.0, 2.0, 3.0])
    stage = design.first_stage
    assert stage.cluster.tolist() == [0, 1, 2]
    assert stage.stratum.tolist() == [0, 0, 0]
    assert stage.sampled.tolist() == [3]
    assert stage.population.tolist() == [np.inf]
    assert design.degrees_of_freedom == 2


def test_clusters_and_strata_are_counted() -> None:
    design = stratified(np.ones(6), list("aabbbb"), [1, 2, 3, 3, 4, 5], [9, 9, 4, 4, 4, 4])
    assert design.first_stage.strata == ("a", "b")
    assert design.first_stage.sampled.tolist() == [2, 3]
    assert design.first_stage.population.tolist() == [9, 4]
    assert design.degrees_of_freedom == 3


def test_a_domain_keeps_its_rows_at_weight_zero() -> None:
    design = stratified([1.0, 2.0, 3.0], frame_clusters=[10, 10, 10])
    domain = design.domain(np.array([True, False, True]))
    assert domain.weight.tolist() == [1, 0, 3]
    assert domain.first_stage is design.first_stage
    assert domain.degrees_of_freedom == 1
    assert design.weight.tolist() == [1, 2, 3]


def test_nested_names_of_clusters_start_again_in_every_stratum() -> None:
    strata, clusters = ["a", "a", "b", "b"], ["1", "2", "1", "2"]
    with pytest.raises(DesignError, match="cluster 1 lies in two strata"):
        stratified(np.ones(4), strata, clusters)
    design = stratified(np.ones(4), strata, clusters, nest=True)
    assert design.first_stage.sampled.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([1.0, -1.0],), "weight number 1 is -1"),
        (([1.0, float("nan")],), "weight number 1 is nan"),
        (([1.0, float("inf")],), "weight number 1 is inf"),
        (([],), "at least one row"),
        (([1.0, 1.0], ["a"]), "stratum has shape"),
        (([1.0, 1.0], None, ["a"]), "cluster has shape"),
        (([1.0, 1.0], None, None, [5.0]), "frame_clusters has shape"),
        (([1.0, 1.0], [1.0, float("nan")]), "stratum is missing at place 1"),
        (([1.0, 1.0], None, None, [5.0, float("nan")]), "frame_clusters is missing at place 1"),
        (([1.0, 1.0], None, None, [5.0, 6.0]), "different numbers of frame clusters"),
        (([1.0, 1.0], None, None, [1.0, 1.0]), "2 sampled clusters but only 1 on the frame"),
        (([1.0, 1.0], None, None, [0.5, 0.5]), "only 0.5 on the frame"),
    ],
)
def test_columns_that_contradict_each_other_are_refused(columns: tuple, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        stratified(*columns)


def test_a_design_is_also_checked_when_made_directly() -> None:
    scheme = stratified(np.ones(3)).scheme
    with pytest.raises(DesignError, match="scheme has shape"):
        Design(np.ones(2), scheme)
    with pytest.raises(DesignError, match="weight number 1"):
        Design(np.array([1.0, -1.0, 2.0]), scheme)
