"""Programs that look at links before people do: whatever they fetch, nothing changes.

Messengers make previews, virus scanners and mail gateways open every link, search engines crawl.
They send GET and HEAD, some with cookies, some with a whole form in the address. Afterwards every
table and every file must be as before, and every token good for an answer. The control arms note
that a link was opened, or let a link answer, and must be caught.
"""

import hashlib
import random
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text

from app.extensions import db
from app.web import access
from surveys.links import new_token, receipt
from tests.app.door_factory import counter
from tests.app.round_factory import check_invariant
from tests.proofs.crowd import Crowd
from tests.proofs.options import databases, number
from tests.proofs.phones import FILLED, RECEIPT, TICKET, Line
from tests.proofs.site import PRODUCT, Site, fresh

# How such programs call themselves, most of them word for word.
AGENTS = (
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "Facebot",
    "WhatsApp/2.23.20.0 A", "WhatsApp/2.2413.51 N", "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "ZaloPC-win32",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "Viber/16.1.0.37",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "SkypeUriPreview Preview/0.5", "Mozilla/5.0 Microsoft Teams SkypeSpaces/1.0", "Iframely/1.3.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Google-Safety",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "BingPreview/1.0b",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
    "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15 (Applebot/0.1)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "DuckDuckBot/1.1",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)", "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
    "Mozilla/4.0 (compatible; MSIE 7.0; ms-office; MSOffice 16)", "Microsoft-CryptoAPI/10.0",
    "Mozilla/5.0 Safelinks", "Barracuda Sentinel (EE)", "Mimecast-URL-Protect", "Proofpoint-UrlDef",
    "Kaspersky Anti-Virus", "Avast Antivirus", "ESET Web Access", "Bkav Web Scanner",
    "TMUFE/6.0 Trend Micro", "ClamAV/1.0", "Sogou web spider/4.0", "curl/8.5.0", "Wget/1.21.4",
    "python-requests/2.31.0", "Go-http-client/1.1", "Java/17.0.1", "okhttp/4.12.0", "Dalvik/2.1.0",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "",
)  # fmt: skip
EAGER: tuple[dict[str, str], ...] = (
    {},
    {"Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"X-Moz": "prefetch"},
    {"Range": "bytes=0-1023"},
    {"If-None-Match": "*"},
    {"Accept": "image/*"},
    {"Sec-Fetch-Site": "cross-site"},
    {"X-HTTP-Method-Override": "POST"},
)
OPENED = "tests.proofs.meddling:note_what_was_opened"
ANSWERED = "tests.proofs.meddling:answer_by_link"
LOOKERS, PEOPLE = 8, 8


@dataclass
class Figures:
    """What came of the visits.

    Attributes
    ----------
    changed : list
        Tables and files that are not as before.
    odd : Counter
        Replies, by kind of visit and status, that somebody with a valid token must not get.
    unusable : int
        Tokens that were not good for an answer afterwards.
    """

    visits: int = 0
    agents: int = 0
    addresses: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    tables: int = 0
    rows: int = 0
    files: int = 0
    answered: int = 0
    unusable: int = 0

    @property
    def holds(self) -> bool:
        return not (self.changed or self.odd or self.unusable)


@dataclass(frozen=True)
class Visit:
    """One request of such a program.

    Attributes
    ----------
    status : int or None
        What it must be answered, where that is sure.
    """

    method: str
    path: str
    cookies: dict[str, str]
    headers: dict[str, str]
    status: int | None = None


def snapshot(site: Site) -> dict[str, tuple[int, str]]:
    """Sum up every table and every file but logs; how large each is, and its hash."""
    found = {}
    with site.app.app_context():
        db.session.rollback()
        for table in sorted(db.inspect(db.engine).get_table_names()):
            listed = db.session.execute(text(f'SELECT * FROM "{table}"'))
            rows = sorted(repr(tuple(row)) for row in listed)
            found[table] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
        db.session.remove()
    for path in sorted(site.home.rglob("*")):
        # The index of the write-ahead log keeps which readers there are.
        if path.is_file() and path.suffix != ".log" and not path.name.endswith("-shm"):
            content = path.read_bytes()
            found[str(path.relative_to(site.home))] = (
                len(content),
                hashlib.sha256(content).hexdigest(),
            )
    return found


def public_addresses(app: Flask) -> list[str]:
    """List what a crawler without an account may fetch, the places of rules filled in."""
    open_to_all = {access.ANYONE, access.RESPONDENT}
    return [
        re.sub(r"<[^>]+>", place, rule.rule)
        for rule in app.url_map.iter_rules()
        if access.declared(app, rule.endpoint) in open_to_all and "GET" in (rule.methods or set())
        for place in (("1", "2") if "<" in rule.rule else ("",))
    ]


@dataclass
class Lookers:
    """Programs that know the tokens of a site."""

    site: Site
    seed: int = 3

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.others = [
            *public_addresses(self.site.app),
            *("/c/TB01", "/c/TB01/open", "/c/TB01/thanks", "/robots.txt", "/favicon.ico"),
        ]

    def visit(self, place: int) -> Visit:
        """Make up a visit, to each of the addresses in turn."""
        chance = self.chance
        token = self.site.tokens[place % len(self.site.tokens)]
        form = {**FILLED, "nonce": new_token(), "code": receipt(token)}
        query = chance.choice(
            ("", "", "?lang=en", "?fbclid=x&utm_source=zalo", "?" + urlencode(form, doseq=True))
        )
        cookies = {TICKET: token}
        if chance.random() < 0.3:
            cookies |= {RECEIPT: receipt(token), "khaosat_language": "en"}
        path, held, status = chance.choice(
            (
                (f"/q/{token}", {}, 303),
                (f"/q/{token}", {}, 303),
                (f"/q/{token}", cookies, 303),
                (f"/q/{token}/", {}, None),
                (f"/q/{token}.", {}, 303),
                ("/q", cookies, 200),
                ("/q", cookies, 200),
                ("/q", {}, 410),
                ("/q/thanks", cookies, None),
                ("/r", cookies, 200),
                ("/r/pressed", cookies, 303),
                (chance.choice(self.others), cookies if chance.random() < 0.5 else {}, None),
                (chance.choice(self.others), cookies if chance.random() < 0.5 else {}, None),
            )
        )
        method = "HEAD" if chance.random() < 0.35 else "GET"
        headers = {"User-Agent": AGENTS[place % len(AGENTS)], **chance.choice(EAGER)}
        return Visit(method, path + query, held, headers, status)

    def look(self, count: int, figures: Figures) -> None:
        """Visit so often."""
        visits = [self.visit(place) for place in range(count)]
        figures.visits = count
        figures.agents = len({visit.headers["User-Agent"] for visit in visits})
        figures.addresses = len({re.sub("/q/.{22}", "/q/*", v.path.split("?")[0]) for v in visits})
        with ThreadPoolExecutor(LOOKERS) as lookers:
            for found in lookers.map(self.make, [visits[at::LOOKERS] for at in range(LOOKERS)]):
                for visit, status in found:
                    figures.statuses[status] += 1
                    if status == 429 or status >= 500 or status != (visit.status or status):
                        kind = visit.path.split("?")[0].replace(visit.cookies.get(TICKET, "-"), "*")
                        figures.odd[f"{visit.method} {kind}: {status}"] += 1

    def make(self, visits: list[Visit]) -> list[tuple[Visit, int]]:
        """Make some visits over one connection."""
        line = Line(self.site.address, keep=True)
        return [
            (one, line.ask(one.method, one.path, "", one.cookies, one.headers).status)
            for one in visits
        ]


def run(site: Site, count: int) -> Figures:
    """Let programs look at the links of a site, then people answer."""
    figures = Figures()
    with site.app.app_context():
        counter(next(iter(site.made.units.values())))
        db.session.remove()
    # What is made when first asked for is made before.
    for address in public_addresses(site.app):
        Line(site.address).ask("GET", address)
    before = snapshot(site)
    Lookers(site).look(count, figures)
    after = snapshot(site)
    figures.changed = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    figures.tables = sum("." not in name and "/" not in name for name in after)
    figures.files = len(after) - figures.tables
    figures.rows = sum(after[name][0] for name in after if "." not in name and "/" not in name)
    tokens = list(site.tokens)
    crowd = Crowd([site.address], list(tokens), PEOPLE).start()
    for person in crowd.people:
        person.join()
    figures.answered = len(crowd.acknowledged)
    figures.unusable = len(tokens) - figures.answered
    with site.app.app_context():
        check_invariant(site.made.id)
        db.session.remove()
    return figures


def main(quick: bool) -> int:
    """Let programs look at fresh installations and print what came of it."""
    visits, ballots = number(quick, 1000, 10_000), number(quick, 30, 300, "BALLOTS")
    verdict = 0
    for database in databases():
        for arm, factory, count in (
            ("product", PRODUCT, visits),
            ("control: notes what was opened", OPENED, visits // 20),
            ("control: answers by link", ANSWERED, visits // 20),
        ):
            began = time.monotonic()
            with fresh(database, {"TB": {"land": ballots}}, factory=factory) as site:
                figures = run(site, count)
            seconds = time.monotonic() - began
            print(f"{database} {arm}: {figures}, {seconds:.0f} s")  # noqa: T201  (the report)
            sys.stdout.flush()
            verdict |= figures.holds != (factory == PRODUCT)
    return verdict
