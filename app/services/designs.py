"""Candidate designs laid over the list of a round, side by side; nothing is stored."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from statistics import median

from app.queries.frames import OriginCount
from app.services import allocating
from app.services.allocating import Share
from app.services.plans import Plan
from app.vocabulary import CellLevel
from sampling import design_options
from sampling.design_options import DesignOption, DesignOutlook, PlannedStratum
from sampling.precision import allocation_effect

# Fewer answers of a simple sample than this are too few to publish a unit by (mechanisms).
ENOUGH = 30
# A share of one half is never further off than this.
WIDEST = 0.5
# Set before codes where they name cells: a stratum may be named by its unit's code alone.
UNIT, ROUND = "\0unit:", "\0round"
MODES = ("slip", "sms", design_options.VISIT)


@dataclass(frozen=True)
class Terms:
    """What all designs of a page suppose.

    Attributes
    ----------
    prices : mapping of str to int
        Whole đồng for asking one drawn dossier, by way of asking.
    fieldworkers, interviews_a_day : int
        For visits.
    design_effect : float
        Of answers within a stratum.
    wanted : float
        Margin of error that a unit should not exceed, as a share.
    """

    prices: Mapping[str, int]
    fieldworkers: int
    interviews_a_day: int
    design_effect: float
    wanted: float


@dataclass(frozen=True)
class Design:
    """A plan and how people are asked."""

    plan: Plan
    mode: str


@dataclass(frozen=True)
class UnitFigure:
    """A unit under a design.

    Attributes
    ----------
    margin : float or None
        As a share; None where a stratum of the unit is not asked.
    effective : float
        Answers of a simple sample that would tell as much.
    """

    code: str
    name: str
    population: int
    drawn: int
    answers: float
    margin: float | None
    effective: float


@dataclass(frozen=True, eq=False)
class Compared:
    """What to expect of a design.

    Attributes
    ----------
    plan : Plan
        With its size worked out.
    margin : float or None
        Of the whole list, as a share.
    units : tuple of UnitFigure
        In the order of codes.
    """

    plan: Plan
    mode: str
    wanted: float
    outlook: DesignOutlook
    margin: float | None
    units: tuple[UnitFigure, ...]

    @cached_property
    def margins(self) -> list[float]:
        """Margins of the units, the smallest first; infinite where there is none."""
        return sorted(inf if unit.margin is None else unit.margin for unit in self.units)

    @property
    def worst(self) -> float:
        """Margin of the unit that is known least."""
        return self.margins[-1]

    @property
    def middle(self) -> float:
        """Margin that half of the units do not exceed."""
        return median(self.margins)

    @property
    def above(self) -> int:
        """Units whose margin is wider than wanted."""
        return sum(margin > self.wanted + 1e-9 for margin in self.margins)

    @property
    def too_few(self) -> int:
        """Units with fewer effective answers than may be published."""
        return sum(unit.effective < ENOUGH - 1e-9 for unit in self.units)

    @property
    def silent(self) -> int:
        """Strata of which nobody is asked."""
        return sum(cell.answers == 0 for cell in self.outlook.cells)

    @property
    def uneven(self) -> tuple[str, ...]:
        """Names of units whose strata have different sampling fractions."""
        wanted = {parent.removeprefix(UNIT) for parent in self.outlook.uneven}
        return tuple(unit.name for unit in self.units if unit.code in wanted)

    @cached_property
    def endings(self) -> Mapping[CellLevel | None, int]:
        """Strata below k by where their answers are told: unit, round, or None when nowhere."""
        return Counter(
            None
            if cell.opens_as is None
            else CellLevel.ROUND
            if cell.opens_as == ROUND
            else CellLevel.UNIT
            for cell in self.outlook.coarsened
        )


def compare(counts: Sequence[OriginCount], design: Design, terms: Terms) -> Compared:
    """Lay a design over a list.

    Raises
    ------
    InvalidInputError
        If the list cannot carry it; its faults are `FieldFault` values.
    """
    groups = allocating.grouped(counts, design.plan)
    plan = allocating.sized(groups, design.plan)
    shares = allocating.allocated(groups, plan)
    option = option_of(shares, replace(design, plan=plan), terms)
    return Compared(
        plan=plan,
        mode=design.mode,
        wanted=terms.wanted,
        outlook=(told := design_options.outlook(option)),
        margin=capped(design_options.margin(option, option.strata)),
        units=units_of(shares, told, plan, terms),
    )


def option_of(shares: Sequence[Share], design: Design, terms: Terms) -> DesignOption:
    """Write a design as the pure package takes it."""
    rate = design.plan.expected_response
    parents = {share.group.label: UNIT + share.group.unit.unit_code for share in shares}
    return DesignOption(
        strata=[
            PlannedStratum(
                *(share.group.label, share.group.unit.unit_code, share.group.population),
                *(share.drawn, rate, design.mode),
            )
            for share in shares
        ],
        parents=parents | dict.fromkeys(parents.values(), ROUND),
        prices=terms.prices,
        fieldworkers=terms.fieldworkers,
        interviews_a_day=terms.interviews_a_day,
        design_effect=terms.design_effect,
        k=design.plan.k,
    )


def units_of(
    shares: Sequence[Share], told: DesignOutlook, plan: Plan, terms: Terms
) -> tuple[UnitFigure, ...]:
    """Tell of every unit, in the order of codes."""
    members: dict[str, list[Share]] = defaultdict(list)
    for share in shares:
        members[share.group.unit.unit_code].append(share)
    return tuple(
        UnitFigure(
            code=unit.unit,
            name=members[unit.unit][0].group.unit.unit_name,
            population=unit.population,
            drawn=unit.drawn,
            answers=unit.answers,
            margin=capped(unit.margin),
            effective=effective(
                members[unit.unit], plan, terms, uneven=UNIT + unit.unit in told.uneven
            ),
        )
        for unit in sorted(told.units, key=lambda each: each.unit)
    )


def effective(shares: Sequence[Share], plan: Plan, terms: Terms, *, uneven: bool) -> float:
    """Answers of a simple sample that would tell as much of a unit; 0 where none can be told.

    Fractions that only rounding makes unequal are taken for equal.
    """
    answers = sum(share.drawn for share in shares) * plan.expected_response
    if answers == 0:
        return 0.0
    if not uneven:
        return answers / terms.design_effect
    sizes, drawn = [each.group.population for each in shares], [each.drawn for each in shares]
    return answers / (terms.design_effect * allocation_effect(sizes, drawn))


def capped(margin: float | None) -> float | None:
    """Keep a margin where shares can be."""
    return None if margin is None else min(margin, WIDEST)
