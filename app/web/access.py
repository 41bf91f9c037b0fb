"""Who may use a route. Each one says so; a route that does not is closed to everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.wrappers import Response

from app.vocabulary import Role

ATTRIBUTE = "khaosat_access"
ANYONE = "anyone"
RESPONDENT = "respondent"
SIGNED_IN = "signed_in"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_PUBLIC_FORM = 128 * 1024

View = TypeVar("View", bound=Callable[..., Any])


def _declare(access: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, access)
        return view

    return mark


anyone = _declare(ANYONE)
respondent = _declare(RESPONDENT)
signed_in = _declare(SIGNED_IN)


def roles(*wanted: Role) -> Callable[[View], View]:
    """Open a route to people who hold one of the roles."""
    return _declare(frozenset(wanted))


def declared(app: Flask, endpoint: str) -> object:
    """Return what an endpoint declares, or None."""
    return getattr(app.view_functions[endpoint], ATTRIBUTE, None)


def check() -> Response | None:
    """Stop a request whose route is not open to its sender."""
    if request.endpoint is None:
        return None
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden()
    access = declared(current_app, request.endpoint)
    if access == RESPONDENT:
        return None
    if access == ANYONE:
        request.max_content_length = LARGEST_PUBLIC_FORM
        refuse_nul()
        return None
    if access is None:
        raise Forbidden()
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.form", next=_here()))
    if access != SIGNED_IN and not current_user.person.may(access):
        raise Forbidden()
    refuse_nul()
    return None


def refuse_nul() -> None:
    """Refuse NUL characters, which no keyboard types and PostgreSQL cannot store.

    Raises
    ------
    BadRequest
        If an entry holds one.
    """
    if any("\0" in value for _, value in request.values.items(multi=True)):
        raise BadRequest()
    if any("\0" in (file.filename or "") for file in request.files.values()):
        raise BadRequest()


def _here() -> str:
    """Return the page to come back to after signing in; only pages that can be fetched."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
