"""Slips for a day: what would be printed, and the work of printing them."""

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.queries.rounds import RoundView
from app.services import jobs, slip_orders
from app.services.errors import InvalidInputError, WrongStateError
from app.services.slip_orders import PRINTABLE, Order, Outlook
from app.vocabulary import JobKind
from app.web import access
from app.web.errors import told
from app.web.given_round import leads, the_round
from app.web.sign_in import actor
from app.web.slips.day_form import DayForm
from app.web.slips.site import HANDLERS, blueprint, crumbs

SHOWN = 200


@blueprint.get("/rounds/<int:round_id>/slips/day")
@access.scoped(*HANDLERS)
def day_form(round_id: int) -> str:
    """Ask for whom, where and when slips are wanted."""
    found, today = the_round(round_id), clock.today()
    return page(found, DayForm(round_id, day=today, finished=today))


@blueprint.post("/rounds/<int:round_id>/slips/day")
@access.scoped(*HANDLERS)
def print_day(round_id: int) -> Response | str | tuple[str, int]:
    """Show what would be printed, then let the worker print it."""
    found, form = the_round(round_id), DayForm(round_id)
    if not form.validate_on_submit():
        return page(found, form), 422
    if found.state not in PRINTABLE:
        raise WrongStateError()
    try:
        order = form.order()
        outlook = slip_orders.outlook(round_id, order)
    except InvalidInputError as error:
        form.file.errors = [told(error)]
        return page(found, form), 422
    if "print" in request.form and outlook.batch.dossiers:
        return redirect(url_for("jobs.one_job", job_id=asked(round_id, order, outlook)))
    if order.codes and outlook.batch.dossiers:
        # From here on only codes that the list holds: what is printed is what was shown.
        form.codes.data = "\n".join(dossier.code for dossier in outlook.batch.dossiers)
    return page(found, form, outlook)


def asked(round_id: int, order: Order, outlook: Outlook) -> int:
    """Ask for the work; a list of codes goes with it as a sealed file."""
    assert order.day is not None
    arguments = {
        "round_id": round_id,
        "unit_id": order.unit_id,
        "counter_id": order.counter_id,
        "day": order.day.isoformat(),
        "finished": order.finished.isoformat() if order.finished else None,
        "address": current_app.config["KHAOSAT"].address,
    }
    codes = "\n".join(dossier.code for dossier in outlook.batch.dossiers)
    file = ("codes.txt", codes.encode()) if order.codes is not None else None
    subject = f"round:{round_id}/unit:{order.unit_id}"
    return jobs.ask(actor(), JobKind.PRINT_SLIPS, arguments, file, subject=subject)


def page(found: RoundView, form: DayForm, outlook: Outlook | None = None) -> str:
    """Render the form, or what its order would print."""
    return render_template(
        "slips/day.html",
        round=found,
        form=form,
        outlook=outlook,
        printable=found.state in PRINTABLE,
        crumbs=crumbs(found, below=True),
        shown=SHOWN,
        leads=leads(),
    )
