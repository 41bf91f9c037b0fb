"""What replies tell about a token: their words, their headers, and the time they take."""

import http.client
import io
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug.test import run_wsgi_app

from surveys.links import new_token, receipt
from tests.proofs.phones import FILLED, FORM, TICKET

NONCE = re.compile(r"'nonce-([\w-]+)'")
# What a server adds that has nothing to do with the request.
BY_THE_WAY = frozenset({"date", "server", "connection"})
LONGEST_GAP = 0.001
FULL = "10.0.0.1"
WAIT, ATTEMPTS, MOST_FREE = 429, 3, 200
Pages = Mapping[str, tuple[str, str, str]]
# Method, address and form; "*" stands for the token.
PAGES: Pages = {
    "page": ("GET", "/q", ""),
    "head": ("HEAD", "/q", ""),
    "in English": ("GET", "/q?lang=en", ""),
    "form": ("POST", "/q", urlencode({**FILLED, "nonce": new_token()}, doseq=True)),
    "broken form": ("POST", "/q", "nonce=x"),
    "thanks": ("GET", "/q/thanks", ""),
    "link": ("GET", "/q/*", ""),
}
CODES: Pages = {"receipt": ("POST", "/r", "code=*"), "report": ("POST", "/r/pressed", "code=*")}


@dataclass(frozen=True)
class Said:
    """A reply without what differs from one request to the next in any case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def of(cls, status: int, headers: Sequence[tuple[str, str]], body: bytes, own: str) -> "Said":
        """Take the nonce and what the visitor said themselves out of a reply."""
        kept = [(k.lower(), v) for k, v in headers if k.lower() not in BY_THE_WAY]
        nonce = next((found[1] for _, value in kept if (found := NONCE.search(value))), None)
        said = [(name, value.replace(own, "*") if own else value) for name, value in kept]
        if nonce:
            said = [(name, value.replace(nonce, "?")) for name, value in said]
            body = body.replace(nonce.encode(), b"?")
        grouped = re.sub(r"(.{4})(?=.)", r"\1-", own)
        for one in {own, grouped} - {""}:
            body = body.replace(one.encode(), b"*")
        return cls(status, tuple(sorted(said)), body)


Ask = Callable[[tuple[str, str, str], str], Said]


@dataclass
class Browser:
    """Hands requests to an application in this process, from any address."""

    app: Flask
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def somewhere(self) -> str:
        """Name an address that hardly anybody had before."""
        return str(IPv4Address(self.chance.getrandbits(31) + 2**24))

    def ask(self, page: tuple[str, str, str], own: str, address: str) -> Said:
        """Send a request with a token or code of one's own."""
        environ = environ_of(page, own, address)
        reply, status, headers = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        return Said.of(int(status[:3]), list(headers), b"".join(reply), own)


def environ_of(page: tuple[str, str, str], own: str, address: str) -> dict[str, Any]:
    """Give a request as the web server hands it over (PEP 3333)."""
    method, target, form = page
    path, _, query = target.replace("*", own).partition("?")
    body = form.replace("*", own).encode()
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": address,
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": f"{TICKET}={own}",
        "CONTENT_TYPE": FORM if body else "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def over_the_wire(site: str, page: tuple[str, str, str], own: str) -> Said:
    """Send a request to a real server."""
    method, target, form = page
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=30)
    headers = {"Cookie": f"{TICKET}={own}", **({"Content-Type": FORM} if form else {})}
    connection.request(method, target.replace("*", own), form.replace("*", own) or None, headers)
    reply = connection.getresponse()
    said = Said.of(reply.status, reply.getheaders(), reply.read(), own)
    connection.close()
    return said


def when_limited(ask: Ask, page: tuple[str, str, str], own: str) -> Said:
    """Send a request as somebody who has just guessed wrong too often.

    Guesses are forgotten all the time, so that one may be free again just then.
    """
    guess = (CODES["receipt"], receipt) if page in CODES.values() else (PAGES["page"], str)
    for _ in range(ATTEMPTS):
        for _ in range(MOST_FREE):
            if ask(guess[0], guess[1](new_token())).status == WAIT:
                break
        else:
            raise AssertionError("nobody is ever told to wait")
        said = ask(page, own)
        if said.status == WAIT:
            break
    return said


def differences(ask: Ask, pages: Pages, classes: Mapping[str, Sequence[str]]) -> list[str]:
    """List the pages that are not the same for the tokens or codes of all classes."""
    found = []
    for name, page in pages.items():
        said = {kind: {ask(page, own) for own in some} for kind, some in classes.items()}
        several = set.union(*said.values())
        if len(several) != 1:
            statuses = {kind: sorted({one.status for one in some}) for kind, some in said.items()}
            found.append(f"{name}: {len(several)} kinds of replies, {statuses}")
    return found


@dataclass(frozen=True)
class Timing:
    """How long replies take, in seconds.

    Attributes
    ----------
    medians, work : dict
        By class of token: until the reply is there, and of the processor's time alone, which
        says more on a busy machine.
    noise : float
        Largest difference between two halves of the replies to one class.
    """

    medians: dict[str, float]
    work: dict[str, float]
    noise: float

    @property
    def gap(self) -> float:
        """The largest difference between two classes."""
        return max(self.medians.values()) - min(self.medians.values())

    @property
    def work_gap(self) -> float:
        """The same of the processor's time, as a share of the shortest."""
        return max(self.work.values()) / min(self.work.values()) - 1

    def told(self) -> str:
        """Put it into words."""
        each = ", ".join(f"{kind} {1e3 * value:.3f}" for kind, value in self.medians.items())
        return (
            f"medians (ms) {each}; gap {1e3 * self.gap:.3f}, noise {1e3 * self.noise:.3f}, "
            f"gap of the work {self.work_gap:.1%}"
        )


def timing(
    app: Flask, page: tuple[str, str, str], classes: Mapping[str, Sequence[str]], samples: int
) -> Timing:
    """Measure how long replies take, the classes in random turn."""
    browser, chance = Browser(app), random.Random(2)
    taken: dict[str, list[float]] = {kind: [] for kind in classes}
    worked: dict[str, list[float]] = {kind: [] for kind in classes}
    turns = list(classes)
    for place in range(samples):
        chance.shuffle(turns)
        for kind in turns:
            own = classes[kind][place % len(classes[kind])]
            address = browser.somewhere()
            began, idle = time.perf_counter(), time.thread_time()
            browser.ask(page, own, address)
            taken[kind].append(time.perf_counter() - began)
            worked[kind].append(time.thread_time() - idle)
    medians = {kind: median(found) for kind, found in taken.items()}
    noise = max(abs(median(found[::2]) - median(found[1::2])) for found in taken.values())
    return Timing(medians, {kind: median(found) for kind, found in worked.items()}, noise)
