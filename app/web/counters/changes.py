"""What coordinators change about counters."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import counters, door_tries
from app.services.errors import InvalidInputError
from app.web import access
from app.web.counters.forms import (
    ChangeForm,
    CounterForm,
    CounterListForm,
    HotlineForm,
    ReleaseForm,
)
from app.web.counters.pages import counter_page, list_page
from app.web.counters.site import KEEPERS, Page, blueprint
from app.web.errors import told
from app.web.sign_in import actor


@blueprint.post("")
@access.roles(*KEEPERS)
def add() -> Page | Response:
    """Add a counter."""
    form = CounterForm()
    form.fill()
    if form.validate_on_submit():
        try:
            number = counters.add(
                actor(),
                int(form.unit.data),
                (form.name.data or "").strip(),
                (form.address.data or "").strip(),
                (form.code.data or "").strip(),
            )
        except InvalidInputError as error:
            form.code.errors = [told(error)]
        else:
            flash(gettext("The counter is added; its poster can be printed."), "success")
            return redirect(url_for(".one_counter", counter_id=number))
    return list_page(new=form), 422


@blueprint.post("/<int:counter_id>")
@access.roles(*KEEPERS)
def change(counter_id: int) -> Page | Response:
    """Change name and address."""
    form = ChangeForm()
    if not form.validate_on_submit():
        return counter_page(counter_id, form), 422
    name, address = (form.name.data or "").strip(), (form.address.data or "").strip()
    counters.change(actor(), counter_id, name, address)
    flash(gettext("Saved. Posters that hang already show the old words."), "success")
    return redirect(url_for(".one_counter", counter_id=counter_id))


@blueprint.post("/<int:counter_id>/active")
@access.roles(*KEEPERS)
def switch(counter_id: int) -> Response:
    """Switch a counter off or on."""
    active = request.form.get("active") == "yes"
    counters.switch(actor(), counter_id, active=active)
    on, off = gettext("The poster works again."), gettext("The poster leads nowhere from now on.")
    flash(on if active else off, "success")
    return redirect(url_for(".one_counter", counter_id=counter_id))


@blueprint.post("/import")
@access.roles(*KEEPERS)
def import_counters() -> Page | Response:
    """Take over a list of counters."""
    form = CounterListForm()
    if not form.validate_on_submit():
        return list_page(listed=form), 422
    file = form.file.data
    try:
        done = counters.import_counters(actor(), file.read(), file.filename or "")
    except InvalidInputError as error:
        form.file.errors = [] if error.faults else [told(error)]
        return list_page(error.faults, listed=form), 422
    text = gettext("%(added)d counters added, %(changed)d brought up to date.", **vars(done))
    flash(text, "success")
    return redirect(url_for(".all_counters"))


@blueprint.post("/hotline")
@access.roles(*KEEPERS)
def set_hotline() -> Page | Response:
    """Say whom posters tell people to call."""
    form = HotlineForm()
    if not form.validate_on_submit():
        return list_page(hotline=form), 422
    counters.set_hotline(actor(), form.hotline.data or "")
    flash(gettext("Saved. It stands on posters that are printed from now on."), "success")
    return redirect(url_for(".all_counters"))


@blueprint.post("/release")
@access.roles(*KEEPERS)
def release() -> Page | Response:
    """Allow new tries for a dossier whose tries are used up."""
    form = ReleaseForm()
    if not form.validate_on_submit():
        return list_page(release=form), 422
    if door_tries.release(actor(), form.dossier.data or ""):
        flash(gettext("The wrong tries of this dossier are forgotten."), "success")
    else:
        flash(gettext("There were no wrong tries for this code."), "info")
    return redirect(url_for(".all_counters"))
