"""The door of a poster: a dossier code and four digits let people in.

It asks for what stands on somebody's receipt, swaps it for the ticket of that dossier and goes on
as `/q`. Only the POST changes anything, and every miss gets the same reply.
"""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.queries.counters import CounterView
from app.services import poster_door
from app.web import access, cookies
from app.web.cookies import TICKET
from app.web.door import site
from app.web.door.knocking import Refusal, admitted
from app.web.door.site import blueprint
from app.web.sent_forms import form_of_page, from_our_page


@blueprint.get("", strict_slashes=False)
@access.respondent
def enter(code: str) -> AnyResponse:
    """Ask for dossier code and digits while any round is open."""
    counter = site.the_counter(code)
    if counter is None:
        return site.unknown()
    return entrance(counter) if poster_door.is_open() else site.closed(counter)


@blueprint.post("", strict_slashes=False)
@access.respondent
def knock(code: str) -> AnyResponse:
    """Let in whoever knows a dossier's digits; anybody else may try once more."""
    if not from_our_page():
        return site.page("door/elsewhere.html", 403)
    form, counter = form_of_page(), site.the_counter(code)
    if counter is None:
        return site.unknown()
    token = admitted(counter, form)
    if token is Refusal.WAIT:
        return site.too_many(counter)
    if token is Refusal.MISSED:
        return entrance(counter, site.MISSED)
    reply = redirect(url_for("respond.questions", lang=request.args.get("lang")), 303)
    return cookies.remember(reply, TICKET, token)


def entrance(counter: CounterView, status: int = 200) -> Response:
    """Show the form, after a miss with what may have been wrong."""
    may_go_on = bool(poster_door.rounds_for(counter))
    return site.page(
        "door/enter.html", status, counter, missed=status == site.MISSED, may_go_on=may_go_on
    )
