"""A respondent with a browser that runs no script."""

from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app.web.guessing import EXTENSION, Misses
from tests.app.round_factory import filled


def typed(comment: str | None = None, **chosen: Any) -> dict[str, list[str]]:
    """The form of somebody who answers everything, as the test client takes it."""
    return {name: list(values) for name, values in filled(comment, **chosen).items()}


def follow(client: FlaskClient, token: str) -> Any:
    reply = client.get(f"/q/{token}")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q")
    return client.get("/q")


def stop_forgetting(app: Flask) -> None:
    """Let no wrong guess be forgotten while a test counts them, however slow the machine."""
    app.extensions[EXTENSION] = Misses(now=lambda: 0.0)


class Fields(HTMLParser):
    """What a browser without JavaScript would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: dict[str, list[str]] = {}
        self.checked: dict[str, str] = {}
        self.action = ""
        self.method = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action, self.method = found["action"] or "", found["method"] or ""
        if tag in {"input", "textarea"} and found.get("name"):
            name, value = found["name"] or "", found.get("value") or ""
            self.names.setdefault(name, []).append(value)
            if "checked" in found:
                self.checked[name] = value


def send(client: FlaskClient, page: str, form: dict[str, Any], **headers: str) -> Any:
    fields = Fields(page)
    assert fields.method == "post"
    hidden = {name: fields.names[name][0] for name in ("nonce", "started")}
    data = {**hidden, **form}
    return client.post(fields.action, data=data, headers=headers)
