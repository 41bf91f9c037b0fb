"""What each `stat` of a check computes, through the public functions of the engines.

Each module of statistics has a table of its own, from the word of a check to a function.
"""

from collections.abc import Mapping
from typing import Any

from tests.published import (
    stat_areas,
    stat_comparisons,
    stat_components,
    stat_inclusion,
    stat_means,
    stat_models,
    stat_proportions,
    stat_quantiles,
    stat_ratios,
    stat_sampling,
    stat_selection,
    stat_tables,
    stat_volunteers,
    stat_weights,
)
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics

MODULES = (
    stat_areas,
    stat_comparisons,
    stat_components,
    stat_inclusion,
    stat_means,
    stat_models,
    stat_proportions,
    stat_quantiles,
    stat_ratios,
    stat_sampling,
    stat_selection,
    stat_tables,
    stat_volunteers,
    stat_weights,
)
STATISTICS: Statistics = {
    stat: compute for module in MODULES for stat, compute in module.STATISTICS.items()
}


def computed(stat: str, args: Mapping[str, Any], setting: Setting) -> Result:
    """Compute a statistic; UnsupportedError names one that we lack."""
    if stat not in STATISTICS:
        raise UnsupportedError(f"statistic {stat} is not supported yet")
    return STATISTICS[stat](args, setting)
