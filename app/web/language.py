"""Choosing the language of pages."""

from flask import Blueprint, current_app, redirect, request
from werkzeug.wrappers import Response

from app.web import access
from app.web.templating import LANGUAGE, LANGUAGES

blueprint = Blueprint("language", __name__)
YEAR = 365 * 24 * 3600


@blueprint.post("/language")
@access.anyone
def choose() -> Response:
    """Remember the language and go back to where the visitor was."""
    reply = redirect(_back())
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        secure = current_app.config["KHAOSAT"].secure
        reply.set_cookie(LANGUAGE, wanted, max_age=YEAR, secure=secure, samesite="Lax")
    return reply


def _back() -> str:
    path = request.form.get("back", "/")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
