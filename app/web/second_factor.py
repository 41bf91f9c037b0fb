"""Turning one's own second factor on and off; whoever must have one comes nowhere else before."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.channels import qr
from app.queries import people_pages
from app.services import passwords, second_factor_duty, second_factors
from app.services.errors import InvalidInputError
from app.web import access, freshness
from app.web.account import ip, present_token
from app.web.errors import told
from app.web.forms import StaffForm

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")
Page = str | tuple[str, int] | Response

# What stays open to somebody who owes a second factor; respondents' pages do too.
STILL_OPEN = frozenset(
    {
        "static",
        "sign_in.leave",
        "language.choose",
        "account.confirm",
        "account.confirmed",
        "health.live",
        "health.ready",
    }
)


class FirstCodeForm(StaffForm):
    """The first code that the authenticator shows."""

    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the code.")), Length(max=40)],
        description=lazy_gettext("The six digits that the authenticator shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    submit = SubmitField(lazy_gettext("Turn on"))


class OffForm(StaffForm):
    """The password, to turn the second factor off."""

    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField(lazy_gettext("Turn off the second factor"))


@blueprint.before_app_request
def lead_here() -> Response | None:
    """Lead whoever owes a second factor to this page, whatever was asked for."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in STILL_OPEN or request.blueprint == blueprint.name:
        return None
    # First of all: whoever answers a survey is not even asked for a session, nor is software.
    if access.declared(current_app, endpoint) in access.WITHOUT_SESSION:
        return None
    if not current_user.is_authenticated:
        return None
    if second_factor_duty.duty(current_user.person).now:
        return redirect(url_for("second_factor.own"))
    return None


@blueprint.get("")
@access.signed_in
def own() -> str:
    """Show where the second factor stands."""
    return page(FirstCodeForm(), OffForm())


def page(form: FirstCodeForm, off: OffForm) -> str:
    """Render the page; the secret is shown until its first code was entered."""
    person = current_user.person
    secret = second_factors.unconfirmed_secret(person.id)
    return render_template(
        "account/second_factor.html",
        form=form,
        off=off,
        secret=secret,
        # Made by us of letters and digits, so it holds no markup of anybody else.
        drawing=Markup(qr.svg(second_factors.address(person, secret))) if secret else None,  # noqa: S704  (see above)
        codes_left=people_pages.recovery_codes_left(person.id),
        duty=second_factor_duty.duty(person),
        needed=second_factor_duty.required_of(person),
    )


@blueprint.post("/begin")
@access.signed_in
@freshness.required
def begin() -> Response:
    """Make a secret to be scanned."""
    second_factors.begin(current_user.person.id)
    return redirect(url_for(".own"))


@blueprint.post("")
@access.signed_in
def turn_on() -> Page:
    """Turn it on by the first code, and show the recovery codes this once."""
    form = FirstCodeForm()
    if form.validate_on_submit():
        try:
            person = current_user.person
            codes = second_factors.confirm(person, form.code.data or "", present_token())
        except InvalidInputError as error:
            form.code.errors = [told(error)]
        else:
            return render_template("account/recovery_codes.html", codes=codes, first=True)
    return page(form, OffForm()), 422


@blueprint.post("/codes")
@access.signed_in
@freshness.required
def new_codes() -> str:
    """Replace the recovery codes and show them this once."""
    codes = second_factors.new_recovery_codes(current_user.person.id)
    return render_template("account/recovery_codes.html", codes=codes, first=False)


@blueprint.post("/off")
@access.signed_in
def turn_off() -> Page:
    """Turn it off, for the password."""
    off = OffForm()
    if off.validate_on_submit():
        try:
            second_factors.turn_off(current_user.person, off.password.data or "", ip())
        except InvalidInputError as error:
            off.password.errors = [told(error)]
        else:
            flash(gettext("The second factor is off."), "success")
            return redirect(url_for("account.own"))
    return page(FirstCodeForm(), off), 422
