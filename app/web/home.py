"""The front door: the first start, the visitor's page, and the overview of staff."""

from ipaddress import ip_address

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user, login_user
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.queries import jobs as job_rows, overview, people
from app.queries.overview import Overview
from app.services import accounts, jobs
from app.services.accounts import PASSWORD_LENGTH, NewAccount
from app.services.errors import ForbiddenError, InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.texts import N_
from app.vocabulary import JobKind, Role
from app.web import access
from app.web.errors import told
from app.web.forms import StaffForm
from app.web.labels import label
from app.web.sign_in import SignedIn

blueprint = Blueprint("home", __name__)


class FirstAccountForm(StaffForm):
    """The administrator of a new installation."""

    name = StringField(
        lazy_gettext("Your name"),
        [InputRequired(lazy_gettext("Enter the person's name.")), Length(max=300)],
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        lazy_gettext("E-mail"),
        [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [
            Length(
                min=PASSWORD_LENGTH,
                max=1000,
                message=lazy_gettext(
                    "A password needs at least 15 characters; a short sentence is fine."
                ),
            )
        ],
        description=lazy_gettext("At least 15 characters; a short sentence is fine."),
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(lazy_gettext("Create the administrator"))


@blueprint.get("/")
@access.anyone
def start() -> str:
    """Show what fits: the set-up, the visitor's page or the overview."""
    if people.account_count() == 0:
        return render_template(
            "home/first_run.html", form=FirstAccountForm(), local=from_this_machine()
        )
    if not current_user.is_authenticated:
        return render_template("home/visitor.html", summary=overview.visitor())
    summary = overview.staff()
    return render_template("home/overview.html", summary=summary, steps=steps(summary))


def steps(summary: Overview) -> list[tuple[bool, str, str, str]]:
    """List what leads to a published index: whether done, what, the link's label and address."""
    return [
        (
            summary.units > 0,
            gettext("The units that are rated"),
            gettext("Units"),
            url_for("units.all_units"),
        ),
        (
            summary.rounds > 0,
            gettext("A survey round: dossier list, draw, answers, estimates"),
            gettext("Survey rounds"),
            url_for("rounds.all_rounds"),
        ),
        (
            summary.published > 0,
            gettext("The index: scores, merging, approval, publication"),
            gettext("Index"),
            url_for("cycles.all_cycles"),
        ),
    ]


@blueprint.post("/setup")
@access.anyone
def set_up() -> Response | tuple[str, int]:
    """Create the first administrator and sign them in."""
    require_first_start()
    form = FirstAccountForm()
    if form.validate_on_submit():
        new = NewAccount(
            form.email.data or "",
            form.name.data or "",
            form.password.data or "",
            (Role.ADMINISTRATOR, Role.COORDINATOR, Role.HOME_AFFAIRS),
        )
        try:
            login_user(SignedIn(accounts.add_first_account(new)))
        except InvalidInputError as error:
            form.email.errors = [told(error)]
        else:
            return redirect(url_for("home.start"))
    return render_template("home/first_run.html", form=form, local=True), 422


@blueprint.post("/setup/demo")
@access.anyone
def set_up_demo() -> Response:
    """Let the worker play a whole round for Đồng Nai."""
    require_first_start()
    job_id = jobs.ask(SYSTEM, JobKind.DEMO, {})
    return redirect(url_for("home.watch_demo", job_id=job_id))


@blueprint.get("/setup/demo/<int:job_id>")
@access.anyone
def watch_demo(job_id: int) -> str | tuple[str, int]:
    """Show how far the demo has come, then how to sign in to it."""
    job = job_rows.job(job_id)
    if job is None or job.kind is not JobKind.DEMO or not from_this_machine():
        raise ForbiddenError()
    accounts = [
        (", ".join(label(Role(role)) for role in entry["roles"]), entry["email"])
        for entry in job.result.get("accounts", [])
    ]
    return render_template("home/demo.html", job=job, accounts=accounts)


def require_first_start() -> None:
    """Set-up is for whoever sits at the machine, once.

    Raises
    ------
    ForbiddenError
        From another machine.
    WrongStateError
        When there are accounts already.
    """
    if not from_this_machine():
        raise ForbiddenError(N_("Set-up is open only on the server itself."))
    if people.account_count():
        raise WrongStateError(N_("The first account exists already: sign in."))


def from_this_machine() -> bool:
    """Whether the request comes from the loopback address without a proxy in between."""
    forwarded = (
        "X-Forwarded-For" in request.headers and not current_app.config["KHAOSAT"].trusted_proxies
    )
    try:
        return ip_address(request.remote_addr or "").is_loopback and not forwarded
    except ValueError:
        return False
