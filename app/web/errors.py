"""Errors become pages, once, here; for other software they become problems (RFC 9457)."""

import logging
import traceback
from types import TracebackType

from flask import Flask, Response, g, make_response, redirect, render_template, request
from flask.globals import request_ctx
from flask_babel import force_locale, gettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import db
from app.services.errors import ForbiddenError, InvalidInputError, NotFoundError, ServiceError
from app.services.signing import TooManyAttemptsError
from app.texts import N_
from app.web import problems

logger = logging.getLogger("khaosat.web")

TITLES = {
    400: (N_("The request cannot be read"), N_("Go back, reload the page and try again.")),
    403: (N_("Not allowed"), N_("Your account may not open this page.")),
    404: (N_("Not found"), N_("There is nothing at this address. Check it, or start over.")),
    405: (N_("Not possible this way"), N_("Go back and use the buttons of the page.")),
    409: (N_("Not now"), N_("Go back and reload the page to see where things stand.")),
    413: (N_("The file is too large"), N_("Send a file of at most 64 MB.")),
    422: (N_("Not accepted"), N_("Go back and check what was entered.")),
    429: (N_("Too many attempts"), N_("Wait a few minutes, then try again.")),
    500: (
        N_("Something went wrong here"),
        N_("It is our fault, and it was noted. Please try again in a while."),
    ),
    503: (N_("Busy at the moment"), N_("Please try again in a minute.")),
}
RETRY_SECONDS = 30
TOO_LARGE = 413
AWAY = (OperationalError, PoolTimeoutError)
STATUSES = (
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (InvalidInputError, 422),
    (TooManyAttemptsError, 429),
)


def told(error: ServiceError) -> str:
    """Return an error's message in the reader's language."""
    return str(gettext(error.text, **error.params) if error.params else gettext(error.text))


def page(status: int, message: str = "") -> Response:
    """Render the page of an error; a bare line for a Host that no address can be made of.

    Software that calls gets a problem in JSON instead, whatever it asked for.
    """
    title, fallback = TITLES.get(status, TITLES[400 if status < 500 else 500])
    if problems.is_call():
        with force_locale(problems.language()):
            return problems.of_status(status, message or gettext(fallback))
    if request_ctx.url_adapter is None:
        return make_response("Bad request", status)
    page_text = render_template(
        "errors/error.html",
        status=status,
        title=gettext(title),
        message=message or gettext(fallback),
        action=(gettext("Back to the start"), "/"),
    )
    return make_response(page_text, status)


def largest_told() -> str:
    """Say how large a file may be where one larger than usual may be sent."""
    most = (request.max_content_length or 0) >> 20
    return gettext("Send a file of at most %(most)s MB.", most=most) if most else ""


def note(exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
    """Log where an error of ours arose, in place of Flask's own line.

    Neither the address nor the message of the error: they may hold a token, a phone number or
    what somebody answered.
    """
    kind, _, frames = exc_info
    name = kind.__name__ if kind else "nothing"
    logger.error("500 at %s: %s", request.url_rule, name)
    logger.error("%s", "".join(traceback.format_tb(frames)))


def let_go(_error: BaseException | None = None) -> None:
    """End what the session began; what a lost connection began ended with it."""
    if db.session.registry.has():
        try:
            db.session.rollback()
        except DBAPIError:
            db.session().invalidate()


def register(app: Flask) -> None:
    """Map every kind of error to its page."""
    app.log_exception = note  # type: ignore[method-assign]  # Flask asks no handler for this

    @app.errorhandler(ServiceError)
    def refused(error: ServiceError) -> Response:
        status = next((code for kind, code in STATUSES if isinstance(error, kind)), 409)
        return page(status, told(error))

    @app.errorhandler(CSRFError)
    def stale_form(_error: CSRFError) -> AnyResponse:
        if request.path == "/sign-in":
            return redirect("/sign-in")
        return page(400, gettext("The form has expired: go back, reload the page, try again."))

    @app.errorhandler(HTTPException)
    def refused_by_http(error: HTTPException) -> Response | HTTPException:
        if error.code is None or error.code < 400:
            return error
        reply = page(error.code, largest_told() if error.code == TOO_LARGE else "")
        reply.headers.extend((name, text) for name, text in error.get_headers() if name == "Allow")
        return reply

    # Before Flask-SQLAlchemy closes the session: where that fails, nobody makes a page of it.
    app.teardown_appcontext(let_go)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeoutError)
    def busy(error: Exception) -> Response:
        """The database is locked, full or away: nothing was acknowledged, and it may pass."""
        logger.error("503 at %s: %s", request.url_rule, type(error).__name__)
        let_go()
        g._login_user = AnonymousUserMixin()  # who it is cannot be asked now, nor matters here
        reply = page(503)
        reply.headers["Retry-After"] = str(RETRY_SECONDS)
        return reply

    @app.errorhandler(InternalServerError)
    def failed(error: InternalServerError) -> Response:
        # A session that cannot be stored is found where Flask asks none of the handlers above.
        if isinstance(error.original_exception, AWAY):
            return busy(error.original_exception)
        return page(500)
