"""Regressions and tests of their terms."""

from collections.abc import Mapping
from typing import Any

from analysis.regression import Regression, regression
from analysis.terms import term_test
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_means import options, settled, typed
from tests.published.stat_ratios import shared


def fitted(args: Mapping[str, Any], setting: Setting) -> Regression:
    """Fit the regression that arguments describe."""
    columns, design = settled(shared(args, {"x", "family"}), setting)
    return regression(
        columns.numbers(args["y"]),
        {name: typed(name, columns) for name in args["x"]},
        design,
        family=args["family"],
        missing=options(args)["missing"],
    )


def of_model(args: Mapping[str, Any], setting: Setting) -> Result:
    """Coefficients."""
    model = fitted(args, setting)
    return {
        "names": ["".join(term) for term in model.terms],
        "coef": model.parameters.value,
        "se": model.parameters.se,
        "vcov": model.parameters.covariance,
        "df_residual": model.parameters.df,
    }


def of_term(args: Mapping[str, Any], setting: Setting) -> Result:
    """Wald test of a term in the regression that the check names, or that the case has last."""
    described = {name: value for name, value in args.items() if name != "term"}
    model = fitted(described or last_model(args, setting), setting)
    found = term_test(model, args["term"])
    return {
        "F": found.F,
        "df": found.df,
        "ddf": found.residual_df,
        "p_value": found.p_value,
    }


def last_model(args: Mapping[str, Any], setting: Setting) -> Mapping[str, Any]:
    """Find the regression with the term that the case fitted last before it tests the term."""
    found: Mapping[str, Any] | None = None
    for check in setting.case.checks:
        if check.args is args:
            break
        if check.stat == "glm" and args["term"] in check.args["x"]:
            found = check.args
    if found is None:
        raise UnsupportedError(f"no regression with {args['term']} to test")
    return found


STATISTICS: Statistics = {"glm": of_model, "wald_term": of_term}
