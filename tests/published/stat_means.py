"""Means and totals."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.conditions import rows_where
from analysis.domains import crossed, indicators
from analysis.estimate import Estimate, mean, mean_by, total, total_by
from sampling.columns import Columns
from sampling.design import Design, Lonely, Replicates
from sampling.errors import UnreadableColumnError
from tests.published.cases import UnsupportedError
from tests.published.designs import of_probabilities
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_weights import ADJUSTMENT, adjusted

ARGUMENTS = {"y", "by", "factor", "na_rm", "where", "deff", "lonely", "domain_adjust"}
# How variances are worked out: of replicates, and with unequal probabilities.
ARGUMENTS |= {"mse", "variance", "sum_pi2_over_n"}
# What was done to the weights first.
ARGUMENTS |= ADJUSTMENT


def settled(args: Mapping[str, Any], setting: Setting) -> tuple[Columns, Design]:
    """Narrow the design as `where` says; UnsupportedError names an argument that we lack."""
    unknown = sorted(set(args) - ARGUMENTS)
    if unknown:
        raise UnsupportedError(f"argument {', '.join(unknown)} is not supported yet")
    columns, design = setting.columns, measured_by(args, setting)
    if "lonely" in args:
        scheme = replace(
            design.scheme,
            lonely=Lonely(args["lonely"]),
            lonely_in_domains=bool(args.get("domain_adjust")),
        )
        design = replace(design, scheme=scheme)
    if "where" in args:
        design = design.domain(selected(args["where"], columns))
    return columns, design


def measured_by(args: Mapping[str, Any], setting: Setting) -> Design:
    """Give the design with the weights and the formula for variances that are asked for."""
    if "variance" in args:
        told = setting.case.design, setting.columns, setting.table
        return of_probabilities(*told, args["variance"], args.get("sum_pi2_over_n"))
    design = setting.design
    if "adjustment" in args:
        weight, calibration = adjusted(args, setting)
        return replace(design, weight=weight, calibration=(calibration,))
    if "mse" in args:
        if not isinstance(design.scheme, Replicates):
            raise UnsupportedError("argument mse needs a design with replicates")
        return replace(design, scheme=replace(design.scheme, mse=bool(args["mse"])))
    return design


def of_population(
    estimator: Callable[..., Estimate], args: Mapping[str, Any], setting: Setting
) -> Result:
    """Estimates of the whole population, or of the one domain that `where` left."""
    columns, design = settled(args, setting)
    names, y = measured(args, columns)
    estimate = estimator(y, design, **options(args))
    return {
        "names": names,
        "coef": estimate.value,
        "se": estimate.se,
        "vcov": estimate.covariance,
        "deff": estimate.deff,
        "df": estimate.df,
        "ci95_t": np.column_stack(estimate.interval(0.95)),
    }


def of_domains(
    estimator: Callable[..., Estimate], args: Mapping[str, Any], setting: Setting
) -> Result:
    """Estimates of each group."""
    columns, design = settled(args, setting)
    names, y = measured(args, columns)
    groups = crossed([typed(name, columns) for name in args["by"]], inside=design.weight > 0)
    one = len(names) == 1
    estimate = estimator(y, groups, design, covariance=one, **options(args))
    result: dict[str, Any] = {"names": groups.labels(), "y": names}
    for field, value in (("coef", estimate.value), ("se", estimate.se), ("deff", estimate.deff)):
        result[field] = value[:, 0] if one else value
    if one:
        result["vcov"] = estimate.covariance
    return result


STATISTICS: Statistics = {
    "mean": partial(of_population, mean),
    "total": partial(of_population, total),
    "mean_by": partial(of_domains, mean_by),
    "total_by": partial(of_domains, total_by),
}


def options(args: Mapping[str, Any]) -> dict[str, Any]:
    """Translate arguments into the options of our estimators."""
    return {
        "missing": "drop" if args.get("na_rm") else "propagate",
        "deff": args.get("deff", "srs"),
    }


def measured(
    args: Mapping[str, Any], columns: Columns
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Columns to estimate and their names; a factor gives one column for each level."""
    if not args.get("factor"):
        return tuple(args["y"]), np.column_stack([columns.numbers(name) for name in args["y"]])
    parts = [(name, *indicators(typed(name, columns))) for name in args["y"]]
    names = tuple(f"{name}{level}" for name, levels, _ in parts for level in levels)
    return names, np.column_stack([part for _, _, part in parts])


def typed(name: str, columns: Columns) -> NDArray[Any]:
    """Give a column as numbers if all its cells are numbers, else as labels."""
    try:
        return columns.numbers(name)
    except UnreadableColumnError:
        return columns.labels(name)


def selected(where: Mapping[str, Any] | str, columns: Columns) -> NDArray[np.bool_]:
    """Find the rows of a condition, or of a mapping of column to the value it must have."""
    if isinstance(where, str):
        return rows_where(where, columns)
    inside = np.ones(columns.rows, dtype=bool)
    for name, value in where.items():
        cells = columns.labels(name) if isinstance(value, str) else columns.numbers(name)
        inside &= cells == value
    return inside
