"""Sessions of staff lie in the database; a visitor who is not signed in has a signed cookie."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, Response as FlaskResponse, request, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from app.services import signing
from app.services.signing import PENDING
from app.web import devices

ACCOUNT = "_user_id"  # where Flask-Login keeps who is signed in
SIGNED = "s."
STORED = "t."
ANONYMOUS_SECONDS = 24 * 3600


def owner(data: Mapping[str, Any]) -> str:
    """Name the account of a session: signed in, or about to be."""
    return str(data.get(ACCOUNT) or data.get(PENDING) or "")


class StaffSession(CallbackDict[str, Any], SessionMixin):
    """A session that knows whether it changed and which row it came from."""

    def __init__(self, initial: dict[str, Any] | None = None, token: str = "") -> None:
        def changed(_: object) -> None:
            self.modified = True

        super().__init__(initial or {}, changed)
        self.token = token
        self.owner = owner(initial or {})
        self.modified = False
        self.anew = False
        self.fault: OperationalError | None = None

    def clear(self) -> None:
        """Forget everything; what is kept afterwards lies under another token."""
        super().clear()
        self.anew = True


def check() -> None:
    """Stop a request whose session could not be read.

    Raises
    ------
    OperationalError
        What reading it raised.
    """
    fault = getattr(session, "fault", None)
    if fault is not None:
        raise fault


class DatabaseSessions(SessionInterface):
    """Read and write sessions as `mechanisms` of sign-in demand: revocable at once."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self.serializer = URLSafeTimedSerializer(secret, salt="visitor")
        self.secure = secure
        self.name = "__Host-khaosat" if secure else "khaosat"

    def open_session(self, app: Flask, request: Request) -> StaffSession:
        """Find the session that a cookie names; anything doubtful is an empty one.

        A database that is away is told by `check`: here Flask could not make a page of it.
        """
        try:
            found = self._found(request.cookies.get(self.name, ""))
        except OperationalError as error:
            found = StaffSession()
            found.fault = error
        return found

    def _found(self, cookie: str) -> StaffSession:
        if cookie.startswith(STORED):
            token = cookie.removeprefix(STORED)
            stored = signing.read(token)
            return StaffSession(dict(stored.data), token) if stored else StaffSession()
        if cookie.startswith(SIGNED):
            try:
                data = self.serializer.loads(cookie.removeprefix(SIGNED), max_age=ANONYMOUS_SECONDS)
            except BadSignature:
                return StaffSession()
            return StaffSession(data) if not owner(data) else StaffSession()
        return StaffSession()

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        """Store what changed and tell the browser."""
        assert isinstance(session, StaffSession)
        if not session.modified:
            return
        account = owner(session)
        if session.token and (session.anew or account != session.owner):
            signing.end(session.token)
            session.token = ""
        if account:
            self._store(session, account, response)
        elif session:
            self._set(response, SIGNED + str(self.serializer.dumps(dict(session))))
        else:
            response.delete_cookie(self.name, secure=self.secure, httponly=True, samesite="Lax")

    def _store(self, session: StaffSession, account: str, response: FlaskResponse) -> None:
        if session.token:
            signing.keep(session.token, dict(session))
            return
        session.token = signing.new_token()
        device = devices.family(request.user_agent.string)
        signing.begin(session.token, int(account), dict(session), device)
        self._set(response, STORED + session.token)

    def _set(self, response: FlaskResponse, value: str) -> None:
        response.set_cookie(
            self.name, value, secure=self.secure, httponly=True, samesite="Lax", path="/"
        )
