"""Which cells of a plan will probably keep their answers to themselves, and what a larger k costs.

A forecast by expected numbers. Its rule stands in `sampling`, which knows no tables; a test holds
it to the one that decides at the close (`coarsening`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from app.queries.frames import OriginCount
from app.services import carrying
from app.services.plans import LARGEST_K, Plan
from app.vocabulary import CellLevel
from sampling import mixing_outlook
from sampling.mixing_outlook import CellOutlook, Place

MULTIPLES = (1.0, 1.5, 2.0, 3.0)
# Expected answers are fractions; the rule counts in whole numbers, so they are told in these.
PARTS = 1_000_000


@dataclass(frozen=True)
class CellPreview:
    """A cell that answers are sealed for.

    Attributes
    ----------
    field : str or None
        Field of work of its stratum; None when strata are units.
    carried : mapping of str to str
        Coarse variables that it tells beside its stratum.
    opens : CellLevel or None
        Where its answers will probably be told; None when too few answer in the whole round.
    """

    label: str
    level: CellLevel
    stratum: str
    unit_code: str
    unit_name: str
    field: str | None
    carried: Mapping[str, str]
    population: int
    expected: float
    opens: CellLevel | None = None

    @property
    def alone(self) -> bool:
        """Whether its answers keep all they carry."""
        return self.opens is self.level


@dataclass(frozen=True)
class Crowd:
    """What is left with a smallest number of answers k.

    Attributes
    ----------
    alone, cells : int
        Cells whose answers keep all they carry, of so many.
    kept, with_unit : float
        Share of the expected answers that keep all they carry, and that still tell their unit.
    """

    k: int
    alone: int
    cells: int
    kept: float
    with_unit: float


@dataclass(frozen=True)
class Combination:
    """All cells of a round that carry the same.

    Attributes
    ----------
    kept : float
        Share of their expected answers that keep it.
    """

    carried: Mapping[str, str]
    cells: int
    alone: int
    expected: float
    kept: float


@dataclass(frozen=True)
class Outlook:
    """Where the answers of a plan will probably be told.

    Attributes
    ----------
    crowds : tuple of Crowd
        With the plan's own k, then with larger ones.
    uncarried : Crowd
        With the plan's k, did it carry nothing.
    idle : tuple of str
        Carried variables that have a single value on the list, and so tell nothing.
    """

    cells: tuple[CellPreview, ...]
    crowds: tuple[Crowd, ...]
    uncarried: Crowd
    combinations: tuple[Combination, ...]
    idle: tuple[str, ...]

    def opening_at(self, level: CellLevel | None) -> tuple[int, float]:
        """Count the cells whose answers will be told at a level, and these answers."""
        found = [cell for cell in self.cells if cell.opens is level]
        return len(found), sum(cell.expected for cell in found)

    @property
    def nameless(self) -> float:
        """Expected answers that lose their unit because of what they carry."""
        lost = self.uncarried.with_unit - self.crowds[0].with_unit
        return max(lost, 0.0) * sum(cell.expected for cell in self.cells)


def outlook(counts: Sequence[OriginCount], plan: Plan, rates: Mapping[str, float]) -> Outlook:
    """Lay the cells of a plan over a frame.

    Parameters
    ----------
    counts : sequence of OriginCount
        The dossiers of the frame.
    plan : Plan
        Without faults.
    rates : mapping of str to float
        Answers expected of a dossier of each stratum, whether it is drawn or not.
    """
    level = CellLevel.MIXING if plan.carry else CellLevel.STRATUM
    plain = cells_of(counts, plan, rates, level)
    cells = tuple(opened(plain, plan.k))
    strata = strata_of(plain)
    larger = [ceil(plan.k * times) for times in MULTIPLES]
    return Outlook(
        cells,
        tuple(crowd(plain, k) for k in larger if k <= LARGEST_K),
        crowd(strata, plan.k),
        combinations(cells) if plan.carry else (),
        tuple(
            variable.value
            for variable in plan.carry
            if len({cell.carried[variable.value] for cell in cells}) == 1
        ),
    )


def cells_of(
    counts: Sequence[OriginCount], plan: Plan, rates: Mapping[str, float], level: CellLevel
) -> list[CellPreview]:
    """Add up dossiers by cell, in the order of labels."""
    members: dict[tuple[str, str], list[OriginCount]] = defaultdict(list)
    for count in counts:
        stratum = plan.stratum(count.unit_code, count.field)
        members[plan.cell(count.unit_code, count), stratum].append(count)
    by_unit = plan.stratum("", "x") == ""
    cells = []
    for (label, stratum), found in sorted(members.items()):
        population = sum(count.dossiers for count in found)
        cells.append(
            CellPreview(
                label=label,
                level=level,
                stratum=stratum,
                unit_code=found[0].unit_code,
                unit_name=found[0].unit_name,
                field=None if by_unit else found[0].field,
                carried=carrying.values(plan.carry, found[0]),
                population=population,
                expected=population * rates[stratum],
            )
        )
    return cells


def strata_of(cells: Sequence[CellPreview]) -> list[CellPreview]:
    """Put the cells of each stratum together, as if answers carried nothing."""
    members: dict[str, list[CellPreview]] = defaultdict(list)
    for cell in cells:
        members[cell.stratum].append(cell)
    return [
        CellPreview(
            label=stratum,
            level=CellLevel.STRATUM,
            stratum=stratum,
            unit_code=found[0].unit_code,
            unit_name=found[0].unit_name,
            field=found[0].field,
            carried={},
            population=sum(cell.population for cell in found),
            expected=sum(cell.expected for cell in found),
        )
        for stratum, found in members.items()
    ]


def opened(cells: Sequence[CellPreview], k: int) -> list[CellPreview]:
    """Tell of each cell where its answers will be told when k may share a cell."""
    parents: dict[str, str] = {}
    places = []
    for cell in cells:
        unit, stratum = f"{CellLevel.UNIT}:{cell.unit_code}", f"{CellLevel.STRATUM}:{cell.stratum}"
        parents |= {unit: f"{CellLevel.ROUND}:", stratum: unit}
        name = stratum
        if cell.level is CellLevel.MIXING:
            name = f"{CellLevel.MIXING}:{cell.label}"
            parents[name] = stratum
        places.append(Place(name, cell.population, 0, round(cell.expected * PARTS)))
    found = mixing_outlook.cells_of(places, parents, k * PARTS)
    return [
        replace(cell, opens=_level(place) if place.answers else None)
        for cell, place in zip(cells, found, strict=True)
    ]


def _level(place: CellOutlook) -> CellLevel | None:
    return None if place.opens_as is None else CellLevel(place.opens_as.partition(":")[0])


def crowd(cells: Sequence[CellPreview], k: int) -> Crowd:
    """Tell what is left of cells when k may share one."""
    found = opened(cells, k)
    alone = [cell for cell in found if cell.alone]
    told = [cell for cell in found if cell.opens not in {None, CellLevel.ROUND}]
    return Crowd(k, len(alone), len(found), _share(alone, found), _share(told, found))


def combinations(cells: Sequence[CellPreview]) -> tuple[Combination, ...]:
    """Put the cells together that carry the same, the most frequent first."""
    members: dict[tuple[str, ...], list[CellPreview]] = defaultdict(list)
    for cell in cells:
        members[tuple(cell.carried.values())].append(cell)
    found = [_combination(inside) for inside in members.values()]
    return tuple(sorted(found, key=lambda each: -each.expected))


def _combination(cells: Sequence[CellPreview]) -> Combination:
    alone = [cell for cell in cells if cell.alone]
    expected = sum(cell.expected for cell in cells)
    return Combination(cells[0].carried, len(cells), len(alone), expected, _share(alone, cells))


def _share(part: Sequence[CellPreview], whole: Sequence[CellPreview]) -> float:
    total = sum(cell.expected for cell in whole)
    return sum(cell.expected for cell in part) / total if total else 0.0
