"""From a specification and a table of answers to rows of results, or to the faults of both."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.conditions import rows_where
from analysis.domains import Domains, crossed, everything, missing
from analysis.results import Question, ResultRow
from analysis.specification import DesignColumns, Request, Specification, SpecificationFault
from sampling.columns import Columns
from sampling.design import Design, multistage
from sampling.errors import Fault, SamplingError, UnknownColumnError, UnreadableColumnError
from sampling.recipe import Recipe
from sampling.stages import Labels
from sampling.tabular import Table
from sampling.weighing import weigh

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def estimated(
    specification: Specification, table: Table, recipe: Recipe | None = None
) -> tuple[tuple[ResultRow, ...], tuple[Fault, ...]]:
    """Estimate all that a specification asks for.

    Parameters
    ----------
    specification : Specification
        What to estimate; whether missing answers are faults or narrow the domain.
    table : Table
        One row for each answer, with the columns of the design.
    recipe : Recipe, optional
        As for `estimated_from`.

    Returns
    -------
    rows : tuple of ResultRow
        For each estimate, variable and domain in turn; empty when there are faults.
    faults : tuple of Fault
        Everything in the table that keeps an estimate from being made.
    """
    if table.faults or not table.rows:
        return (), table.faults or (Fault(None, "", "", "no_rows"),)
    return estimated_from(specification, Columns.of(table), table.header_row, recipe)


def estimated_from(
    specification: Specification,
    columns: Columns,
    header_row: int = 1,
    recipe: Recipe | None = None,
) -> tuple[tuple[ResultRow, ...], tuple[Fault, ...]]:
    """Estimate all that a specification asks for, from columns.

    Parameters
    ----------
    specification, recipe
        The recipe makes the weights, from the design's: it begins with the same column. Standard
        errors credit its calibrations.
    columns : Columns
        One row for each answer or, with a recipe that adjusts for non-response, for each sampled.
    header_row : int
        Where the names of the columns stand, for faults.

    Returns
    -------
    rows, faults
        As `estimated` does.
    """
    run = Run(columns, header_row)
    design = run.design(specification.design)
    if recipe is not None and design is not None:
        design = run.weighed(design, specification, recipe)
    rows = [
        row
        for request in specification.requests
        for row in run.results(request, design, drop_missing=specification.drop_missing)
    ]
    faults = tuple(run.faults)
    return (() if faults else tuple(rows)), faults


@dataclass
class Run:
    """One pass over a table that notes every fault on the way."""

    columns: Columns
    header_row: int
    faults: list[Fault] = field(default_factory=list)
    noted: set[tuple[int | None, str, str]] = field(default_factory=set)

    def note(self, faults: Iterable[Fault]) -> None:
        """Add faults that are not yet known."""
        for fault in faults:
            place = (fault.row, fault.column, fault.code)
            if place not in self.noted:
                self.noted.add(place)
                self.faults.append(fault)

    def blame_rows(self, wrong: Bools, column: str, code: str) -> None:
        """Add a fault for each row that is wrong."""
        cells = self.columns.labels(column)
        self.note(
            SpecificationFault(int(self.columns.row_numbers[row]), column, str(cells[row]), code)
            for row in np.flatnonzero(wrong).tolist()
        )

    def blame_missing(
        self, absent: Bools, variable: str, by: Domains, design: Design | None
    ) -> None:
        """Add a fault for each row that counts in a domain and did not answer."""
        counts = by.codes >= 0 if design is None else (by.codes >= 0) & (design.weight > 0)
        self.note(
            SpecificationFault(
                int(self.columns.row_numbers[row]),
                variable,
                "",
                "missing_answer",
                {"domain": by.labels(" · ")[by.codes[row]] or "-"},
            )
            for row in np.flatnonzero(absent & counts).tolist()
        )

    def attempt(self, column: str, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Do something with columns; None after noting why it cannot be done."""
        try:
            return act(*args, **options)
        except UnreadableColumnError as error:
            self.note(error.faults)
        except UnknownColumnError as error:
            name = str(error.params["column"])
            self.note([SpecificationFault(self.header_row, name, "", "missing_column")])
        except SamplingError as error:
            self.note([SpecificationFault(None, column, "", "reason", {"reason": error})])
        return None

    def design(self, described: DesignColumns) -> Design | None:
        """Build the design from its columns, None when they have faults."""
        before = len(self.faults)
        for name in described.names():
            labels = self.attempt(name, self.columns.labels, name)
            if labels is not None:
                self.blame_rows(labels == "", name, "missing_value")
        weights = self.numbers(described.weights)
        populations = [self.numbers(name) for name in described.populations]
        if weights is not None:
            self.blame_rows(weights < 0, described.weights, "negative_weight")
        if len(self.faults) > before or weights is None:
            return None
        design: Design | None = self.attempt(
            (described.clusters or described.strata or (described.weights,))[0],
            multistage,
            weights,
            [self.columns.labels(name) for name in described.strata],
            [self.columns.labels(name) for name in described.clusters],
            populations,
            nest=described.nest,
            lonely=described.lonely,
        )
        return design

    def numbers(self, name: str | None) -> NDArray[np.float64] | None:
        """A column as numbers, None when there is none to read."""
        return None if name is None else self.attempt(name, self.columns.numbers, name)

    def labels(self, name: str | None) -> NDArray[np.str_] | None:
        """A column as labels, None when there is none to read."""
        return None if name is None else self.columns.labels(name)

    def results(
        self, request: Request, design: Design | None, *, drop_missing: bool
    ) -> Iterable[ResultRow]:
        """Estimate each variable of a request over its domains."""
        inside = self.inside(request)
        by = self.domains(request, inside, drop_missing=drop_missing)
        found = [self.column(name, request.stat) for name in request.of]
        if by is None or any(column is None for column in found):
            return []
        columns = [column for column in found if column is not None]
        if not drop_missing:
            for name, column in zip(request.of, columns, strict=True):
                self.blame_missing(missing(column), name, by, design)
        if self.faults or design is None:
            return []
        asked = Question(request, columns, by, design, "drop" if drop_missing else "propagate")
        return self.attempt(request.of[0], lambda: [*asked.answers()]) or []

    def weighed(
        self, design: Design, specification: Specification, recipe: Recipe
    ) -> Design | None:
        """Let a recipe make the weights of a design."""
        if recipe.base != specification.design.weights:
            params = {"base": recipe.base}
            weights = specification.design.weights
            self.note([SpecificationFault(None, "design.weights", weights, "another_base", params)])
            return None
        found, faults = weigh(recipe, self.columns)
        self.note(faults)
        if found is None:
            return None
        return replace(design, weight=found.weight, calibration=found.calibration)

    def column(self, name: str, stat: str) -> Floats | Labels | None:
        """A column to estimate from; a proportion may be asked of labels."""
        if stat == "proportion":
            try:
                return self.columns.numbers(name)
            except UnreadableColumnError:
                return self.columns.labels(name)
            except UnknownColumnError:
                pass  # told as for every other column
        return self.numbers(name)

    def inside(self, request: Request) -> Bools | None:
        """Rows that meet the request's condition."""
        if request.where is None:
            return np.ones(self.columns.rows, dtype=bool)
        where = request.where
        inside: Bools | None = self.attempt(
            f"{request.name}.where", rows_where, where, self.columns
        )
        if inside is not None and not inside.any():
            self.note([SpecificationFault(None, f"{request.name}.where", where, "nobody")])
            return None
        return inside

    def domains(
        self, request: Request, inside: Bools | None, *, drop_missing: bool
    ) -> Domains | None:
        """Domains of a request among the rows of its condition."""
        labels = [self.attempt(name, self.columns.labels, name) for name in request.over]
        if inside is None or any(column is None for column in labels):
            return None
        if not request.over:
            codes = np.where(inside, everything(self.columns.rows).codes, -1)
            return Domains(codes, ((),))
        if not drop_missing:
            for name, column in zip(request.over, labels, strict=True):
                self.blame_rows((column == "") & inside, name, "missing_value")
        return crossed(labels, inside=inside)
