"""A recipe applied to a table: weights after each step, and what each step did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.calibration import calibrate, poststratify
from sampling.coding import Classes, classes
from sampling.columns import Columns
from sampling.design import Calibration
from sampling.distances import Method
from sampling.errors import (
    Fault,
    SamplingError,
    UnknownColumnError,
    UnreadableColumnError,
    WeightingError,
)
from sampling.logistic import logistic
from sampling.margins import Margins, margins_of
from sampling.nonresponse import (
    adjust_by_propensity,
    adjust_in_classes,
    propensity_classes,
    settle_eligibility,
)
from sampling.raking import rake
from sampling.recipe import (
    Calibrate,
    Eligibility,
    Nonresponse,
    Recipe,
    RecipeFault,
    Step,
    Trim,
)
from sampling.stages import Floats
from sampling.trimming import limit_of, trim, trim_keeping

Rows = NDArray[np.bool_]


@dataclass(frozen=True)
class StepReport:
    """What the weights are like after a step.

    Attributes
    ----------
    step : str
        "base", or the name of the step and its method.
    n : int
        Rows with a weight.
    sum, least, greatest : float
        Of their weights.
    cv : float
        Coefficient of variation, with n in its denominator.
    kish_deff : float
        1 + cv²: by how much unequal weights alone multiply a variance (Kish 1965, section 11.7).
    iterations : int or None
        Rounds that a calibration took.
    """

    step: str
    n: int
    sum: float
    least: float
    greatest: float
    cv: float
    kish_deff: float
    iterations: int | None = None


@dataclass(frozen=True, eq=False)
class Part:
    """A calibration of some of the rows, as a design of all rows must know it."""

    rows: Rows
    credit: Calibration

    def residuals(self, contributions: Floats) -> Floats:
        """Take away what the known totals explain; rows that had no part stay as they are."""
        found = contributions.copy()
        found[self.rows] = self.credit.residuals(contributions[self.rows])
        return found


@dataclass(frozen=True, eq=False)
class Weighed:
    """Weights made by a recipe.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        0 for rows that were left out or gave their weight away.
    reports : tuple of StepReport
        After the base and after each step.
    calibration : tuple of Calibration
        What a `Design` of all rows must know for its standard errors.
    """

    weight: Floats
    reports: tuple[StepReport, ...]
    calibration: tuple[Calibration, ...]


def weigh(recipe: Recipe, columns: Columns) -> tuple[Weighed | None, tuple[Fault, ...]]:
    """Apply a recipe to the rows of a table.

    Parameters
    ----------
    recipe : Recipe
        Steps in their order. Each sees the rows that still have a weight.
    columns : Columns
        n rows; an empty cell is missing, which no step takes from a row that it looks at.

    Returns
    -------
    weighed : Weighed or None
        None when there are faults.
    faults : tuple of Fault
        What in the table, or in the recipe in the light of it, keeps weights from being made. Each
        names a row and column, or the step as a path such as ``steps[1].calibrate``.
    """
    try:
        base = columns.numbers(recipe.base)
    except SamplingError as error:
        return None, faults_of(error, "base")
    wrong = np.flatnonzero(~(base >= 0) | ~np.isfinite(base))
    if wrong.size:
        cells = columns.labels(recipe.base)
        return None, tuple(
            RecipeFault(int(columns.row_numbers[row]), recipe.base, str(cells[row]), "not_a_weight")
            for row in wrong.tolist()
        )
    return weighed(recipe, columns, base)


def weighed(
    recipe: Recipe, columns: Columns, base: Floats
) -> tuple[Weighed | None, tuple[Fault, ...]]:
    """As `weigh`, from base weights at hand: a replicate's, say."""
    run = Weighing(columns, base)
    reports = [report("base", base)]
    for at, step in enumerate(recipe.steps):
        name = type(step).__name__.lower()
        try:
            run.apply(step)
        except SamplingError as error:
            return None, faults_of(error, f"steps[{at}].{name}")
        method = getattr(step, "method", "")
        reports.append(report(f"{name} {method}".strip(), run.weight, run.iterations))
    return Weighed(run.weight, tuple(reports), tuple(run.calibration)), ()


def faults_of(error: SamplingError, path: str) -> tuple[Fault, ...]:
    """Turn an error into faults, each with its place."""
    if isinstance(error, UnreadableColumnError):
        return error.faults
    if isinstance(error, UnknownColumnError):
        return (RecipeFault(None, str(error.params["column"]), "", "missing_column"),)
    return (RecipeFault(None, path, "", "reason", {"reason": error}),)


def report(step: str, weight: Floats, iterations: int | None = None) -> StepReport:
    """Measure weights after a step."""
    positive = weight[weight > 0]
    if not positive.size:
        return StepReport(step, 0, 0.0, 0.0, 0.0, 0.0, 1.0, iterations)
    cv = float(positive.std() / positive.mean())
    return StepReport(
        step=step,
        n=int(positive.size),
        sum=float(positive.sum()),
        least=float(positive.min()),
        greatest=float(positive.max()),
        cv=cv,
        kish_deff=1 + cv**2,
        iterations=iterations,
    )


@dataclass(eq=False)
class Weighing:
    """Steps being applied, one after the other."""

    columns: Columns
    weight: Floats
    calibration: list[Calibration] = field(default_factory=list)
    iterations: int | None = None

    @property
    def rows(self) -> Rows:
        """Rows that still have a weight; WeightingError where there are none."""
        found = self.weight > 0
        if not found.any():
            raise WeightingError("nobody_left")
        return found

    def put(self, rows: Rows, weight: Floats) -> None:
        """Give rows new weights."""
        self.weight = np.zeros(self.weight.size)
        self.weight[rows] = weight

    def labels(self, name: str, rows: Rows) -> NDArray[np.str_]:
        """Read some rows of a column as text."""
        return self.columns.labels(name)[rows]

    def parts(self, names: tuple[str, ...], rows: Rows) -> dict[str, ArrayLike]:
        """Read some rows of columns as text."""
        return {name: self.labels(name, rows) for name in names}

    @singledispatchmethod
    def apply(self, step: Step) -> None:
        """Apply a step."""
        raise NotImplementedError(type(step).__name__)

    @apply.register
    def _(self, step: Eligibility) -> None:
        rows, self.iterations = self.rows, None
        what = self.labels(step.column, rows)
        within = (
            classes([self.labels(name, rows) for name in step.by])
            if step.by
            else Classes(np.zeros(what.size, dtype=np.intp), (("",),))
        )
        eligible, unknown = np.isin(what, step.values), np.isin(what, step.unknown)
        found = settle_eligibility(self.weight[rows], eligible, unknown, within)
        self.put(rows, found.weight)

    @apply.register
    def _(self, step: Nonresponse) -> None:
        rows, self.iterations = self.rows, None
        weight, answered = self.weight[rows], self.answered(step.respondent, rows)
        if step.method == "classes":
            within = classes([self.labels(name, rows) for name in step.by])
            self.put(rows, adjust_in_classes(weight, answered, within).weight)
            return
        terms = {name: self.measured(name, rows) for name in step.by}
        fit = logistic(terms, answered)
        self.iterations = fit.iterations
        if step.method == "propensity":
            self.put(rows, adjust_by_propensity(weight, answered, fit.propensity))
            return
        _, within = propensity_classes(fit.propensity)
        self.put(rows, adjust_in_classes(weight, answered, within).weight)

    @apply.register
    def _(self, step: Calibrate) -> None:
        rows = self.rows
        names = tuple(part for name in step.margins for part in name.split("*"))
        numbers = {name: self.columns.numbers(name)[rows] for name in step.totals}
        margins = margins_of({**self.parts(names, rows), **numbers}, step.margins, step.totals)
        weight, tolerance = self.weight[rows], step.tolerance
        if step.method == "poststratify":
            found = poststratify(weight, margins.categories[0])
        elif step.method == "rake":
            found = rake(weight, margins, tolerance=tolerance)
        else:
            found = calibrate(
                weight, margins, cast(Method, step.method), bounds=step.bounds, tolerance=tolerance
            )
        self.iterations = found.iterations
        self.calibration.append(Part(rows, found))
        self.put(rows, found.weight)

    @apply.register
    def _(self, step: Trim) -> None:
        rows, self.iterations = self.rows, None
        weight = self.weight[rows]
        upper = np.inf if step.upper is None else limit_of(step.upper, weight)
        lower = 0.0 if step.lower is None else limit_of(step.lower, weight)
        if not step.keep:
            self.put(rows, trim(weight, lower=lower, upper=upper, strict=step.strict))
            return
        margins = self.present(step.keep, rows, weight)
        found = trim_keeping(weight, margins, lower=lower, upper=upper)
        self.iterations = found.iterations
        self.calibration.append(Part(rows, found))
        self.put(rows, found.weight)

    def present(self, names: tuple[str, ...], rows: Rows, weight: Floats) -> Margins:
        """Take what weights add up to now for known totals."""
        parts = self.parts(tuple(part for name in names for part in name.split("*")), rows)
        levels: dict[str, Mapping[str, float]] = {}
        for name in names:
            crossing = classes([parts[part] for part in name.split("*")])
            sums = np.bincount(crossing.codes, weight, minlength=len(crossing.names))
            levels[name] = dict(zip(crossing.labels("*"), sums.tolist(), strict=True))
        return margins_of(parts, levels)

    def answered(self, name: str, rows: Rows) -> Rows:
        """Read who answered: 1 or 0."""
        found = self.columns.numbers(name)[rows]
        if not np.isin(found, (0, 1)).all():
            raise WeightingError("not_answered", name=name)
        return np.asarray(found == 1, dtype=bool)

    def measured(self, name: str, rows: Rows) -> ArrayLike:
        """Read a column as numbers if all its cells are numbers, else as labels."""
        try:
            return self.columns.numbers(name)[rows]
        except UnreadableColumnError:
            return self.labels(name, rows)
