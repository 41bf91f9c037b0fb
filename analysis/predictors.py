"""Variables known of every dossier as regressors, kept once for each combination that occurs.

Models of volunteers meet millions of frame rows that share a few thousand combinations of service,
channel, age and the like. Sums over rows become sums over combinations, weighted by how many rows
have them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.domains import missing, word
from analysis.model_errors import ModelError
from sampling.stages import Codes, Floats, Labels

INTERCEPT = ("(Intercept)", "")


@dataclass(frozen=True, eq=False)
class Predictors:
    """Regressors of n rows, by the c combinations of their values.

    Attributes
    ----------
    terms : tuple of (str, str), length p
        Variable and level of each regressor; the level of a number is "".
    patterns : ndarray, shape (c, p)
        Regressors of each combination: 1, then a 0/1 column for every level of a label but the
        first in alphabetical order, or the number itself.
    place : ndarray of int, shape (n,)
        Combination of each row.
    first_levels : mapping of str to str
        For each variable of labels, the level without a column.
    """

    terms: tuple[tuple[str, str], ...]
    patterns: Floats
    place: Codes
    first_levels: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """Each regressor as one word, such as "age 60+"."""
        return tuple(" ".join(filter(None, term)) for term in self.terms)

    def counted(self, weight: Floats | None = None) -> Floats:
        """Rows of each combination, or the sum of their weights: (c,)."""
        sums = np.bincount(self.place, weight, minlength=self.patterns.shape[0])
        return np.asarray(sums, dtype=float)

    def totals(self, weight: Floats | None = None) -> Floats:
        """Sum of each regressor over the rows, weighted: (p,)."""
        return self.counted(weight) @ self.patterns

    def level_totals(self, totals: Floats) -> dict[tuple[str, str], float]:
        """Rows in all and at every level, first levels included, from totals of the regressors."""
        found = {self.terms[0]: float(totals[0])}
        for name, first in self.first_levels.items():
            own = [at for at, term in enumerate(self.terms) if term[0] == name]
            found[name, first] = float(totals[0] - totals[own].sum())
            found.update({self.terms[at]: float(totals[at]) for at in own})
        return found


def predictors(*sources: Mapping[str, ArrayLike]) -> tuple[Predictors, ...]:
    """Code the variables of several sources alike, say of volunteers and of a frame.

    Parameters
    ----------
    sources : mapping of str to array_like of shape (n,)
        Variables by name, the same names in each source; labels become 0/1 columns, numbers stay
        as they are.

    Returns
    -------
    tuple of Predictors
        One for each source; all share their terms and patterns.

    Raises
    ------
    ModelError
        If there is no variable, sources differ in their variables, a variable is of labels here and
        of numbers there, or columns differ in length or have missing values.
    """
    names = tuple(sources[0])
    for source in sources:
        if set(source) != set(names):
            raise ModelError("different_columns", first=", ".join(names), second=", ".join(source))
    if not names:
        raise ModelError("no_variables")
    sizes = [source_rows(source) for source in sources]
    columns = {name: joined(name, [source[name] for source in sources]) for name in names}
    terms, first_levels = [INTERCEPT], {}
    place = np.zeros(sum(sizes), np.intp)
    tables = [np.ones((sum(sizes), 1))[:1]]
    for name, column in columns.items():
        levels, code = np.unique(column, return_inverse=True)
        found, place = np.unique(place * levels.size + code, return_inverse=True)
        tables = [table[found // levels.size] for table in tables]
        if levels.dtype.kind == "f":
            terms.append((name, ""))
            tables.append(levels[found % levels.size][:, None])
        else:
            first_levels[name] = word(levels[0])
            terms += [(name, word(level)) for level in levels[1:]]
            tables.append(np.eye(levels.size)[found % levels.size][:, 1:])
    patterns = np.hstack(tables)
    bounds = np.cumsum([0, *sizes])
    return tuple(
        Predictors(tuple(terms), patterns, place[bounds[at] : bounds[at + 1]], first_levels)
        for at in range(len(sources))
    )


def source_rows(source: Mapping[str, ArrayLike]) -> int:
    """Rows of one source, whose columns must agree."""
    sizes = {name: np.shape(column) for name, column in source.items()}
    rows = next(iter(sizes.values()), (0,))[0]
    for name, shape in sizes.items():
        if shape != (rows,):
            raise ModelError("uneven_model", name=name, shape=shape, rows=rows)
    return int(rows)


def joined(name: str, columns: Sequence[ArrayLike]) -> Labels:
    """Put a variable of all sources into one column, as numbers or as labels throughout."""
    arrays = [np.asarray(column) for column in columns]
    numeric = {array.dtype.kind in "buif" for array in arrays if array.size}
    if len(numeric) > 1:
        raise ModelError("different_kinds", column=name)
    kind = np.str_ if numeric == {False} else float
    column = np.concatenate([array.astype(kind) for array in arrays])
    absent = missing(column)
    if column.dtype.kind == "f":
        absent = ~np.isfinite(column)
    if absent.any():
        raise ModelError("missing_in_model", name=name, place=int(np.argmax(absent)))
    return column
