"""Forms of staff take what no browser sends for a fault of the form, not of ours."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.vocabulary import Role


def fresh(body: dict[str, Any]) -> dict[str, Any]:
    """Open files anew for each request."""
    data = body.get("data")
    if not isinstance(data, dict):
        return body
    files = {
        name: (BytesIO(value), "x.txt") if isinstance(value, bytes) else value
        for name, value in data.items()
    }
    return {"data": files}


BODIES: dict[str, dict[str, Any]] = {
    "a file in a field of text": {"data": {"name": b"file", "year": "2026"}},
    "a number as JSON": {"json": 5},
    "a list as JSON": {"json": [1, [2]]},
    "fields as JSON": {"json": {"name": {"a": 1}, "year": [None]}},
    "broken JSON": {"data": b"{", "content_type": "application/json"},
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("address", ["/rounds", "/rounds/new", "/index", "/people/new"])
def test_a_form_of_another_kind_is_refused(
    signed_in: Callable[..., FlaskClient], address: str, body: str
) -> None:
    administrator = signed_in(Role.ADMINISTRATOR, Role.COORDINATOR)
    reply = administrator.post(address, **fresh(BODIES[body]))
    # Shown again with what is wrong, or refused; a cookie of two steps may lead elsewhere first.
    assert reply.status_code < 500
    assert reply.status_code != 303 or "/rounds/" not in reply.location


def test_a_missing_file_is_not_kept(client: FlaskClient) -> None:
    reply = client.get("/static/nothing.css")
    assert (reply.status_code, reply.headers["Cache-Control"]) == (404, "no-store")
