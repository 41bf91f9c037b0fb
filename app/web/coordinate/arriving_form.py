"""The form of a round whose dossiers are still to arrive."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from app import clock, thresholds
from app.queries import units
from app.services.arriving_plans import ArrivingPlan, spread
from app.services.errors import InvalidInputError
from app.services.plans import Stratification
from app.vocabulary import UnitLevel
from app.web.forms import StaffForm

RATED = frozenset({UnitLevel.COMMUNE, UnitLevel.DEPARTMENT})


class ArrivingForm(StaffForm):
    """Rates, and consent that they are final."""

    stratify_by = RadioField(
        lazy_gettext("Strata"),
        choices=[
            SelectChoice(Stratification.UNIT.value, lazy_gettext("One for each unit")),
            SelectChoice(
                Stratification.UNIT_FIELD.value, lazy_gettext("One for each unit and field of work")
            ),
        ],
        default=Stratification.UNIT.value,
    )
    rate = StringField(
        lazy_gettext("Sampling rate of every stratum"),
        [InputRequired(lazy_gettext("Enter a rate.")), Length(max=40)],
        description=lazy_gettext("The share of arriving dossiers to draw: 0.05, 5 % or 1/20."),
    )
    fields = TextAreaField(
        lazy_gettext("Fields of work"),
        [Length(max=20_000)],
        description=lazy_gettext(
            "For strata by unit and field: one a line, written as the lists write them. A dossier "
            "of another field cannot be drawn and is listed as a fault."
        ),
        render_kw={"rows": 4},
    )
    exceptions = TextAreaField(
        lazy_gettext("Other rates"),
        [Length(max=200_000)],
        description=lazy_gettext(
            "A line for each unit or stratum with a rate of its own, such as 26041: 1/10"
        ),
        render_kw={"rows": 4},
    )
    expected_response = IntegerField(
        lazy_gettext("Expected response (%)"),
        [NumberRange(1, 100, lazy_gettext("Enter a percentage from 1 to 100."))],
        default=30,
        render_kw={"inputmode": "numeric"},
    )
    k = IntegerField(
        lazy_gettext("Fewest answers opened together (k)"),
        [InputRequired(lazy_gettext("Enter a whole number."))],
        default=lambda: thresholds.present.mixing_k,
        description=lazy_gettext("A cell with fewer answers is opened together with others."),
        render_kw={"inputmode": "numeric"},
    )
    confirm = BooleanField(
        lazy_gettext("I understand that rates and seed are final"),
        [InputRequired(lazy_gettext("Tick the box to commit."))],
    )

    def plan(self) -> ArrivingPlan | None:
        """Make the plan of a valid form, or put the faults beside the fields."""
        rated = [unit for unit in units.units_on(clock.today()) if unit.level in RATED]
        by = Stratification(self.stratify_by.data)
        own = (self.rate.data or "", self.fields.data or "", self.exceptions.data or "")
        try:
            rates = spread(rated, by, *own)
        except InvalidInputError as error:
            self.blame(error)
            return None
        return ArrivingPlan(by, rates, (self.expected_response.data or 0) / 100, self.k.data or 0)
