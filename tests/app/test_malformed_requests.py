"""Whatever a stranger sends to a public address, the reply is never our fault."""

import random
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web import access
from surveys.links import new_token
from tests.app.round_factory import open_and_hand_out

SEED, REQUESTS = 20_26, 1000
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
NUMBERS = ("0", "1", "-1", "2147483648", "9223372036854775808", "9" * 40, "x")
TEXTS = (
    "", "\0", "a\0b", "\ud7ff", "%00", "'", '"><script>', "../../etc/passwd", "[", "//[", "/\t/[",
    "/\t/evil.example", "/\r\nSet-Cookie: a=b", "é" * 300, "٣", "{{7*7}}", "%(x)s", "a" * 5000,
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "x" * 200, "application/json", "text/plain; charset=nope",
    "application/x-www-form-urlencoded; charset=utf-7", "", ";;;", "\xff",
)  # fmt: skip
BODIES = (
    b"", b"\0", b"\xff\xfe\xfd", b"a=%ff%fe&b=%", b"&&&===", b"{", b"--x\r\n\r\n", b"--x--",
    b"--x\r\nContent-Disposition: form-data; name=code\r\n\r\n\xff\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\xff\"\r\n\r\n1\r\n--x--\r\n",
)  # fmt: skip
FIELDS = ("email", "password", "code", "nonce", "language", "back", "name", "a_", "csrf_token")
HEADERS = {
    "Host": ("localhost", "evil.example", "[", "[::1", "a b", "a:b:c", "localhost:99999", "ü"),
    "Origin": ("null", "http://[", "evil", "https://evil.example"),
    "Sec-Fetch-Site": ("same-origin", "cross-site", "?"),
    "Accept-Language": ("vi", "x" * 2000, "\xff", "*;q=2"),
    "Accept-Encoding": ("gzip", "gzip;q=x", "\xff"),
    "Cookie": (
        "khaosat=t.\xff", "khaosat=t.", "khaosat=s.e30.x.y", "khaosat=s.\0", "khaosat_ticket=\xff",
        "khaosat_receipt=\0", "khaosat_language=\xff", "a" * 4000, ";;=;", 'khaosat_ticket="',
    ),
    "Content-Length": ("-1", "x", "99999999999", ""),
    "Range": ("bytes=0-", "bytes=9-1", "x"),
    "X-Forwarded-For": ("127.0.0.1", "x", "1, 2, 3"),
    "If-None-Match": ("*", "x"),
}  # fmt: skip


def public_rules(app: Flask) -> list[str]:
    """List the addresses that need no sign-in."""
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if access.declared(app, rule.endpoint) in {access.ANYONE, access.RESPONDENT}
    ]


def filled(rule: str, chance: random.Random) -> str:
    """Put something into the places of a rule."""

    def place(found: "re.Match[str]") -> str:
        choice = NUMBERS if found[1] else (*TEXTS[4:8], new_token(), "\xff", "ü")
        return chance.choice(choice).replace("\0", "%00")

    return re.sub(r"<(int:)?[^>]+>", place, rule)


def request_of(rule: str, chance: random.Random) -> dict[str, Any]:
    """Make up a request that some client might send, or an attacker would."""
    details: dict[str, Any] = {"path": filled(rule, chance), "method": chance.choice(METHODS)}
    if chance.random() < 0.4:
        details["query_string"] = f"lang={chance.choice(TEXTS)}&next={chance.choice(TEXTS)}"
    if chance.random() < 0.5:
        details["data"] = {name: chance.choice(TEXTS) for name in chance.sample(FIELDS, 4)}
    else:
        details["data"] = chance.choice(BODIES)
        details["content_type"] = chance.choice(TYPES)
    names = chance.sample(sorted(HEADERS), chance.randint(0, 3))
    details["environ_overrides"] = {_variable(name): chance.choice(HEADERS[name]) for name in names}
    return details


def _variable(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name == "CONTENT_LENGTH" else f"HTTP_{name}"


def test_malformed_requests_are_never_our_fault(app: Flask) -> None:
    _, tokens = open_and_hand_out({"TB": {"land": 2}})
    chance = random.Random(SEED)
    rules = public_rules(app)
    assert len(rules) > 12
    client = app.test_client()
    client.get(f"/q/{tokens['TB/land'][0]}")
    failed = []
    for number in range(REQUESTS):
        details = request_of(rules[number % len(rules)], chance)
        try:
            status = client.open(**details).status_code
        except Exception as error:  # noqa: BLE001  (what leaves the application is a fault)
            status = repr(error)[:90]
        if not isinstance(status, int) or status >= 500:
            failed.append((status, str(details)[:250]))
    assert failed == []


@pytest.mark.parametrize("number", ["2147483648", "9223372036854775808", "9" * 40])
def test_a_number_that_no_row_can_have_is_not_found(client: FlaskClient, number: str) -> None:
    assert client.get(f"/public/{number}").status_code == 404
