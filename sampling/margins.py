"""What is known of the population: totals by level, and totals of numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from sampling.coding import Codes, Column, Floats, coded, counted, refuse_missing
from sampling.errors import WeightingError
from sampling.regressors import Regressors

# Margins that agree to this share count as agreeing; the rest is rounding.
AGREEMENT = 1e-9
CROSSED = "*"


@dataclass(frozen=True, eq=False)
class Margin:
    """The population by the levels of one variable, or of several crossed.

    Attributes
    ----------
    name : str
        The variable; crossed ones joined by "*".
    codes : ndarray of int, shape (n,)
        Level of each row, 0 to L - 1.
    levels : tuple of str, length L
        Names of the levels.
    totals : ndarray, shape (L,)
        Units of the population at each level, all positive.
    """

    name: str
    codes: Codes
    levels: tuple[str, ...]
    totals: Floats

    def sums(self, weight: Floats) -> Floats:
        """Add up weights by level: (n,) to (L,)."""
        return counted(self.codes, self.totals.size, weight)


@dataclass(frozen=True, eq=False)
class NumericTotal:
    """A number known of every row and its total over the population.

    Attributes
    ----------
    name : str
        The variable.
    values : ndarray, shape (n,)
        What each row has of it.
    total : float
        What the population has of it.
    """

    name: str
    values: Floats
    total: float


@dataclass(frozen=True, eq=False)
class Margins:
    """Totals that weights must meet.

    Attributes
    ----------
    categories : tuple of Margin
        Whose totals add up to one population.
    numbers : tuple of NumericTotal
        May be empty.

    Raises
    ------
    WeightingError
        If there is nothing to meet, columns differ in length, or margins add up to different
        populations.
    """

    categories: tuple[Margin, ...]
    numbers: tuple[NumericTotal, ...] = ()

    def __post_init__(self) -> None:
        lengths = {part.codes.size for part in self.categories}
        lengths |= {part.values.size for part in self.numbers}
        if len(lengths) != 1:
            raise WeightingError("uneven_classes")
        if not self.categories:
            return
        first = self.categories[0]
        size = first.totals.sum()
        for other in self.categories[1:]:
            if abs(other.totals.sum() - size) > AGREEMENT * size:
                raise WeightingError(
                    "margins_disagree",
                    first=first.name,
                    first_total=float(size),
                    second=other.name,
                    second_total=float(other.totals.sum()),
                )
        # What rounding left between them would keep the weights from settling.
        scaled = tuple(
            replace(part, totals=part.totals * (size / part.totals.sum()))
            for part in self.categories
        )
        # The margin with most levels comes first: its part of the normal equations is diagonal.
        ordered = tuple(sorted(scaled, key=lambda part: -part.totals.size))
        object.__setattr__(self, "categories", ordered)

    @property
    def rows(self) -> int:
        """Rows that carry the margins."""
        parts = (*(p.codes for p in self.categories), *(p.values for p in self.numbers))
        return int(parts[0].size)

    def regressors(self) -> Regressors:
        """Columns of the calibration, never written out."""
        return Regressors(
            tuple(part.codes for part in self.categories),
            tuple(part.totals.size for part in self.categories),
            tuple(part.values for part in self.numbers),
        )

    def wanted(self) -> Floats:
        """Totals to meet, in the order of `regressors`."""
        parts = [part.totals[bool(at) :] for at, part in enumerate(self.categories)]
        return np.concatenate([*parts, [part.total for part in self.numbers]])

    def described(self, parameter: int) -> dict[str, str]:
        """Name and level of a column of `regressors`, for messages."""
        for at, part in enumerate(self.categories):
            levels = part.levels[bool(at) :]
            if parameter < len(levels):
                return {"name": part.name, "level": levels[parameter]}
            parameter -= len(levels)
        return {"name": self.numbers[parameter].name, "level": "∑"}

    def meet(self, weight: Floats, tolerance: float = 1e-9) -> bool:
        """Tell whether weights give all the totals."""
        wanted = self.wanted()
        reached = self.regressors().totals(weight)
        return bool((np.abs(reached - wanted) <= tolerance * np.abs(wanted)).all())


def margin(
    columns: Mapping[str, ArrayLike], totals: Mapping[str | tuple[str, ...], float]
) -> Margin:
    """Code a variable, or several crossed, by the levels that have totals.

    Parameters
    ----------
    columns : mapping of str to array_like, each of shape (n,)
        One column, or several to cross. Labels or numbers; none may be missing.
    totals : mapping of str or tuple of str to float
        Units of the population at each level; for crossed columns the keys are tuples. A level
        of 0 that no row has is left out.

    Returns
    -------
    Margin
        With levels in the order of `totals`.

    Raises
    ------
    WeightingError
        If a value is missing, a row has a level without a total, or a total is negative or not
        finite, or 0 for a level that rows have.
    """
    name = CROSSED.join(columns)
    arrays = {part: np.asarray(column) for part, column in columns.items()}
    keys = [(key,) if isinstance(key, str) else key for key in totals]
    if not keys or any(len(key) != len(arrays) for key in keys):
        raise WeightingError("bad_levels", name=name)
    counts = np.array([*totals.values()], dtype=float)
    labels = [CROSSED.join(key) for key in keys]
    wrong = ~(np.isfinite(counts) & (counts >= 0))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise WeightingError("bad_total", name=name, level=labels[at], total=float(counts[at]))
    codes = crossed_codes(name, arrays, keys)
    present = np.bincount(codes, minlength=counts.size) > 0
    barred = present & (counts == 0)
    if barred.any():
        raise WeightingError("zero_total", name=name, level=labels[int(np.argmax(barred))])
    kept = np.flatnonzero(counts > 0)
    if kept.size == 0:
        raise WeightingError("bad_levels", name=name)
    if kept.size < counts.size:
        renumbered = np.zeros(counts.size, np.intp)
        renumbered[kept] = np.arange(kept.size)
        codes = renumbered[codes]
    return Margin(name, codes, tuple(labels[at] for at in kept), counts[kept])


def crossed_codes(name: str, arrays: Mapping[str, Column], keys: list[tuple[str, ...]]) -> Codes:
    """Find the key of each row."""
    parts: list[Codes] = []
    shape: list[int] = []
    flat = np.zeros(len(keys), np.intp)
    for at, (part, column) in enumerate(arrays.items()):
        refuse_missing(part, column)
        levels = [*dict.fromkeys(key[at] for key in keys)]
        codes = coded(part, column, levels)
        if codes.size and codes.min() < 0:
            place = int(np.argmin(codes))
            raise WeightingError("level_without_total", name=part, level=str(column[place]))
        parts.append(codes)
        shape.append(len(levels))
        flat = flat * len(levels) + np.array([levels.index(key[at]) for key in keys], np.intp)
    if len({codes.shape for codes in parts}) != 1:
        raise WeightingError("uneven_classes")
    if len(parts) == 1:
        return parts[0]
    table = np.full(int(np.prod(shape)), -1, np.intp)
    table[flat] = np.arange(len(keys))
    crossed = table[np.ravel_multi_index(parts, shape)]
    if crossed.min() < 0:
        place = int(np.argmin(crossed))
        level = CROSSED.join(str(column[place]) for column in arrays.values())
        raise WeightingError("level_without_total", name=name, level=level)
    return crossed


def numeric_total(name: str, values: ArrayLike, total: float) -> NumericTotal:
    """Check a number and its total.

    Raises
    ------
    WeightingError
        If a value is missing or not finite, or the total is.
    """
    column = np.asarray(values, dtype=float)
    refuse_missing(name, column)
    if not (np.isfinite(total) and np.isfinite(column).all()):
        raise WeightingError("bad_total", name=name, level="∑", total=float(total))
    return NumericTotal(name, column, float(total))


def margins_of(
    columns: Mapping[str, ArrayLike],
    margins: Mapping[str, Mapping[str, float]],
    totals: Mapping[str, float] | None = None,
) -> Margins:
    """Put together what is known of the population.

    Parameters
    ----------
    columns : mapping of str to array_like, each of shape (n,)
        The sample.
    margins : mapping of str to mapping of str to float
        For each variable the population at each level. Crossed variables are joined by "*", and so
        are their levels: ``{"service*sex": {"land*F": 812, ...}}``.
    totals : mapping of str to float, optional
        Totals of numbers.

    Returns
    -------
    Margins
        Ready to calibrate with.

    Raises
    ------
    WeightingError
        As `margin`, `numeric_total` and `Margins` do, or if a variable is not in `columns`.
    """
    names = [part for name in margins for part in name.split(CROSSED)]
    for name in (*names, *(totals or {})):
        if name not in columns:
            raise WeightingError("unknown_margin", name=name)
    return Margins(
        tuple(
            margin(
                {part: columns[part] for part in name.split(CROSSED)},
                {tuple(level.split(CROSSED)): total for level, total in by_level.items()}
                if CROSSED in name
                else {(level,): total for level, total in by_level.items()},
            )
            for name, by_level in margins.items()
        ),
        tuple(numeric_total(name, columns[name], total) for name, total in (totals or {}).items()),
    )


def held(margins: Margins, weight: Floats) -> Margins:
    """The same variables with the totals that given weights have now."""
    return Margins(
        tuple(replace(part, totals=part.sums(weight)) for part in margins.categories),
        tuple(replace(part, total=float(weight @ part.values)) for part in margins.numbers),
    )
