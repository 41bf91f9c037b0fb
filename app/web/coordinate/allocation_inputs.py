"""What rules of allocation need beside the list: the part that forms of plans and designs share."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from app.services.errors import FieldFault, InvalidInputError
from app.services.plan_lines import read_deviations
from app.services.plans import USUAL_EXPONENT, Allocation
from app.services.targets import Target, TargetKind
from app.texts import N_
from app.vocabulary import UnitKind
from app.web.forms import StaffForm
from app.web.labels import UNIT_KINDS

LONGEST = 200_000
NUMBER = "number"
ALLOCATIONS: Mapping[Allocation, str] = {
    Allocation.PROPORTIONAL: N_("Proportional to the dossiers"),
    Allocation.EQUAL: N_("The same number in each unit"),
    Allocation.ROOT: N_("By the square root of the dossiers"),
    Allocation.POWER: N_("By a power of the dossiers"),
    Allocation.NEYMAN: N_("Neyman: more where answers differ more"),
    Allocation.COST: N_("By cost: more where answers differ more and cost less"),
    Allocation.QUOTA: N_("A fixed number for each kind of unit"),
}
GIVEN = N_("As given for each stratum, worked out elsewhere")
SIZES: Mapping[str, str] = {
    NUMBER: N_("A number of dossiers to draw"),
    TargetKind.YAMANE: N_("Yamane's formula, allowed error in points"),
    TargetKind.PROVINCE: N_("Margin of error of the province, in points"),
    TargetKind.EACH: N_("Margin of error of each unit, in points"),
    TargetKind.LEAST: N_("Answers of each unit, at least"),
}
QUOTED = (
    UnitKind.COMMUNE,
    UnitKind.WARD,
    UnitKind.SPECIAL_ZONE,
    UnitKind.DEPARTMENT,
    UnitKind.CENTRAL_AGENCY,
)
INPUTS = ("deviations", "costs", "exponent", *(f"quota_{kind}" for kind in QUOTED))


def choices(names: Mapping[Any, str]) -> list[SelectChoice]:
    """Make the choices of a field."""
    return [SelectChoice(str(value), lazy_gettext(name)) for value, name in names.items()]


def lines(label: str, hint: str, rows: int = 4) -> TextAreaField:
    """Make a field for a number of each stratum."""
    look = {"rows": rows, "spellcheck": "false"}
    return TextAreaField(label, [Length(max=LONGEST)], description=hint, render_kw=look)


def quota(kind: UnitKind) -> IntegerField:
    """Make a field for the dossiers of a unit of a kind."""
    return IntegerField(
        lazy_gettext(UNIT_KINDS[kind]),
        [Optional(), NumberRange(0, message=lazy_gettext("Enter 0 or more."))],
        render_kw={"inputmode": "numeric"},
    )


class AllocationInputs(StaffForm):
    """Deviations, costs, exponent and quotas; a rule uses what it needs."""

    deviations = lines(
        lazy_gettext("Deviations for Neyman's allocation"),
        lazy_gettext(
            "A line for each stratum whose standard deviation is not 1, such as 26041: 0.45"
        ),
    )
    costs = lines(
        lazy_gettext("Costs for the allocation by cost"),
        lazy_gettext("A line for each stratum whose answers do not cost 1, such as 26041: 2.5"),
    )
    exponent = StringField(
        lazy_gettext("Exponent of the allocation by a power"),
        [Length(max=10)],
        description=lazy_gettext("0 is the same number for each unit, 1 is proportional."),
        default=str(USUAL_EXPONENT),
        render_kw={"inputmode": "decimal"},
    )
    quota_commune = quota(UnitKind.COMMUNE)
    quota_ward = quota(UnitKind.WARD)
    quota_special_zone = quota(UnitKind.SPECIAL_ZONE)
    quota_department = quota(UnitKind.DEPARTMENT)
    quota_central_agency = quota(UnitKind.CENTRAL_AGENCY)

    def inputs(self) -> dict[str, Any]:
        """Read these parts of a plan.

        Raises
        ------
        InvalidInputError
            If a line or a number cannot be read; its faults are `FieldFault`.
        """
        quotas = {kind.value: self[f"quota_{kind}"].data for kind in QUOTED}
        return {
            "deviations": read_deviations(self.deviations.data or ""),
            "costs": read_deviations(self.costs.data or "", "costs"),
            "exponent": read_number(self.exponent.data, "exponent", USUAL_EXPONENT),
            "quotas": {kind: given for kind, given in quotas.items() if given is not None},
        }


def read_number(text: str | None, part: str, otherwise: float | None = None) -> float:
    """Read a number with a comma or a point.

    Raises
    ------
    InvalidInputError
        If it is none; its fault is a `FieldFault` of the part.
    """
    written = (text or "").strip().replace(",", ".")
    if not written and otherwise is not None:
        return otherwise
    try:
        return float(written)
    except ValueError:
        raise InvalidInputError(faults=[FieldFault(part, N_("Enter a number."))]) from None


def read_target(size_by: str, text: str | None, part: str) -> Target | None:
    """Read what a size is worked out from; None where it is a number of its own.

    Raises
    ------
    InvalidInputError
        As `read_number`.
    """
    if size_by == NUMBER:
        return None
    kind, value = TargetKind(size_by), read_number(text, part)
    # Rounded so that 2.7 points do not become a share of sixteen digits in the plan.
    return Target(kind, value if kind is TargetKind.LEAST else round(value / 100, 6))


def check_between(part: str, value: float, least: float, most: float) -> None:
    """Refuse a number that is too small, too large or none.

    Raises
    ------
    InvalidInputError
        Its fault is a `FieldFault` of the part.
    """
    if not least <= value <= most:
        text = N_("Enter a number from %(least)s to %(most)s.")
        told = {"least": f"{least:g}", "most": f"{most:g}"}
        raise InvalidInputError(faults=[FieldFault(part, text, told)])
