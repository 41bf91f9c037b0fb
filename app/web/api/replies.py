"""Replies to other software: JSON, whatever happens."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from flask import Response, current_app

from app import clock
from app.channels.quick_qr import family
from app.services.credentials import Issued
from app.web import headers, problems
from app.web.api.checking import ApiFault
from app.web.api.messages import text_of
from app.web.problems import problem
from surveys.links import new_token
from surveys.short_codes import printed

TYPE = "application/json"
TOKEN_LENGTH = len(new_token())


def said(content: Any, status: int = 200) -> Response:
    """Send a value as JSON."""
    reply = Response(json.dumps(content), status, content_type=TYPE)
    reply.headers.update(headers.BARE)
    return reply


def refused(status: int, *faults: ApiFault) -> Response:
    """Send what is wrong with a call, as a problem of RFC 9457."""
    return problem(status, faults_in_words(faults))


def faults_in_words(faults: Iterable[ApiFault]) -> list[dict[str, str]]:
    """Give faults their messages, in the language that the software accepts."""
    chosen = problems.language()
    return [
        {"path": fault.path, "code": fault.code, "message": text_of(fault.code, chosen)}
        for fault in faults
    ]


def credential(issued: Issued) -> dict[str, str]:
    """Write a code that was issued."""
    start = f"{current_app.config['KHAOSAT'].address}/q/"
    return {
        "url": start + issued.token,
        "short_code": printed(issued.short_code),
        "qr_svg": family(start, TOKEN_LENGTH).svg(issued.token),
        "opens_at": opens_at(issued.opens_on),
    }


def opens_at(day: date | None) -> str:
    """Write when a code opens: the first moment of its day in Vietnam, or now."""
    if day is None:
        return clock.now().astimezone(clock.LOCAL).isoformat(timespec="seconds")
    return datetime.combine(day, time.min, clock.LOCAL).isoformat(timespec="seconds")
