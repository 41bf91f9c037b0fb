"""How many people report that they were pressed, for those who lead the survey alone."""

from flask import render_template, url_for
from flask_babel import gettext

from app.queries import pressure_reports
from app.vocabulary import Role
from app.web import access
from app.web.coordinate.site import blueprint
from app.web.given_round import the_round


@blueprint.get("/<int:round_id>/reports")
@access.roles(Role.COORDINATOR, Role.HOME_AFFAIRS)
def reports(round_id: int) -> str:
    """Show the reports of a round by unit."""
    found = the_round(round_id)
    units = pressure_reports.by_unit(round_id)
    return render_template(
        "rounds/reports.html",
        round=found,
        units=units,
        total=sum(unit.reports for unit in units),
        crumbs=[
            (gettext("Survey rounds"), url_for("rounds.all_rounds")),
            (found.name, url_for("rounds.one_round", round_id=round_id)),
        ],
    )
