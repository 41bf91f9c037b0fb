"""Forms of a sample plan: entered and previewed by address, committed by post."""

from flask_babel import lazy_gettext
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.services.carrying import Carried
from app.services.ceremony_parties import Arrangement
from app.services.errors import InvalidInputError
from app.services.plan_lines import read_sizes
from app.services.planning import LONGEST_SOURCE
from app.services.plans import APART, RESERVE_SHARE, Allocation, Plan, Stratification
from app.web.carried_words import VARIABLES
from app.web.coordinate.allocation_inputs import (
    ALLOCATIONS,
    GIVEN,
    INPUTS,
    NUMBER,
    SIZES,
    AllocationInputs,
    choices,
    lines,
    read_target,
)
from app.web.coordinate.ceremony_parts import CeremonyParts
from app.web.coordinate.session_parts import SessionParts

ALONE, TOGETHER = "alone", "together"
ANYBODY = "anybody"
WHOLE_NUMBER = lazy_gettext("Enter a whole number.")


class PlanForm(AllocationInputs, SessionParts):
    """What a coordinator decides about a sample."""

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
    allocation = RadioField(
        lazy_gettext("Allocation"),
        choices=choices({**ALLOCATIONS, Allocation.GIVEN: GIVEN}),
        description=lazy_gettext(
            "Some rules need numbers of your own: they stand in the fold below."
        ),
        default=Allocation.PROPORTIONAL.value,
    )
    size_by = SelectField(
        lazy_gettext("The size comes from"),
        choices=choices(SIZES),
        default=NUMBER,
        description=lazy_gettext(
            "Fixed and given numbers decide by themselves; nothing needs to be entered here then."
        ),
    )
    size = IntegerField(
        lazy_gettext("Dossiers to draw in all"),
        [Optional(), NumberRange(1, message=lazy_gettext("Draw at least one dossier."))],
        render_kw={"inputmode": "numeric"},
    )
    target = StringField(
        lazy_gettext("Points or answers, where the size is worked out"),
        [Length(max=20)],
        description=lazy_gettext("Such as 5 for ±5 points, or 30 for 30 answers of each unit."),
        render_kw={"inputmode": "decimal"},
    )
    minimum = IntegerField(
        lazy_gettext("At least in each stratum"),
        [NumberRange(0, message=lazy_gettext("Enter 0 or more."))],
        default=0,
        description=lazy_gettext("A stratum with fewer dossiers is taken whole."),
        render_kw={"inputmode": "numeric"},
    )
    expected_response = IntegerField(
        lazy_gettext("Expected response (%)"),
        [NumberRange(1, 100, lazy_gettext("Enter a percentage from 1 to 100."))],
        default=30,
        render_kw={"inputmode": "numeric"},
    )
    reserve_share = IntegerField(
        lazy_gettext("Reserves at most, of the sample of a stratum (%)"),
        [Optional(), NumberRange(0, 200, lazy_gettext("Enter a percentage from 0 to 200."))],
        default=round(RESERVE_SHARE * 100),
        description=lazy_gettext(
            "So many next ranks may take the place of lost cases, with another person's agreement. "
            "0 allows none."
        ),
        render_kw={"inputmode": "numeric"},
    )
    k = IntegerField(
        lazy_gettext("Fewest answers opened together (k)"),
        [InputRequired(WHOLE_NUMBER)],
        description=lazy_gettext("A cell with fewer answers is opened together with others."),
        render_kw={"inputmode": "numeric"},
    )
    carry = SelectMultipleField(
        lazy_gettext("What an answer still tells beside its stratum"),
        choices=[
            SelectChoice(variable.value, lazy_gettext(name)) for variable, name in VARIABLES.items()
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy_gettext(
            "Three at most, better none. Each splits the strata into smaller cells. The answers of "
            "a cell below k lose what they carried; where a unit has too few of them they lose "
            "their unit too and count for the province alone. The preview shows how many."
        ),
    )
    asked_before = RadioField(
        lazy_gettext("Who was asked by another round within a year"),
        choices=[
            SelectChoice(
                APART, lazy_gettext("Stands behind all others, and nobody is drawn twice")
            ),
            SelectChoice(ANYBODY, lazy_gettext("May be drawn like everybody else")),
        ],
        default=APART,
        description=lazy_gettext(
            "Dossiers with the same phone count as those of one owner. The preview shows what this "
            "costs each stratum."
        ),
    )
    given = lines(
        lazy_gettext("Given sizes"),
        lazy_gettext("A line for each stratum, such as 26041: 40. Strata left out get nothing."),
    )

    def plan(self) -> Plan | None:
        """Make the plan of a valid form, or put the faults of its lines beside the field."""
        assert self.minimum.data is not None
        assert self.k.data is not None
        try:
            inputs = self.inputs()
            sizes = read_sizes(self.given.data or "")
            target = read_target(self.size_by.data, self.target.data, "target")
            sessions = self.session_plan()
        except InvalidInputError as error:
            self.blame(error)
            return None
        return Plan(
            stratify_by=Stratification(self.stratify_by.data),
            size=self.size.data or 0,
            minimum=self.minimum.data,
            allocation=Allocation(self.allocation.data),
            expected_response=(self.expected_response.data or 0) / 100,
            k=self.k.data,
            reserve_share=self.share_of_reserves(),
            carry=tuple(Carried(name) for name in self.carry.data or ()),
            sessions=sessions,
            target=target,
            apart=self.asked_before.data == APART,
            sizes=sizes,
            **inputs,
        )

    def share_of_reserves(self) -> float:
        """Read the share of reserves; left empty it is the usual one."""
        entered = self.reserve_share.data
        return RESERVE_SHARE if entered is None else entered / 100


class CommitForm(CeremonyParts, PlanForm):
    """The same plan, who takes secrets, the public number, and consent that this is final."""

    parties = RadioField(
        lazy_gettext("Whose secrets make the seed"),
        choices=[
            SelectChoice(ALONE, lazy_gettext("One secret of the office, and a public number")),
            SelectChoice(
                TOGETHER, lazy_gettext("Secrets of several parties and a public number: a ceremony")
            ),
        ],
        default=ALONE,
    )
    public_source = StringField(
        lazy_gettext("Public number that will be used"),
        [
            DataRequired(
                lazy_gettext("Name the public number and its date, in at most 300 characters.")
            ),
            Length(
                max=LONGEST_SOURCE,
                message=lazy_gettext(
                    "Name the public number and its date, in at most 300 characters."
                ),
            ),
        ],
        description=lazy_gettext(
            "It must be known only later, and to everybody: for example the first prize of the "
            "Đồng Nai lottery of 15/12/2026."
        ),
    )
    confirm = BooleanField(
        lazy_gettext("The plan is final: I know that it cannot be changed after this"),
        [InputRequired(lazy_gettext("Tick the box to commit."))],
    )

    def ceremony(self) -> Arrangement | None:
        """Read who else takes part; None for the office alone."""
        return self.arrangement() if self.parties.data == TOGETHER else None


PLAN_PARTS = (
    "stratify_by",
    "allocation",
    "size_by",
    "size",
    "target",
    "minimum",
    "expected_response",
    "reserve_share",
    "k",
    "asked_before",
    "carry",
)
# Numbers that only some allocations use.
RULE_PARTS = (*INPUTS, "given")
