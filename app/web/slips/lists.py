"""Runs by unit, point and day: on a page, as files for spreadsheets, as a day's minutes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, render_template, url_for

from app import clock
from app.documents.media import CSV
from app.queries import rounds, slip_runs
from app.queries.slip_runs import Wanted
from app.services import slip_lists, slip_minutes
from app.services.errors import NotFoundError
from app.services.slip_orders import PRINTABLE
from app.web import access, day_papers
from app.web.day_papers import PER_PAGE, filters, page_of
from app.web.given_round import leads, the_round
from app.web.slips.site import HANDLERS, blueprint, crumbs, own_units

MOST_ROWS = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/slips")
@access.scoped(*HANDLERS)
def all_rounds() -> str:
    """List the rounds that ask for slips or had some, with their open runs of earlier days."""
    late = slip_runs.late_runs(own_units(), clock.today())
    known = slip_runs.rounds_with_runs(own_units())
    found = [each for each in rounds.all_rounds() if each.state in PRINTABLE or each.id in known]
    return render_template("slips/rounds.html", rounds=found, late=late, printable=PRINTABLE)


@blueprint.get("/rounds/<int:round_id>/slips/runs")
@access.scoped(*HANDLERS)
def all_runs(round_id: int) -> str:
    """List the runs of a round, those of the latest day first."""
    found, wanted = the_round(round_id), asked_for(round_id)
    totals = slip_runs.totals(wanted)
    number, last = page_of(totals.runs)
    runs = slip_runs.listed(wanted, PER_PAGE, (number - 1) * PER_PAGE)
    return render_template(
        "slips/runs.html",
        round=found,
        runs=runs,
        totals=totals,
        wanted=wanted,
        filters=filters(wanted),
        units=slip_runs.units_of(round_id, own_units()),
        late=slip_runs.late_runs(own_units(), clock.today()).get(round_id, 0),
        today=clock.today(),
        printable=found.state in PRINTABLE,
        number=number,
        last=last,
        href=partial(page_href, round_id, filters(wanted)),
        crumbs=crumbs(found),
        leads=leads(),
    )


@blueprint.get("/rounds/<int:round_id>/slips/runs.csv")
@access.scoped(*HANDLERS)
def runs_csv(round_id: int) -> Response:
    """Give the runs that the page shows, as CSV."""
    the_round(round_id)
    runs = slip_runs.listed(asked_for(round_id), MOST_ROWS)
    return attachment(slip_lists.as_csv(runs, clock.today()), CSV, f"phieu-moi-{round_id}.csv")


@blueprint.get("/rounds/<int:round_id>/slips/runs.xlsx")
@access.scoped(*HANDLERS)
def runs_xlsx(round_id: int) -> Response:
    """Give the runs that the page shows, as a workbook."""
    found = the_round(round_id)
    runs = slip_runs.listed(asked_for(round_id), MOST_ROWS)
    content = slip_lists.as_workbook(found.name, found.dry_run, runs, clock.today())
    return attachment(content, XLSX, f"phieu-moi-{round_id}.xlsx")


@blueprint.get("/rounds/<int:round_id>/slips/minutes.pdf")
@access.scoped(*HANDLERS)
def day_minutes(round_id: int) -> Response:
    """Print the minutes of all runs of a unit and day."""
    the_round(round_id)
    wanted = asked_for(round_id)
    if wanted.day is None or wanted.unit_id is None:
        raise NotFoundError()
    content = slip_minutes.minutes(slip_runs.listed(wanted, MOST_ROWS))
    name = f"bien-ban-phieu-moi-{round_id}-{wanted.unit_id}-{wanted.day.isoformat()}.pdf"
    return attachment(content, "application/pdf", name)


def asked_for(round_id: int) -> Wanted:
    """Read which runs are meant; nobody gets those of units that are not theirs."""
    return day_papers.asked_for(Wanted, round_id, HANDLERS)


def page_href(round_id: int, kept: Mapping[str, Any], number: int) -> str:
    """Lead to a page of the list."""
    return url_for("slips.all_runs", round_id=round_id, page=number, **kept)


def attachment(content: bytes, media_type: str, filename: str) -> Response:
    """Send a file that browsers keep rather than show."""
    reply = Response(content, content_type=media_type)
    reply.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    reply.headers["Cache-Control"] = "no-store"
    reply.headers["X-Content-Type-Options"] = "nosniff"
    return reply
