"""Addresses of our own files carry a hash of their content, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from app.web import access, headers

FOLDER = Path(__file__).parents[1] / "static"
FOREVER = "public, max-age=31536000, immutable"
# Only ever reached through an address with a hash; style sheets write it out themselves.
KEPT = (".css", ".js", ".woff2", ".svg")


@cache
def version(filename: str) -> str:
    """Return the first characters of a file's SHA-256; empty when there is no such file."""
    path = FOLDER / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""


def on_file(found: dict[str, str], path: str, url: str) -> None:
    """Put the headers on a file that is served past the application."""
    headers.on_file(found, path, url)
    if path.endswith(KEPT):
        found["Cache-Control"] = FOREVER


def register(app: Flask) -> None:
    """Open the static files to anyone and give their addresses a version."""
    access.anyone(app.view_functions["static"])

    @app.url_defaults
    def versioned(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            digest = version(values.get("filename", ""))
            if digest:
                values["v"] = digest
