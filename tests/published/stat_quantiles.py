"""Quantiles."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.quantiles import quantile
from tests.published.cases import UnsupportedError
from tests.published.setting import Result, Setting, Statistics
from tests.published.stat_means import options, settled
from tests.published.stat_ratios import shared


def of_quantile(args: Mapping[str, Any], setting: Setting) -> Result:
    """Quantiles at the probabilities that the check lists."""
    columns, design = settled(shared(args, {"qrule", "interval", "probs"}), setting)
    found = quantile(
        columns.numbers(args["y"]),
        probabilities(args, setting),
        design,
        rule=args["qrule"],
        interval=args["interval"] or "beta",
        missing=options(args)["missing"],
    )
    return {
        "probs": found.probability,
        "quantile": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "se": found.se,
    }


def probabilities(args: Mapping[str, Any], setting: Setting) -> Sequence[float]:
    """At which probabilities: like names, a check lists them beside its numbers."""
    if "probs" in args:
        return list(args["probs"])
    for check in setting.case.checks:
        if check.args is args and "probs" in check.expect:
            return list(check.expect["probs"])
    raise UnsupportedError("quantiles without probabilities are not supported")


STATISTICS: Statistics = {"quantile": of_quantile}
