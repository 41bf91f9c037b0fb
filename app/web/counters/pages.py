"""The list of counters, and one of them."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template
from flask_login import current_user

from app.documents.posters import Paper
from app.queries import counters
from app.services import door_tries, posters
from app.web import access
from app.web.counters import site
from app.web.counters.forms import (
    ChangeForm,
    CounterForm,
    CounterListForm,
    HotlineForm,
    PrintForm,
    ReleaseForm,
)
from app.web.counters.site import READERS, blueprint


@blueprint.get("")
@access.scoped(*READERS)
def all_counters() -> str:
    """List the counters; of a unit's people only theirs."""
    return list_page()


def list_page(faults: Sequence[object] = (), **sent: Any) -> str:
    """Render the list with its forms, those that were sent with their mistakes."""
    forms = {
        "new": CounterForm,
        "listed": CounterListForm,
        "printing": PrintForm,
        "hotline": HotlineForm,
        "release": ReleaseForm,
    }
    # Only what was sent is read: the others would show its mistakes as theirs.
    shown = {name: sent.get(name) or form(formdata=None) for name, form in forms.items()}
    for name in ("new", "printing"):
        shown[name].fill()
    if "hotline" not in sent:
        shown["hotline"].hotline.data = counters.hotline()
    return render_template(
        "counters/all.html",
        counters=counters.all_counters(current_user.person.units_with(READERS)),
        may_keep=site.may_keep(),
        refused=door_tries.closed(),
        faults=faults,
        **shown,
    )


@blueprint.get("/<int:counter_id>")
@access.scoped(*READERS)
def one_counter(counter_id: int) -> str:
    """Show a counter with its poster."""
    return counter_page(counter_id)


def counter_page(counter_id: int, form: ChangeForm | None = None) -> str:
    """Render a counter with the form that changes it."""
    found = site.the_counter(counter_id)
    form = form or ChangeForm(formdata=None, name=found.name, address=found.address)
    return render_template(
        "counters/one.html",
        counter=found,
        address=posters.link(current_app.config["KHAOSAT"].address, found),
        form=form,
        may_keep=site.may_keep(),
        papers=list(Paper),
    )
