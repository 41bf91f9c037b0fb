"""Who may use a route. Each one says so; a route that does not is closed to everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest, Forbidden, NotFound
from werkzeug.wrappers import Response

from app.queries import units
from app.queries.people import Person
from app.queries.units import UnitView
from app.vocabulary import Role
from app.web import live, sessions

ATTRIBUTE = "khaosat_access"
ANYONE = "anyone"
RESPONDENT = "respondent"
SIGNED_IN = "signed_in"
SOFTWARE = "software"  # other software, which shows its key to the view
WITHOUT_SESSION = frozenset({RESPONDENT, SOFTWARE})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_PUBLIC_FORM = 128 * 1024
# A list of a million dossiers as CSV; anybody else sends at most LARGEST_UPLOAD of the wiring.
LARGEST_FILE = 320 * 1024 * 1024
LARGE = "khaosat_large_files"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Everywhere:
    """Open to people who hold one of the roles everywhere."""

    roles: frozenset[Role]

    def opens_to(self, person: Person) -> bool:
        """Whether somebody may come in."""
        return person.may(self.roles)


@dataclass(frozen=True)
class HeldAnywhere:
    """Open to people who hold one of the roles for any unit; the view narrows what they see."""

    roles: frozenset[Role]

    def opens_to(self, person: Person) -> bool:
        """Whether somebody may come in."""
        return person.units_with(self.roles) != frozenset()


@dataclass(frozen=True)
class ForUnit:
    """Open to people who hold one of the roles everywhere or for the unit of the address."""

    roles: frozenset[Role]
    argument: str

    def opens_to(self, person: Person) -> bool:
        """Whether somebody may come in for some unit."""
        return person.units_with(self.roles) != frozenset()

    def check(self, person: Person, code: str) -> UnitView:
        """Find the unit of the address if the person may see it.

        Raises
        ------
        NotFound
            If there is no such unit.
        Forbidden
            If the roles are held for other units only.
        """
        found = units.by_code(code)
        if found is None:
            raise NotFound()
        if not person.may_for(self.roles, found.id):
            raise Forbidden()
        return found


Declaration = Everywhere | HeldAnywhere | ForUnit


def _declare(access: str | Declaration) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, access)
        return view

    return mark


anyone = _declare(ANYONE)
respondent = _declare(RESPONDENT)
signed_in = _declare(SIGNED_IN)
software = _declare(SOFTWARE)


def roles(*wanted: Role) -> Callable[[View], View]:
    """Open a route to people who hold one of the roles everywhere."""
    return _declare(Everywhere(frozenset(wanted)))


def scoped(*wanted: Role) -> Callable[[View], View]:
    """Open a route to people who hold one of the roles anywhere.

    The view must narrow what it shows by ``person.units_with(roles)``.
    """
    return _declare(HeldAnywhere(frozenset(wanted)))


def for_unit(*wanted: Role, unit: str = "code") -> Callable[[View], View]:
    """Open a route about one unit to people who hold one of the roles everywhere or for it.

    Parameters
    ----------
    unit : str
        Name of the view's argument that holds the unit's code; `admitted_unit` gives that unit.
    """
    return _declare(ForUnit(frozenset(wanted), unit))


def admitted_unit(code: str) -> UnitView:
    """Return the unit of the address, as `for_unit` found it when it let the person in."""
    found: UnitView = g.khaosat_unit
    assert found.code == code
    return found


def large_files(view: View) -> View:
    """Let those who may come to a view send files larger than others may."""
    setattr(view, LARGE, True)
    return view


def declared(app: Flask, endpoint: str) -> str | Declaration | None:
    """Return what an endpoint declares, or None."""
    return getattr(app.view_functions[endpoint], ATTRIBUTE, None)


def opens(app: Flask, endpoint: str, person: Person) -> bool:
    """Whether a signed-in person may come to an endpoint, so that a link to it makes sense."""
    access = declared(app, endpoint)
    if isinstance(access, str):
        return access not in WITHOUT_SESSION
    return access is not None and access.opens_to(person)


def check() -> Response | None:
    """Stop a request whose route is not open to its sender."""
    if request.endpoint is None:
        return None
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden()
    access = declared(current_app, request.endpoint)
    if access in WITHOUT_SESSION:
        return None
    sessions.check()
    if access == ANYONE:
        request.max_content_length = LARGEST_PUBLIC_FORM
        refuse_unreadable()
        return None
    if access is None:
        raise Forbidden()
    if not current_user.is_authenticated:
        return redirect(url_for("sign_in.form", next=_here()))
    if not isinstance(access, str):
        admit(access, current_user.person)
    if hasattr(current_app.view_functions[request.endpoint], LARGE):
        request.max_content_length = LARGEST_FILE
    refuse_unreadable()
    return None


def admit(access: Declaration, person: Person) -> None:
    """Let a person pass whose roles open the route, for the unit of its address if it has one.

    Raises
    ------
    Forbidden
        If they do not.
    """
    if not access.opens_to(person):
        raise Forbidden()
    if isinstance(access, ForUnit):
        code = (request.view_args or {})[access.argument]
        g.khaosat_unit = access.check(person, code)


def refuse_unreadable() -> None:
    """Refuse what no form of ours sends, and what reads forms cannot take.

    That is parts without a name, and NUL characters, which no keyboard types and PostgreSQL
    cannot store.

    Raises
    ------
    BadRequest
        If there is one.
    """
    for name, value in request.values.items(multi=True):
        if name is None or "\0" in value:
            raise BadRequest()
    for name, file in request.files.items(multi=True):
        if name is None or "\0" in (file.filename or ""):
            raise BadRequest()


def _here() -> str:
    """Return the page to come back to after signing in; only pages that can be fetched."""
    if live.asked():
        return live.page()
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
