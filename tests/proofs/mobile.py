"""A thousand phones answer over a bad network: each finishes, and each counts once.

A fifth of the connections is cut at any byte, the site is two seconds away and a line carries
64 kbit/s. People do what a browser lets them: load the page again, press the button again. The
control arm takes a form that comes again for somebody else's, and must be caught.
"""

import asyncio
import random
import resource
import sys
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from app.extensions import db
from app.queries import receipts
from app.services import mixing
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from surveys.links import receipt, receipt_hash
from tests.proofs.bad_network import Network
from tests.proofs.options import databases, number
from tests.proofs.phones import FILLED, FORM, RECEIPT, hidden_fields
from tests.proofs.site import PRODUCT, Site, fresh

CONTROL = "tests.proofs.meddling:forget_forms"
# A little more than the fifth that is promised, so that chance leaves a fifth.
CUT, LEAST_CUT, QUICKER = 0.22, 0.2, 40.0
# Seconds: until all have opened the link, to fill in the page, before another try.
ARRIVALS, FILLING, AGAIN = 60.0, (5.0, 20.0), (1.0, 4.0)
TRIES, PATIENCE = 12, 120.0
FINISHED = 0.999
AGENT = "Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/126.0 Mobile Safari/537.36"


@dataclass
class Answer:
    """A reply whose head arrived; `whole` if its body did too."""

    status: int
    cookies: dict[str, str]
    body: str
    whole: bool


@dataclass
class Person:
    """Somebody with a phone.

    Attributes
    ----------
    tries : int
        Requests sent, of which four are needed.
    receipt : str
        What the last page showed; "" until then.
    """

    token: str
    port: int
    speed: float
    chance: random.Random
    cookies: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    sent_again: int = 0
    carried: int = 0
    seconds: float = 0.0
    receipt: str = ""
    trouble: str = ""

    async def live(self, wait: float) -> None:
        """Come, answer, and see the receipt; or give up."""
        await asyncio.sleep(wait / self.speed)
        began = time.monotonic()
        if await self.reach("GET", f"/q/{self.token}", 303):
            page = await self.reach("GET", "/q", 200)
            if page:
                self.hidden = hidden_fields(page.body)
                await asyncio.sleep(self.chance.uniform(*FILLING) / self.speed)
                form = urlencode({**FILLED, **self.hidden}, doseq=True)
                if await self.reach("POST", "/q", 303, form):
                    await self.look_at_the_receipt()
        self.seconds = (time.monotonic() - began) * self.speed

    async def look_at_the_receipt(self) -> None:
        """Load the page of thanks."""
        code = receipt(self.hidden["nonce"])
        if self.cookies.get(RECEIPT) != code:
            self.trouble = f"receipt {self.cookies.get(RECEIPT)} for {code}"
        elif await self.reach("GET", "/q/thanks", 200):
            self.receipt = code

    async def reach(self, method: str, path: str, wanted: int, form: str = "") -> Answer | None:
        """Send a request until it is answered, as often as somebody has patience for."""
        for attempt in range(TRIES):
            self.sent_again += method == "POST" and attempt > 0
            found = await self.ask(method, path, form)
            # A redirect is followed at once, a page is seen when all of it is there.
            if found and found.status == wanted and (found.whole or wanted == 303):
                return found
            if found and found.status not in {wanted, 503}:
                self.trouble = f"{found.status} for {method} {path[:3]}"
                return None
            await asyncio.sleep(self.chance.uniform(*AGAIN) / self.speed)
        self.trouble = f"no patience left for {method} {path[:3]}"
        return None

    async def ask(self, method: str, path: str, form: str) -> Answer | None:
        """Send a request over a new connection; None if not even a head came back."""
        self.tries += 1
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"User-Agent: {AGENT}",
        ]
        lines += ["Accept-Encoding: gzip", "Connection: close"]
        lines += [f"Cookie: {'; '.join(f'{k}={v}' for k, v in self.cookies.items())}"]
        if method == "POST":
            lines += [f"Content-Type: {FORM}", f"Content-Length: {len(form)}"]
        raw = ("\r\n".join([*lines, "", ""]) + form).encode()
        reply = b""
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(raw)
                while piece := await reader.read(65536):
                    reply += piece
        except (OSError, TimeoutError):
            pass
        else:
            writer.close()
        self.carried += len(raw) + len(reply)
        return self.read(reply)

    def read(self, reply: bytes) -> Answer | None:
        """Read a reply as far as it came."""
        head, mark, body = reply.partition(b"\r\n\r\n")
        if not mark:
            return None
        first, *rest = head.decode("latin-1").split("\r\n")
        pairs = [line.split(": ", 1) for line in rest]
        headers = {name.lower(): value for name, value in pairs}
        jar: SimpleCookie = SimpleCookie()
        for name, value in pairs:
            if name.lower() == "set-cookie":
                jar.load(value)
        self.cookies |= {name: morsel.value for name, morsel in jar.items()}
        whole = len(body) == int(headers.get("content-length", "0"))
        if whole and headers.get("content-encoding") == "gzip":
            body = zlib.decompress(body, wbits=31)
        return Answer(
            int(first.split()[1]), dict(self.cookies), body.decode("utf-8", "replace"), whole
        )


@dataclass
class Figures:
    """What came of the phones.

    Attributes
    ----------
    finished : int
        People who saw their receipt.
    lost, doubled, unacknowledged : int
        Receipts seen that are not counted, answers beyond the spent ballots, ballots spent of
        people who saw no receipt.
    """

    phones: int = 0
    finished: int = 0
    lost: int = 0
    doubled: int = 0
    unacknowledged: int = 0
    spent: int = 0
    connections: int = 0
    cut: float = 0.0
    cuts: dict[str, int] = field(default_factory=dict)
    tries: int = 0
    sent_again: int = 0
    median_seconds: float = 0.0
    slow_seconds: float = 0.0
    median_bytes: int = 0
    troubles: Counter[str] = field(default_factory=Counter)

    @property
    def holds(self) -> bool:
        return (
            self.finished >= FINISHED * self.phones
            and self.lost == self.doubled == 0
            and self.unacknowledged <= self.phones - self.finished
        )


def run(site: Site, phones: int, *, speed: float = QUICKER, cut: float = CUT) -> Figures:
    """Let phones answer over a bad network, then close the round and count."""
    place = urlsplit(site.address)
    network = Network(str(place.hostname), int(place.port or 0), cut=cut, speed=speed)
    # In a thread of its own: where a browser is played too, this one has a loop already.
    with ThreadPoolExecutor(1) as thread:
        people = thread.submit(asyncio.run, answered(network, site.tokens[:phones], speed)).result()
    site.kill_all()
    return counted(site, network, people)


async def answered(network: Network, tokens: list[str], speed: float) -> list[Person]:
    """Let everybody live; they come one after the other within a minute."""
    chance = random.Random(5)
    async with network.listening() as port:
        people = [Person(token, port, speed, random.Random(token)) for token in tokens]
        await asyncio.gather(*(one.live(chance.uniform(0.0, ARRIVALS)) for one in people))
    return people


def counted(site: Site, network: Network, people: list[Person]) -> Figures:
    """Hold what the phones saw against what is stored."""
    seconds = sorted(one.seconds for one in people)
    sizes = sorted(one.carried for one in people)
    codes = [one.receipt for one in people if one.receipt]
    figures = Figures(
        phones=len(people),
        finished=len(codes),
        connections=network.connections,
        cut=network.share,
        cuts={str(way): count for way, count in network.cuts.items()},
        tries=sum(one.tries for one in people),
        sent_again=sum(one.sent_again for one in people),
        median_seconds=seconds[len(seconds) // 2],
        slow_seconds=seconds[len(seconds) * 95 // 100],
        median_bytes=sizes[len(sizes) // 2],
        troubles=Counter(one.trouble for one in people if one.trouble),
    )
    with site.app.app_context():
        mixing.close_round(SYSTEM, site.made.id)
        found = reconcile(site.made.id)
        assert found.holds
        figures.spent = found.spent
        figures.doubled = max(0, found.answers - found.spent) + len(codes) - len(set(codes))
        figures.unacknowledged = found.spent - len(codes)
        figures.lost = sum(receipts.counted(receipt_hash(code).hex()) is None for code in codes)
        db.session.remove()
    return figures


def main(quick: bool) -> int:
    """Let phones answer fresh installations and print what came of it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    phones = number(quick, 30, 1000, "PHONES")
    verdict = 0
    for database in databases():
        for arm, factory, count, speed, cut in (
            ("product", PRODUCT, phones, QUICKER if quick else 1.0, CUT),
            ("control", CONTROL, 60, QUICKER, 0.5),
        ):
            with fresh(database, {"TB": {"land": count}}, factory=factory) as site:
                figures = run(site, count, speed=speed, cut=cut)
            print(f"{database} {arm}, {speed:g} times the speed: {figures}")  # noqa: T201  (the report)
            sys.stdout.flush()
            verdict |= figures.holds != (factory == PRODUCT)
            verdict |= figures.cut < LEAST_CUT and not quick
    return verdict
