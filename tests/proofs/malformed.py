"""Requests that no browser sends come to every address; the reply is never a fault of ours.

Most are handed straight to the application, the rest go over the wire to the real server, among
them what is hardly HTTP. Nothing may end in a 5xx or an error in the log, every reply of the
application carries the headers of its protection, and the site must work as before afterwards.
"""

import logging
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlsplit

from werkzeug.test import run_wsgi_app

from app.extensions import db
from app.web import headers
from tests.app.round_factory import ASKED, check_invariant
from tests.proofs.insiders import Member, furnished, rules
from tests.proofs.options import databases, number
from tests.proofs.phones import Line, Phone
from tests.proofs.site import PRODUCT, Site, fresh
from tests.proofs.wild import Grammar, Wild

OURS = frozenset(name.lower() for name in (*headers.FIXED, "Content-Security-Policy"))
SENDERS, PATIENCE = 16, 1.0
# Of a hundred requests: by whom they are sent, and how.
PUBLIC, SIGNED_OUT = 60, 70
OVER_THE_WIRE, NOISE = 12, 4
CONTROL = "tests.proofs.meddling:fail_on_an_odd_language"


@dataclass
class Figures:
    """What came of the requests.

    Attributes
    ----------
    refused : int
        Requests that the web server turned away before the application saw them.
    silent : int
        Requests without a reply: what the server still waited for, or hung up on.
    failed : list
        Replies with a status from 500 on, or none at all because an error left the application.
    bare : list
        Replies of the application without the headers of its protection.
    logged : list
        Errors and tracebacks in a log.
    """

    sent: int = 0
    over_the_wire: int = 0
    refused: int = 0
    silent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    still_works: bool = False

    @property
    def holds(self) -> bool:
        return self.still_works and not (self.failed or self.bare or self.logged)

    def take(self, wild: Wild, status: int, names: frozenset[str]) -> None:
        """Look at a reply of the application."""
        self.statuses[status] += 1
        if status >= 500:
            self.failed.append(f"{status} {told(wild)}")
        if not names >= OURS | ({"cache-control"} if wild.target[:7] != "/static" else set()):
            self.bare.append(f"{status} {told(wild)}")


def told(wild: Wild) -> str:
    """Describe a request so that it can be found again."""
    return re.sub(r"(.{1,9}?)\1{9,}", r"\1…", repr(wild))[:900]


@dataclass
class Attack:
    """Where the requests come from."""

    site: Site
    seed: int
    figures: Figures = field(default_factory=Figures)

    def __post_init__(self) -> None:
        app = self.site.app
        self.public, self.staff = rules(app, public=True), rules(app, public=False)
        self.member = Member(app)
        self.member.sign_in()
        names = [*self.member.fields([*self.public, *self.staff]), "back", "language", "a_", "x"]
        names += [f"a_{question.code}" for question in ASKED.questions]
        tickets = self.site.tokens[:3]
        phone = Phone(self.site.address, tickets[0])
        assert phone.open().status == 200
        self.outside = Grammar(self.seed, names, tickets, phone.hidden)
        inside = self.member
        self.inside = Grammar(self.seed, names, (), inside.hidden, lambda: inside.cookie)

    def requests(self, count: int) -> Iterator[Wild]:
        """Make requests: every public address in turn, every one of the staff in turn."""
        public, staff = cycle(self.public), cycle(self.staff)
        for place in range(count):
            turn = place % 100
            if turn < PUBLIC:
                yield self.outside.request(*next(public))
            else:
                whose = self.outside if turn < SIGNED_OUT else self.inside
                yield whose.request(*next(staff))

    def run(self, count: int) -> Figures:
        """Send so many requests."""
        wire, figures = [], self.figures
        with logged(figures.logged):
            for place, wild in enumerate(self.requests(count * (100 - NOISE) // 100)):
                figures.sent += 1
                figures.by_rule[wild.rule] += 1
                if place % 100 in range(0, 100, 100 // OVER_THE_WIRE):
                    wire.append(wild)
                else:
                    self.hand_over(wild)
        self.send([(wild, wild.raw()) for wild in wire])
        noise = [self.outside.noise() for _ in range(count * NOISE // 100)]
        self.send([(Wild("noise", "", repr(raw[:300])), raw) for raw in noise])
        figures.sent += len(noise)
        self.look_back()
        return figures

    def hand_over(self, wild: Wild) -> None:
        """Hand a request to the application in this process."""
        environ = wild.environ()
        try:
            _, told_status, found = run_wsgi_app(self.site.app.wsgi_app, environ, buffered=True)
            for name, value in found:
                assert not re.search(r"[\r\n\0]", name + value), (name, value)
                value.encode("latin-1")
        except Exception as error:  # noqa: BLE001  (what leaves the application is the finding)
            self.figures.failed.append(f"{error!r} {told(wild)}")
            return
        if environ["wsgi.errors"].getvalue():
            self.figures.logged.append(environ["wsgi.errors"].getvalue()[:500])
        status = int(told_status[:3])
        self.figures.take(wild, status, frozenset(name.lower() for name, _ in found))
        gone = status == 302 and found.get("Location", "").startswith("/sign-in")
        if gone and self.member.cookie in environ.get("HTTP_COOKIE", ""):
            self.member.sign_in()

    def send(self, requests: list[tuple[Wild, bytes]]) -> None:
        """Send requests over the wire, several at a time."""
        place = urlsplit(self.site.address)
        address = (str(place.hostname), int(place.port or 0))
        with ThreadPoolExecutor(SENDERS) as senders:
            replies = senders.map(lambda one: exchanged(address, one[1]), requests)
            for (wild, _), reply in zip(requests, replies, strict=True):
                self.figures.over_the_wire += 1
                self.look_at(wild, reply)

    def look_at(self, wild: Wild, reply: bytes) -> None:
        """Look at what came over the wire."""
        head, _, _ = reply.partition(b"\r\n\r\n")
        line, *rest = head.split(b"\r\n")
        status = re.match(rb"HTTP/1.[01] (\d{3})", line)
        names = frozenset(one.partition(b":")[0].decode().lower() for one in rest)
        if status is None:
            self.figures.silent += 1
        elif "server" in names:
            self.figures.take(wild, int(status[1]), names)
        else:
            self.figures.refused += 1
            if int(status[1]) >= 500:
                self.figures.failed.append(f"{line!r} {told(wild)}")

    def look_back(self) -> None:
        """See that the server works as before, and what it wrote into its log."""
        figures, site = self.figures, self.site
        log = site.server.log.read_text(errors="replace")
        if re.search(r"Traceback|Error|ERROR|panicked", log):
            figures.logged.append(log[-2000:])
        phone = Phone(site.address, site.tokens[-1])
        health = Line(site.address).ask("GET", "/health/ready").status
        figures.still_works = health == 200 and bool(phone.answer(30).receipt)
        with site.app.app_context():
            check_invariant(site.made.id)
            db.session.remove()


def exchanged(address: tuple[str, int], raw: bytes) -> bytes:
    """Send bytes and give back what came, be it nothing."""
    found = b""
    try:
        with socket.create_connection(address, timeout=PATIENCE) as line:
            line.sendall(raw)
            while not complete(found):
                piece = line.recv(65536)
                if not piece:
                    break
                found += piece
    except OSError:
        pass
    return found


def complete(reply: bytes) -> bool:
    """Whether a reply is there as a whole."""
    head, mark, body = reply.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\ncontent-length: *(\d+)", head)
    return bool(mark) and length is not None and len(body) >= int(length[1])


@contextmanager
def logged(found: list[str]) -> Iterator[None]:
    """Collect what is logged as an error, and every traceback."""

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR or record.exc_info:
                found.append(self.format(record)[-1500:])

    collector = Collector(logging.DEBUG)
    logging.getLogger().addHandler(collector)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(collector)


def run(site: Site, count: int, *, seed: int = 2026) -> Figures:
    """Attack a furnished site with so many requests."""
    return Attack(site, seed).run(count)


def main(quick: bool) -> int:
    """Attack fresh installations and print what came of it."""
    count, verdict = number(quick, 2000, 100_000), 0
    for database in databases():
        for arm, factory, some in (("product", PRODUCT, count), ("control", CONTROL, 1000)):
            began = time.monotonic()
            with fresh(database, {"TB": {"land": 8}}, factory=factory) as site:
                figures = run(furnished(site), some)
            report(f"{database} {arm}", figures, time.monotonic() - began)
            verdict |= figures.holds != (factory == PRODUCT)
    return verdict


def report(name: str, figures: Figures, seconds: float) -> None:
    """Print figures."""
    say = print
    say(
        f"{name}: {figures.sent} requests, {figures.over_the_wire} over the wire, "
        f"{len(figures.by_rule)} addresses (least {min(figures.by_rule.values())}), "
        f"5xx {len(figures.failed)}, without headers {len(figures.bare)}, "
        f"logged {len(figures.logged)}, still works: {figures.still_works}, {seconds:.0f} s\n"
        f"  refused by the server {figures.refused}, without a reply {figures.silent}, "
        f"statuses {dict(sorted(figures.statuses.items()))}"
    )
    for fault in (*figures.failed, *figures.bare, *figures.logged)[:20]:
        say(f"  {fault}")
    sys.stdout.flush()
