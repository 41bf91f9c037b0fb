"""Tests of two-way tables."""

from collections.abc import Mapping
from typing import Any

from analysis.tables import independence_test
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_means import settled, typed
from tests.published.stat_ratios import shared


def of_table(args: Mapping[str, Any], setting: Setting) -> Result:
    """Whether rows and columns are independent; rows with a missing label are left out."""
    columns, design = settled(shared(args, {"rows", "cols", "statistic"}), setting)
    sides = (typed(args[side], columns) for side in ("rows", "cols"))
    found = independence_test(*sides, design, statistic=args["statistic"], missing="drop")
    return {"statistic": found.statistic, "parameter": found.df, "p_value": found.p_value}


STATISTICS: Statistics = {"rao_scott": of_table}
