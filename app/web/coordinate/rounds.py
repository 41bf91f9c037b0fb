"""Rounds: the list, a new one, and the page from which a coordinator leads one."""

from flask import redirect, render_template, url_for
from flask_babel import get_locale, gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, RadioField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app import clock
from app.queries import draws, frames, rounds as rows
from app.services import field_monitor, questionnaire_choice, rounds
from app.services.errors import InvalidInputError
from app.services.questionnaire_choice import Offer
from app.services.rounds import FIRST_YEAR, LAST_YEAR, LONGEST_NAME, QUESTIONNAIRE
from app.vocabulary import JobKind, Role
from app.web import access
from app.web.coordinate.site import READERS, blueprint
from app.web.errors import told
from app.web.forms import StaffForm
from app.web.given_round import leads, the_round
from app.web.sign_in import actor


class NewRoundForm(StaffForm):
    """What a new round needs."""

    name = StringField(
        lazy_gettext("Name of the round"),
        [
            DataRequired(lazy_gettext("Name the round, in at most 300 characters.")),
            Length(
                max=LONGEST_NAME,
                message=lazy_gettext("Name the round, in at most 300 characters."),
            ),
        ],
        description=lazy_gettext(
            "It stands on every page and slip, for example: Satisfaction survey, 3rd quarter 2026."
        ),
    )
    year = IntegerField(
        lazy_gettext("Year of the index"),
        [
            NumberRange(FIRST_YEAR, LAST_YEAR, lazy_gettext("Enter a year such as 2026.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    questionnaire = RadioField(
        lazy_gettext("Questionnaire"),
        default=QUESTIONNAIRE,
        description=lazy_gettext(
            "It decides whose dossiers are drawn: those of citizens, or those of businesses and "
            "household businesses. A list that does not tell counts as citizens'."
        ),
    )
    dry_run = BooleanField(
        lazy_gettext("This is a dry run"),
        description=lazy_gettext(
            "Every page of the round is marked THỬ NGHIỆM and its results enter no index. "
            "This cannot be changed later."
        ),
    )
    submit = SubmitField(lazy_gettext("Create the round"))

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.questionnaire.choices = questionnaires()


class CloseForm(StaffForm):
    """Consent to an end that cannot be taken back."""

    confirm = BooleanField(
        lazy_gettext("I understand that nobody can answer after this"),
        [InputRequired(lazy_gettext("Tick the box to close the round."))],
    )


def questionnaires() -> list[SelectChoice]:
    """List the questionnaires that are offered, that of citizens first, then the shipped ones."""
    language = str(get_locale() or "vi")
    offers = sorted(questionnaire_choice.offers(), key=lambda it: it.reference != QUESTIONNAIRE)
    return [SelectChoice(offer.reference, described(offer, language)) for offer in offers]


def described(offer: Offer, language: str) -> str:
    """Name a questionnaire; one of the office's own with its code and version."""
    title = offer.titles.in_language(language)
    if offer.shipped:
        return title
    code = offer.reference.partition(questionnaire_choice.BETWEEN)[0]
    text = gettext(
        "%(title)s (own: %(code)s, version %(version)s)",
        title=title,
        code=code,
        version=offer.version,
    )
    return str(text)


@blueprint.get("")
@access.roles(*READERS)
def all_rounds() -> str:
    """List the rounds."""
    return render_template("rounds/all.html", rounds=rows.all_rounds(), leads=leads())


@blueprint.get("/new")
@access.roles(Role.COORDINATOR)
def new_round() -> str:
    """Show the form of a new round."""
    return render_template("rounds/new.html", form=NewRoundForm(year=clock.today().year))


@blueprint.post("")
@access.roles(Role.COORDINATOR)
def create_round() -> Response | tuple[str, int]:
    """Plan a round."""
    form = NewRoundForm()
    if form.validate_on_submit():
        try:
            round_id = rounds.create_round(
                actor(),
                form.name.data or "",
                form.year.data or 0,
                bool(form.dry_run.data),
                form.questionnaire.data,
            )
        except InvalidInputError as error:
            form.form_errors.append(told(error))
        else:
            return redirect(url_for("rounds.one_round", round_id=round_id))
    return render_template("rounds/new.html", form=form), 422


@blueprint.get("/<int:round_id>")
@access.roles(*READERS)
def one_round(round_id: int) -> str:
    """Show where a round stands and what comes next."""
    return page(round_id, CloseForm())


@blueprint.post("/<int:round_id>/open")
@access.roles(Role.COORDINATOR)
def open_round(round_id: int) -> Response:
    """Ask the worker to open the round for answers."""
    return asked(JobKind.OPEN_ROUND, round_id)


@blueprint.post("/<int:round_id>/mix")
@access.roles(Role.COORDINATOR)
def mix(round_id: int) -> Response:
    """Ask the worker to mix now rather than by the clock."""
    return asked(JobKind.MIX, round_id)


@blueprint.post("/<int:round_id>/close")
@access.roles(Role.COORDINATOR)
def close_round(round_id: int) -> Response | tuple[str, int]:
    """Ask the worker to close the round, once this was confirmed."""
    form = CloseForm()
    if form.validate_on_submit():
        return asked(JobKind.CLOSE_ROUND, round_id)
    return page(round_id, form), 422


@blueprint.post("/<int:round_id>/estimate")
@access.roles(Role.COORDINATOR)
def estimate(round_id: int) -> Response:
    """Ask the worker to weight the answers and estimate."""
    return asked(JobKind.ESTIMATE, round_id)


def asked(kind: JobKind, round_id: int) -> Response:
    """Ask for a step of a round and go where its progress is shown."""
    job_id = rounds.ask(actor(), kind, round_id)
    return redirect(url_for("jobs.one_job", job_id=job_id))


def page(round_id: int, close_form: CloseForm) -> str:
    """Render the page of a round."""
    found = the_round(round_id)
    return render_template(
        "rounds/one.html",
        round=found,
        frame=frames.of_round(round_id),
        draw=draws.of_round(round_id),
        strata=draws.strata(round_id),
        monitor=field_monitor.of_round(found),
        close_form=close_form,
        leads=leads(),
        crumbs=[(gettext("Survey rounds"), url_for("rounds.all_rounds"))],
    )
