import numpy as np
import pytest

from tests.coverage.__main__ import main
from tests.coverage.arms import ARMS, PEOPLE, Arm
from tests.coverage.drawing import drawn_clusters, some, whole
from tests.coverage.populations import population
from tests.coverage.simulating import LEVEL, Coverage, by_chance, simulated, strict

RUNS = 400


@pytest.mark.parametrize("arm", ARMS, ids=[arm.name for arm in ARMS])
def test_right_intervals_hold_the_truth_and_wrong_ones_miss_their_level(arm: Arm) -> None:
    found = simulated(arm, 1, RUNS)
    assert all(found.verdicts(by_chance)), found.share


def test_every_quantity_of_an_arm_has_a_name() -> None:
    for arm in ARMS:
        truth = arm.truth(population(arm.shape, 1))
        assert truth.size == len(arm.quantities)


def test_bounds_by_chance_close_in_on_the_level() -> None:
    few, many = by_chance(RUNS), by_chance(100 * RUNS)
    assert few[0] < many[0] < LEVEL < many[1] < few[1] < 1


def test_a_wrong_arm_within_the_bounds_is_a_miss() -> None:
    right, wrong = ARMS[0], ARMS[-1]
    share, width = np.array([0.95, 0.8]), np.ones(2)
    assert Coverage(right, 1, RUNS, share, width).verdicts(strict) == [True, False]
    assert Coverage(wrong, 1, RUNS, share, width).verdicts(strict) == [False, True]


def test_the_program_fails_on_a_miss_alone(capsys: pytest.CaptureFixture[str]) -> None:
    # Of a single run, the coverage is 0 or 1: never within 95 ± 1.
    assert main(["--arm", "mean", "--seeds", "1", "--runs", "1"]) == 1
    assert "MISS" in capsys.readouterr().out
    assert main(["--arm", "clusters ignored", "--seeds", "1", "--runs", "1"]) == 0
    assert "outside, as it must" in capsys.readouterr().out


def test_clusters_and_people_are_drawn_once_and_equally_often() -> None:
    arm = ARMS[-1]
    people = population(arm.shape, 2)
    rng = np.random.default_rng(3)
    runs, clusters = 300, people.sizes.size
    times = np.zeros(clusters)
    for drawn in drawn_clusters(people, arm.each, runs, rng):
        times[drawn] += 1
        rows = some(people, drawn, PEOPLE, rng)
        assert np.unique(drawn).size == drawn.size
        assert np.unique(rows).size == rows.size
        assert (np.bincount(people.cluster[rows], minlength=clusters)[drawn] == PEOPLE).all()
        assert whole(people, drawn).size == people.sizes[drawn].sum()
    share = arm.each / arm.shape.clusters
    assert times.sum() == runs * arm.each * arm.shape.strata
    # Five standard deviations of a binomial count.
    assert np.abs(times - runs * share).max() < 5 * np.sqrt(runs * share * (1 - share))
