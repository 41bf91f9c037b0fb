"""Problems for other software: what went wrong as JSON (RFC 9457), in the language it accepts."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response, current_app, request

from app.web import headers
from app.web.templating import LANGUAGES

TYPE = "application/problem+json"
PLACE = "/api/"
# Words for what Flask finds wrong; "refused" for all else.
CODES = {
    **{404: "not_found", 405: "wrong_method", 413: "too_large"},
    **{429: "too_many_attempts", 500: "failed", 503: "busy"},
}


def is_call() -> bool:
    """Whether software calls: whatever is wrong, it never gets a page."""
    return request.path.startswith(PLACE)


def language() -> str:
    """Choose the language of the messages: what the software accepts, or the office's own."""
    chosen = request.accept_languages.best_match(LANGUAGES)
    return str(chosen or current_app.config["KHAOSAT"].locale)


def problem(status: int, faults: Sequence[Mapping[str, str]]) -> Response:
    """Send what is wrong with a call.

    Parameters
    ----------
    faults : sequence of mapping
        Path, code and message of each fault, one at least; the first message is the detail.
    """
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": faults[0]["message"],
        "faults": [*faults],
    }
    reply = Response(json.dumps(content), status, content_type=TYPE)
    reply.headers.update(headers.BARE)
    return reply


def of_status(status: int, message: str) -> Response:
    """Send what is wrong with a call as a whole, where a status is all that tells it."""
    return problem(status, [{"path": "", "code": CODES.get(status, "refused"), "message": message}])
