"""The front door: the first start, the visitor's page, and the overview of staff."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.queries import jobs as job_rows, overview, people
from app.queries.jobs import JobView
from app.services import accounts, jobs, passwords, second_factor_duty
from app.services.accounts import NewAccount
from app.services.demo import steps as demo_steps
from app.services.demo.sizes import SIZES, SMALL
from app.services.errors import ForbiddenError, InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.texts import N_
from app.vocabulary import JobKind, Role
from app.web import access, live
from app.web.approvals import waiting_for
from app.web.errors import told
from app.web.forms import StaffForm
from app.web.labels import label
from app.web.overview_steps import steps
from app.web.sign_in import come_in

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
            InputRequired(lazy_gettext("Enter a password.")),
            Length(max=passwords.LONGEST),
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
    summary, person = overview.staff(), current_user.person
    offered = steps(summary, person, waiting_for(person))
    duty = second_factor_duty.duty(person)
    return render_template("home/overview.html", summary=summary, steps=offered, duty=duty)


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
            come_in(accounts.add_first_account(new))
        except InvalidInputError as error:
            field = form.email if error.text == accounts.BAD_EMAIL else form.password
            field.errors = [told(error)]
        else:
            return redirect(url_for("home.start"))
    return render_template("home/first_run.html", form=form, local=True), 422


@blueprint.post("/setup/demo")
@access.anyone
def set_up_demo() -> Response:
    """Let the worker play whole rounds for Đồng Nai."""
    require_first_start()
    size = request.form.get("size", SMALL)
    if size not in SIZES:
        raise InvalidInputError(N_("Choose the size of the demo."))
    job_id = jobs.ask(SYSTEM, JobKind.DEMO, {"size": size}, subject="demo")
    return redirect(url_for("home.watch_demo", job_id=job_id))


@blueprint.get("/setup/demo/<int:job_id>")
@access.anyone
def watch_demo(job_id: int) -> str | tuple[str, int]:
    """Show how far the demo has come, then how to sign in to it."""
    job = demo_job(job_id)
    seen = live.progress([job])
    if live.unchanged(seen):
        return "", 204
    accounts = [
        (", ".join(label(Role(role)) for role in entry["roles"]), entry["email"])
        for entry in job.result.get("accounts", [])
    ]
    return render_template(
        "home/demo.html",
        job=job,
        seen=seen,
        accounts=accounts,
        steps=list(enumerate(gettext(name) for name in demo_steps.NAMES)),
        present=demo_steps.present(job.done),
    )


@blueprint.post("/setup/demo/<int:job_id>/cancel")
@access.anyone
def cancel_demo(job_id: int) -> Response:
    """Ask the worker to stop playing."""
    jobs.cancel(SYSTEM, demo_job(job_id).id)
    return redirect(url_for("home.watch_demo", job_id=job_id))


def demo_job(job_id: int) -> JobView:
    """Find the work on the demo, for whoever sits at the machine.

    Raises
    ------
    ForbiddenError
        From another machine, or if it is other work.
    """
    job = job_rows.job(job_id)
    if job is None or job.kind is not JobKind.DEMO or not from_this_machine():
        raise ForbiddenError()
    return job


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
    """Whether the request comes from this machine, for this machine, with no proxy between.

    A page elsewhere can make its own name lead to the loopback address (DNS rebinding): then
    the Host header still holds that name.
    """
    forwarded = (
        "X-Forwarded-For" in request.headers and not current_app.config["KHAOSAT"].trusted_proxies
    )
    asked_for = urlsplit(f"//{request.host}").hostname or ""
    return loopback(request.remote_addr or "") and not forwarded and is_local_name(asked_for)


def is_local_name(name: str) -> bool:
    """Whether a host name always means this machine.

    Examples
    --------
    >>> is_local_name("localhost"), is_local_name("::1"), is_local_name("127.0.0.1.evil.example")
    (True, True, False)
    """
    return name == "localhost" or loopback(name)


def loopback(address: str) -> bool:
    """Whether an address is a loopback address."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
