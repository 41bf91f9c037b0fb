"""What the page that compares designs says of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf

from flask_babel import gettext, ngettext

from app.services.designs import Compared
from app.services.plans import Allocation, Plan, Stratification
from app.services.targets import TargetKind
from app.texts import N_
from app.vocabulary import CellLevel
from app.web.coordinate.allocation_inputs import ALLOCATIONS
from app.web.coordinate.design_forms import ASKED
from app.web.templating import number

SIZED = {
    TargetKind.YAMANE: N_("Yamane ±%(value)s points"),
    TargetKind.PROVINCE: N_("Province ±%(value)s points"),
    TargetKind.EACH: N_("Each unit ±%(value)s points"),
    TargetKind.LEAST: N_("Each unit at least %(value)s answers"),
}
MOST_NAMED = 3


@dataclass(frozen=True)
class Row:
    """A figure of a design; `marked` where it is a reason to think twice."""

    name: str
    value: str
    marked: bool = False


def name(plan: Plan) -> str:
    """Name a design by how its size came about and how it is shared out."""
    rule = gettext(ALLOCATIONS[plan.allocation])
    if plan.target is None:
        size = gettext("%(size)s dossiers", size=number(plan.size))
        return f"{size} · {rule}"
    whole = plan.target.kind is TargetKind.LEAST
    value = plan.target.value if whole else plan.target.value * 100
    sized = gettext(SIZED[plan.target.kind], value=f"{value:g}".replace(".", decimal_sign()))
    return f"{sized} · {rule}"


def decimal_sign() -> str:
    """Return what separates decimals in the language of the reader."""
    return number(0.5, 1)[1]


def percent(margin: float | None) -> str:
    """Write a margin of error."""
    if margin is None or isinf(margin):
        return str(gettext("not known"))
    return f"±{number(margin * 100, 1)}%"


def part(count: int, total: int) -> str:
    """Write so many of all."""
    return str(gettext("%(count)s of %(total)s", count=number(count), total=number(total)))


def rows(found: Compared) -> list[Row]:
    """Write the figures of a design, in one order for all."""
    told, units = found.outlook, len(found.units)
    by_field = found.plan.stratify_by is Stratification.UNIT_FIELD
    strata = gettext("unit and field of work") if by_field else gettext("unit")
    wanted = percent(found.wanted)
    return [
        Row(gettext("People are asked by"), gettext(ASKED[found.mode])),
        Row(gettext("Strata"), f"{number(len(told.cells))} ({strata})"),
        Row(gettext("Dossiers to draw"), number(told.drawn)),
        Row(gettext("Answers expected"), number(told.answers)),
        Row(gettext("Cost (đồng)"), number(told.cost)),
        Row(gettext("Days of visits"), "–" if told.days is None else number(told.days)),
        Row(gettext("Margin, whole province"), percent(found.margin)),
        Row(gettext("Margin, middle unit"), percent(found.middle)),
        Row(gettext("Margin, worst unit"), percent(found.worst)),
        Row(
            gettext("Units wider than %(wanted)s", wanted=wanted),
            part(found.above, units),
            found.above > 0,
        ),
        Row(
            gettext("Units below 30 effective answers"),
            part(found.too_few, units),
            found.too_few > 0,
        ),
        Row(
            gettext("Cells below k = %(k)s", k=number(found.plan.k)),
            part(len(told.coarsened), len(told.cells)),
            bool(told.coarsened),
        ),
    ]


def warnings(found: Compared) -> list[str]:
    """Say what a design should not be chosen without knowing."""
    told = [*endings(found)]
    if found.uneven:
        told.append(uneven(found.uneven))
    if found.silent:
        told.append(
            ngettext(
                "Nobody is asked in one stratum",
                "Nobody is asked in %(count)s strata",
                found.silent,
                count=number(found.silent),
            )
        )
    if found.outlook.days is None:
        told.append(gettext("There is nobody to make the visits."))
    return told + idle(found.plan)


def endings(found: Compared) -> Iterator[str]:
    """Say what becomes of the answers of cells below k."""
    if by_unit := found.endings[CellLevel.UNIT]:
        yield ngettext(
            "Answers of one cell will tell their unit, no field of work",
            "Answers of %(count)s cells will tell their unit, no field of work",
            by_unit,
            count=number(by_unit),
        )
    if by_round := found.endings[CellLevel.ROUND]:
        yield ngettext(
            "Answers of one cell will count for the province alone, for no unit",
            "Answers of %(count)s cells will count for the province alone, for no unit",
            by_round,
            count=number(by_round),
        )
    if sealed := found.endings[None]:
        yield ngettext(
            "Answers of one cell will stay sealed: too few in the whole round",
            "Answers of %(count)s cells will stay sealed: too few in the whole round",
            sealed,
            count=number(sealed),
        )


def uneven(names: tuple[str, ...]) -> str:
    """Name units whose strata cannot be put together."""
    listed = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return str(
        ngettext(
            "Unequal sampling fractions within %(count)s unit: %(names)s",
            "Unequal sampling fractions within %(count)s units: %(names)s",
            len(names),
            count=number(len(names)),
            names=listed,
        )
    )


def idle(plan: Plan) -> list[str]:
    """Say that a rule has nothing of its own to go by."""
    if plan.allocation is Allocation.NEYMAN and not plan.deviations:
        return [gettext("No deviations are entered: Neyman's allocation is the proportional one.")]
    if plan.allocation is Allocation.COST and not plan.costs and not plan.deviations:
        return [gettext("No costs are entered: the allocation by cost is the proportional one.")]
    return []


def picture(found: Compared) -> str:
    """Say in a sentence what the picture of a design shows."""
    text = N_(
        "Margins of error of %(units)s units from narrow to wide: the narrowest %(least)s, half of "
        "them up to %(middle)s, the widest %(most)s; %(above)s wider than %(wanted)s."
    )
    return str(
        gettext(
            text,
            units=number(len(found.units)),
            least=percent(found.margins[0]),
            middle=percent(found.middle),
            most=percent(found.worst),
            above=number(found.above),
            wanted=percent(found.wanted),
        )
    )
