"""Intervals of proportions."""

from collections.abc import Mapping
from typing import Any

from analysis.estimate import mean
from analysis.proportions import proportion_interval
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_means import options, settled
from tests.published.stat_ratios import shared


def of_proportion(args: Mapping[str, Any], setting: Setting) -> Result:
    """A proportion and its interval."""
    columns, design = settled(shared(args, {"method"}), setting)
    estimate = mean(columns.numbers(args["y"]), design, **options(args))
    lower, upper = proportion_interval(estimate, method=args["method"])
    return {"coef": estimate.value, "lower": lower, "upper": upper, "df": estimate.df}


STATISTICS: Statistics = {"ciprop": of_proportion}
