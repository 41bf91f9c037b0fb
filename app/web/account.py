"""One's own account: password, sessions, and confirming that it is still oneself."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, SubmitField
from wtforms.validators import InputRequired, Length

from app import clock
from app.queries import people_pages, sign_ins
from app.services import accounts, passwords, second_factor_duty, signing
from app.services.errors import InvalidInputError
from app.web import access, freshness
from app.web.errors import told
from app.web.forms import StaffForm
from app.web.returning import ours

blueprint = Blueprint("account", __name__, url_prefix="/account")
Page = str | tuple[str, int] | Response


class PasswordForm(StaffForm):
    """The present password and another one."""

    old = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Enter a password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(lazy_gettext("Change the password"))


class ConfirmForm(StaffForm):
    """The present password, asked again before a sensitive act."""

    next = HiddenField()
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField(lazy_gettext("Continue"))


def present_token() -> str:
    """Return the token of this session."""
    return str(getattr(session, "token", ""))


def ip() -> str:
    """Return where the request comes from."""
    return request.remote_addr or ""


@blueprint.get("")
@access.signed_in
def own() -> str:
    """Show one's own account."""
    return page(PasswordForm())


def page(form: PasswordForm) -> str:
    """Render the account."""
    person = current_user.person
    shortest = passwords.SHORTEST_WITH_SECOND_FACTOR if person.second_factor else passwords.SHORTEST
    return render_template(
        "account/own.html",
        form=form,
        shortest=shortest,
        sessions=sign_ins.of_account(person.id, clock.now()),
        this_session=signing.id_of(present_token()),
        codes_left=people_pages.recovery_codes_left(person.id),
        duty=second_factor_duty.duty(person),
        units=people_pages.unit_names(),
    )


@blueprint.post("/password")
@access.signed_in
def change_password() -> Page:
    """Choose another password; other sessions end."""
    form = PasswordForm()
    if form.validate_on_submit():
        old, new = form.old.data or "", form.new.data or ""
        try:
            accounts.change_own_password(current_user.person, old, new, present_token(), ip())
        except InvalidInputError as error:
            field = form.old if error.text == accounts.WRONG_PASSWORD else form.new
            field.errors = [told(error)]
        else:
            freshness.mark()
            done = gettext("The password is changed; everywhere else you were signed out.")
            flash(done, "success")
            return redirect(url_for(".own"))
    return page(form), 422


@blueprint.post("/sessions/end")
@access.signed_in
def end_session() -> Response:
    """Sign out in one other place."""
    signing.end_one(current_user.person.id, request.form.get("id", ""))
    flash(gettext("Signed out there."), "success")
    return redirect(url_for(".own"))


@blueprint.post("/sessions/end-others")
@access.signed_in
def end_other_sessions() -> Response:
    """Sign out everywhere else."""
    signing.end_others(current_user.person.id, present_token())
    flash(gettext("Signed out everywhere else."), "success")
    return redirect(url_for(".own"))


@blueprint.get("/confirm")
@access.signed_in
def confirm() -> str:
    """Ask for the password again."""
    form = ConfirmForm(next=ours(request.args.get("next", "/")))
    return render_template("account/confirm.html", form=form)


@blueprint.post("/confirm")
@access.signed_in
def confirmed() -> Page:
    """Check the password and go back to what needs it."""
    form = ConfirmForm()
    if form.validate_on_submit():
        if signing.check(current_user.person.email, form.password.data or "", ip()):
            freshness.mark()
            return redirect(ours(form.next.data or "/"))
        form.password.errors = [gettext(accounts.WRONG_PASSWORD)]
    return render_template("account/confirm.html", form=form), 422
