"""The measurement of weights and errors runs, and both sides work out the same numbers."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import statistics
from benchmarks.limits import TOLERANCE
from benchmarks.statistics import GOALS, LIMITS, Plan, prepared
from benchmarks.statistics_data import LEVELS, Sizes, load, made_up, store

FEW = Sizes(rows=6_000, strata=6, clusters=120, domains=25)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("survey")
    store(made_up(FEW), made)
    return made


def test_the_file_is_read_as_it_was_made(folder: Path) -> None:
    read, made = load(folder), made_up(FEW)
    assert read.sizes == FEW
    assert len(read.columns) == 30
    assert all((column == read.columns[name]).all() for name, column in made.columns.items())
    assert [total.size for total in read.totals] == list(LEVELS)


def test_every_cluster_lies_in_one_stratum_and_one_domain(folder: Path) -> None:
    columns = load(folder).columns
    for name, count in (("stratum", FEW.strata), ("domain", FEW.domains)):
        pairs = np.unique(np.stack([columns["cluster"], columns[name]]), axis=1)
        assert pairs.shape[1] == FEW.clusters
        assert np.unique(columns[name]).size == count


@pytest.mark.parametrize("work", GOALS)
def test_product_and_limit_give_the_same_numbers(folder: Path, work: str) -> None:
    ours, limit = (prepared(folder, at, work)() for at in (GOALS[work].module, LIMITS))
    for found, expected in zip(ours, limit, strict=True):
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE)


def test_product_and_limit_are_measured_by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "GOALS", {"raking": GOALS["raking"]})
    table = statistics.rows(Plan(turns=2, runs=1, sizes=FEW, growth=(3_000, FEW.rows)))
    assert [row.name.rsplit(": ")[-1] for row in table] == [
        "CPU",
        "peak memory",
        "file of 3e3 rows",
        "file of 6e3 rows",
    ]
    assert all(row.value > 0 and row.baseline > 0 for row in table)
    assert table[2].ratio == 1.0
