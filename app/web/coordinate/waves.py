"""How people are followed up in a round: days of the waves, and when that ends."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.queries.rounds import RoundView
from app.services import fieldwork
from app.services.errors import InvalidInputError
from app.services.waves import Waves, least_target
from app.vocabulary import Role, RoundState
from app.web import access
from app.web.coordinate import wave_words
from app.web.coordinate.field import WATCHERS, crumbs
from app.web.coordinate.session_parts import DAY_FORMATS
from app.web.coordinate.site import blueprint
from app.web.forms import StaffForm, reason_field
from app.web.given_round import leads, the_round
from app.web.sign_in import actor

WHOLE_NUMBER = lazy_gettext("Enter a whole number.")
NUMERIC = {"inputmode": "numeric"}
AIM = ("target", "by_unit")


class WavesForm(StaffForm):
    """Days, attempts and what ends the follow-up."""

    sms_after = IntegerField(
        lazy_gettext("SMS, days after the slip"), [InputRequired(WHOLE_NUMBER)], render_kw=NUMERIC
    )
    visit_after = IntegerField(
        lazy_gettext("Phone or post, days after the slip"),
        [InputRequired(WHOLE_NUMBER)],
        render_kw=NUMERIC,
    )
    attempts = SelectField(
        lazy_gettext("Most attempts for a dossier"),
        coerce=int,
        choices=[
            SelectChoice(count, lazy_gettext(name)) for count, name in wave_words.ATTEMPTS.items()
        ],
    )
    target = IntegerField(
        lazy_gettext("Wanted answers"),
        [Optional()],
        description=lazy_gettext(
            "A full ten, such as 40. With so many answers nobody is asked again. Left empty, the "
            "follow-up goes on to its last day."
        ),
        render_kw=NUMERIC,
    )
    by_unit = BooleanField(
        lazy_gettext("The wanted answers are those of a whole unit, not of each stratum")
    )
    last_day = DateField(
        lazy_gettext("Last day of follow-up"),
        [Optional()],
        format=DAY_FORMATS,
        description=lazy_gettext("From the day after, nobody is asked again. May be left empty."),
    )
    reason = reason_field(lazy_gettext("For the log; name nobody."))

    def waves(self, before: Waves) -> Waves:
        """Say what is wanted; what the form does not ask stays as it was."""
        aim = (before.target, before.by_unit)
        if "target" in self:
            aim = (self.target.data, bool(self.by_unit.data))
        day: date | None = self.last_day.data
        days = self.sms_after.data or 0, self.visit_after.data or 0
        return Waves(*days, self.attempts.data, *aim, day)


@blueprint.get("/<int:round_id>/waves")
@access.roles(*WATCHERS)
def waves(round_id: int) -> str:
    """Show how people are followed up, and the form to change it."""
    found = the_round(round_id)
    return page(found, form_of(found, fresh=True))


@blueprint.post("/<int:round_id>/waves")
@access.roles(Role.COORDINATOR)
def set_waves(round_id: int) -> Response | tuple[str, int]:
    """Set how people are followed up."""
    found = the_round(round_id)
    form = form_of(found)
    if not form.validate_on_submit():
        return page(found, form), 422
    wanted = form.waves(fieldwork.waves_of(round_id))
    try:
        fieldwork.settle(actor(), round_id, wanted, form.reason.data if "reason" in form else "")
    except InvalidInputError as error:
        form.blame(error)
        return page(found, form), 422
    flash(gettext("The follow-up is set."), "success")
    return redirect(url_for(".waves", round_id=round_id))


def form_of(found: RoundView, *, fresh: bool = False) -> WavesForm:
    """Make the form: the target before the round opens, a reason afterwards."""
    present = fieldwork.waves_of(found.id)
    parts: dict[str, Any] = {"obj": present} | ({"formdata": None} if fresh else {})
    form = WavesForm(**parts)
    for name in AIM if found.state is RoundState.OPEN else ("reason",):
        del form[name]
    return form


def page(found: RoundView, form: WavesForm) -> str:
    """Render the page; a round that has closed is only looked at."""
    settable = leads() and (found.state is RoundState.OPEN or found.state in fieldwork.BEFORE)
    return render_template(
        "rounds/waves.html",
        round=found,
        waves=fieldwork.waves_of(found.id),
        form=form if settable else None,
        least=least_target(),
        words=wave_words,
        crumbs=crumbs(found),
    )
