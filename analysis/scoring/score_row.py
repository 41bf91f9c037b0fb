"""One row of a score table: its cells, and the points they settle."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from analysis.scoring.errors import ObservationError, ScoringFault
from analysis.scoring.numbers import exact_text
from analysis.scoring.rules.rule import Observed
from analysis.scoring.scheme import Criterion
from sampling.errors import UnreadableValueError
from sampling.tabular import read_decimal

NUMBER_COLUMNS = (
    "points",
    "self_points",
    "verified_points",
    "max_points",
    "numerator",
    "denominator",
    "excluded",
)
POINTS_COLUMNS = ("points", "verified_points", "self_points")
# A unit may have claimed points for what was later found not to apply to it.
SETTLED_COLUMNS = ("points", "verified_points", "value", "numerator", "denominator", "excluded")
DASHES = frozenset({"-", "–", "—"})
APPLICABLE = {"yes": True, "có": True, "no": False, "không": False}


class Provenance(StrEnum):
    """Where the points of an entry came from."""

    POINTS = "points"
    RULE = "rule"
    VERIFIED = "verified"
    SELF = "self"
    SURVEY = "survey"
    NOT_APPLICABLE = "not_applicable"
    SURVEY_MISSING = "survey_missing"


@dataclass(frozen=True)
class Entry:
    """A criterion's settled points for a unit.

    Attributes
    ----------
    points : Fraction or None
        Exact points; None when the criterion does not apply to the unit.
    provenance : Provenance
        Which column or computation they came from.
    row : int or None
        Row of the score table; None for survey points.
    stated_source : str
        What the score table says in its column `source`.
    """

    group: str
    unit: str
    criterion: str
    points: Fraction | None
    provenance: Provenance
    row: int | None = None
    stated_source: str = ""


@dataclass
class Row:
    """The cells of one row, and the faults found in them."""

    number: int
    cells: Mapping[str, str]
    faults: list[ScoringFault] = field(default_factory=list)

    def cell(self, column: str) -> str:
        """Give a cell, "" when the table lacks the column."""
        return self.cells.get(column, "")

    def given(self, column: str) -> bool:
        """Tell whether a cell holds more than a dash."""
        return self.cell(column) not in DASHES | {""}

    def report(self, column: str, code: str, shown: str | None = None, **params: Any) -> None:
        """Note a fault in a cell."""
        value = self.cell(column) if shown is None else shown
        self.faults.append(ScoringFault(self.number, column, value, code, params))


def read_applicable(row: Row) -> bool | None:
    """Read yes or no; yes when the cell is empty, None after a fault."""
    word = row.cell("applicable").casefold()
    if word and word not in APPLICABLE:
        row.report("applicable", "neither_yes_nor_no")
        return None
    return APPLICABLE.get(word, True)


def read_numbers(row: Row) -> dict[str, Fraction]:
    """Read every number of a row, reporting each that is none, is negative or is not finite."""
    numbers = {}
    for column in filter(row.given, NUMBER_COLUMNS):
        try:
            number = read_decimal(row.cell(column))
        except UnreadableValueError as error:
            row.report(column, error.code)
            continue
        if number < 0:
            row.report(column, "negative")
        else:
            numbers[column] = number
    return numbers


def check_maximum(row: Row, numbers: Mapping[str, Fraction], criterion: Criterion) -> None:
    """Report points above the criterion's maximum, and a maximum that is not the scheme's."""
    maximum = criterion.max_points
    for column in POINTS_COLUMNS:
        if numbers.get(column, Fraction(0)) > maximum:
            shown = exact_text(maximum)
            row.report(column, "above_maximum", maximum=shown, criterion=criterion.code)
    if numbers.get("max_points", maximum) != maximum:
        row.report("max_points", "other_maximum", maximum=exact_text(maximum))


def check_not_applicable(row: Row) -> None:
    """Report what a row settles although it says that the criterion does not apply."""
    for column in filter(row.given, SETTLED_COLUMNS):
        row.report(column, "points_not_applicable")


def observed(row: Row, numbers: Mapping[str, Fraction]) -> Observed | None:
    """Gather what the criterion's rule may score; None when the row shows nothing."""
    value = row.cell("value") if row.given("value") else ""
    if not value and not any(map(row.given, ("numerator", "denominator", "excluded"))):
        return None
    return Observed(
        value, numbers.get("numerator"), numbers.get("denominator"), numbers.get("excluded")
    )


def settle(
    row: Row, numbers: Mapping[str, Fraction], criterion: Criterion
) -> tuple[Fraction, Provenance] | None:
    """Choose a row's points: final points, then the rule's, then verified, then self points.

    Points beside data must be what the rule makes of the data: the two disagree when a decimal
    comma has split a cell in two.
    """
    made = make_points(row, numbers, criterion)
    if "points" in numbers:
        if made is not None and made != numbers["points"]:
            row.report("points", "points_disagree", made=exact_text(made))
        return numbers["points"], Provenance.POINTS
    if made is not None:
        return made, Provenance.RULE
    if "verified_points" in numbers:
        return numbers["verified_points"], Provenance.VERIFIED
    if "self_points" in numbers:
        return numbers["self_points"], Provenance.SELF
    if not row.faults:
        row.report("points", "missing_points")
    return None


def make_points(row: Row, numbers: Mapping[str, Fraction], criterion: Criterion) -> Fraction | None:
    """Let the rule score the row's data; None when there is none or it cannot be scored."""
    shown = observed(row, numbers)
    unreadable = {fault.column for fault in row.faults}
    if shown is None or unreadable & {"value", "numerator", "denominator", "excluded"}:
        return None
    try:
        return criterion.rule.points(shown, criterion.max_points)
    except ObservationError as error:
        row.report(error.column, error.code, error.shown, **error.params)
        return None
