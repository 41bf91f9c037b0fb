"""Making a tablet a kiosk: somebody types the key that a coordinator made."""

from flask import Response, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.wrappers import Response as AnyResponse

from app.services import kiosks
from app.web import access, cookies, guessing, replies
from app.web.guessing import Kind
from app.web.kiosk.site import DEVICE, MISSED, YEAR, blueprint
from app.web.sent_forms import from_our_page

LARGEST_FORM = 4096


@blueprint.post("/enrol")
@access.respondent
def enrol() -> AnyResponse:
    """Make this device the kiosk of a counter if somebody types its key."""
    request.max_content_length = LARGEST_FORM
    if not from_our_page():
        return asking("wrong", 403)
    secret = kiosks.enrol(request.form.get("key", ""))
    if secret is None:
        full = guessing.full(Kind.SCREEN, missed=True)
        return asking("wait", replies.WAIT) if full else asking("wrong", MISSED)
    return cookies.remember(redirect(url_for(".idle"), 303), DEVICE, secret, YEAR)


def asking(outcome: str = "", status: int = 200) -> Response:
    """Ask a device that is no kiosk for a key; the same whether it never was one or is revoked."""
    language = replies.locale()
    with force_locale(language):
        text = render_template("kiosks/enrol.html", locale=language, outcome=outcome)
    return Response(text, status)
