"""Forms of the page that compares designs: what all suppose, and a short form for each."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from app.services.designs import MODES, Design, Terms
from app.services.errors import InvalidInputError
from app.services.plans import LARGEST_K, LARGEST_MINIMUM, Allocation, Plan, Stratification
from app.texts import N_
from app.web.coordinate.allocation_inputs import (
    ALLOCATIONS,
    NUMBER,
    SIZES,
    AllocationInputs,
    check_between,
    choices,
    read_number,
    read_target,
)
from app.web.forms import StaffForm
from sampling.design_options import VISIT

DEAREST = 100_000_000
MOST_PEOPLE = 10_000
ASKED = dict(
    zip(MODES, (N_("Invitation slip"), N_("SMS"), N_("Visit by a fieldworker")), strict=True)
)
# Đồng for a drawn dossier: print and handing over, a text message, a visit with its travel.
PRICES = dict(zip(MODES, (1_000, 800, 40_000), strict=True))
USUAL = {
    **{f"price_{mode}": str(price) for mode, price in PRICES.items()},
    "fieldworkers": "10",
    "interviews": "8",
    "design_effect": "1",
    "wanted": "10",
}
TERM_PARTS = (
    *(f"price_{mode}" for mode in MODES),
    "fieldworkers",
    "interviews",
    "design_effect",
    "wanted",
    "k",
)
DESIGN_PARTS = ("allocation", "size_by", "amount", "stratify_by", "minimum", "response", "mode")


def whole(label: str, least: int, most: int, hint: str = "") -> IntegerField:
    """Make a field for a whole number that is needed."""
    message = lazy_gettext("Enter a number from %(least)d to %(most)d.", least=least, most=most)
    return IntegerField(
        label,
        [InputRequired(message), NumberRange(least, most, message)],
        description=hint,
        render_kw={"inputmode": "numeric"},
    )


def decimal(label: str, hint: str = "") -> StringField:
    """Make a field for a number with a comma or a point."""
    look = {"inputmode": "decimal"}
    return StringField(label, [Length(max=20)], description=hint, render_kw=look)


class TermsForm(AllocationInputs):
    """What all designs of the page suppose."""

    price_slip = whole(lazy_gettext("An invitation slip (đồng)"), 0, DEAREST)
    price_sms = whole(lazy_gettext("A text message (đồng)"), 0, DEAREST)
    price_visit = whole(lazy_gettext("A visit (đồng)"), 0, DEAREST)
    fieldworkers = whole(lazy_gettext("Fieldworkers"), 0, MOST_PEOPLE)
    interviews = whole(lazy_gettext("Interviews of one of them in a day"), 0, 100)
    design_effect = decimal(
        lazy_gettext("Design effect"), lazy_gettext("1 where dossiers are drawn one by one.")
    )
    wanted = decimal(lazy_gettext("Margin of error wanted of each unit (points)"))
    k = whole(lazy_gettext("Fewest answers opened together (k)"), 1, LARGEST_K)

    def terms(self) -> Terms:
        """Read what the designs share.

        Raises
        ------
        InvalidInputError
            If a number cannot be read; its faults are `FieldFault`.
        """
        effect = read_number(self.design_effect.data, "design_effect")
        wanted = read_number(self.wanted.data, "wanted")
        check_between("design_effect", effect, 0.1, 20)
        check_between("wanted", wanted, 0.1, 50)
        return Terms(
            prices={mode: self[f"price_{mode}"].data or 0 for mode in MODES},
            fieldworkers=self.fieldworkers.data or 0,
            interviews_a_day=self.interviews.data or 0,
            design_effect=effect,
            wanted=wanted / 100,
        )


class DesignForm(StaffForm):
    """A design in short."""

    allocation = SelectField(
        lazy_gettext("Allocation"),
        choices=[
            *choices(ALLOCATIONS),
            SelectChoice("", lazy_gettext("Leave this design out")),
        ],
    )
    size_by = SelectField(lazy_gettext("The size comes from"), choices=choices(SIZES))
    amount = decimal(lazy_gettext("Dossiers, points or answers"))
    stratify_by = SelectField(
        lazy_gettext("Strata"),
        choices=[
            SelectChoice(Stratification.UNIT.value, lazy_gettext("One for each unit")),
            SelectChoice(
                Stratification.UNIT_FIELD.value, lazy_gettext("One for each unit and field of work")
            ),
        ],
    )
    minimum = whole(lazy_gettext("At least in each stratum"), 0, LARGEST_MINIMUM)
    response = whole(lazy_gettext("Expected response (%)"), 1, 100)
    mode = SelectField(lazy_gettext("People are asked by"), choices=choices(ASKED))

    def design(self, k: int, inputs: dict[str, Any]) -> Design:
        """Make the design of a valid form.

        Raises
        ------
        InvalidInputError
            If the amount cannot be read; its fault is a `FieldFault`.
        """
        target = read_target(self.size_by.data, self.amount.data, "amount")
        size = 0.0
        if self.size_by.data == NUMBER and self.allocation.data != Allocation.QUOTA:
            size = read_number(self.amount.data, "amount")
            check_between("amount", size, 1, LARGEST_MINIMUM)
        plan = Plan(
            stratify_by=Stratification(self.stratify_by.data),
            size=int(size),
            minimum=self.minimum.data or 0,
            allocation=Allocation(self.allocation.data),
            expected_response=(self.response.data or 0) / 100,
            k=k,
            target=target,
            **inputs,
        )
        return Design(plan, self.mode.data or VISIT)


# Parts of a plan that the short form calls otherwise.
SHORT = {"size": "amount", "target": "amount", "expected_response": "response"}


def blame(error: InvalidInputError, *forms: StaffForm) -> None:
    """Put faults beside the fields they are about, in the first form that has them."""
    for fault in error.faults:
        part = SHORT.get(fault.part, fault.part)
        message = gettext(fault.text, **fault.params)
        form = next((form for form in forms if part in form), None)
        if form is None:
            forms[0].form_errors.append(message)
        else:
            form[part].errors = [*form[part].errors, message]
    if not error.faults:
        forms[0].form_errors.append(gettext(error.text))
