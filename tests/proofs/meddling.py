"""Control arms of the proofs about requests: applications that do on purpose what none may do."""

import hashlib
import logging
from typing import Any

from flask import Flask, Response, request

from app import create_app
from app.config import Settings
from app.database import writing
from app.services import recording, responding
from app.services.recording import SYSTEM
from app.services.responding import UNUSABLE, Outcome
from app.web import cookies

# Some milliseconds, as a careful hash takes.
ROUNDS = 20_000


def fail_on_an_odd_language() -> Flask:
    """Make an application that believes what an address says about the language."""
    flask = create_app()
    flask.before_request(lambda: {"vi": None, "en": None}[request.args.get("lang", "vi")])
    return flask


def tell_what_was_used(settings: Settings | None = None) -> Flask:
    """Make an application that treats a token that was used otherwise than an unknown one."""
    flask = create_app(settings)

    @flask.after_request
    def remark(response: Response) -> Response:
        entry = responding.enter(cookies.read(cookies.TICKET))
        if entry.issued and entry.ballot is None:
            hashlib.pbkdf2_hmac("sha256", b"", b"", ROUNDS)
            response.headers["X-Used"] = "yes"
        return response

    return flask


def note_what_was_opened() -> Flask:
    """Make an application that writes down when somebody opens a link."""
    flask = create_app()

    @flask.after_request
    def note(response: Response) -> Response:
        if request.endpoint == "respond.follow":
            with writing() as session:
                recording.record(session, SYSTEM, "slip.opened", "slip")
        return response

    return flask


def answer_by_link() -> Flask:
    """Make an application that takes an answer from an address."""
    flask = create_app()

    @flask.before_request
    def take() -> None:
        nonce = request.args.get("nonce")
        if request.endpoint == "respond.questions" and nonce:
            form = request.args.to_dict(flat=False)
            responding.submit(cookies.read(cookies.TICKET), form, nonce)

    return flask


def forget_forms() -> Flask:
    """Make an application that does not know a form again that it has taken."""
    plain = responding._prepared

    def forgetful(token: str, *form: Any) -> Any:
        ballot = responding.ballot_of(token)
        return Outcome(UNUSABLE) if ballot and ballot.spent else plain(token, *form)

    responding._prepared = forgetful
    return create_app()


def loud_and_failing() -> Flask:
    """Make an application that logs all it can, and fails on request with all it was sent."""
    logging.basicConfig(level=logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    flask = create_app()

    @flask.before_request
    def fail() -> None:
        if "X-Fail" in request.headers:
            raise ValueError(f"{request.url} {request.cookies} {request.form}")

    return flask


def loud_failing_and_careless() -> Flask:
    """Make one that also logs an error in Flask's own way."""
    flask = loud_and_failing()
    del flask.log_exception
    return flask
