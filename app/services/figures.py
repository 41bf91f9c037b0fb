"""Estimates of units, groups and the round, frozen as text and held back where too few answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.domains import Domains
from analysis.estimate import Estimate, mean_by
from app.queries.answers import CellView
from app.queries.estimation_results import Figure, FigureState, Part, PartLevel, Quantity
from app.services.coverage import Coverage
from app.thresholds import present
from app.vocabulary import CellLevel
from sampling.design import stratified

FROZEN_DIGITS = 12
TAIL = 0.025

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """A unit, a group or the round, before it has figures."""

    level: PartLevel
    code: str
    name: str
    dossiers: int
    drawn: int


def count_class(n: int) -> str:
    """Write a number of answers; below the disclosure floor only that it is below."""
    return str(n) if n >= present.disclosure_n else f"< {present.disclosure_n}"


def places(cells: Sequence[CellView]) -> tuple[Place, ...]:
    """List the units by code, then their groups, then the round; sessions are part of them."""
    units = with_sessions(cells, CellLevel.UNIT)
    whole = with_sessions(cells, CellLevel.ROUND)
    groups = sorted({unit.group for unit in units if unit.group})
    return (
        *(
            Place(PartLevel.UNIT, unit.unit_code, unit.unit_name, unit.population, unit.drawn)
            for unit in sorted(units, key=lambda unit: unit.unit_code)
        ),
        *(
            Place(
                PartLevel.GROUP,
                group,
                group,
                sum(unit.population for unit in units if unit.group == group),
                sum(unit.drawn for unit in units if unit.group == group),
            )
            for group in groups
        ),
        *(Place(PartLevel.ROUND, "", "", cell.population, cell.drawn) for cell in whole),
    )


def with_sessions(cells: Sequence[CellView], level: CellLevel) -> list[CellView]:
    """Give the cells of a level the dossiers of the counter sessions within them too."""
    found = []
    for cell in cells:
        if cell.level is level:
            own = [
                each
                for each in cells
                if each.level is CellLevel.SESSION and cell.unit_code in {"", each.unit_code}
            ]
            population = cell.population + sum(each.population for each in own)
            drawn = cell.drawn + sum(each.drawn for each in own)
            found.append(replace(cell, population=population, drawn=drawn))
    return found


def parts(
    cells: Sequence[CellView], cover: Coverage, rated: Mapping[str, Floats]
) -> tuple[Part, ...]:
    """Estimate every factor of every place."""
    found = places(cells)
    by_level = {
        level: level_parts([place for place in found if place.level is level], level, cover, rated)
        for level in PartLevel
    }
    units = by_level[PartLevel.UNIT]
    group_of = {cell.unit_code: cell.group for cell in cells if cell.level is CellLevel.UNIT}
    groups = tuple(
        held_back(group, [unit for unit in units if group_of[unit.code] == group.code])
        for group in by_level[PartLevel.GROUP]
    )
    whole = tuple(held_back(held_back(part, units), groups) for part in by_level[PartLevel.ROUND])
    return (*units, *groups, *whole)


def level_parts(
    level_places: Sequence[Place], level: PartLevel, cover: Coverage, rated: Mapping[str, Floats]
) -> tuple[Part, ...]:
    """Estimate the places of one level."""
    if not level_places:
        return ()
    codes = codes_of(level_places, level, cover)
    weight = cover.weight if level is PartLevel.ROUND else cover.unit_weight
    design = stratified(weight, cover.cell, frame_clusters=cover.population)
    domains = Domains(codes, tuple((place.code,) for place in level_places))
    estimates = {
        factor: mean_by(measured, domains, design, missing="drop")
        for factor, measured in rated.items()
    }
    answers = np.bincount(codes[codes >= 0], minlength=len(level_places))
    return tuple(
        Part(
            **vars(place),
            answers=count_class(int(answers[row])),
            covered=covered(place, cover),
            figures=tuple(
                figure(factor, found, row, dossiers=covered(place, cover))
                for factor, found in estimates.items()
            ),
        )
        for row, place in enumerate(level_places)
    )


def codes_of(level_places: Sequence[Place], level: PartLevel, cover: Coverage) -> NDArray[np.intp]:
    """Number the place that each answer speaks of; -1 for none."""
    if level is PartLevel.ROUND:
        return np.zeros(cover.cell.size, np.intp)
    labels = cover.unit if level is PartLevel.UNIT else cover.group
    numbers = {place.code: number for number, place in enumerate(level_places)}
    return np.array([numbers.get(str(label), -1) for label in labels], dtype=np.intp)


def covered(place: Place, cover: Coverage) -> int:
    """Count the dossiers of the strata whose answers speak of a place."""
    if place.level is PartLevel.UNIT:
        return cover.covered.get(place.code, 0)
    inside = (
        cover.group == place.code
        if place.level is PartLevel.GROUP
        else np.ones(cover.cell.size, dtype=np.bool_)
    )
    each_cell = dict(zip(cover.cell[inside].tolist(), cover.population[inside], strict=True))
    return int(sum(each_cell.values()))


def figure(factor: str, estimate: Estimate, row: int, *, dossiers: int) -> Figure:
    """Freeze one figure of so many dossiers, or hold it back."""
    n = int(estimate.n[row])
    if n < present.disclosure_n:
        return Figure(factor, FigureState.WITHHELD, count_class(n))
    effective = float(estimate.effective_n[row])
    lower, upper = estimate_interval(estimate, dossiers)
    quantities = [
        Quantity(
            frozen(estimate.value[row, column]),
            frozen(estimate.se[row, column]),
            int(estimate.df[row]),
            end(lower[row, column]),
            end(upper[row, column]),
        )
        for column in range(2)
    ]
    state = FigureState.TOO_FEW if effective < present.effective_n else FigureState.SHOWN
    return Figure(factor, state, str(n), frozen(effective), *quantities)


def estimate_interval(estimate: Estimate, dossiers: int) -> tuple[Floats, Floats]:
    """95 % t intervals within 0 to 1; NaN where a domain is empty or has no degrees of freedom.

    Where all answers are 0, or all are 1, the standard error is 0 and says nothing about those
    who did not answer: the interval then reaches as far as the exact one of Clopper and Pearson
    (1934) for as many answers, unless all dossiers answered.
    """
    with np.errstate(invalid="ignore"):
        lower, upper = (np.clip(limit, 0.0, 1.0) for limit in estimate.interval())
    unanimous = (estimate.se == 0) & (estimate.n < dossiers)[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = 1 - (TAIL ** (1 / estimate.effective_n))[..., None]
    lower = np.where(unanimous & (estimate.value == 1), 1 - reach, lower)
    upper = np.where(unanimous & (estimate.value == 0), reach, upper)
    return lower, upper


def frozen(number: float) -> str:
    """Write a number with the digits that enter the index."""
    return f"{number:.{FROZEN_DIGITS}f}"


def end(number: float) -> str | None:
    """Write an end of an interval; None where there is none."""
    return None if np.isnan(number) else frozen(number)


def held_back(part: Part, inner: Sequence[Part]) -> Part:
    """Withhold figures of a wider part that would give away those of a narrower one.

    A wider mean less the narrower means that are shown is the mean of the rest; when the rest
    is fewer answers than the floor, so that they could be computed, the wider one goes too.
    """
    figures = []
    for own in part.figures:
        shown = [found for found in (other.figure(own.factor) for other in inner) if found]
        counted = sum(int(found.n) for found in shown if found.state is not FigureState.WITHHELD)
        if (
            own.state is not FigureState.WITHHELD
            and 0 < int(own.n) - counted < present.disclosure_n
        ):
            figures.append(Figure(own.factor, FigureState.WITHHELD, f"≥ {present.disclosure_n}"))
        else:
            figures.append(own)
    return replace(part, figures=tuple(figures))
