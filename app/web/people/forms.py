"""Forms about people."""

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app import clock
from app.queries import units
from app.queries.people import Grant
from app.vocabulary import Role
from app.web.forms import StaffForm, reason_field
from app.web.labels import label

EVERYWHERE = ""


class IdentityForm(StaffForm):
    """Name and address of a person."""

    name = StringField(
        lazy_gettext("Full name"),
        [InputRequired(lazy_gettext("Enter the person's name.")), Length(max=300)],
        render_kw={"autocomplete": "off"},
    )
    email = StringField(
        lazy_gettext("E-mail"),
        [InputRequired(lazy_gettext("Enter an e-mail address.")), Length(max=254)],
        description=lazy_gettext("The person signs in with it; nothing is sent there."),
        render_kw={"autocomplete": "off", "type": "email"},
    )
    submit = SubmitField(lazy_gettext("Save"))


class GrantFields(StaffForm):
    """A role, and the unit for which it is to hold."""

    role = SelectField(lazy_gettext("Role"), [InputRequired(lazy_gettext("Choose a role."))])
    unit = SelectField(
        lazy_gettext("Holds for"),
        description=lazy_gettext(
            "A self-scoring agency needs its unit; verifiers and inspectors may have one."
        ),
    )

    def fill(self) -> None:
        """Offer all roles and the units of today."""
        roles = [(role.value, label(role)) for role in Role]
        self.role.choices = [("", gettext("Choose a role.")), *roles]
        today = [
            (str(unit.id), f"{unit.name} ({unit.code})") for unit in units.units_on(clock.today())
        ]
        self.unit.choices = [(EVERYWHERE, gettext("the whole province")), *today]

    def grant(self) -> Grant:
        """Return what was chosen."""
        unit = self.unit.data
        return Grant(Role(self.role.data), int(unit) if unit else None)


class NewPersonForm(IdentityForm, GrantFields):
    """Whom to invite."""

    submit = SubmitField(lazy_gettext("Make an invitation"))


class GrantForm(GrantFields):
    """A role to be given."""

    submit = SubmitField(lazy_gettext("Give this role"))


class ReasonForm(StaffForm):
    """Why a second factor has to be reset."""

    reason = reason_field(
        lazy_gettext("How it was made sure that it is really this person who asks.")
    )
    submit = SubmitField(lazy_gettext("Ask a second person"))


class PeopleListForm(StaffForm):
    """A list of people to be invited."""

    file = FileField(
        lazy_gettext("List of people (XLSX or CSV)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "Columns: full name, e-mail, role, unit code. Several roles are separated by a "
            "semicolon."
        ),
    )
    submit = SubmitField(lazy_gettext("Import"))
