"""A cheap load client: sessions over kept connections, by one thread and an epoll loop.

`python -m benchmarks.sessions '{"port": 8000, ...}'` prints one line of JSON. It runs in a
process of its own, so that its work does not stand in the server's way more than it must.
"""

import base64
import hashlib
import html
import json
import random
import re
import secrets
import selectors
import socket
import sys
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

HIDDEN = re.compile(rb'<input type="hidden" name="([^"]*)" value="([^"]*)"')
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
COOKIE = re.compile(rb"(?i)\r\nset-cookie: *([^;\r]+)")
END = b"\r\n\r\n"
COMMENT = "Cán bộ hướng dẫn tận tình, nhưng phải chờ 40 phút mới tới lượt. "
FORMS = 64
FRESH = "nonce"


@dataclass(frozen=True)
class Load:
    """What to ask of which server, and for how long.

    Attributes
    ----------
    port : int
        Where the server listens; whoever starts it fills it in.
    page : str
        Where the form is and goes.
    cookie : str
        Name of the cookie that carries a ballot's token; empty when there are no ballots.
    link : str
        Where a token is turned into that cookie, when the session begins there.
    first : int
        Number of the first ballot that is still unused.
    posts : bool
        Send forms alone, without asking for the page.
    """

    page: str
    concurrency: int
    seconds: float
    warm: float = 0.4
    port: int = 0
    cookie: str = ""
    link: str = ""
    seed: str = ""
    first: int = 0
    posts: bool = False


@dataclass
class Outcome:
    """What came of it.

    Attributes
    ----------
    sessions : int
        Those that ended well in the time that counts, `rate` of them each second.
    acknowledged, failed, used : int
        All that ended well or not, and the ballots they took, before and after that time too.
    p50, p99 : float
        Seconds from the first byte sent to the last one received, of a half and of 99 in 100.
    """

    sessions: int = 0
    acknowledged: int = 0
    failed: int = 0
    used: int = 0
    rate: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    latencies: list[float] = field(default_factory=list)


def ballot_token(seed: str, number: int) -> str:
    """Give the token of a ballot, the same here and where the ballots are stored."""
    digest = hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=16).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Fields(HTMLParser):
    """The choices and texts of a form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.choices: dict[str, list[str]] = {}
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and found.get("type") == "radio":
            self.choices.setdefault(found["name"], []).append(found["value"])
        elif tag == "textarea":
            self.texts.append(found["name"])


Exchange = Generator[bytes, tuple[int, bytes, bytes], bool]


class Visitors:
    """People who answer: each session is one, and gives bytes to send and takes replies."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.next = load.first
        self.forms: list[bytes] = []
        self.hidden: dict[str, str] = {}

    def look(self) -> Exchange:
        """Look at the page once, to learn what can be answered; a GET uses nothing up."""
        _, _, page = yield self.get(self.load.page, ballot_token(self.load.seed, self.next))
        self.hidden = _hidden(page)
        fields = Fields(page.decode())
        chance = random.Random(1)
        for _ in range(FORMS):
            given = {name: chance.choice(values) for name, values in fields.choices.items()}
            self.forms.append(urlencode(given | dict.fromkeys(fields.texts, COMMENT)).encode())
        return len(fields.choices) > 0

    def session(self) -> Exchange:
        """Fetch the page and send the form; whether it was taken."""
        token = ballot_token(self.load.seed, self.next)
        self.next += 1
        if self.load.posts:
            hidden = self.hidden | {FRESH: secrets.token_urlsafe(16)}
        else:
            if self.load.link:
                _, head, _ = yield self.get(self.load.link + token, "")
                found = COOKIE.search(head)
                if found is None:
                    return False
                token = found[1].decode().partition("=")[2]
            status, _, page = yield self.get(self.load.page, token)
            if status != 200:
                return False
            hidden = _hidden(page)
        form = self.forms[self.next % FORMS] + b"&" + urlencode(hidden).encode()
        status, _, _ = yield self.post(form, token)
        return status == 303

    def get(self, path: str, token: str) -> bytes:
        """Write a request for a page."""
        return f"GET {path} HTTP/1.1\r\n{self.headers(token)}\r\n".encode()

    def post(self, form: bytes, token: str) -> bytes:
        """Write a request that sends a form."""
        head = f"POST {self.load.page} HTTP/1.1\r\n{self.headers(token)}"
        kind = "Content-Type: application/x-www-form-urlencoded"
        return f"{head}{kind}\r\nContent-Length: {len(form)}\r\n\r\n".encode() + form

    def headers(self, token: str) -> str:
        """Write the headers that say who asks whom."""
        cookie = f"Cookie: {self.load.cookie}={token}\r\n" if self.load.cookie and token else ""
        return f"Host: 127.0.0.1:{self.load.port}\r\n{cookie}"


def _hidden(page: bytes) -> dict[str, str]:
    return {name.decode(): html.unescape(value.decode()) for name, value in HIDDEN.findall(page)}


class Line:
    """One kept connection and the session on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = bytearray()
        self.began = 0.0
        self.exchange: Exchange

    def begin(self, exchange: Exchange) -> None:
        """Begin a session."""
        self.exchange = exchange
        self.began = time.monotonic()
        self.socket.sendall(next(exchange))

    def hear(self) -> bool | None:
        """Take what came; whether the session ended well, None while it goes on."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server hung up")
        self.received += piece
        reply = self.reply()
        if reply is None:
            return None
        try:
            self.socket.sendall(self.exchange.send(reply))
        except StopIteration as end:
            return bool(end.value)
        return None

    def reply(self) -> tuple[int, bytes, bytes] | None:
        """Cut the reply off when it is whole; every reply of ours tells its length."""
        at = self.received.find(END)
        if at < 0:
            return None
        head = bytes(self.received[:at])
        length = LENGTH.search(head)
        size = int(length[1]) if length else 0
        start = at + len(END)
        if len(self.received) < start + size:
            return None
        body = bytes(self.received[start : start + size])
        self.received.clear()
        return int(head[9:12]), head, body


def run(load: Load) -> Outcome:
    """Let visitors come until the time is over."""
    visitors, outcome = Visitors(load), Outcome()
    _alone(Line(load.port), visitors.look())
    began = time.monotonic() + load.warm
    ends = began + load.seconds
    with selectors.DefaultSelector() as selector:
        lines = [Line(load.port) for _ in range(load.concurrency)]
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.begin(visitors.session())
        open_lines = len(lines)
        while open_lines:
            for key, _ in selector.select():
                well = key.data.hear()
                if well is None:
                    continue
                now = time.monotonic()
                outcome.acknowledged += well
                outcome.failed += not well
                if well and began <= now <= ends:
                    outcome.latencies.append(now - key.data.began)
                if now < ends:
                    key.data.begin(visitors.session())
                else:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
                    open_lines -= 1
    outcome.used = visitors.next - load.first
    return _counted(outcome, load.seconds)


def _alone(line: Line, exchange: Exchange) -> None:
    line.begin(exchange)
    well = None
    while well is None:
        well = line.hear()
    line.socket.close()
    if not well:
        raise RuntimeError("the page asks nothing")


def _counted(outcome: Outcome, seconds: float) -> Outcome:
    found = sorted(outcome.latencies)
    outcome.sessions = len(found)
    outcome.rate = len(found) / seconds
    if found:
        outcome.p50 = found[len(found) // 2]
        outcome.p99 = found[min(len(found) - 1, int(0.99 * len(found)))]
    outcome.latencies = []
    return outcome


if __name__ == "__main__":
    print(json.dumps(asdict(run(Load(**json.loads(sys.argv[1]))))))
