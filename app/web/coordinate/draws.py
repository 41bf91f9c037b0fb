"""The draw of a committed round: the public number comes in, the worker draws."""

from flask import redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.queries import ceremonies, draws
from app.queries.draws import DrawView
from app.services import frame_files, record_checks, records, rounds
from app.services.errors import WrongStateError
from app.texts import N_
from app.vocabulary import JobKind, Role
from app.web import access
from app.web.coordinate.site import blueprint
from app.web.forms import StaffForm
from app.web.given_round import the_round
from app.web.sign_in import actor


class DrawForm(StaffForm):
    """The public number."""

    public_number = StringField(
        lazy_gettext("The number"),
        [
            DataRequired(lazy_gettext("Enter the public number as its source printed it.")),
            Length(
                max=300,
                message=lazy_gettext("Enter the public number as its source printed it."),
            ),
        ],
        description=lazy_gettext("Exactly as printed, leading zeros included."),
        render_kw={"autocomplete": "off"},
    )


@blueprint.get("/<int:round_id>/draw")
@access.roles(Role.COORDINATOR)
def draw_form(round_id: int) -> str | Response:
    """Show what was committed and ask for the number; a ceremony asks for it on its own page."""
    if awaits_ceremony(round_id):
        return redirect(url_for(".ceremony", round_id=round_id))
    return page(round_id, DrawForm())


@blueprint.post("/<int:round_id>/draw")
@access.roles(Role.COORDINATOR)
def draw(round_id: int) -> Response | tuple[str, int]:
    """Hand the number to the worker, which draws; a ceremony takes it on its own page alone."""
    form = DrawForm()
    committed = the_commitment(the_round(round_id).id)
    if awaits_ceremony(round_id):
        return redirect(url_for(".ceremony", round_id=round_id))
    if not form.validate_on_submit():
        return page(round_id, form), 422
    numbers = {
        "public_source": committed.public_source,
        "public_number": form.public_number.data or "",
    }
    job_id = rounds.ask(actor(), JobKind.DRAW, round_id, numbers)
    return redirect(url_for("jobs.one_job", job_id=job_id))


@blueprint.post("/<int:round_id>/draw/frame.csv")
@access.roles(Role.COORDINATOR)
def frame_csv(round_id: int) -> Response:
    """Have the frozen list written with its salts, for a check; the log says for whom."""
    job_id = frame_files.ask(actor(), the_round(round_id).id)
    return redirect(url_for("jobs.one_job", job_id=job_id))


def awaits_ceremony(round_id: int) -> bool:
    """Whether a ceremony has still to end before a round is drawn."""
    return bool(ceremonies.of_round(round_id)) and not the_commitment(round_id).done


def the_commitment(round_id: int) -> DrawView:
    """Find the commitment that a draw rests on.

    Raises
    ------
    WrongStateError
        If there is none.
    """
    committed = draws.of_round(round_id)
    if committed is None:
        raise WrongStateError(N_("Commit to a plan before the draw."))
    return committed


def page(round_id: int, form: DrawForm) -> str:
    """Render the page of the draw."""
    found = the_round(round_id)
    return render_template(
        "rounds/draw.html",
        round=found,
        draw=the_commitment(round_id),
        differing=record_checks.differing(round_id),
        has_papers=records.promise_view(round_id) is not None,
        form=form,
        crumbs=[
            (gettext("Survey rounds"), url_for("rounds.all_rounds")),
            (found.name, url_for("rounds.one_round", round_id=round_id)),
        ],
    )
