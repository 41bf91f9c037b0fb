"""The part of the site that is for other software: its address, keys, and replies to mishaps."""

import logging

from flask import Blueprint, Response, request
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.extensions import csrf
from app.queries.api_keys import Holder
from app.services import api_keys
from app.services.api_keys import RevokedKeyError
from app.services.errors import ServiceError
from app.web import errors, guessing, problems
from app.web.api.checking import ApiFault
from app.web.api.replies import refused
from app.web.guessing import Kind

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
# Whoever calls proves it with a key in a header, which no browser sends by itself.
csrf.exempt(blueprint)
SCHEME = "Bearer "
logger = logging.getLogger("khaosat.web")


class CallError(Exception):
    """A call that cannot be met as it is."""

    def __init__(self, status: int, *faults: ApiFault) -> None:
        self.status, self.faults = status, faults
        super().__init__(status)


def secret() -> str:
    """Read the key that a call came with; "" if there is none."""
    found = request.headers.get("Authorization", "")
    return found.removeprefix(SCHEME).strip() if found.startswith(SCHEME) else ""


def caller(*, checked_later: bool = False) -> Holder:
    """Find out whose key a call came with.

    Parameters
    ----------
    checked_later : bool
        Whether what follows raises `RevokedKeyError` should the key no longer hold.

    Raises
    ------
    CallError
        If it has none, or one that is wrong or revoked; or if too many wrong ones came from
        where it comes. A right one always passes.
    """
    given = secret()
    found = api_keys.remembered(given) if checked_later else api_keys.holder(given)
    if found is not None:
        return found
    if guessing.full(Kind.API_KEY, missed=bool(given)):
        raise CallError(429, ApiFault("", "too_many_attempts"))
    raise CallError(401, ApiFault("", "no_key"))


@blueprint.errorhandler(RevokedKeyError)
def revoked(_error: RevokedKeyError) -> Response:
    """Refuse a key that was right a while ago, as any other that is wrong."""
    api_keys.forget(secret())
    guessing.full(Kind.API_KEY, missed=True)
    return not_met(CallError(401, ApiFault("", "no_key")))


@blueprint.errorhandler(CallError)
def not_met(error: CallError) -> Response:
    """Say what is wrong."""
    reply = refused(error.status, *error.faults)
    if error.status == 401:
        reply.headers["WWW-Authenticate"] = SCHEME.strip()
    if error.status == 429:
        reply.headers["Retry-After"] = str(guessing.RETRY_SECONDS)
    return reply


@blueprint.errorhandler(HTTPException)
@blueprint.errorhandler(InternalServerError)
def by_http(error: HTTPException) -> Response:
    """Say what Flask found wrong."""
    status = error.code or 500
    original = getattr(error, "original_exception", None)
    if isinstance(original, errors.AWAY):
        return busy(original)
    reply = refused(status, ApiFault("", problems.CODES.get(status, "refused")))
    for name, value in error.get_headers():
        if name == "Allow":
            reply.headers[name] = value
    return reply


@blueprint.errorhandler(ServiceError)
def by_service(_error: ServiceError) -> Response:
    """Say that something changed while the call was on its way."""
    return refused(409, ApiFault("", "refused"))


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(PoolTimeoutError)
def busy(error: Exception) -> Response:
    """Say that the database is locked, full or away: nothing was issued."""
    logger.error("503 at %s: %s", request.url_rule, type(error).__name__)
    errors.let_go()
    reply = refused(503, ApiFault("", "busy"))
    reply.headers["Retry-After"] = str(errors.RETRY_SECONDS)
    return reply
