"""Choosing the language of pages."""

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from app.extensions import csrf
from app.web import access
from app.web.returning import ours
from app.web.templating import LANGUAGE, LANGUAGES

blueprint = Blueprint("language", __name__)
YEAR = 365 * 24 * 3600


@blueprint.post("/language")
@access.anyone
@csrf.exempt
def choose() -> Response:
    """Remember the language and go back to where the visitor was.

    The form carries no token: a token would give every reader of a public page a cookie of their
    own, and all that a forged form could do is change the language.
    """
    reply = redirect(ours(request.form.get("back", "/")))
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        secure = current_app.config["KHAOSAT"].secure
        reply.set_cookie(LANGUAGE, wanted, max_age=YEAR, secure=secure, samesite="Lax")
    return reply
