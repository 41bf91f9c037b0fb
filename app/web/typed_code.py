"""The door for those who cannot scan: a code is typed, and goes on as a scanned one does."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf
from app.services import responding
from app.web import access, cookies, guessing, replies
from app.web.cookies import TICKET
from app.web.guessing import Kind
from surveys.short_codes import read_short_code

blueprint = Blueprint("typed_code", __name__, url_prefix="/q/code")
# It only carries a code on; what it opens is asked on the next page.
csrf.exempt(blueprint)
LARGEST_FORM, LONGEST = 4096, 64


@blueprint.get("")
@access.respondent
def form() -> Response:
    """Ask for the code."""
    return replies.fixed("typed_code/form.html", 200, "typed_code.form")


@blueprint.post("")
@access.respondent
def read() -> AnyResponse:
    """Take a code as a scanned one is taken: it goes on in a cookie."""
    request.max_content_length = LARGEST_FORM
    typed = request.form.get("code", "")[:LONGEST]
    code = read_short_code(typed)
    if code is None:
        page = replies.page("typed_code/form.html", "typed_code.form", typed=typed, wrong=True)
        return Response(page, 422)
    # Whether it opens anything is looked up on the next page, but for those who guess.
    if guessing.full(Kind.TOKEN) and responding.enter(code).ballot is None:
        return replies.too_many()
    reply = redirect(url_for("respond.questions", lang=request.args.get("lang")), 303)
    return cookies.remember(reply, TICKET, code)


@blueprint.errorhandler(HTTPException)
def refused(error: HTTPException) -> AnyResponse:
    """Tell a person kindly that a form could not be read."""
    return replies.fixed("respond/elsewhere.html", error.code or 400)
