"""Where the fieldwork of a round stands: counts of the last full hour, hidden once for all tables.

Every table, rate, mark and forecast is made from the same told counts, so that none of them tells
more than the others (decision 0037).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app import clock
from app.queries import cases, field_counts, field_monitor as rows
from app.queries.field_monitor import CellRow, CodeState
from app.queries.rounds import RoundView
from app.services import case_rules, field_flags, field_forecast, field_tree, hiding
from app.services.field_forecast import DayTold, Forecast, Reach
from app.services.field_tree import NOT_COUNTED, Tree
from app.services.field_units import NONE_NOTED, Stratum, UnitField, outcomes_of
from app.services.hiding import Nested, Told
from app.vocabulary import RoundState
from sampling.response_rates import Outcomes, Rates, rates

NOTHING = (None, None)
BEFORE = frozenset({RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN})


@dataclass(frozen=True)
class Monitor:
    """Where a round stands.

    Attributes
    ----------
    counted : bool
        Whether anybody has counted the answers yet.
    counted_at : datetime or None
        When an open round was last counted; None when it has closed.
    opened : Told
        Answers opened so far.
    doors : mapping of str to Told
        Opened answers by door, without those that staff helped with.
    helped : Told or None
        These; None where there are none.
    strays : CodeState or None
        Codes of counters that no unit here has.
    expected : float or None
        Share of those drawn who will answer, as the plan says.
    """

    state: RoundState
    counted: bool
    counted_at: datetime | None
    answered: Told
    opened: Told
    units: tuple[UnitField, ...]
    days: tuple[DayTold, ...]
    doors: Mapping[str, Told]
    helped: Told | None
    strays: CodeState | None
    expected: float | None
    per_day: float | None
    forecast: Forecast | None

    @property
    def population(self) -> int:
        """Dossiers of the list."""
        return sum(unit.population for unit in self.units)

    @property
    def drawn(self) -> int:
        """Ballots of the round."""
        return sum(unit.drawn for unit in self.units)

    @property
    def invited(self) -> int:
        """Ballots with a code."""
        return sum(unit.invited for unit in self.units)

    @property
    def outcomes(self) -> Outcomes | None:
        """What became of the ballots, where the number of answers is told."""
        noted = sum((unit.noted for unit in self.units), NONE_NOTED)
        return outcomes_of(self.drawn, self.invited, self.answered, noted)

    @property
    def rates(self) -> Rates | None:
        """Outcome rates, where the number of answers is told."""
        return rates(self.outcomes) if self.outcomes else None

    @property
    def days_to_expected(self) -> int | None:
        """Days at this pace until as many answered as the plan expects."""
        if self.expected is None or self.state is not RoundState.OPEN:
            return None
        return field_forecast.needed(self.drawn, self.expected, self.answered, self.per_day)

    def reaching(self, reach: Reach) -> int:
        """Count the units that stand so."""
        return sum(unit.reach is reach for unit in self.units)


def of_round(found: RoundView, end: date | None = None) -> Monitor | None:
    """Tell where the fieldwork of a round stands; None before it has begun.

    Parameters
    ----------
    end : date, optional
        Last day of the fieldwork, for a forecast.
    """
    if found.state in BEFORE:
        return None
    now = field_tree.counted(found)
    tree, nest = now.tree, now.told
    counted_on = (now.at or clock.now()).astimezone(clock.LOCAL).date()
    days = _days(found, tree.total, nest.total, counted_on) if now.known else ()
    per_day = field_forecast.pace(days, nest.total) if found.state is RoundState.OPEN else None
    ahead = field_forecast.forecast(per_day, nest.total, counted_on, end) if end else None
    codes = rows.codes(found.id)
    doors = rows.doors(found.id)
    helped = rows.helped(found.id)
    through = hiding.flat([*doors.values(), *([sum(helped.values())] if helped else [])])
    return Monitor(
        state=found.state,
        counted=now.known,
        counted_at=now.at,
        answered=nest.total,
        opened=through.total,
        units=tuple(_units(found, tree, nest, (codes, helped), ahead)),
        days=days,
        doors=dict(zip(doors, through.parts, strict=False)),  # the last is of no door
        helped=through.parts[-1] if helped else None,
        strays=codes.get(None),
        expected=(found.plan or {}).get("expected_response"),
        per_day=per_day,
        forecast=ahead,
    )


def _units(
    found: RoundView,
    tree: Tree,
    nest: Nested,
    known: tuple[Mapping[int | None, CodeState], Mapping[int | None, int]],
    ahead: Forecast | None,
) -> list[UnitField]:
    codes, helped = known
    opened = Counter(rows.opened(found.id)) + Counter(helped)
    assisted = hiding.flat([helped.get(unit_id, 0) for unit_id in tree.strata]).parts
    slips = rows.slips(found.id, clock.today())
    apart = field_tree.apart(found)
    ended = cases.ended(found.id)
    growth = _growth(found, ahead)
    usual = _usual(tree, nest.total)
    units = []
    told = zip(tree.strata.items(), nest.groups, nest.parts, assisted, strict=True)
    for (unit_id, cells), answered, parts, by_staff in told:
        first = cells[0]
        strata = tuple(
            Stratum(
                cell.label,
                _field(cell),
                cell.population,
                cell.drawn,
                tree.invited[cell.id],
                part,
                case_rules.classed(ended.get(cell.id, {})),
            )
            for cell, part in zip(cells, parts, strict=True)
        )
        weighed = [(stratum.population, stratum.answered) for stratum in strata]
        reach = field_forecast.reach(field_forecast.effective(weighed, answered), growth)
        drawn = sum(stratum.drawn for stratum in strata)
        few = field_flags.few(answered, drawn, usual, reach)
        slip, code = slips.get(unit_id), codes.get(unit_id)
        unit = UnitField(
            id=unit_id,
            code=first.unit_code,
            name=first.unit_name,
            level=first.unit_level,
            population=tree.units[unit_id].population,
            answered=answered,
            strata=strata,
            opened=opened.get(unit_id, 0) if answered.exact else None,
            slips=slip,
            codes=code,
            helped=by_staff if helped else None,
            volunteers=apart.get(first.unit_code, NOTHING)[0],
            open=apart.get(first.unit_code, NOTHING)[1],
            reach=reach,
            flags=field_flags.flags(few, slip, code),
        )
        units.append(unit)
    return units


def _growth(found: RoundView, ahead: Forecast | None) -> float | None:
    """Tell how many times as many answers there will be: no more after the close."""
    if found.state is not RoundState.OPEN:
        return 1.0
    return ahead.growth if ahead else None


def _usual(tree: Tree, total: Told) -> float | None:
    """Tell the response rate of the round, where it is told."""
    drawn = sum(cell.drawn for cells in tree.strata.values() for cell in cells)
    return total.low / drawn if total.exact and drawn else None


def _field(cell: CellRow) -> str:
    """Name a stratum: its field of work where it has one."""
    inside = cell.label.removeprefix(f"{cell.unit_code}/")
    return cell.unit_name if inside == cell.label else inside


def _days(found: RoundView, total: int, told: Told, counted_on: date) -> tuple[DayTold, ...]:
    """Tell what the days brought, and what came since: together they are all answers."""
    counts = [(each.day, each.spent) for each in field_counts.days(found.id)]
    listed = field_forecast.brought(counts)
    rest = total - sum(count for _, count in listed)
    running = found.state is RoundState.OPEN or rest > 0
    if running:
        listed.append((counted_on, max(rest, 0)))
    shown = hiding.flat([count for _, count in listed]).parts
    if not told.exact:
        shown = (NOT_COUNTED,) * len(listed)
    days = field_forecast.days_told(listed, shown)
    if running:
        days[-1] = DayTold(days[-1].day, days[-1].answered, ended=False)
    return tuple(days)
