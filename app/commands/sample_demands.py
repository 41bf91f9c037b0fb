"""What `khaosat sample allocate` is asked to reach, read from options and told with the result."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from app.commands.reporting import locale
from app.commands.sample_strata import tell
from sampling.bethel import Cheapest
from sampling.demands import Demand, by_cv, by_margin, domains_of
from sampling.strata_table import Strata

HEADINGS = {
    "vi": {
        "variable": "Biến",
        "domain": "Miền",
        "asked": "Sai số chuẩn tối đa",
        "reached": "Sai số chuẩn đạt",
        "decides": "Quyết định cỡ mẫu",
    },
    "en": {
        "variable": "Variable",
        "domain": "Domain",
        "asked": "Greatest standard error",
        "reached": "Standard error reached",
        "decides": "Decides the size",
    },
}
YES = {"vi": ("có", "không"), "en": ("yes", "no")}


def asked_of(
    strata: Strata,
    cvs: Sequence[str],
    margins: Sequence[str],
    domain: str | None,
    confidence: float,
) -> tuple[Demand, ...]:
    """Turn options of the form x=0.05 into demands, in every domain of a column if one is named."""
    domains = None
    if domain is not None:
        domains = domains_of(labels(strata, domain))
    found: list[Demand] = []
    for variable, limit in map(read_option, cvs):
        deviations = column(strata.deviations, "sd", variable)
        means = column(strata.means, "mean", variable)
        word = variable_word(variable)
        found += by_cv(word, strata.sizes, deviations, means, limit, domains)
    for variable, limit in map(read_option, margins):
        deviations = column(strata.deviations, "sd", variable)
        found += by_margin(
            *(variable_word(variable), strata.sizes, deviations, limit),
            confidence=confidence,
            domains=domains,
        )
    return tuple(found)


def labels(strata: Strata, name: str) -> list[str]:
    """Labels of the domains; a stratum without one is told."""
    if name not in strata.columns.names:
        raise click.UsageError(f"--by {name}: không có cột này (no such column)")
    return [str(label) for label in strata.columns.labels(name).tolist()]


def read_option(text: str) -> tuple[str, float]:
    """Read x=0.05, or 0.05 for columns without a variable's name."""
    variable, _, number = text.rpartition("=")
    try:
        return variable, float(number.replace(",", "."))
    except ValueError as error:
        raise click.UsageError(f"{text}: viết x=0.05 (write x=0.05)") from error


def column(
    columns: Mapping[str, NDArray[np.float64]], kind: str, variable: str
) -> NDArray[np.float64]:
    """Find what a demand needs of a variable, or say which column is missing."""
    if variable not in columns:
        name = f"{kind}_{variable}" if variable else kind
        share = f"share_{variable}" if variable else "share"
        raise click.UsageError(f"cần cột {name} hoặc {share} (a column {name} or {share})")
    return columns[variable]


def variable_word(variable: str) -> str:
    """Name of a variable; columns without one are simply y."""
    return variable or "y"


def demand_rows(asked: Sequence[Demand], found: Cheapest, *, finite: bool) -> list[dict[str, Any]]:
    """What was asked, and what the whole sizes reach."""
    return [
        {
            "variable": demand.variable,
            "domain": demand.domain or None,
            "asked": demand.error,
            "reached": demand.standard_error(found.whole, finite=finite),
            "cv": cv(demand, found, finite=finite),
            "use": float(found.use[at]),
            "multiplier": float(found.multipliers[at]),
            "decides": bool(found.multipliers[at] > 0),
        }
        for at, demand in enumerate(asked)
    ]


def cv(demand: Demand, found: Cheapest, *, finite: bool) -> float | None:
    """Coefficient of variation reached, where the mean was told."""
    reached = demand.standard_error(found.whole, finite=finite) / demand.mean
    return reached if isfinite(reached) else None


def tell_demands(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print what was asked and reached."""
    yes, no = YES[locale()]
    tell([{**row, "decides": yes if row["decides"] else no} for row in rows], HEADINGS[locale()])
