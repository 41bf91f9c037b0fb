"""What an import would change: cells against what stands there, points by group, big jumps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analysis.scoring.scheme import BONUS, PENALTY, Scheme
from app import exact
from app.queries.cycles import ScoreView
from app.vocabulary import ChangeKind, ChangeMark
from sampling.errors import UnreadableValueError
from sampling.tabular import read_decimal

# What is compared, in the order in which it is shown.
COLUMNS = (
    "self_points",
    "verified_points",
    "settled",
    "value",
    "numerator",
    "denominator",
    "excluded",
)
POINTS = ("self_points", "verified_points", "settled")
NOT_APPLICABLE = "not_applicable"
# A jump by more than this share of the maximum is worth a second look.
BIG = Fraction(1, 5)

Key = tuple[str, str]
Cells = Mapping[str, str]


@dataclass(frozen=True)
class Sides:
    """All scores before and after."""

    before: Mapping[Key, ScoreView]
    after: Mapping[Key, ScoreView]


def changes(
    scheme: Scheme, before: Iterable[ScoreView], after: Iterable[ScoreView]
) -> dict[str, Any]:
    """Compare two tables of scores.

    Returns
    -------
    dict
        Values for JSON: `rows` of [unit, criterion, kind, {column: [old, new]}, marks] for all
        that is not the same; `unchanged`, how many are; `groups` with units and sums of points
        before and after; `units` and `criteria`, the names of what stands in `rows`. Numbers
        are exact text; None where there is none, "not_applicable" where a criterion does not
        apply.
    """
    sides = Sides(by_key(before), by_key(after))
    keys = [*sides.after, *(key for key in sides.before if key not in sides.after)]
    rows = [row for key in keys if (row := change(scheme, sides, key)) is not None]
    names = {
        view.unit_code: view.unit_name for view in [*sides.before.values(), *sides.after.values()]
    }
    maxima = {criterion.code: criterion for criterion in scheme.criteria()}
    return {
        "rows": rows,
        "unchanged": len(keys) - len(rows),
        "groups": [sums(scheme, group.code, sides) for group in scheme.groups],
        "units": {unit: names[unit] for unit in dict.fromkeys(row[0] for row in rows)},
        "criteria": {
            code: [maxima[code].title, exact.text(maxima[code].max_points)]
            for code in dict.fromkeys(row[1] for row in rows)
            if code in maxima
        },
    }


def by_key(views: Iterable[ScoreView]) -> dict[Key, ScoreView]:
    """Put scores under unit and criterion."""
    return {(view.unit_code, view.criterion): view for view in views}


def change(scheme: Scheme, sides: Sides, key: Key) -> list[Any] | None:
    """Compare one score; None when it is the same."""
    old, new = sides.before.get(key), sides.after.get(key)
    earlier, later = compared(old), compared(new)
    if old is not None and new is not None and earlier == later:
        return None
    kind = ChangeKind.CHANGED
    if old is None or new is None:
        kind = ChangeKind.ADDED if old is None else ChangeKind.DROPPED
    cells = {
        column: [earlier.get(column), later.get(column)]
        for column in COLUMNS
        if earlier.get(column) != later.get(column)
    }
    return [*key, kind.value, cells, [mark.value for mark in marks(scheme, key[1], earlier, later)]]


def compared(view: ScoreView | None) -> dict[str, str]:
    """Reduce a score to what is compared: 1,50 and 1.5 are the same."""
    if view is None:
        return {}
    cells = {column: written(view.cells[column]) for column in COLUMNS if view.cells.get(column)}
    settled = view.cells["settled"]
    cells["settled"] = NOT_APPLICABLE if settled is None else settled
    return cells


def written(cell: str) -> str:
    """Write a number in one way; any other text stays."""
    try:
        return exact.text(read_decimal(cell))
    except UnreadableValueError:
        return cell


def marks(scheme: Scheme, criterion: str, old: Cells, new: Cells) -> list[ChangeMark]:
    """Tell what about a change is worth a second look."""
    found = []
    own, verified = number(new, "self_points"), number(new, "verified_points")
    if own is not None and verified is not None and verified > own:
        found.append(ChangeMark.VERIFIED_ABOVE_SELF)
    top = maximum(scheme, criterion)
    points = [number(new, column) for column in POINTS]
    if top is not None and any(each is not None and each > top for each in points):
        found.append(ChangeMark.ABOVE_MAXIMUM)
    if top and any(abs(jump) > BIG * top for jump in jumps(old, new)):
        found.append(ChangeMark.BIG)
    return found


def jumps(old: Cells, new: Cells) -> list[Fraction]:
    """Give by how much points changed that stood there before."""
    pairs = [(number(old, column), number(new, column)) for column in POINTS]
    return [after - before for before, after in pairs if before is not None and after is not None]


def number(cells: Cells, column: str) -> Fraction | None:
    """Read a compared number; None where there is none."""
    text = cells.get(column)
    if text is None or text == NOT_APPLICABLE:
        return None
    try:
        return Fraction(text)
    except ValueError:
        return None


def maximum(scheme: Scheme, criterion: str) -> Fraction | None:
    """Give the most points of a criterion; the cap for bonus and penalty."""
    caps = {BONUS: scheme.bonus_cap, PENALTY: scheme.penalty_cap}
    if criterion in caps:
        return caps[criterion]
    tops = {each.code: each.max_points for each in scheme.criteria()}
    return tops.get(criterion)


def sums(scheme: Scheme, group: str, sides: Sides) -> dict[str, Any]:
    """Add up the points of a group before and after."""
    pair = [
        [view for view in side.values() if view.cells["group"] == group]
        for side in (sides.before, sides.after)
    ]
    return {
        "code": group,
        "title": scheme.group(group).title,
        "units": [len({view.unit_code for view in views}) for views in pair],
        **{column: [total(views, column) for views in pair] for column in POINTS},
    }


def total(views: Sequence[ScoreView], column: str) -> str:
    """Add up one column; a penalty counts against the others."""
    found = Fraction(0)
    for view in views:
        points = number(compared(view), column) or Fraction(0)
        found += -points if view.criterion == PENALTY else points
    return exact.text(found)
