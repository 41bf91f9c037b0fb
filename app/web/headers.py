"""Headers that every reply carries, errors included."""

import secrets

from flask import Flask, Response, g, request

from app.web.returning import ours

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'"
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

UNKEPT = "no-store"
# Of a reply without a page: it may load nothing.
BARE = (("Content-Security-Policy", FILE_POLICY), ("Cache-Control", UNKEPT))
HSTS = "max-age=31536000"


def nonce() -> str:
    """Return the nonce of this request's policy."""
    if "csp_nonce" not in g:
        g.csp_nonce = new_nonce()
    return str(g.csp_nonce)


def new_nonce() -> str:
    """Make a nonce for the policy of one reply."""
    return secrets.token_urlsafe(16)


def of_page(csp_nonce: str) -> list[tuple[str, str]]:
    """Give the headers of a page that nobody keeps, and that may run what bears the nonce."""
    return [
        ("Content-Security-Policy", POLICY.format(nonce=csp_nonce)),
        ("Cache-Control", UNKEPT),
    ]


def always(*, secure: bool) -> dict[str, str]:
    """Give the headers that are the same on every reply."""
    return {**FIXED, "Strict-Transport-Security": HSTS} if secure else FIXED


def on_file(found: dict[str, str], _path: str, _url: str) -> None:
    """Put the headers on a file that is served past the application: it may load nothing."""
    for name, value in (*FIXED.items(), ("Content-Security-Policy", FILE_POLICY)):
        found[name] = value


def add(app: Flask, *, secure: bool) -> None:
    """Put the headers on every reply of the application."""

    fixed = always(secure=secure)

    @app.after_request
    def protect(response: Response) -> Response:
        # One look at what is there: each question to `headers` would go through all of them.
        found = {name.lower() for name, _ in response.headers}
        wanted = dict(fixed)
        if "content-security-policy" not in found:
            wanted["Content-Security-Policy"] = POLICY.format(nonce=nonce())
        is_file = request.endpoint == "static" and response.status_code < 400
        if "cache-control" not in found and not is_file:
            wanted["Cache-Control"] = UNKEPT
        for name, value in wanted.items():
            if name.lower() not in found:
                response.headers.add(name, value)
        if "location" in found and response.location is not None:
            # Every redirect of ours is to ourselves, whatever a form or the Host header said.
            # Not `request.host_url`, which fails on a Host that is no name.
            us = f"{request.scheme}://{request.host}"
            response.location = ours(response.location.removeprefix(us))
        return response
