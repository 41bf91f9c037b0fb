"""Cookies of respondents, who have no session: the code they came with, the receipt they got."""

from flask import current_app, request
from werkzeug.wrappers import Response

TICKET, RECEIPT = "khaosat_ticket", "khaosat_receipt"
RECEIPT_SECONDS = 600


def read(name: str) -> str:
    """Read a cookie of this request; "" when there is none."""
    return request.cookies.get(_name(name), "")


def remember(reply: Response, name: str, value: str, seconds: int | None = None) -> Response:
    """Let a browser keep a value out of reach of scripts and other sites."""
    reply.set_cookie(
        _name(name),
        value,
        max_age=seconds,
        secure=current_app.config["KHAOSAT"].secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return reply


def _name(name: str) -> str:
    return f"__Host-{name}" if current_app.config["KHAOSAT"].secure else name
