"""A thousand people are planted and looked for where nothing of them may stand.

Their phone numbers and names come in with lists, sound and broken ones, a contact search and jobs
that fail half way; each of them gets a token and answers with a comment of their own, some while
the site fails with all of it in the message of the error. Everything is logged down to the
smallest remark. Then the logs, the tables, the files, the queue and the pages are searched. A
control arm logs addresses and messages of errors as Flask does by itself, and must be caught.
"""

import io
import logging
import re
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from sqlalchemy import text

from app.database import writing
from app.extensions import db
from app.models import Contact, OfficeSetting
from app.queries import jobs as rows
from app.queries.people_pages import REQUIRED
from app.services import contacts, drawing, inviting, leases, mixing, opening, planning
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import JobState, Role
from tests.app import round_steps
from tests.app.round_factory import filled
from tests.app.test_contact_leaks import spelled
from tests.factories import PASSWORD, account
from tests.proofs.options import databases, number
from tests.proofs.phones import TICKET, Line, Phone
from tests.proofs.planting import COMMENT, UNITS, Planted, both
from tests.proofs.site import Site, fresh

LOUD = "tests.proofs.meddling:loud_and_failing"
CONTROL = "tests.proofs.meddling:loud_failing_and_careless"
FAIL = "X-Fail"
# Its remarks below this level are whole rows of tables, which nobody asks for by mistake.
STATEMENTS = "sqlalchemy.engine"
PEOPLE = 8
BETWEEN = "\0"


# Where each kind of thing may stand: dossiers keep their codes, comments have a table.
ALLOWED: Mapping[str, frozenset[str]] = {
    "logs": frozenset(),
    "database": frozenset({"codes", "comments"}),
    "files": frozenset({"codes", "comments"}),
    "queue": frozenset(),
    "pages": frozenset({"codes"}),
    "public pages": frozenset(),
}


@dataclass
class Figures:
    """What was found.

    Attributes
    ----------
    found : dict
        Place, then kind, to how many of the planted were found there.
    together : int
        Lines of a log or rows of a table with an answer's comment beside a code, a name, a
        phone or a token.
    sizes : dict
        How much was searched in each place.
    """

    planted: int = 0
    answered: int = 0
    failures: int = 0
    together: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    found: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def leaks(self) -> dict[str, int]:
        """What was found where it may not stand."""
        return {
            f"{kind} in {place}": count
            for place, kinds in self.found.items()
            for kind, count in kinds.items()
            if count and kind not in ALLOWED[place]
        }

    @property
    def holds(self) -> bool:
        return not self.leaks and not self.together and self.answered == self.planted

    def search(self, place: str, planted: Planted, content: bytes) -> None:
        """Search one place."""
        self.sizes[place] = len(content)
        self.found[place] = {kind: len(hits) for kind, hits in planted.found(content).items()}


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Hear everything that any part of this process says."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root, statements = logging.getLogger(), logging.getLogger(STATEMENTS)
    levels = root.level, statements.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    statements.setLevel(logging.INFO)
    try:
        yield heard
    finally:
        root.removeHandler(handler)
        root.setLevel(levels[0])
        statements.setLevel(levels[1])


@dataclass
class Play:
    """The round in which everything is planted."""

    site: Site
    planted: Planted
    figures: Figures

    def run(self) -> None:
        """Play all of it, then search."""
        app = self.site.app
        app.config["WTF_CSRF_ENABLED"] = False
        with listening() as heard:
            with app.app_context():
                staff = self.sign_in()
                round_id = self.take_lists(staff)
                self.fail_in_the_web(staff)
                self.planted.tokens = self.hand_out(round_id)
                db.session.remove()
            self.answer()
            with app.app_context():
                mixing.close_round(SYSTEM, round_id)
                db.session.remove()
            # Outside, where no request finds who was signed in with the one before it.
            pages = self.pages(staff)
            strangers = self.pages(app.test_client())
            with app.app_context():
                content, together = self.tables()
                db.session.remove()
        log = self.site.server.log.read_bytes() + heard.getvalue().encode()
        search, lines = self.figures.search, log.splitlines()
        search("logs", self.planted, log)
        search("database", self.planted, content)
        search("files", self.planted, self.files())
        search("queue", self.planted, self.queue())
        search("pages", self.planted, pages)
        search("public pages", self.planted, strangers)
        self.figures.together = sum(map(both, lines)) + together

    def sign_in(self) -> FlaskClient:
        """Let a coordinator come in."""
        with writing() as session:
            session.merge(OfficeSetting(name=REQUIRED, value=False))
        round_steps.add_units(*UNITS)
        person, browser = account(Role.COORDINATOR), self.site.app.test_client()
        browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
        assert browser.get("/rounds").status_code == 200
        return browser

    def take_lists(self, staff: FlaskClient) -> int:
        """Import a broken list, one that cannot be stored, and a sound one."""
        assert self.sent(staff, round_steps.planned(), broken=True) is JobState.FAILED
        store = contacts.store
        contacts.store = fail_with_everything  # type: ignore[assignment]  # it takes anything
        try:
            assert self.sent(staff, round_steps.planned()) is JobState.FAILED
        finally:
            contacts.store = store
        round_id = round_steps.planned()
        assert self.sent(staff, round_id) is JobState.DONE
        assert db.session.query(Contact).count() == self.planted.size
        db.session.rollback()
        return round_id

    def sent(self, staff: FlaskClient, round_id: int, broken: bool = False) -> JobState:
        """Send a list and let a worker take it."""
        file = (io.BytesIO(self.planted.listing(broken)), "danh-sach.csv")
        reply = staff.post(f"/rounds/{round_id}/frame", data={"file": file})
        job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
        job = leases.claim(job_id, "test")
        assert job is not None
        running.perform(job)
        ended = rows.job(job_id)
        assert ended is not None
        return ended.state

    def fail_in_the_web(self, staff: FlaskClient) -> None:
        """Look for people by their phones, while that works and while it does not."""
        for place in range(3):
            assert staff.post("/contacts", data={"phone": spelled(place)}).status_code == 200
        search = contacts.search
        contacts.search = fail_with_everything  # type: ignore[assignment]  # likewise
        try:
            for place in range(3):
                reply = staff.post("/contacts", data={"phone": spelled(place)})
                assert reply.status_code == 500
        finally:
            contacts.search = search

    def hand_out(self, round_id: int) -> frozenset[bytes]:
        """Draw everybody, open the round and issue slips."""
        plan = round_steps.plan(self.planted.size)
        planning.commit(SYSTEM, round_id, plan, round_steps.SOURCE)
        drawing.draw(SYSTEM, round_id, round_steps.SOURCE, round_steps.NUMBER)
        opening.open_round(SYSTEM, round_id)
        issue = inviting.issue_slips(SYSTEM, round_id)
        return frozenset(slip.token.encode() for slip in issue.slips)

    def answer(self) -> None:
        """Let everybody answer; one request in five of theirs fails first."""
        tokens = sorted(self.planted.tokens)
        with ThreadPoolExecutor(PEOPLE) as people:
            done = people.map(self.answer_one, range(len(tokens)), tokens)
            self.figures.answered = sum(done)

    def answer_one(self, place: int, name: bytes) -> bool:
        """Answer with a comment of one's own."""
        token = name.decode()
        answers = filled(f"{COMMENT}{place:05}")
        if place % 5 == 0:
            line, failing = Line(self.site.address), {FAIL: "yes"}
            form = "&".join(f"{field}={values[0]}" for field, values in answers.items())
            statuses = [
                line.ask("GET", f"/q/{token}", headers=failing).status,
                line.ask("POST", "/q", form, {TICKET: token}, failing).status,
            ]
            assert statuses == [500, 500], statuses
            self.figures.failures += 2
        return bool(Phone(self.site.address, token, answers).answer().receipt)

    def pages(self, browser: FlaskClient) -> bytes:
        """Fetch every page and download that somebody can."""
        found = []
        for rule in self.site.app.url_map.iter_rules():
            if "GET" in (rule.methods or set()) and not rule.rule.startswith("/static"):
                for place in "123" if "<" in rule.rule else "1":
                    reply = browser.get(re.sub("<[^>]+>", place, rule.rule))
                    found.append(reply.get_data())
        return b"\n".join(found)

    def tables(self) -> tuple[bytes, int]:
        """Write out every row of every table; how many hold a comment and a person."""
        db.session.rollback()
        lines = []
        for table in db.inspect(db.engine).get_table_names():
            for row in db.session.execute(text(f'SELECT * FROM "{table}"')):
                cells = [one if isinstance(one, bytes) else str(one).encode() for one in row]
                lines.append(BETWEEN.encode().join(cells))
        db.session.rollback()
        return b"\n".join(lines), sum(map(both, lines))

    def files(self) -> bytes:
        """Put together all files of the installation but its logs."""
        paths = [path for path in self.site.home.rglob("*") if path.is_file()]
        return b"\n".join(path.read_bytes() for path in paths if path.suffix != ".log")

    def queue(self) -> bytes:
        """Put together the files of the queue."""
        return b"\n".join(path.read_bytes() for path in self.site.home.glob("queue*"))


def fail_with_everything(*arguments: object) -> None:
    """Fail as a careless library does: with all it was given in the message."""
    raise ValueError(f"cannot work with {arguments!r}")


def run(site: Site, size: int) -> Figures:
    """Plant so many people in a site and look for them."""
    figures = Figures(planted=size)
    Play(site, Planted(size), figures).run()
    return figures


def main(quick: bool) -> int:
    """Plant people in fresh installations and print what was found."""
    size, verdict = number(quick, 100, 1000), 0
    for database in databases():
        for arm, factory, count in (("product", LOUD, size), ("control", CONTROL, 40)):
            began = time.monotonic()
            with fresh(database, factory=factory) as site:
                figures = run(site, count)
            seconds = time.monotonic() - began
            print(f"{database} {arm}: leaks {figures.leaks}, {figures}, {seconds:.0f} s")  # noqa: T201  (the report)
            sys.stdout.flush()
            verdict |= figures.holds != (factory == LOUD)
    return verdict
