"""How a party of a ceremony makes its secret and its commitment, on a computer of its own."""

from flask import Blueprint, render_template, request

from app.services.ceremony_parties import LONGEST_NAME, NAME
from app.web import access
from sampling.seeding import tidy

blueprint = Blueprint("party_commitments", __name__, url_prefix="/public/commitments")
EXAMPLE = "Thanh tra tỉnh"


@blueprint.get("")
@access.anyone
def how_to() -> str:
    """Show the lines to run, with the party's own name in them."""
    name = tidy(request.args.get("name", ""))[:LONGEST_NAME]
    usable = bool(NAME.fullmatch(name))
    return render_template(
        "draws/commitments.html",
        name=name if usable else EXAMPLE,
        entered=name,
        refused=bool(name) and not usable,
    )
