"""Where the fieldwork of a round stands: counts of the last full hour, hidden once for all tables.

Every table, rate, mark and forecast is made from the same told counts, so that none of them tells
more than the others (decision 0037).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from app import clock
from app.queries import field_counts, field_monitor as rows, fieldwork
from app.queries.field_monitor import CellRow, CodeState, SlipState
from app.queries.rounds import RoundView
from app.services import field_flags, field_forecast, field_tree, hiding
from app.services.field_flags import Flag
from app.services.field_forecast import DayTold, Forecast, Reach
from app.services.field_tree import NOT_COUNTED, Tree
from app.services.hiding import Nested, Share, Told, share
from app.vocabulary import RoundState, UnitLevel
from sampling.response_rates import Outcomes, Rates, rates

NOTHING = (None, None)
BEFORE = frozenset({RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN})


@dataclass(frozen=True)
class Stratum:
    """How a stratum answers; `name` is its field of work, or that of its unit."""

    label: str
    name: str
    population: int
    drawn: int
    invited: int
    answered: Told

    @property
    def outcomes(self) -> Outcomes | None:
        """What became of its ballots, where the number of answers is told."""
        return outcomes_of(self.drawn, self.invited, self.answered)

    @property
    def rates(self) -> Rates | None:
        """Outcome rates, where the number of answers is told."""
        return rates(self.outcomes) if self.outcomes else None


@dataclass(frozen=True)
class UnitField:
    """How a unit answers and what its counters did.

    Attributes
    ----------
    opened : int or None
        Answers opened so far, where the number of all its answers is told.
    slips, codes : optional
        None where nothing of the kind is known.
    volunteers, open : Told or None
        Answers about dossiers that were not drawn, and forms without a dossier; neither is among
        `answered`. None where the round takes none.
    """

    id: int
    code: str
    name: str
    level: UnitLevel | None
    population: int
    answered: Told
    strata: tuple[Stratum, ...]
    opened: int | None
    slips: SlipState | None
    codes: CodeState | None
    volunteers: Told | None = None
    open: Told | None = None
    reach: Reach = Reach.UNKNOWN
    flags: tuple[Flag, ...] = ()

    @property
    def drawn(self) -> int:
        """Ballots of the unit."""
        return sum(stratum.drawn for stratum in self.strata)

    @property
    def invited(self) -> int:
        """Ballots with a code."""
        return sum(stratum.invited for stratum in self.strata)

    @property
    def rate(self) -> Share | None:
        """Response rate RR1, or what is known of it."""
        return share(self.answered, self.drawn)


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
        Opened answers by door.
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
        return outcomes_of(self.drawn, self.invited, self.answered)

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


def outcomes_of(drawn: int, invited: int, answered: Told) -> Outcomes | None:
    """Class ballots by what became of them, where the number of answers is told."""
    return fieldwork.outcomes(drawn, invited, answered.low) if answered.exact else None


def of_round(found: RoundView, end: date | None = None) -> Monitor | None:
    """Tell where the fieldwork of a round stands; None before it has begun.

    Parameters
    ----------
    end : date, optional
        Last day of the fieldwork, for a forecast.
    """
    if found.state in BEFORE:
        return None
    hourly = field_counts.hourly(found.id) if found.state is RoundState.OPEN else None
    counted = found.state is not RoundState.OPEN or hourly is not None
    spent = hourly.by_cell if hourly else field_counts.ballots_by_cell(found.id) if counted else {}
    tree = Tree.of(rows.cells(found.id), spent, field_counts.invited_by_cell(found.id))
    nest = tree.told() if counted else tree.untold()
    counted_on = (hourly.counted_at if hourly else clock.now()).astimezone(clock.LOCAL).date()
    days = _days(found, tree.total, nest.total, counted_on) if counted else ()
    per_day = field_forecast.pace(days, nest.total) if found.state is RoundState.OPEN else None
    ahead = field_forecast.forecast(per_day, nest.total, counted_on, end) if end else None
    codes = rows.codes(found.id)
    doors = rows.doors(found.id)
    return Monitor(
        state=found.state,
        counted=counted,
        counted_at=hourly.counted_at if hourly else None,
        answered=nest.total,
        opened=hiding.single(sum(doors.values())),
        units=tuple(_units(found, tree, nest, codes, ahead)),
        days=days,
        doors=dict(zip(doors, hiding.flat([*doors.values()]), strict=True)),
        strays=codes.get(None),
        expected=(found.plan or {}).get("expected_response"),
        per_day=per_day,
        forecast=ahead,
    )


def _units(
    found: RoundView,
    tree: Tree,
    nest: Nested,
    codes: Mapping[int | None, CodeState],
    ahead: Forecast | None,
) -> list[UnitField]:
    opened = rows.opened(found.id)
    slips = rows.slips(found.id, clock.today())
    apart = field_tree.apart(found)
    growth = _growth(found, ahead)
    usual = _usual(tree, nest.total)
    units = []
    told = zip(tree.strata.items(), nest.groups, nest.parts, strict=True)
    for (unit_id, cells), answered, parts in told:
        first = cells[0]
        strata = tuple(
            Stratum(
                cell.label,
                _field(cell),
                cell.population,
                cell.drawn,
                tree.invited[cell.id],
                part,
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
    shown = hiding.flat([count for _, count in listed])
    if not told.exact:
        shown = (NOT_COUNTED,) * len(listed)
    days = field_forecast.days_told(listed, shown)
    if running:
        days[-1] = DayTold(days[-1].day, days[-1].answered, ended=False)
    return tuple(days)
