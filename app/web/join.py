"""Where an invitation or a reset link leads: choosing a password. Looking spends nothing."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField, SubmitField
from wtforms.validators import InputRequired, Length

from app.services import account_links, passwords
from app.services.account_links import OpenedLink
from app.services.errors import InvalidInputError
from app.web import access
from app.web.errors import told
from app.web.forms import StaffForm

blueprint = Blueprint("join", __name__, url_prefix="/join")
Page = str | tuple[str, int] | Response


class NewPasswordForm(StaffForm):
    """A password, once: a manager of passwords fills it in, and a mistake can be mended."""

    password = PasswordField(
        lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Enter a password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(lazy_gettext("Set the password"))


@blueprint.get("/<token>")
@access.anyone
def form(token: str) -> Page:
    """Show whom a link is for."""
    found = account_links.look(token)
    return page(found, NewPasswordForm()) if found else worthless()


@blueprint.post("/<token>")
@access.anyone
def choose(token: str) -> Page:
    """Spend the link for a password."""
    found = account_links.look(token)
    if found is None:
        return worthless()
    entered = NewPasswordForm()
    if entered.validate_on_submit():
        try:
            if not account_links.spend(token, entered.password.data or ""):
                return worthless()
        except InvalidInputError as error:
            entered.password.errors = [told(error)]
        else:
            flash(gettext("The password is set. Sign in with it now."), "success")
            return redirect(url_for("sign_in.form"))
    return page(found, entered), 422


def page(found: OpenedLink, entered: NewPasswordForm) -> str:
    """Render the form."""
    shortest = passwords.SHORTEST_WITH_SECOND_FACTOR if found.second_factor else passwords.SHORTEST
    return render_template("account/join.html", link=found, form=entered, shortest=shortest)


def worthless() -> tuple[str, int]:
    """Say the same of unknown, spent, expired and revoked links."""
    return render_template("account/join_over.html"), 404
