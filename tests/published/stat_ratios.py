"""Ratios, contrasts of domains and population variances."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.contrasts import contrast
from analysis.domains import crossed
from analysis.estimate import mean_by
from analysis.ratios import ratio, ratio_by
from analysis.spread import variance
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_means import options, settled, typed


def shared(args: Mapping[str, Any], own: set[str]) -> dict[str, Any]:
    """Arguments that all statistics have: those that are not our own."""
    return {name: value for name, value in args.items() if name not in own}


def of_ratio(args: Mapping[str, Any], setting: Setting) -> Result:
    """A ratio of the population."""
    columns, design = settled(shared(args, {"numerator", "denominator"}), setting)
    above, below = (columns.numbers(args[name]) for name in ("numerator", "denominator"))
    estimate = ratio(above, below, design, **options(args))
    ends = np.column_stack(estimate.interval(0.95))
    return {"coef": estimate.value, "se": estimate.se, "df": estimate.df, "ci95_t": ends}


def of_ratio_by(args: Mapping[str, Any], setting: Setting) -> Result:
    """A ratio of each domain."""
    columns, design = settled(shared(args, {"numerator", "denominator"}), setting)
    above, below = (columns.numbers(args[name]) for name in ("numerator", "denominator"))
    groups = crossed([typed(name, columns) for name in args["by"]], inside=design.weight > 0)
    estimate = ratio_by(above, below, groups, design, **options(args))
    return {"names": groups.labels(), "coef": estimate.value[:, 0], "se": estimate.se[:, 0]}


def of_contrast(args: Mapping[str, Any], setting: Setting) -> Result:
    """The first domain's mean less the second's."""
    columns, design = settled(args, setting)
    groups = crossed([typed(name, columns) for name in args["by"]], inside=design.weight > 0)
    y = columns.numbers(args["y"])
    estimate = mean_by(y, groups, design, covariance=True, **options(args))
    coefficients = np.zeros(len(groups.names))
    coefficients[:2] = 1, -1
    found = contrast(estimate, coefficients)
    return {"names": groups.labels()[:2], "coef": found.value, "se": found.se}


def of_variance(args: Mapping[str, Any], setting: Setting) -> Result:
    """A population variance."""
    columns, design = settled(args, setting)
    estimate = variance(columns.numbers(args["y"]), design, missing=options(args)["missing"])
    return {"coef": estimate.value, "se": estimate.se}


STATISTICS: Statistics = {
    "ratio": of_ratio,
    "ratio_by": of_ratio_by,
    "contrast": of_contrast,
    "variance": of_variance,
}
