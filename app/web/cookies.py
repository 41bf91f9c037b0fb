"""Cookies of respondents, who have no session: the code they came with, the receipt they got."""

from typing import TypedDict

from flask import current_app, request
from werkzeug.wrappers import Response

TICKET, RECEIPT = "khaosat_ticket", "khaosat_receipt"
RECEIPT_SECONDS = 600


class KeptClose(TypedDict):
    """How a cookie is set."""

    secure: bool
    httponly: bool
    samesite: str
    path: str


def read(name: str) -> str:
    """Read a cookie of this request; "" when there is none."""
    return request.cookies.get(name_of(name, current_app.config["KHAOSAT"].secure), "")


def remember(reply: Response, name: str, value: str, seconds: int | None = None) -> Response:
    """Let a browser keep a value out of reach of scripts and other sites."""
    secure = current_app.config["KHAOSAT"].secure
    reply.set_cookie(name_of(name, secure), value, max_age=seconds, **kept_close(secure))
    return reply


def kept_close(secure: bool) -> KeptClose:
    """Give what keeps a cookie out of reach of scripts and other sites."""
    return {"secure": secure, "httponly": True, "samesite": "Lax", "path": "/"}


def name_of(name: str, secure: bool) -> str:
    """Give the name that a cookie goes by; browsers guard one that begins with ``__Host-``."""
    return f"__Host-{name}" if secure else name
