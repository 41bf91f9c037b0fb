"""Signing in, by password and where there is one by a code, and out."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.extensions import login
from app.queries import people
from app.queries.people import Person
from app.services import second_factors, signing
from app.services.recording import Actor
from app.services.signing import PENDING
from app.web import access, freshness
from app.web.forms import StaffForm
from app.web.returning import START, ours

blueprint = Blueprint("sign_in", __name__)
NEXT = "next"


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


class CodeForm(StaffForm):
    """A code of the authenticator, or a recovery code."""

    code = StringField(
        lazy_gettext("Code"),
        [InputRequired(lazy_gettext("Enter the code.")), Length(max=40)],
        description=lazy_gettext(
            "Six digits from the authenticator, or one of the recovery codes."
        ),
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "off", "autofocus": True},
    )
    submit = SubmitField(lazy_gettext("Continue"))


@login.user_loader
def load(account_id: str) -> SignedIn | None:
    """Find who a session belongs to; somebody disabled is nobody."""
    person = people.person(int(account_id))
    return SignedIn(person) if person and person.active else None


def actor() -> Actor:
    """Return the person behind the request, for services."""
    held = "+".join(sorted(current_user.person.roles))
    return Actor(current_user.person.id, held)


def come_in(person: Person) -> None:
    """Sign a person in, under a new session."""
    session.clear()
    login_user(SignedIn(person))
    freshness.mark()


@blueprint.get("/sign-in")
@access.anyone
def form() -> str:
    """Show the form."""
    return render_template("sign_in.html", form=SignInForm())


@blueprint.post("/sign-in")
@access.anyone
def enter() -> Response | tuple[str, int]:
    """Check the password; a person with a second factor is not in yet."""
    entered = SignInForm()
    if entered.validate_on_submit():
        ip = request.remote_addr or ""
        person = signing.check(entered.email.data or "", entered.password.data or "", ip)
        wanted = ours(request.args.get(NEXT, START))
        if person is not None and person.second_factor:
            session.clear()
            session[PENDING], session[NEXT] = person.id, wanted
            return redirect(url_for(".code"))
        if person is not None:
            come_in(person)
            return redirect(wanted)
        flash(gettext("E-mail or password is wrong."), "danger")
    return render_template("sign_in.html", form=entered), 422


@blueprint.get("/sign-in/code")
@access.anyone
def code() -> str | Response:
    """Ask for the code of whoever knew the password just now."""
    if PENDING not in session:
        return redirect(url_for(".form"))
    return render_template("sign_in_code.html", form=CodeForm())


@blueprint.post("/sign-in/code")
@access.anyone
def enter_code() -> Response | tuple[str, int]:
    """Check the code and sign the person in."""
    if PENDING not in session:
        return redirect(url_for(".form"))
    entered = CodeForm()
    if entered.validate_on_submit():
        account_id = int(session[PENDING])
        right = second_factors.right(account_id, entered.code.data or "")
        person = people.person(account_id) if right else None
        if person is not None and person.active:
            wanted = ours(session.get(NEXT, START))
            come_in(person)
            return redirect(wanted)
        entered.code.errors = [gettext(second_factors.WRONG_CODE)]
    return render_template("sign_in_code.html", form=entered), 422


@blueprint.post("/sign-out")
@access.signed_in
def leave() -> Response:
    """Sign out; the session ends in the database too."""
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.form"))
