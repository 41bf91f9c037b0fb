"""A table of strata as people hand it in: sizes, variation, costs and limits, checked by row."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sampling.columns import Columns
from sampling.errors import Fault, Texts, UnreadableColumnError, in_file_order
from sampling.strata_messages import STRATA_MESSAGES

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

STRATUM, SIZE = "stratum", "N"
WORDS = {"1": True, "yes": True, "có": True, "0": False, "no": False, "không": False, "": False}
# Columns of figures by name, sd_x and the like for a variable x, and what a cell must be.
RULES = (
    (re.compile(r"N"), "whole"),
    (re.compile(r"min|max"), "whole_or_empty"),
    (re.compile(r"cost"), "positive"),
    (re.compile(r"response"), "rate"),
    (re.compile(r"deff"), "positive"),
    (re.compile(r"sd(_.+)?"), "at_least_zero"),
    (re.compile(r"mean(_.+)?"), "at_least_zero"),
    (re.compile(r"share(_.+)?"), "share"),
)


class StrataFault(Fault):
    """Something to mend in a table of strata."""

    texts: ClassVar[Texts] = MappingProxyType({**Fault.texts, **STRATA_MESSAGES})


@dataclass(frozen=True, eq=False)
class Strata:
    """A sound table of strata; every column has H rows.

    Attributes
    ----------
    labels : tuple of str
        Name of each stratum, no two alike.
    sizes : ndarray of int
        Dossiers on the frame.
    deviations, means : mapping of str to ndarray
        Of every variable, "" for columns without a variable's name. A share p has the mean p
        and the deviation sqrt(p (1 - p) N / (N - 1)).
    costs, responses, effects : ndarray or None
        Cost of an answer, response rate, design effect; None without the column.
    least : ndarray of int
        0 where the table asks for nothing.
    most : ndarray of int
        The size where the table has no cap.
    take_all : ndarray of bool
        Strata to be asked whole.
    columns : Columns
        The table itself, for labels such as domains and kinds of units.
    """

    labels: tuple[str, ...]
    sizes: Counts
    deviations: Mapping[str, Floats]
    means: Mapping[str, Floats]
    costs: Floats | None
    responses: Floats | None
    effects: Floats | None
    least: Counts
    most: Counts
    take_all: NDArray[np.bool_]
    columns: Columns


def read_strata(columns: Columns) -> tuple[Strata | None, tuple[StrataFault, ...]]:
    """Read a table of strata.

    Parameters
    ----------
    columns : Columns
        `stratum` and `N`; optionally `sd`, `share` and `mean` (also `sd_x` … for a variable x),
        `cost`, `response`, `deff`, `min`, `max`, `take_all`. Others are left alone.

    Returns
    -------
    strata : Strata or None
        None when there are faults.
    faults : tuple of StrataFault
        Every one, in the order of the file.
    """
    missing = [name for name in (STRATUM, SIZE) if name not in columns.names]
    if missing:
        return None, tuple(StrataFault(None, name, "", "missing_column") for name in missing)
    faults = [*label_faults(columns), *figure_faults(columns), *word_faults(columns)]
    faults += [] if faults else limit_faults(columns)
    if faults:
        return None, in_file_order(faults)
    return strata_of(columns), ()


def label_faults(columns: Columns) -> Iterator[StrataFault]:
    """Name strata without a name or with another's."""
    first: dict[str, int] = {}
    for row, label in zip(columns.row_numbers.tolist(), columns.labels(STRATUM), strict=True):
        if not label:
            yield StrataFault(row, STRATUM, "", "missing_value")
        elif label in first:
            yield StrataFault(row, STRATUM, label, "repeated_stratum", {"first": first[label]})
        first.setdefault(str(label), row)


def rule_of(name: str) -> str | None:
    """Say what the cells of a column must be."""
    return next((rule for pattern, rule in RULES if pattern.fullmatch(name)), None)


def figure_faults(columns: Columns) -> Iterator[StrataFault]:
    """Name every cell that holds no number, or an impossible one."""
    for name in columns.names:
        rule = rule_of(name)
        if rule is None:
            continue
        try:
            figures = columns.numbers(name)
        except UnreadableColumnError as error:
            yield from (StrataFault(f.row, f.column, f.value, f.code) for f in error.faults)
            continue
        cells = columns.labels(name)
        for place in np.flatnonzero(~sound(figures, rule)).tolist():
            code = "missing_value" if np.isnan(figures[place]) else f"not_{rule}"
            row = int(columns.row_numbers[place])
            yield StrataFault(row, name, str(cells[place]), code.removesuffix("_or_empty"))


def sound(figures: Floats, rule: str) -> NDArray[np.bool_]:
    """Tell which figures keep a rule."""
    if rule == "whole_or_empty":
        return np.asarray(np.isnan(figures) | sound(figures, "whole"))
    if rule == "whole":
        return np.asarray((figures >= 0) & (figures % 1 == 0) & (figures < 2**53))
    if rule == "positive":
        return np.asarray((figures > 0) & np.isfinite(figures))
    if rule == "rate":
        return np.asarray((figures > 0) & (figures <= 1))
    if rule == "share":
        return np.asarray((figures >= 0) & (figures <= 1))
    return np.asarray((figures >= 0) & np.isfinite(figures))


def word_faults(columns: Columns) -> Iterator[StrataFault]:
    """Name every cell of `take_all` that is neither yes nor no."""
    if "take_all" not in columns.names:
        return
    cells = columns.labels("take_all")
    for row, cell in zip(columns.row_numbers.tolist(), cells.tolist(), strict=True):
        if cell.strip().lower() not in WORDS:
            allowed = ", ".join(filter(None, WORDS))
            yield StrataFault(row, "take_all", cell, "unknown_word", {"allowed": allowed})


def limit_faults(columns: Columns) -> list[StrataFault]:
    """Name every stratum that must give more than it may."""
    found = strata_of(columns)
    needed = np.where(found.take_all, found.sizes, np.minimum(found.least, found.sizes))
    return [
        StrataFault(
            int(columns.row_numbers[place]),
            "max",
            str(int(found.most[place])),
            "cap_below_minimum",
            {"needed": int(needed[place])},
        )
        for place in np.flatnonzero(needed > found.most).tolist()
    ]


def still_faults(columns: Columns) -> tuple[StrataFault, ...]:
    """Name strata in which nothing varies, for which no margin asks for a size."""
    return in_file_order(
        StrataFault(
            int(columns.row_numbers[place]),
            name,
            str(columns.labels(name)[place]),
            "no_variation",
        )
        for name in ("share", "sd")
        if name in columns.names
        for place in np.flatnonzero(
            (columns.numbers(name) == 0) | ((name == "share") & (columns.numbers(name) == 1))
        ).tolist()
    )


def strata_of(columns: Columns) -> Strata:
    """Take a sound table apart."""
    sizes = columns.numbers(SIZE).astype(np.int64)
    deviations, means = variables(columns, sizes)
    named = columns.names
    least = columns.numbers("min") if "min" in named else np.zeros(sizes.size)
    most = columns.numbers("max") if "max" in named else np.full(sizes.size, np.nan)
    words = columns.labels("take_all").tolist() if "take_all" in named else [""] * sizes.size
    return Strata(
        labels=tuple(columns.labels(STRATUM).tolist()),
        sizes=sizes,
        deviations=deviations,
        means=means,
        costs=columns.numbers("cost") if "cost" in named else None,
        responses=columns.numbers("response") if "response" in named else None,
        effects=columns.numbers("deff") if "deff" in named else None,
        least=np.nan_to_num(least).astype(np.int64),
        most=np.where(np.isnan(most), sizes, np.minimum(np.nan_to_num(most), sizes)).astype(
            np.int64
        ),
        take_all=np.array([WORDS[word.strip().lower()] for word in words], dtype=bool),
        columns=columns,
    )


def variables(columns: Columns, sizes: Counts) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Collect deviations and means by variable; a deviation that is told beats a share's."""
    deviations: dict[str, Floats] = {}
    means: dict[str, Floats] = {}
    finite = sizes / np.maximum(sizes - 1, 1)
    for name in (name for name in columns.names if rule_of(name) == "share"):
        share, variable = columns.numbers(name), name.partition("_")[2]
        deviations[variable] = np.sqrt(share * (1 - share) * finite)
        means[variable] = share
    for name in columns.names:
        kind, _, variable = name.partition("_")
        if kind in {"sd", "mean"} and rule_of(name) is not None:
            (deviations if kind == "sd" else means)[variable] = columns.numbers(name)
    return deviations, means
