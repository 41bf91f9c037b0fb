"""Reserves of a round: what each stratum may have, asking for them, putting them to use."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from app.queries.rounds import RoundView
from app.services import reserve_strata, reserves
from app.services.errors import InvalidInputError
from app.services.reserve_strata import StratumReserve
from app.vocabulary import Role, RoundState
from app.web import access
from app.web.coordinate import case_words
from app.web.coordinate.field import WATCHERS, crumbs
from app.web.coordinate.site import blueprint
from app.web.errors import told
from app.web.forms import StaffForm, reason_field
from app.web.given_round import leads, the_round
from app.web.sign_in import actor

Page = str | tuple[str, int] | Response
AT_LEAST_ONE = lazy_gettext("Enter 1 or more.")


class ReserveForm(StaffForm):
    """A stratum, how many reserves it needs, and why."""

    stratum = SelectField(lazy_gettext("Stratum"), coerce=int)
    count = IntegerField(
        lazy_gettext("Number of reserves"),
        [InputRequired(AT_LEAST_ONE), NumberRange(1, message=AT_LEAST_ONE)],
        render_kw={"inputmode": "numeric"},
    )
    reason = reason_field(lazy_gettext("For the person who decides; name nobody."))


@blueprint.get("/<int:round_id>/reserves")
@access.roles(*WATCHERS)
def reserve_list(round_id: int) -> str:
    """Show what each stratum may have, why, and what is asked for."""
    return page(the_round(round_id), ReserveForm(formdata=None))


@blueprint.post("/<int:round_id>/reserves")
@access.roles(Role.COORDINATOR)
def ask_reserves(round_id: int) -> Page:
    """Ask another person to agree to the next reserves of a stratum."""
    found = the_round(round_id)
    form = ReserveForm()
    offer(form, reserve_strata.of_round(round_id))
    if not form.validate_on_submit():
        return page(found, form), 422
    try:
        reserves.ask(
            actor(), round_id, form.stratum.data, form.count.data or 0, form.reason.data or ""
        )
    except InvalidInputError as error:
        form.count.errors = [told(error)]
        return page(found, form), 422
    flash(gettext("Asked: another person decides about it."), "success")
    return redirect(url_for(".reserve_list", round_id=round_id))


@blueprint.post("/<int:round_id>/reserves/<int:release_id>/use")
@access.roles(Role.COORDINATOR)
def use_reserves(round_id: int, release_id: int) -> Response:
    """Let the worker put to use what another person agreed to."""
    the_round(round_id)
    job_id = reserves.ask_release(actor(), round_id, release_id)
    return redirect(url_for("jobs.one_job", job_id=job_id))


def page(found: RoundView, form: ReserveForm) -> str:
    """Render the page."""
    strata = reserve_strata.of_round(found.id)
    offer(form, strata)
    asking = leads() and found.state is RoundState.OPEN
    pending = [each.pending for each in strata if each.pending]
    states = {each.id: reserves.standing(each.id) for each in pending}
    return render_template(
        "rounds/reserves.html",
        round=found,
        strata=strata,
        states=states,
        form=form if asking and form.stratum.choices else None,
        leads=asking,
        words=case_words,
        share=reserve_strata.share_of(found),
        crumbs=crumbs(found, deep=True),
    )


def offer(form: ReserveForm, strata: list[StratumReserve]) -> None:
    """Offer the strata that may have reserves now and have not asked for any."""
    form.stratum.choices = [
        SelectChoice(each.cell_id, f"{each.name} ({each.reserve.free})")
        for each in strata
        if each.reserve.free and not (each.pending and reserves.standing(each.pending.id))
    ]
