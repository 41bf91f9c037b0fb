"""The quick way past Flask says what the views say, and leaves to them what is not plain."""

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import writing
from app.extensions import db
from app.web import quick, replies
from app.web.quick import Quick
from surveys.links import new_token
from tests.app.respondent import Fields, follow, typed
from tests.app.round_factory import MadeRound, check_invariant

Made = tuple[MadeRound, list[str]]
Change = Callable[[dict[str, Any]], Any]
BROWSERS: dict[str, dict[str, str]] = {
    "plain": {},
    "packed": {"Accept-Encoding": "gzip, deflate, br"},
    "unpacked": {"Accept-Encoding": "gzip;q=0, identity"},
    "phone": {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile", "Sec-Fetch-Site": "none"},
    "speaks English": {"Cookie": "khaosat_language=en"},
}
# What differs from one reply to the next, and whether a cookie says until when by the clock.
FRESH = (
    rb"'nonce-[\w-]{22}'",
    rb'nonce="[\w-]{22}"',
    rb'name="(nonce|started)"\s+value="[\w-]*"',
    rb"khaosat_receipt=[A-Z2-7-]+",
    rb"Expires=[^;]*",
)


@contextmanager
def views_alone() -> Iterator[None]:
    """Let requests go past the quick way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "PATH", "/nowhere")
        yield


@contextmanager
def quick_alone(app: Flask) -> Iterator[None]:
    """Let nothing reach the views."""

    def refuse(environ: Any, start_response: Any) -> Any:
        raise AssertionError("it was handed on")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_quick(app), "others", refuse)
        yield


def _quick(app: Flask) -> Quick:
    found: Any = app.wsgi_app
    while not isinstance(found, Quick):
        found = found.application
    return found


def told(reply: Any) -> tuple[int, dict[str, str], bytes]:
    packed = reply.headers.get("Content-Encoding") == "gzip"
    body = gzip.decompress(reply.data) if packed else reply.data
    headers = {name: _worn(value.encode()).decode() for name, value in reply.headers.items()}
    if packed or reply.status_code == 303:
        del headers["Content-Length"]
    return reply.status_code, headers, b"" if reply.status_code == 303 else _worn(body)


def _worn(found: bytes) -> bytes:
    for each in FRESH:
        found = re.sub(each, b"", found)
    return found


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("address", ["/q", "/q?lang=en", "/q?lang=vi", "/q?lang=xx"])
def test_both_ways_tell_a_person_the_same(
    app: Flask, made: Made, browser: str, address: str
) -> None:
    def session(token: str) -> list[tuple[int, dict[str, str], bytes]]:
        cookie = "; ".join(filter(None, (f"khaosat_ticket={token}", headers.get("Cookie"))))
        asking = {**headers, "Cookie": cookie}
        client = app.test_client(use_cookies=False)
        page = client.get(address, headers=asking)
        shown = client.get(address, headers={**asking, "Accept-Encoding": ""}).text
        hidden = {name: Fields(shown).names[name][0] for name in ("nonce", "started")}
        return [
            told(page),
            told(client.post(address, data={**hidden, **typed("Tốt")}, headers=asking)),
        ]

    headers = BROWSERS[browser]
    with quick_alone(app):
        quickly = session(made[1][0])
    with views_alone():
        slowly = session(made[1][1])
    assert quickly == slowly
    assert [status for status, _, _ in quickly] == [200, 303]
    assert check_invariant(made[0].id).boxes == 2


UNUSUAL: dict[str, Change] = {
    "HEAD": lambda found: found.update(method="HEAD"),
    "another query": lambda found: found.update(query_string="lang=vi&x=1"),
    "an encoded language": lambda found: found.update(query_string="lang=v%69"),
    "no code": lambda found: found["headers"].pop("Cookie"),
    "an unknown code": lambda found: found["headers"].update(
        Cookie=f"khaosat_ticket={new_token()}"
    ),
}
UNUSUAL_FORMS: dict[str, Change] = {
    "from elsewhere": lambda found: found["headers"].update({"Sec-Fetch-Site": "cross-site"}),
    "from a site of the same office": lambda found: found["headers"].update(
        {"Sec-Fetch-Site": "same-site"}
    ),
    "of a named origin": lambda found: found["headers"].update(Origin="http://localhost"),
    "in parts": lambda found: found.update(content_type="multipart/form-data; boundary=x"),
    "of no kind": lambda found: found.update(content_type=""),
    "too large": lambda found: found.update(data=found["data"] + b"&x=" + b"a" * 128 * 1024),
    "with too many fields": lambda found: found.update(data=found["data"] + b"&x=1" * 1000),
    "that is not ASCII": lambda found: found.update(data=found["data"] + "&x=ế".encode()),
    "that is not Unicode": lambda found: found.update(data=found["data"] + b"&x=%ff"),
    "without its number": lambda found: found.update(data=b"comment=x"),
    "with a question left out": lambda found: found.update(
        data=re.sub(rb"a_[a-z0-9_]+=\w+&", b"", found["data"], count=1)
    ),
}


@pytest.mark.parametrize("way", [*UNUSUAL, *UNUSUAL_FORMS])
def test_what_is_not_plain_is_left_to_the_views_whole(app: Flask, made: Made, way: str) -> None:
    [token, *_] = made[1]
    body = urlencode({**typed(), "nonce": new_token()}, doseq=True).encode()
    request: dict[str, Any] = {
        "path": "/q",
        "method": "POST" if way in UNUSUAL_FORMS else "GET",
        "headers": {"Cookie": f"khaosat_ticket={token}"},
    }
    if way in UNUSUAL_FORMS:
        request |= {"data": body, "content_type": quick.FORM}
    (UNUSUAL | UNUSUAL_FORMS)[way](request)
    seen = []

    def view(environ: Any, start_response: Any) -> Any:
        seen.append(environ["wsgi.input"].read())
        start_response("204 NO CONTENT", [])
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_quick(app), "others", view)
        client = app.test_client(use_cookies=False)
        assert client.open(**request).status_code == 204
    assert seen == [request.get("data", b"")]
    assert check_invariant(made[0].id).boxes == 0


def test_a_length_that_is_a_lie_is_left_to_the_views() -> None:
    assert quick.read_form(_sent(b"a=1", "9")) is None
    assert quick.read_form(_sent(b"a=1", "-3")) is None
    assert quick.read_form(_sent(b"a=1", "")) is None
    assert quick.read_form(_sent(b"a=1&b=&a=2", "10")) == {"a": ["1", "2"], "b": [""]}


def _sent(body: bytes, length: str) -> Any:
    kind = quick.FORM
    return {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": length, "CONTENT_TYPE": kind}


def test_a_fault_on_the_quick_way_becomes_a_page(
    app: Flask, client: FlaskClient, made: Made
) -> None:
    follow(client, made[1][0])
    with writing() as session:
        session.execute(text("ALTER TABLE token RENAME TO gone"))
    try:
        reply = client.get("/q")
    finally:
        db.session.rollback()
        with writing() as session:
            session.execute(text("ALTER TABLE gone RENAME TO token"))
    assert reply.status_code in {500, 503}
    assert "<h1" in reply.text
    assert reply.headers["Content-Security-Policy"]
    assert client.get("/q").status_code == 200


def test_a_form_is_ours_only_where_there_is_no_doubt() -> None:
    assert quick.surely_ours({})
    assert quick.surely_ours({"HTTP_ORIGIN": "null"})
    assert quick.surely_ours({"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "https://x"})
    assert not quick.surely_ours({"HTTP_ORIGIN": "https://x"})
    assert not quick.surely_ours({"HTTP_SEC_FETCH_SITE": "cross-site"})
    assert not quick.surely_ours({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "null"})


def test_only_who_unpacks_gets_a_packed_page() -> None:
    assert quick.takes_gzip("br, gzip;q=0.5")
    assert not quick.takes_gzip("gzip;q=0")
    assert not quick.takes_gzip("")
    assert replies.VARY.startswith("Accept-Encoding")
