"""The field monitor of a round, for those who lead the survey; agencies never see it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext

from app.documents.media import CSV, XLSX
from app.queries.rounds import RoundView
from app.services import field_chart, field_monitor, field_workbooks, unit_fieldwork
from app.services.errors import NotFoundError, WrongStateError
from app.services.field_forecast import Reach
from app.services.field_monitor import Monitor
from app.services.field_units import UnitField
from app.texts import N_
from app.vocabulary import Role
from app.web import access
from app.web.coordinate import field_words
from app.web.coordinate.site import blueprint
from app.web.given_round import the_round

WATCHERS = (Role.COORDINATOR, Role.ADMINISTRATOR)
NAME, DESCENDING = "name", "descending"
# What the table of units may be sorted by: never by a count that is not told.
ORDERS: dict[str, Callable[[UnitField], Any]] = {
    "drawn": lambda unit: unit.drawn,
    "invited": lambda unit: unit.invited,
    "answered": lambda unit: unit.answered.low,
    "rate": lambda unit: unit.rate.low if unit.rate else -1.0,
    "missing": lambda unit: unit.slips.missing if unit.slips else -1,
    "reissued": lambda unit: unit.codes.reissued if unit.codes else -1,
    "flags": lambda unit: len(unit.flags),
}


@blueprint.get("/<int:round_id>/field")
@access.roles(*WATCHERS)
def field(round_id: int) -> str:
    """Show where the fieldwork of a round stands."""
    found = the_round(round_id)
    end = asked_end()
    monitor = field_monitor.of_round(found, end)
    return render_template(
        "rounds/field.html",
        round=found,
        monitor=monitor,
        units=in_order(monitor.units) if monitor else [],
        sort=heading,
        chart=field_chart.chart(monitor.days) if monitor else None,
        end=end,
        reach=Reach,
        words=field_words,
        crumbs=crumbs(found),
    )


@blueprint.get("/<int:round_id>/field/strata")
@access.roles(*WATCHERS)
def field_strata(round_id: int) -> str:
    """Show the outcomes of every stratum by the AAPOR standard."""
    found = the_round(round_id)
    return render_template(
        "rounds/field_strata.html",
        round=found,
        monitor=begun(found),
        words=field_words,
        crumbs=crumbs(found, deep=True),
    )


@blueprint.get("/<int:round_id>/field/units/<code>")
@access.roles(*WATCHERS)
def field_unit(round_id: int, code: str) -> str:
    """Work through the causes why a unit may have few answers.

    Raises
    ------
    NotFoundError
        If the round has no fieldwork in such a unit.
    """
    found = the_round(round_id)
    looked = unit_fieldwork.of_unit(found, code)
    if looked is None:
        raise NotFoundError()
    return render_template(
        "rounds/field_unit.html",
        round=found,
        unit=looked.unit,
        findings=[field_words.finding(each) for each in looked.findings],
        words=field_words,
        crumbs=crumbs(found, deep=True),
    )


@blueprint.get("/<int:round_id>/field.xlsx")
@access.roles(*WATCHERS)
def field_xlsx(round_id: int) -> Response:
    """Give the monitor as a workbook."""
    found = the_round(round_id)
    return attachment(found, field_workbooks.as_workbook(found, begun(found)), XLSX, "xlsx")


@blueprint.get("/<int:round_id>/field.csv")
@access.roles(*WATCHERS)
def field_csv(round_id: int) -> Response:
    """Give the units of the monitor as CSV."""
    found = the_round(round_id)
    content = field_workbooks.as_csv(begun(found))
    return attachment(found, content, CSV, "csv")


def begun(found: RoundView) -> Monitor:
    """Read the monitor of a round.

    Raises
    ------
    WrongStateError
        If its fieldwork has not begun.
    """
    monitor = field_monitor.of_round(found)
    if monitor is None:
        raise WrongStateError(N_("The round is not open yet: there is no fieldwork to look at."))
    return monitor


def attachment(found: RoundView, content: bytes, media_type: str, ending: str) -> Response:
    """Make a download, marked in its name when the round is a dry run."""
    mark = "THU-NGHIEM-" if found.dry_run else ""
    reply = Response(content, content_type=media_type)
    name = f"{mark}theo-doi-thuc-dia-{found.id}.{ending}"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply


def asked_end() -> date | None:
    """Read until when the fieldwork is to go on; anything but a day counts as nothing."""
    try:
        return date.fromisoformat(request.args.get("until", ""))
    except ValueError:
        return None


def asked_order() -> tuple[str, bool]:
    """Read by what to sort, and whether the greatest comes first."""
    sort = request.args.get("sort", "")
    return sort if sort in ORDERS else NAME, request.args.get("order") == DESCENDING


def in_order(units: tuple[UnitField, ...]) -> list[UnitField]:
    """Sort the units as asked; equal ones stay in the order of their codes."""
    sort, descending = asked_order()
    key = ORDERS.get(sort, lambda unit: unit.code)
    return sorted(units, key=key, reverse=descending)


def heading(label: str, sort: str, *, number: bool = True) -> dict[str, Any]:
    """Describe a column that sorts: again by the same turns the order round."""
    present, descending = asked_order()
    mine = present == sort
    # Numbers begin with the greatest, names with A.
    turned = (not descending) if mine else number
    order = DESCENDING if turned else "ascending"
    until = asked_end()
    address = url_for(
        "rounds.field",
        round_id=(request.view_args or {})["round_id"],
        sort=sort,
        order=order,
        until=until.isoformat() if until else None,
    )
    return {
        "label": label,
        "number": number,
        "sort": f"{address}#units-title",
        "order": (DESCENDING if descending else "ascending") if mine else None,
    }


def crumbs(found: RoundView, *, deep: bool = False) -> list[tuple[str, str]]:
    """List the pages above: the round, or its monitor."""
    monitor = (gettext("Field monitor"), url_for("rounds.field", round_id=found.id))
    own = (found.name, url_for("rounds.one_round", round_id=found.id))
    return [(gettext("Survey rounds"), url_for("rounds.all_rounds")), monitor if deep else own]
