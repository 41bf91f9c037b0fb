"""Small areas: Fay-Herriot and beta-binomial smoothing."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.area_variance import Method
from analysis.beta_binomial import beta_binomial as smoothed_shares
from analysis.small_area import fay_herriot as small_areas
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics

METHODS: dict[str, Method] = {"REML": "reml", "ML": "ml", "FH": "moment"}


def fay_herriot(args: Mapping[str, Any], setting: Setting) -> Result:
    """Area-level regression."""
    known(args, {"method", "y", "vardir", "x"})
    if args["method"] not in METHODS:
        raise UnsupportedError(f"method {args['method']} is not supported yet")
    columns = setting.columns
    found = small_areas(
        columns.numbers(args["y"]),
        columns.numbers(args["vardir"]),
        {name: columns.numbers(name) for name in args["x"]},
        method=METHODS[args["method"]],
    )
    return {
        "sigma2_u": found.model_variance,
        "beta": found.coefficients,
        "beta_se": np.sqrt(np.diag(found.covariance)),
        "gamma": found.gamma,
        "eblup": found.value,
        "g1": found.g1,
        "g2": found.g2,
        "g3": found.g3,
        "mse": found.mse,
    }


def beta_binomial_eb(args: Mapping[str, Any], setting: Setting) -> Result:
    """Empirical Bayes shares."""
    known(args, {"successes", "trials"})
    columns = setting.columns
    found = smoothed_shares(columns.numbers(args["successes"]), columns.numbers(args["trials"]))
    lower, upper = found.interval(0.95)
    return {
        "alpha": found.alpha,
        "beta": found.beta,
        "loglik": found.log_likelihood,
        "posterior_mean": found.value,
        "lower95": lower,
        "upper95": upper,
    }


STATISTICS: Statistics = {"fay_herriot": fay_herriot, "beta_binomial_eb": beta_binomial_eb}


def known(args: Mapping[str, Any], names: set[str]) -> None:
    """Refuse arguments that we lack."""
    unknown = sorted(set(args) - names)
    if unknown:
        raise UnsupportedError(f"argument {', '.join(unknown)} is not supported yet")
