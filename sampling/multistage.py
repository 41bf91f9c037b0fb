"""Samples of one to three stages: regions, communes within them, households within these.

Each stage is a list of units within the clusters drawn before. From each list a known number is
drawn with known probabilities, so that every final unit has a weight and its place in the design.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import InclusionError, UnknownColumnError
from sampling.inclusion import inclusion_probabilities
from sampling.multistage_sample import Drawn, MultistageSample
from sampling.stage_plans import MOST_STAGES, Chance, SelfWeighting, StagePlan, taken
from sampling.systematic import pps_systematic
from sampling.unequal.chances import SETTLED, Bools, Floats
from sampling.unequal.methods import method_named, select

Frame = Mapping[str, ArrayLike]
Places = NDArray[np.intp]
Path = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Listing:
    """The units of one stage that lie in clusters drawn before, each once.

    Attributes
    ----------
    path : list of tuple of str, length U
        Names of the clusters from the first stage on, then of the unit.
    row : ndarray of int, shape (U,)
        First row of each in its frame.
    parent : ndarray of int, shape (U,)
        Place of its cluster among those drawn at the stage before.
    stratum : ndarray of str, shape (U,)
        "" without strata.
    """

    path: list[Path]
    row: Places
    parent: Places
    stratum: NDArray[np.str_]


def draw_stages(
    frame: Frame | Sequence[Frame], plans: Sequence[StagePlan], chance: Chance
) -> MultistageSample:
    """Draw stage after stage.

    Parameters
    ----------
    frame : mapping of column name to array_like, or sequence of mappings
        One list with a row for each final unit, which names its clusters; or one list a stage, of
        which later ones need to hold the clusters drawn before only.
    plans : sequence of StagePlan
        One to three, the first stage first.
    chance : Chance
        `SeededChance` for a draw that others can repeat. With methods that are publicly
        verifiable it is so from the seed alone.

    Returns
    -------
    MultistageSample
        Final units with conditional and overall probabilities, and the columns of their design.

    Raises
    ------
    InclusionError
        If stages are none or too many, a unit lies in two clusters or strata, a final unit
        repeats, a size rule or a method cannot be followed, or a unit of size 0 could never be
        drawn.
    UnknownColumnError
        If a frame lacks a column.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 4.4.
    """
    frames = [frame] * len(plans) if isinstance(frame, Mapping) else list(frame)
    if not 1 <= len(plans) <= MOST_STAGES or len(frames) != len(plans):
        raise InclusionError("bad_stages", stages=len(plans))
    if isinstance(plans[0].take, SelfWeighting):
        raise InclusionError("self_weighting_first")
    stages: list[Drawn] = []
    for number in range(1, len(plans) + 1):
        above = stages[-1] if stages else None
        stages.append(draw_stage(frames[number - 1], plans[:number], chance, above))
    check_last(frames[-1], plans)
    return MultistageSample(tuple(stages))


def draw_stage(
    frame: Frame, plans: Sequence[StagePlan], chance: Chance, above: Drawn | None
) -> Drawn:
    """Draw one stage within the clusters drawn before.

    Parameters
    ----------
    frame : mapping of column name to array_like
        The list of this stage.
    plans : sequence of StagePlan
        Those of the stages before, and that of this one.
    chance, above
        As for `draw_stages`; what was drawn before, None at the first stage.

    Returns
    -------
    Drawn
        The units of this stage.
    """
    plan, stage = plans[-1], len(plans)
    check_method(plan, stage)
    listing = listed(frame, plans, above)
    overall = above.overall if above is not None else np.ones(1)
    parts: list[Drawn] = []
    names, group = np.unique(listing.stratum, return_inverse=True)
    key = listing.parent * names.size + group
    together = np.argsort(key, kind="stable")
    for members in np.split(together, np.flatnonzero(np.diff(key[together])) + 1):
        parent, code = int(listing.parent[members[0]]), int(group[members[0]])
        inside = members[standing(frame, plan, listing, members)]
        above_it = float(overall[parent])
        n = taken(plan.take, stage, str(names[code]), inside.size, above_it)
        pi = chances(frame, plan, listing.row[inside], n)
        place = "/".join(listing.path[inside[0]][:-1])
        drawn = chosen(frame, plan, listing, inside, pi, chance, (stage, place, str(names[code])))
        keep = inside[drawn]
        parts.append(
            Drawn(
                path=tuple(listing.path[at] for at in keep.tolist()),
                row=listing.row[keep],
                parent=listing.parent[keep],
                stratum=listing.stratum[keep],
                conditional=pi[drawn],
                overall=pi[drawn] * above_it,
                population=np.full(keep.size, inside.size),
                equal=np.full(keep.size, bool(np.ptp(pi) <= SETTLED)),
            )
        )
    return Drawn.joined(parts)


def check_method(plan: StagePlan, stage: int) -> None:
    """Refuse methods that do not keep to a number of units."""
    method = method_named(plan.method)
    unequal = plan.method == "srs" and plan.measure is not None
    if unequal or not (method.fixed_size or method.auxiliary):
        raise InclusionError("random_take", stage=stage, method=plan.method)
    if method.auxiliary and not plan.auxiliary:
        raise InclusionError("missing_auxiliary", method=plan.method)


def check_last(frame: Frame, plans: Sequence[StagePlan]) -> None:
    """Refuse a final unit that has several rows."""
    keys = zip(
        *(np.asarray(column(frame, one.unit), np.str_).tolist() for one in plans), strict=True
    )
    repeated = [path for path, times in Counter(keys).items() if times > 1]
    if repeated:
        raise InclusionError("repeated_unit", unit="/".join(repeated[0]))


def column(frame: Frame, name: str) -> NDArray[np.generic]:
    """Find a column; UnknownColumnError without it."""
    if name not in frame:
        raise UnknownColumnError("unknown_column", column=name)
    return np.asarray(frame[name])


def listed(frame: Frame, plans: Sequence[StagePlan], above: Drawn | None) -> Listing:
    """List each unit of a stage once, if its clusters were drawn."""
    plan, stage = plans[-1], len(plans)
    keys = [np.asarray(column(frame, one.unit), dtype=np.str_) for one in plans]
    if not keys[0].size:
        raise InclusionError("no_units")
    code: Places = np.zeros(keys[0].size, dtype=np.intp)
    for key in keys:
        labels, inverse = np.unique(key, return_inverse=True)
        code = np.unique(code * labels.size + inverse, return_inverse=True)[1]
    row, unit = np.unique(code, return_index=True, return_inverse=True)[1:]
    for name in (plan.stratum, plan.measure, plan.order, *plan.auxiliary):
        if name is not None:
            check_same(column(frame, name), row, unit, keys[-1], stage)
    path = [tuple(str(key[at]) for key in keys) for at in row.tolist()]
    parents = dict(zip(above.path if above else [()], count(), strict=False))
    parent = np.array([parents.get(one[:-1], -1) for one in path], dtype=np.intp)
    kept = np.flatnonzero(parent >= 0)
    empty = set(range(len(parents))) - {*parent.tolist()}
    if empty:
        cluster = next(one for one, at in parents.items() if at in empty)
        raise InclusionError("empty_cluster", stage=stage, cluster="/".join(cluster))
    labels = np.zeros(row.size, dtype="U1")
    if plan.stratum is not None:
        labels = np.asarray(column(frame, plan.stratum), dtype=np.str_)[row]
    return Listing([path[at] for at in kept.tolist()], row[kept], parent[kept], labels[kept])


def check_same(
    values: NDArray[np.generic],
    row: Places,
    unit: Places,
    names: NDArray[np.str_],
    stage: int,
) -> None:
    """Refuse a unit whose rows tell different things of it."""
    differs = values != values[row][unit]
    if differs.any():
        at = int(np.argmax(differs))
        first = values[row[unit[at]]]
        raise InclusionError(
            "lost_parent",
            unit=str(names[at]),
            stage=stage,
            first=str(first),
            second=str(values[at]),
        )


def standing(frame: Frame, plan: StagePlan, listing: Listing, inside: Places) -> Places:
    """Put the units of a list in order."""
    names = np.array([listing.path[at][-1] for at in inside.tolist()])
    if plan.order is None:
        return np.argsort(names, kind="stable")
    return np.lexsort((names, column(frame, plan.order)[listing.row[inside]]))


def chances(frame: Frame, plan: StagePlan, row: Places, n: int) -> Floats:
    """Probabilities of the units of a list."""
    if plan.measure is None or n == 0:
        return np.full(row.size, n / row.size)
    sizes = np.asarray(column(frame, plan.measure), dtype=float)[row]
    return inclusion_probabilities(sizes, n, minimum=plan.minimum)


def chosen(
    frame: Frame,
    plan: StagePlan,
    listing: Listing,
    inside: Places,
    pi: Floats,
    chance: Chance,
    place: tuple[int, str, str],
) -> Bools:
    """Draw from one list, in public where the method allows it."""
    drawn = np.zeros(inside.size, dtype=np.bool_)
    n = round(float(pi.sum()))
    if n in (0, inside.size):
        return np.full(inside.size, n > 0)
    if plan.method == "srs":
        names = [listing.path[at][-1] for at in inside.tolist()]
        numbers = chance.uniforms(*place, names)
        drawn[np.argsort(numbers, kind="stable")[:n]] = True  # the list stands in its order
        return drawn
    if plan.method == "pps_systematic":
        start = chance.start(*place)
        sizes: ArrayLike = pi
        if plan.measure is not None and plan.minimum == 0:
            # As the frame has them: whole sizes are cumulated exactly.
            sizes = column(frame, plan.measure)[listing.row[inside]]
        drawn[pps_systematic(sizes, n, start)] = True
        return drawn
    auxiliary = None
    if plan.auxiliary:
        table = [np.asarray(column(frame, name), dtype=float) for name in plan.auxiliary]
        auxiliary = np.column_stack(table)[listing.row[inside]]
        if plan.method == "cube":  # the size is fixed before all else
            auxiliary = np.column_stack([pi, auxiliary])
    return select(pi, plan.method, chance.generator(*place), auxiliary)
