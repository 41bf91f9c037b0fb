"""Phones that answer over the network, as a browser without scripts does."""

import http.client
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from surveys.links import read_receipt
from tests.app.round_factory import filled

TICKET, RECEIPT = "khaosat_ticket", "khaosat_receipt"
FORM = "application/x-www-form-urlencoded"
FILLED = filled()


class _HiddenFields(HTMLParser):
    """Collects the hidden fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""


def hidden_fields(page: str) -> dict[str, str]:
    """Read the hidden fields of a page, whatever they are."""
    reader = _HiddenFields()
    reader.feed(page)
    return reader.found


@dataclass(frozen=True)
class Reply:
    """What came back, if anything did.

    Attributes
    ----------
    status : int
        0 when the connection failed or broke.
    """

    status: int
    receipt: str | None = None
    retry_after: str | None = None
    body: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)


NOTHING = Reply(0)


@dataclass
class Line:
    """A connection to a site: a new one for each request, or one that is kept."""

    address: str
    keep: bool = False
    timeout: float = 30.0
    _kept: http.client.HTTPConnection | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: str = "",
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request; a broken connection is a reply without a status."""
        sent = dict(headers or {})
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if body:
            sent["Content-Type"] = FORM
        connection = self._kept or http.client.HTTPConnection(
            urlsplit(self.address).netloc, timeout=self.timeout
        )
        self._kept = connection if self.keep else None
        try:
            connection.request(method, path, body or None, sent)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self._kept = None
            connection.close()
            return NOTHING
        if not self.keep:
            connection.close()
        return _reply(response, text)


def _reply(response: http.client.HTTPResponse, text: str) -> Reply:
    jar: SimpleCookie = SimpleCookie()
    for line in response.headers.get_all("Set-Cookie") or ():
        jar.load(line)
    cookies = {name.removeprefix("__Host-"): morsel.value for name, morsel in jar.items()}
    return Reply(
        response.status,
        read_receipt(cookies.get(RECEIPT, "")),
        response.headers.get("Retry-After"),
        text,
        cookies,
    )


@dataclass
class Phone:
    """One person's browser with one token; it keeps its form until that is acknowledged.

    Attributes
    ----------
    hidden : dict
        The hidden fields of the page as it came, empty until then; sent back as they are.
    """

    address: str
    token: str
    answers: Mapping[str, Sequence[str]] = field(default_factory=lambda: FILLED)
    hidden: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    line: Line | None = None

    @property
    def nonce(self) -> str:
        return self.hidden.get("nonce", "")

    def open(self) -> Reply:
        """Follow the link of the token and load the questions."""
        followed = self._ask("GET", f"/q/{self.token}")
        if followed.status != 303:
            return followed
        page = self._ask("GET", "/q", cookies=followed.cookies)
        if page.status == 200:
            self.hidden = hidden_fields(page.body)
        return page

    def send(self) -> Reply:
        """Send the form; sent again, it is the same form."""
        return self.send_with(self.hidden)

    def send_with(self, hidden: Mapping[str, str]) -> Reply:
        """Send the form with other hidden fields."""
        body = urlencode({**self.answers, **hidden}, doseq=True)
        return self._ask("POST", "/q", body, {TICKET: self.token})

    def answer(self, seconds: float = 120.0, pause: float = 0.02) -> Reply:
        """Open and send, again and again, until the form is acknowledged or refused for good.

        Returns
        -------
        Reply
            The acknowledgement, or the first reply that no waiting would change.
        """
        patience = time.monotonic() + seconds
        while True:
            reply = self.send() if self.nonce else self.open()
            passing = reply.status in {0, 503} or (reply.status == 200 and not reply.receipt)
            if not passing or time.monotonic() > patience:
                return reply
            if reply.status != 200:
                time.sleep(pause)

    def _ask(
        self, method: str, path: str, body: str = "", cookies: Mapping[str, str] | None = None
    ) -> Reply:
        line = self.line or Line(self.address)
        return line.ask(method, path, body, cookies, self.headers)
