"""Standings as a table and as values for JSON."""

import csv
import io
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from analysis.index.ranking import Standing
from analysis.scoring.numbers import exact_text
from analysis.scoring.scheme import Scheme

COLUMNS = ("group", "rank", "unit", "total", "max_applicable", "percent", "band")
NO_BAND = "chưa xếp nhóm"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def result_csv(scheme: Scheme, standings: Iterable[Standing]) -> str:
    """Write standings as CSV, one row a unit.

    Parameters
    ----------
    scheme : Scheme
        Its fields become columns after the fixed ones.
    standings : iterable of Standing
        As `ranking.rank` gives them.

    Returns
    -------
    str
        Columns `group,rank,unit,total,max_applicable,percent,band` and one for each field with
        the field's points. Numbers have a decimal point and are not rounded: all digits where
        the decimal ends, else 20 significant digits. Text that a spreadsheet would take for a
        formula has an apostrophe in front. Without a band: "chưa xếp nhóm".
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *(harmless(field.code) for field in scheme.fields)])
    for standing in standings:
        totals = standing.totals
        writer.writerow(
            [
                harmless(totals.group),
                standing.rank,
                harmless(totals.unit),
                exact_text(totals.total),
                exact_text(totals.max_applicable),
                exact_text(totals.percent),
                harmless(standing.band or NO_BAND),
                *(exact_text(totals.fields[field.code]) for field in scheme.fields),
            ]
        )
    return text.getvalue()


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def result_values(scheme: Scheme, standings: Iterable[Standing]) -> dict[str, Any]:
    """Give standings as values for JSON.

    Parameters
    ----------
    scheme : Scheme
        The criteria set.
    standings : iterable of Standing
        As `ranking.rank` gives them.

    Returns
    -------
    dict
        Numbers are the nearest doubles, for reading; `exact` holds total, maximum and percent
        as fractions in text, for checking. `band` is None without a band.
    """
    return {
        "scheme": scheme.name,
        "results": [standing_values(standing) for standing in standings],
    }


def standing_values(standing: Standing) -> dict[str, Any]:
    """Give one unit's standing as values for JSON."""
    totals = standing.totals
    exact = {
        "total": totals.total,
        "max_applicable": totals.max_applicable,
        "percent": totals.percent,
    }
    return {
        "group": totals.group,
        "rank": standing.rank,
        "unit": totals.unit,
        **floats(exact),
        "band": standing.band,
        "direct": float(totals.direct),
        "survey": float(totals.survey),
        "bonus": float(totals.bonus),
        "penalty": float(totals.penalty),
        "fields": floats(totals.fields),
        "criteria": floats(totals.criteria),
        "provenance": dict(totals.provenance),
        "exact": {name: str(number) for name, number in exact.items()},
    }


def floats(numbers: Mapping[str, Fraction]) -> dict[str, float]:
    """Give the nearest double of every number."""
    return {name: float(number) for name, number in numbers.items()}
