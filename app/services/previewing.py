"""What a plan would give on a frame: sizes, expected answers, margins of error."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from app.queries.frames import OriginCount
from app.services import carrying
from app.services.errors import InvalidInputError
from app.services.outlook import Outlook, outlook
from app.services.plans import Allocation, Plan, PlanFault
from app.texts import N_
from sampling.allocation import neyman, proportional
from sampling.size import yamane

ALLOWED_ERROR = 0.05
LONGEST_LABEL = 300
NORMAL_95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class StratumPreview:
    """A stratum under both allocations; `drawn` is that of the plan's own."""

    label: str
    unit_id: int
    unit_code: str
    unit_name: str
    field: str | None
    population: int
    proportional: int
    neyman: int
    drawn: int
    expected: float
    below_k: bool

    @property
    def fraction(self) -> float:
        """Share of the stratum that is drawn."""
        return self.drawn / self.population


@dataclass(frozen=True)
class UnitPreview:
    """A unit's part of the sample.

    Attributes
    ----------
    margin : float or None
        Half the 95 % interval of a share of one half, at the response expected; None when a
        stratum of the unit is not drawn at all.
    uneven : bool
        Whether its strata have sampling fractions that differ by more than rounding.
    """

    id: int
    code: str
    name: str
    population: int
    drawn: int
    expected: float
    margin: float | None
    uneven: bool


@dataclass(frozen=True)
class Preview:
    """A plan laid over a frame."""

    strata: tuple[StratumPreview, ...]
    units: tuple[UnitPreview, ...]
    outlook: Outlook

    @property
    def population(self) -> int:
        """Dossiers on the frame."""
        return sum(stratum.population for stratum in self.strata)

    @property
    def drawn(self) -> int:
        """Dossiers to draw."""
        return sum(stratum.drawn for stratum in self.strata)

    @property
    def expected(self) -> float:
        """Answers to expect."""
        return sum(stratum.expected for stratum in self.strata)

    @property
    def below_k(self) -> int:
        """Cells that will probably be opened together with others."""
        return sum(not cell.alone for cell in self.outlook.cells)

    @property
    def undrawn(self) -> int:
        """Strata of which nobody is asked."""
        return sum(stratum.drawn == 0 for stratum in self.strata)


@dataclass(frozen=True)
class SizeProposal:
    """Answers wanted by n = N / (1 + N e²), and dossiers to draw for them."""

    answers: int
    dossiers: int


@dataclass(frozen=True)
class _Group:
    label: str
    unit: OriginCount
    field: str | None
    population: int


def propose(population: int, expected_response: float) -> SizeProposal:
    """Propose a size for an allowed error of five points.

    Raises
    ------
    sampling.errors.SizeError
        If the population is negative.
    """
    answers = yamane(population, ALLOWED_ERROR)
    return SizeProposal(answers, min(population, ceil(answers / expected_response)))


def propose_each(counts: Sequence[OriginCount], expected_response: float) -> SizeProposal:
    """Propose the size that allows each unit by itself an error of five points.

    Raises
    ------
    sampling.errors.SizeError
        If a count is negative.
    """
    populations = Counter[str]()
    for count in counts:
        populations[count.unit_code] += count.dossiers
    sizes = [propose(population, expected_response) for population in populations.values()]
    return SizeProposal(sum(size.answers for size in sizes), sum(size.dossiers for size in sizes))


def lay_over(counts: Sequence[OriginCount], plan: Plan) -> Preview:
    """Share a plan's sample out among the strata of a frame.

    Raises
    ------
    InvalidInputError
        If the frame cannot carry the plan; its faults are `PlanFault` values.
    """
    groups = _groups(counts, plan)
    faults = plan.faults() or _misfits(groups, plan) or _unnameable(counts, plan)
    if faults:
        raise InvalidInputError(N_("The plan does not fit the list."), faults)
    sizes = [group.population for group in groups]
    deviations = [plan.deviations.get(group.label, 1.0) for group in groups]
    even = proportional(sizes, plan.size, plan.minimum).tolist()
    optimal = neyman(sizes, deviations, plan.size, plan.minimum).tolist()
    chosen = even if plan.allocation is Allocation.PROPORTIONAL else optimal
    strata = tuple(
        StratumPreview(
            label=group.label,
            unit_id=group.unit.unit_id,
            unit_code=group.unit.unit_code,
            unit_name=group.unit.unit_name,
            field=group.field,
            population=group.population,
            proportional=even[place],
            neyman=optimal[place],
            drawn=chosen[place],
            expected=chosen[place] * plan.expected_response,
            below_k=chosen[place] * plan.expected_response < plan.k,
        )
        for place, group in enumerate(groups)
    )
    rates = {stratum.label: stratum.fraction * plan.expected_response for stratum in strata}
    return Preview(strata, _units(strata), outlook(counts, plan, rates))


def _groups(counts: Sequence[OriginCount], plan: Plan) -> list[_Group]:
    """Add up dossiers by stratum, in the order of labels, which decides ties."""
    members: dict[tuple[str, int], list[OriginCount]] = defaultdict(list)
    for count in counts:
        members[plan.stratum(count.unit_code, count.field), count.unit_id].append(count)
    labels = [label for label, _ in members]
    by_unit = plan.stratum("", "x") == ""
    if len(set(labels)) < len(labels):
        text = N_("Two strata would have the same name: stratify by unit alone.")
        raise InvalidInputError(text, [PlanFault("stratify_by", text)])
    return [
        _Group(
            label,
            found[0],
            None if by_unit else found[0].field,
            sum(count.dossiers for count in found),
        )
        for (label, _), found in sorted(members.items())
    ]


def _misfits(groups: Sequence[_Group], plan: Plan) -> list[PlanFault]:
    available = sum(group.population for group in groups)
    needed = sum(min(group.population, plan.minimum) for group in groups)
    labels = {group.label for group in groups}
    found = []
    if plan.size > available:
        text = N_("The list has %(available)s dossiers: draw at most as many.")
        found.append(PlanFault("size", text, {"available": available}))
    elif needed > plan.size:
        text = N_("This minimum alone needs %(needed)s dossiers: lower it or draw more.")
        found.append(PlanFault("minimum", text, {"needed": needed}))
    for label in plan.deviations:
        if label not in labels:
            text = N_("The list has no stratum %(label)s.")
            found.append(PlanFault("deviations", text, {"label": label}))
    return found


def _unnameable(counts: Sequence[OriginCount], plan: Plan) -> list[PlanFault]:
    """Refuse cells that would share a name, or whose name the database cannot keep."""
    whose = defaultdict(set)
    for count in counts:
        stratum = plan.stratum(count.unit_code, count.field)
        own = tuple(carrying.values(plan.carry, count).values())
        whose[plan.cell(count.unit_code, count)].add((stratum, own))
    part = "carry" if plan.carry else "stratify_by"
    if any(len(found) > 1 for found in whose.values()):
        return [PlanFault(part, N_("Two cells would have the same name: carry no field of work."))]
    if max(map(len, whose)) > LONGEST_LABEL:
        return [PlanFault(part, N_("A field of work on the list is too long to name a cell."))]
    return []


def _units(strata: Sequence[StratumPreview]) -> tuple[UnitPreview, ...]:
    members: dict[str, list[StratumPreview]] = defaultdict(list)
    for stratum in strata:
        members[stratum.unit_code].append(stratum)
    return tuple(_unit(found) for _, found in sorted(members.items()))


def _unit(strata: Sequence[StratumPreview]) -> UnitPreview:
    population = sum(stratum.population for stratum in strata)
    drawn = sum(stratum.drawn for stratum in strata)
    fraction = drawn / population
    return UnitPreview(
        id=strata[0].unit_id,
        code=strata[0].unit_code,
        name=strata[0].unit_name,
        population=population,
        drawn=drawn,
        expected=sum(stratum.expected for stratum in strata),
        margin=margin_of_error(strata),
        uneven=any(abs(stratum.drawn - fraction * stratum.population) > 1 for stratum in strata),
    )


def margin_of_error(strata: Sequence[StratumPreview]) -> float | None:
    """Expect half the width of the 95 % interval for a share of one half.

    Returns
    -------
    float or None
        As a share; with the finite population correction of each stratum at the answers
        expected. None when a stratum has nobody to ask.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 5.11.
    """
    population = sum(stratum.population for stratum in strata)
    variance = 0.0
    for stratum in strata:
        if stratum.expected <= 0:
            return None
        size = stratum.population
        if size > 1:
            left = (size - stratum.expected) / (size - 1)
            variance += (size / population) ** 2 * 0.25 / stratum.expected * left
    return min(NORMAL_95 * sqrt(max(variance, 0.0)), 0.5)
