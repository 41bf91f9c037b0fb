"""Sizes of samples and their allocation to strata."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sampling import shares
from sampling.bethel import Cheapest, cheapest_within
from sampling.demands import Demand, by_cv, by_margin, domains_of
from sampling.sharing import spread
from sampling.size import Interval, Size, mean, proportion
from sampling.stages import Floats
from sampling.stratified import standard_error
from tests.published.cases import UnsupportedError
from tests.published.comparing import listed
from tests.published.setting import Result, Setting, Statistics

CAPPED = "_capped"
TAKEN_WHOLE = 1e-9
INTERVALS: Mapping[str, Interval] = {"wald": "wald", "wilson": "wilson"}


def size_proportion(args: Mapping[str, Any], setting: Setting) -> Result:
    """Answers for a share, step by step."""
    known(args, "p", "margin", *SIZE_WORDS, "interval")
    name = args.get("interval") or "wald"
    if name not in INTERVALS:
        raise UnsupportedError(f"interval {name} is not supported yet")
    interval = INTERVALS[name]
    return steps(
        proportion(
            population(args), args["margin"], share=args["p"], interval=interval, **given(args)
        )
    )


def size_mean(args: Mapping[str, Any], setting: Setting) -> Result:
    """Answers for a mean, step by step."""
    known(args, "sd", "margin", *SIZE_WORDS)
    return steps(mean(population(args), args["margin"], deviation=args["sd"], **given(args)))


def allocation(args: Mapping[str, Any], setting: Setting) -> Result:
    """One number shared out by a rule, with the variances of means that it gives."""
    known(args, "method", "n", "S", "M", "power", "cost", "N", "min", "max")
    columns = setting.columns
    sizes = columns.numbers(args.get("N") or "N")
    method = args["method"].removesuffix(CAPPED)
    cap = limits("max", args, setting, sizes if args["method"].endswith(CAPPED) else np.inf)
    least = np.minimum(limits("min", args, setting, 0.0), cap)
    found = spread(shares_of(method, args, setting, sizes), args["n"], least, cap)
    variances = {
        f"var_mean_{name}": standard_error(sizes, columns.numbers(column), found, finite=True) ** 2
        for name, column in alike(args["S"], columns.names).items()
    }
    return {
        "n_h": found,
        "total": found.sum(),
        "capped_strata": (found >= sizes - TAKEN_WHOLE).sum(),
        **variances,
    }


def allocation_multivariate(args: Mapping[str, Any], setting: Setting) -> Result:
    """The cheapest sample that meets demands on several variables."""
    known(
        *(args, "cv", "margin", "confidence", "S", "M", "cost", "N"),
        *("domain", "fpc", "min", "max"),
    )
    columns = setting.columns
    sizes = columns.numbers(args.get("N") or "N")
    upper = limits("max", args, setting, np.inf)
    lower = np.minimum(limits("min", args, setting, 0.0), upper)
    asked = demands(args, setting, sizes)
    costs = columns.numbers(args["cost"]) if args.get("cost") else None
    fpc = args.get("fpc", True) is not False
    found = cheapest_within(lower, upper, sizes.astype(np.int64), asked, costs, fpc)
    return multivariate_result(found, asked)


def multivariate_result(found: Cheapest, asked: tuple[Demand, ...]) -> Result:
    """Name what the cheapest allocation tells."""
    return {
        "n_h": found.real,
        "total": found.real.sum(),
        "cost": found.cost,
        "multipliers": found.multipliers,
        "constraint_use": found.use,
        "achieved_se": found.errors,
        "achieved_cv": found.errors / np.array([demand.mean for demand in asked]),
    }


STATISTICS: Statistics = {
    "size_proportion": size_proportion,
    "size_mean": size_mean,
    "allocation": allocation,
    "allocation_multivariate": allocation_multivariate,
}

SIZE_WORDS = ("confidence", "N", "deff", "response_rate")
GIVEN = {"confidence": "confidence", "deff": "design_effect", "response_rate": "response_rate"}


def known(args: Mapping[str, Any], *words: str) -> None:
    """Refuse an argument that we would leave unheeded."""
    unknown = sorted(set(args) - {*words, "note"})
    if unknown:
        raise UnsupportedError(f"argument {', '.join(unknown)} is not supported yet")


def population(args: Mapping[str, Any]) -> int | None:
    """Size of the population, None where it has no end."""
    return None if args.get("N") is None else int(args["N"])


def given(args: Mapping[str, Any]) -> dict[str, float]:
    """Translate arguments into the options of our functions."""
    return {ours: args[word] for word, ours in GIVEN.items() if args.get(word) is not None}


def steps(size: Size) -> Result:
    """Name the steps of a size."""
    return {
        "n0": size.simple,
        "n_fpc": size.corrected,
        "n_deff": size.answers,
        "invited": size.invited,
    }


def shares_of(method: str, args: Mapping[str, Any], setting: Setting, sizes: Floats) -> Floats:
    """Find the shares of a rule by its name; a power may stand in the name too."""
    spreads = setting.columns.numbers(args["S"])
    if method.startswith("power"):
        exponent = args.get("power")
        exponent = float(method.rpartition("_")[2] if exponent is None else exponent)
        return shares.power(sizes, spreads, setting.columns.numbers(args["M"]), exponent)
    if method == "optimal_cost":
        costs = setting.columns.numbers(args.get("cost") or "cost")
        return shares.optimal(sizes, spreads, costs)
    if method == "neyman":
        return shares.neyman(sizes, spreads)
    rules = {"equal": shares.equal, "proportional": shares.proportional, "sqrt": shares.root}
    if method not in rules:
        raise UnsupportedError(f"method {method} is not supported yet")
    return rules[method](sizes)


def limits(word: str, args: Mapping[str, Any], setting: Setting, otherwise: Any) -> Any:
    """Read a limit: a column, a number, or what holds without one."""
    value = args.get(word)
    if value is None:
        return np.broadcast_to(otherwise, (setting.columns.rows,)).astype(float)
    if isinstance(value, str):
        return setting.columns.numbers(value)
    return np.full(setting.columns.rows, float(value))


def alike(column: str, names: tuple[str, ...]) -> dict[str, str]:
    """Find the deviations of every variable: columns named like one of them but for its number."""
    stem = column.rstrip("0123456789")
    numbered = {name.removeprefix(stem): name for name in names if name.startswith(stem)}
    return {f"y{number}": name for number, name in numbered.items() if number.isdecimal()}


def demands(args: Mapping[str, Any], setting: Setting, sizes: Floats) -> tuple[Demand, ...]:
    """Write what is asked of every variable, in every domain."""
    columns = setting.columns
    names, centres = listed(args["S"]), listed(args.get("M") or [])
    word = "cv" if args.get("cv") is not None else "margin"
    asked = np.broadcast_to(np.asarray(args[word], dtype=float), (len(names),)).tolist()
    domains = domains_of(columns.labels(args["domain"]).tolist()) if args.get("domain") else None
    found: list[Demand] = []
    for place, (name, limit) in enumerate(zip(names, asked, strict=True)):
        spreads = columns.numbers(name)
        if word == "cv":
            means = columns.numbers(centres[place])
            found += by_cv(name, sizes, spreads, means, limit, domains)
        else:
            confidence = args.get("confidence") or 0.95
            found += by_margin(name, sizes, spreads, limit, confidence=confidence, domains=domains)
    return tuple(found)
