"""Tests of two groups."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from analysis.comparisons import GroupTest, rank_test, t_test
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_means import options, settled, typed
from tests.published.stat_ratios import shared


def of_groups(test: Callable[..., GroupTest], args: Mapping[str, Any], setting: Setting) -> Result:
    """One group less the other."""
    columns, design = settled(shared(args, {"group"}), setting)
    group = typed(args["group"], columns)
    found = test(columns.numbers(args["y"]), group, design, missing=options(args)["missing"])
    differences = found.differences
    return {
        "estimate": differences.value,
        "t": differences.t,
        "df": differences.df,
        "p_value": differences.p_value,
        "ci95": np.concatenate(differences.interval(0.95)),
    }


STATISTICS: Statistics = {
    "ttest": partial(of_groups, t_test),
    "ranktest": partial(of_groups, rank_test),
}
