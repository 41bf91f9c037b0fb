"""A plan's sample shared out among the strata of a list, and its size where that follows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.queries.frames import OriginCount
from app.services.errors import FieldFault, InvalidInputError
from app.services.plans import Allocation, Plan, Stratification
from app.services.targets import TargetKind
from app.texts import N_
from sampling import shares
from sampling.quotas import dossiers_for, fixed_quotas
from sampling.sharing import bounds, shared_out
from sampling.size import proportion, yamane

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

BY_STRATUM = {Allocation.PROPORTIONAL, Allocation.NEYMAN, Allocation.COST}


@dataclass(frozen=True)
class Group:
    """Dossiers of a stratum; `unit` is a count of its unit."""

    label: str
    unit: OriginCount
    field: str | None
    population: int


@dataclass(frozen=True)
class Share:
    """A stratum and the dossiers to draw in it."""

    group: Group
    drawn: int


def grouped(counts: Sequence[OriginCount], plan: Plan) -> list[Group]:
    """Add up dossiers by stratum, in the order of labels, which decides ties.

    Raises
    ------
    InvalidInputError
        If two strata would have one name.
    """
    members: dict[tuple[str, int], list[OriginCount]] = defaultdict(list)
    for count in counts:
        members[plan.stratum(count.unit_code, count.field), count.unit_id].append(count)
    labels = [label for label, _ in members]
    by_unit = plan.stratify_by is Stratification.UNIT
    if len(set(labels)) < len(labels):
        text = N_("Two strata would have the same name: stratify by unit alone.")
        raise InvalidInputError(text, [FieldFault("stratify_by", text)])
    return [
        Group(
            label,
            found[0],
            None if by_unit else found[0].field,
            sum(count.dossiers for count in found),
        )
        for (label, _), found in sorted(members.items())
    ]


def sized(groups: Sequence[Group], plan: Plan) -> Plan:
    """Put the size in that follows from a plan's target, quotas or given sizes.

    Raises
    ------
    InvalidInputError
        If the plan has faults, or does not fit the list; its faults are `FieldFault` values.
    """
    faults = [fault for fault in plan.faults() if fault.part != "size" or not plan.follows]
    refuse(faults or _misfits(groups, plan))
    if plan.allocation is Allocation.GIVEN:
        return replace(plan, size=sum(plan.sizes.values()), minimum=0, target=None)
    if plan.allocation is Allocation.QUOTA:
        return replace(plan, size=int(_floors(groups, plan).sum()), target=None)
    if plan.target is None:
        return plan
    if plan.target.by_unit:
        return replace(plan, size=int(_floors(groups, plan).sum()))
    population = sum(group.population for group in groups)
    least = sum(min(group.population, plan.minimum) for group in groups)
    return replace(plan, size=max(least, _for_the_whole(population, plan)))


def allocated(groups: Sequence[Group], plan: Plan) -> list[Share]:
    """Share a sized plan's sample out.

    Raises
    ------
    InvalidInputError
        If the strata cannot carry the size.
    """
    refuse(_beyond(groups, plan))
    if plan.allocation is Allocation.GIVEN:
        return [Share(group, plan.sizes.get(group.label, 0)) for group in groups]
    parts = _stratum_shares(groups, plan)
    if plan.allocation in BY_STRATUM and not (plan.target and plan.target.by_unit):
        sizes = [group.population for group in groups]
        drawn = shared_out(parts, plan.size, bounds(sizes, plan.minimum))
        return [Share(group, count) for group, count in zip(groups, drawn.tolist(), strict=True)]
    return _by_unit(groups, plan, parts)


def refuse(faults: Sequence[FieldFault]) -> None:
    """Raise what keeps a plan from its list."""
    if faults:
        raise InvalidInputError(N_("The plan does not fit the list."), faults)


def _by_unit(groups: Sequence[Group], plan: Plan, parts: Floats) -> list[Share]:
    """Share out among units, then within each of them."""
    places = _places(groups)
    held = _held(groups)
    within = bounds(held, _floors(groups, plan))
    totals = shared_out(_unit_shares(held, parts, places, plan), plan.size, within)
    drawn = np.zeros(len(groups), dtype=np.int64)
    for inside, total in zip(places, totals.tolist(), strict=True):
        if len(inside) == 1:
            drawn[inside] = total
            continue
        sizes = [groups[place].population for place in inside]
        drawn[inside] = shared_out(parts[inside], total, bounds(sizes, plan.minimum))
    return [Share(group, count) for group, count in zip(groups, drawn.tolist(), strict=True)]


def _stratum_shares(groups: Sequence[Group], plan: Plan) -> Floats:
    """What strata get by, within their unit or beyond it."""
    sizes = [group.population for group in groups]
    deviations = [plan.deviations.get(group.label, 1.0) for group in groups]
    match plan.allocation:
        case Allocation.NEYMAN:
            return shares.neyman(sizes, deviations)
        case Allocation.COST:
            costs = [plan.costs.get(group.label, 1.0) for group in groups]
            return shares.optimal(sizes, deviations, costs)
        case _:
            return shares.proportional(sizes)


def _unit_shares(
    held: Counts, parts: Floats, places: Sequence[Sequence[int]], plan: Plan
) -> Floats:
    """What units get by."""
    match plan.allocation:
        case Allocation.EQUAL:
            return shares.equal(held)
        case Allocation.ROOT:
            return shares.root(held)
        case Allocation.POWER:
            return shares.power(held, np.ones(held.size), np.ones(held.size), plan.exponent)
        case _:
            return np.array([parts[inside].sum() for inside in places])


def _floors(groups: Sequence[Group], plan: Plan) -> Counts:
    """Least numbers of units: what is wanted of each, and the minimum of its strata."""
    places, held = _places(groups), _held(groups)
    least = np.array(
        [sum(min(groups[each].population, plan.minimum) for each in inside) for inside in places],
        dtype=np.int64,
    )
    if plan.allocation is Allocation.QUOTA:
        kinds = [groups[inside[0]].unit.unit_kind for inside in places]
        return np.maximum(least, fixed_quotas(kinds, held, plan.quotas))
    if plan.target and plan.target.kind is TargetKind.LEAST:
        wanted = int(plan.target.value)
        return np.maximum(least, dossiers_for(wanted, plan.expected_response, held))
    if plan.target and plan.target.kind is TargetKind.EACH:
        margin, rate = plan.target.value, plan.expected_response
        needed = [
            proportion(size, margin, response_rate=rate).dossiers(size) for size in held.tolist()
        ]
        return np.maximum(least, np.array(needed, dtype=np.int64))
    return least


def _for_the_whole(population: int, plan: Plan) -> int:
    """Dossiers to draw for what is wanted of the whole list."""
    assert plan.target is not None
    margin, rate = plan.target.value, plan.expected_response
    if plan.target.kind is TargetKind.YAMANE:
        return min(population, ceil(yamane(population, margin) / rate - 1e-9))
    return proportion(population, margin, response_rate=rate).dossiers(population)


def _places(groups: Sequence[Group]) -> list[list[int]]:
    """Put the strata of each unit together, by their places."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, group in enumerate(groups):
        members[group.unit.unit_code].append(place)
    return list(members.values())


def _held(groups: Sequence[Group]) -> Counts:
    """Dossiers of each unit."""
    return np.array(
        [sum(groups[each].population for each in inside) for inside in _places(groups)],
        dtype=np.int64,
    )


def _misfits(groups: Sequence[Group], plan: Plan) -> list[FieldFault]:
    """Find what the plan names that the list does not have, and the other way round."""
    populations = {group.label: group.population for group in groups}
    found = []
    named = {"deviations": plan.deviations, "costs": plan.costs, "given": plan.sizes}
    for part, numbers in named.items():
        for label in numbers:
            if label not in populations:
                text = N_("The list has no stratum %(label)s.")
                found.append(FieldFault(part, text, {"label": label}))
    for label, size in plan.sizes.items():
        if size > populations.get(label, size):
            text = N_("%(label)s has %(dossiers)s dossiers: draw at most as many.")
            told = {"label": label, "dossiers": populations[label]}
            found.append(FieldFault("given", text, told))
    if plan.allocation is Allocation.QUOTA:
        kinds = {group.unit.unit_kind for group in groups} - set(plan.quotas)
        text = N_("The list has units of this kind: enter a number, or 0.")
        found += [FieldFault(f"quota_{kind}", text) for kind in sorted(kinds)]
    return found


def _beyond(groups: Sequence[Group], plan: Plan) -> list[FieldFault]:
    """Find a size that is none, too large for the list or too small for the minimum."""
    available = sum(group.population for group in groups)
    needed = sum(min(group.population, plan.minimum) for group in groups)
    part = "size" if not plan.follows else "allocation"
    if plan.size < 1:
        return [FieldFault(part, N_("Draw at least one dossier."))]
    if plan.size > available:
        text = N_("The list has %(available)s dossiers: draw at most as many.")
        return [FieldFault(part, text, {"available": available})]
    if needed > plan.size:
        text = N_("This minimum alone needs %(needed)s dossiers: lower it or draw more.")
        return [FieldFault("minimum", text, {"needed": needed})]
    return []
