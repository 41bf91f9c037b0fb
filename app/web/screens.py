"""Customer screens: what they show, how they are set up, and the page on which staff do it."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale, gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.channels.quick_qr import family
from app.extensions import csrf
from app.queries import counters, screens as screen_rows
from app.services import screens
from app.services.errors import NotFoundError
from app.services.screens import Shown
from app.vocabulary import Role
from app.web import access, cookies, guessing, replies
from app.web.guessing import Kind
from app.web.sign_in import actor

blueprint = Blueprint("screens", __name__)
COOKIE = "khaosat_screen"
YEAR = 365 * 24 * 3600
REFRESH_SECONDS = 5
LARGEST_FORM = 4096


@blueprint.get("/k/screen/<code>")
@access.respondent
def screen(code: str) -> Response:
    """Show what the counter has to show; ask for the key on any other device."""
    found = screens.shown(code, cookies.read(COOKIE))
    if found is None:
        return setting_up(code)
    reply = Response(page("screens/screen.html", found=found, qr=_drawn(found)))
    # Not in the page: what renews a page there takes it from under those who read it slowly.
    reply.headers["Refresh"] = str(REFRESH_SECONDS)
    return reply


@blueprint.post("/k/screen/<code>")
@access.respondent
@csrf.exempt
def enrol(code: str) -> AnyResponse:
    """Make a device the screen of a counter if somebody types its key."""
    request.max_content_length = LARGEST_FORM
    typed = request.form.get("key", "")
    secret = screens.enrol(code, typed)
    if secret is None:
        full = guessing.full(Kind.SCREEN, missed=True)
        return setting_up(code, "wait", 429) if full else setting_up(code, "wrong", 422)
    return cookies.remember(redirect(url_for(".screen", code=code), 303), COOKIE, secret, YEAR)


@blueprint.get("/screens")
@access.roles(Role.ADMINISTRATOR, Role.COORDINATOR)
def all_screens() -> str:
    """List the counters and whether they have a screen."""
    return render_template(
        "screens/all.html", counters=counters.all_counters(), with_key=screen_rows.with_key()
    )


@blueprint.post("/screens/<int:counter_id>/key")
@access.roles(Role.COORDINATOR)
def new_key(counter_id: int) -> str:
    """Make the key of a screen and show it, this once."""
    key = screens.new_key(actor(), counter_id)
    counter = counters.one(counter_id)
    if counter is None:
        raise NotFoundError()
    return render_template("screens/key.html", counter=counter, key=key)


@blueprint.post("/screens/<int:counter_id>/off")
@access.roles(Role.COORDINATOR)
def switch_off(counter_id: int) -> AnyResponse:
    """Let a counter have no screen."""
    screens.switch_off(actor(), counter_id)
    flash(gettext("The screen shows nothing any more."), "success")
    return redirect(url_for(".all_screens"))


def setting_up(code: str, outcome: str = "", status: int = 200) -> Response:
    """Ask for the key of a screen; the same for counters there are and those there are not."""
    return Response(page("screens/enrol.html", code=code, outcome=outcome), status)


def page(template: str, **context: object) -> str:
    """Render a page in the language of the office, or the one chosen on this device."""
    language = replies.locale()
    with force_locale(language):
        return render_template(template, locale=language, **context)


def _drawn(found: Shown) -> Markup:
    if not found.token:
        return Markup("")
    start = f"{current_app.config['KHAOSAT'].address}/q/"
    return Markup(family(start, len(found.token)).svg(found.token))  # noqa: S704  (drawn by us)
