"""The measurement of draws runs, and both sides draw the same rows."""

import numpy as np

from benchmarks import selection
from benchmarks.selection import STRATA, works
from sampling.places import stratified

ROWS = 100_000


def test_product_and_baseline_draw_the_same_rows() -> None:
    for name, (ours, bare, _) in works(selection.made_up(ROWS)).items():
        assert np.array_equal(np.sort(ours()), np.sort(bare())), name


def test_strata_need_not_lie_side_by_side() -> None:
    columns = selection.made_up(ROWS)
    mixed = np.random.default_rng(1).permutation(columns.stratum)
    found = stratified(mixed, columns.sizes, selection.source())
    assert (np.bincount(mixed[found], minlength=STRATA) == columns.sizes).all()


def test_the_table_has_a_row_for_each_method_and_for_memory() -> None:
    table = selection.rows(ROWS)
    assert len(table) == len(works(selection.made_up(1000))) + 2
    assert all(row.value > 0 and row.baseline > 0 for row in table)
    assert [row.met for row in table if row.unit == "MB"] == [True, True]


def test_memory_does_not_grow_with_the_frame_but_does_with_the_sample() -> None:
    sizes = ((10**6, 500), (10**9, 500), (10**9, 20_000))
    few, many, larger = (selection.apart(*asked) for asked in sizes)
    assert many["traced MB"] < 1.1 * few["traced MB"]
    assert larger["traced MB"] > 10 * few["traced MB"]
