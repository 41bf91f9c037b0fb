"""What other software asked for: codes issued and issued again, by counter and day."""

from datetime import timedelta

from flask import Blueprint, render_template

from app import clock
from app.queries import credentials
from app.vocabulary import Role
from app.web import access

blueprint = Blueprint("credentials", __name__, url_prefix="/credentials")
DAYS = 31


@blueprint.get("")
@access.roles(Role.ADMINISTRATOR, Role.COORDINATOR)
def by_counter() -> str:
    """Show a month of counts."""
    counts = credentials.since(clock.today() - timedelta(days=DAYS))
    return render_template(
        "credentials/by_counter.html",
        counts=counts,
        days=DAYS,
        issued=sum(count.issued for count in counts),
        reissued=sum(count.reissued for count in counts),
        odd=[count for count in counts if count.odd],
    )
