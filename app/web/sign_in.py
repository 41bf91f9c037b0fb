"""Signing in and out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.extensions import login
from app.queries import people
from app.queries.people import Person
from app.services import signing
from app.services.recording import Actor
from app.web import access
from app.web.forms import StaffForm
from app.web.returning import START, ours

blueprint = Blueprint("sign_in", __name__)


class SignedIn(UserMixin):
    """The person behind a request."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """Return the account number, as Flask-Login stores it."""
        return str(self.person.id)


class SignInForm(StaffForm):
    """Address and password."""

    email = StringField(
        lazy_gettext("E-mail"),
        [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=1000)],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField(lazy_gettext("Sign in"))


@login.user_loader
def load(account_id: str) -> SignedIn | None:
    """Find who a session belongs to; somebody disabled is nobody."""
    person = people.person(int(account_id))
    return SignedIn(person) if person and person.active else None


def actor() -> Actor:
    """Return the person behind the request, for services."""
    held = "+".join(sorted(current_user.person.roles))
    return Actor(current_user.person.id, held)


@blueprint.get("/sign-in")
@access.anyone
def form() -> str:
    """Show the form."""
    return render_template("sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@access.anyone
def enter() -> Response | tuple[str, int]:
    """Sign a person in, under a new session."""
    entered = SignInForm()
    if entered.validate_on_submit():
        person = signing.check(entered.email.data or "", entered.password.data or "")
        if person is not None:
            session.clear()
            login_user(SignedIn(person))
            return redirect(ours(request.args.get("next", START)))
        flash(gettext("E-mail or password is wrong."), "danger")
    return render_template("sign_in.html", form=entered), 422


@blueprint.post("/sign-out")
@access.signed_in
def leave() -> Response:
    """Sign out; the session ends in the database too."""
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.form"))
