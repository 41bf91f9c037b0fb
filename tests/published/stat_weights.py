"""Weights: calibration, trimming and non-response."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sampling.calibration import Calibrated, calibrate, poststratify
from sampling.coding import classes
from sampling.columns import Columns
from sampling.errors import UnreadableColumnError
from sampling.logistic import LogisticFit, logistic
from sampling.margins import Margins, margins_of
from sampling.nonresponse import adjust_by_propensity, adjust_in_classes, propensity_classes
from sampling.raking import rake
from sampling.trimming import trim
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics

Floats = NDArray[np.float64]

# Closer than published numbers must be met, so that the stopping rule plays no part.
EXACT = 1e-12
METHODS: Mapping[str, Callable[[Floats, Margins, Any], Calibrated]] = {
    "poststrat": lambda base, margins, _: poststratify(base, margins.categories[0]),
    "rake": lambda base, margins, _: rake(base, margins, tolerance=EXACT),
    "cal_linear": lambda base, margins, _: calibrate(base, margins, tolerance=EXACT),
    "cal_raking": lambda base, margins, _: calibrate(base, margins, "raking", tolerance=EXACT),
    "cal_linear_bounded": lambda base, margins, bounds: calibrate(
        base, margins, "truncated", bounds=bounds, tolerance=EXACT
    ),
    "cal_logit": lambda base, margins, bounds: calibrate(
        base, margins, "logit", bounds=bounds, tolerance=EXACT
    ),
}
TRIMMINGS = {"trim": False, "trim_strict": True}
ADJUSTMENT = {"adjustment", "vars", "bounds", "after", "lower", "upper"}


def adjusted(args: Mapping[str, Any], setting: Setting) -> tuple[Floats, Calibrated]:
    """Weights that an adjustment makes of the design's, and the calibration to credit."""
    adjustment = args["adjustment"]
    if adjustment in TRIMMINGS:
        calibration = calibrated(args["after"], args, setting)
        weight = trim(
            calibration.weight,
            lower=args["lower"],
            upper=args["upper"],
            strict=TRIMMINGS[adjustment],
        )
        return weight, calibration
    calibration = calibrated(adjustment, args, setting)
    return calibration.weight, calibration


def calibrated(adjustment: str, args: Mapping[str, Any], setting: Setting) -> Calibrated:
    """Calibrate the base weights."""
    if adjustment not in METHODS:
        raise UnsupportedError(f"adjustment {adjustment} is not supported yet")
    described = setting.case.design
    known = {
        item["var"]: dict(zip(item["levels"], item["totals"], strict=True))
        for item in described["margins"]
    }
    totals = described.get("numeric_totals") or {}
    # Trimming does not repeat the variables of the raking before it: they are all margins.
    names = args.get("vars", [*known])
    margins = margins_of(
        {name: cells(name, name in totals, setting.columns) for name in names},
        {name: known[name] for name in names if name in known},
        {name: totals[name] for name in names if name in totals},
    )
    base = setting.columns.numbers(described["weights"])
    return METHODS[adjustment](base, margins, args.get("bounds"))


def cells(name: str, number: bool, columns: Columns) -> NDArray[Any]:
    """Give a column as numbers or labels."""
    return columns.numbers(name) if number else columns.labels(name)


def weights(args: Mapping[str, Any], setting: Setting) -> Result:
    """How adjusted weights spread."""
    refuse_unknown(args, ADJUSTMENT)
    weight, _ = adjusted(args, setting)
    return {
        "sum": weight.sum(),
        "min": weight.min(),
        "max": weight.max(),
        "cv": weight.std(ddof=1) / weight.mean(),
        "kish_deff": weight.size * (weight**2).sum() / weight.sum() ** 2,
    }


def response_classes(args: Mapping[str, Any], setting: Setting) -> Result:
    """Adjust within crossed classes, or within fifths of the propensity when none are named."""
    refuse_unknown(args, {"classes"})
    base, answered = sample(setting)
    columns = setting.columns
    if "classes" in args:
        within = classes([columns.labels(name) for name in args["classes"]])
        breaks = None
    else:
        propensity = fitted(propensity_terms(setting), setting, None).propensity
        breaks, within = propensity_classes(propensity)
    result = adjust_in_classes(base, answered, within)
    return {
        "names": within.labels(),
        "factor": result.factor,
        "breaks": breaks,
        "counts": np.bincount(within.codes),
        **summary(result.weight, setting),
    }


def response_logit(args: Mapping[str, Any], setting: Setting) -> Result:
    """Fit the propensity to answer and divide by it."""
    refuse_unknown(args, {"x"})
    base, answered = sample(setting)
    weighted = "weights" in getattr(args, "call", "")
    fit = fitted(args["x"], setting, base if weighted else None)
    weight = adjust_by_propensity(base, answered, fit.propensity)
    return {"names": fit.names, "coef": fit.coefficient, **summary(weight, setting)}


def fitted(names: list[str], setting: Setting, weight: Floats | None) -> LogisticFit:
    """Fit who answered by some columns."""
    return logistic(
        {name: typed(name, setting.columns) for name in names}, sample(setting)[1], weight
    )


def propensity_terms(setting: Setting) -> list[str]:
    """Give the variables of the case's model of propensity, of which there must be one."""
    models = [check.args["x"] for check in setting.case.checks if check.stat == "logit"]
    if not models or any(model != models[0] for model in models):
        raise UnsupportedError("fifths of the propensity need one model of it")
    return list(models[0])


def sample(setting: Setting) -> tuple[Floats, NDArray[np.bool_]]:
    """Base weights, and who answered."""
    described = setting.case.design
    answered = setting.columns.numbers(described["response"])
    return setting.columns.numbers(described["weights"]), answered == 1


def summary(weight: Floats, setting: Setting) -> dict[str, Any]:
    """Sum of weights, and the mean that they give to the score of those who answered."""
    counts = weight > 0
    score = setting.columns.numbers("score")[counts]
    return {"total_weight": weight.sum(), "mean_score": np.average(score, weights=weight[counts])}


def typed(name: str, columns: Columns) -> NDArray[Any]:
    """Give a column as numbers if all its cells are numbers, else as labels."""
    try:
        return columns.numbers(name)
    except UnreadableColumnError:
        return columns.labels(name)


def refuse_unknown(args: Mapping[str, Any], known: set[str]) -> None:
    """Name an argument that we lack."""
    unknown = sorted(set(args) - known)
    if unknown:
        raise UnsupportedError(f"argument {', '.join(unknown)} is not supported yet")


STATISTICS: Statistics = {
    "weights": weights,
    "nonresponse_class": response_classes,
    "logit": response_logit,
}
