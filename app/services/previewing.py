"""What a plan would give on a frame: sizes, expected answers, margins of error."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from app.queries.frames import OriginCount
from app.services import allocating, carrying
from app.services.errors import FieldFault
from app.services.outlook import Outlook, outlook
from app.services.plans import Plan
from app.texts import N_
from sampling import design_options
from sampling.allocation import neyman, proportional
from sampling.design_options import DesignOption, PlannedStratum
from sampling.size import yamane

ALLOWED_ERROR = 0.05
LONGEST_LABEL = 300
# A share of one half is never further off than this.
WIDEST = 0.5
ANY_MODE = "any"
# Set before a unit's code where it names a cell: a stratum may be named by the code alone.
UNIT = "\0"


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
        If the frame cannot carry the plan; its faults are `FieldFault` values.
    """
    groups = allocating.grouped(counts, plan)
    plan = allocating.sized(groups, plan)
    allocating.refuse(_unnameable(counts, plan))
    shares = allocating.allocated(groups, plan)
    sizes = [group.population for group in groups]
    deviations = [plan.deviations.get(group.label, 1.0) for group in groups]
    even = proportional(sizes, plan.size, plan.minimum).tolist()
    optimal = neyman(sizes, deviations, plan.size, plan.minimum).tolist()
    strata = tuple(
        StratumPreview(
            label=share.group.label,
            unit_id=share.group.unit.unit_id,
            unit_code=share.group.unit.unit_code,
            unit_name=share.group.unit.unit_name,
            field=share.group.field,
            population=share.group.population,
            proportional=even[place],
            neyman=optimal[place],
            drawn=share.drawn,
            expected=share.drawn * plan.expected_response,
            below_k=share.drawn * plan.expected_response < plan.k,
        )
        for place, share in enumerate(shares)
    )
    rates = {stratum.label: stratum.fraction * plan.expected_response for stratum in strata}
    return Preview(strata, _units(strata, plan), outlook(counts, plan, rates))


def sized(counts: Sequence[OriginCount], plan: Plan) -> Plan:
    """Put the size in that follows from a plan's target, quotas or given sizes.

    Raises
    ------
    InvalidInputError
        As `lay_over`.
    """
    return allocating.sized(allocating.grouped(counts, plan), plan)


def _unnameable(counts: Sequence[OriginCount], plan: Plan) -> list[FieldFault]:
    """Refuse cells that would share a name, or whose name the database cannot keep."""
    whose = defaultdict(set)
    for count in counts:
        stratum = plan.stratum(count.unit_code, count.field)
        own = tuple(carrying.values(plan.carry, count).values())
        whose[plan.cell(count.unit_code, count)].add((stratum, own))
    part = "carry" if plan.carry else "stratify_by"
    if any(len(found) > 1 for found in whose.values()):
        return [FieldFault(part, N_("Two cells would have the same name: carry no field of work."))]
    if max(map(len, whose), default=0) > LONGEST_LABEL:
        return [FieldFault(part, N_("A field of work on the list is too long to name a cell."))]
    return []


def _units(strata: Sequence[StratumPreview], plan: Plan) -> tuple[UnitPreview, ...]:
    """Tell every unit's part, in the order of codes."""
    told = design_options.outlook(
        DesignOption(
            strata=[
                PlannedStratum(
                    *(stratum.label, stratum.unit_code, stratum.population, stratum.drawn),
                    *(plan.expected_response, ANY_MODE),
                )
                for stratum in strata
            ],
            parents={stratum.label: UNIT + stratum.unit_code for stratum in strata},
            prices={ANY_MODE: 0},
            k=plan.k,
        )
    )
    first = {stratum.unit_code: stratum for stratum in reversed(strata)}
    return tuple(
        UnitPreview(
            id=first[unit.unit].unit_id,
            code=unit.unit,
            name=first[unit.unit].unit_name,
            population=unit.population,
            drawn=unit.drawn,
            expected=unit.answers,
            margin=None if unit.margin is None else min(unit.margin, WIDEST),
            uneven=UNIT + unit.unit in told.uneven,
        )
        for unit in sorted(told.units, key=lambda each: each.unit)
    )
