"""The product as people meet it, through its pages or straight at its services."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import patch

from flask import Flask

from app import clock
from app.extensions import db
from app.queries import jobs as job_rows
from app.services import jobs, mixing, responding
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import JobKind, JobState
from surveys.answering import to_form
from surveys.links import new_token, receipt_hash
from tests.app.round_factory import ASKED
from tests.proofs.unlink_evidence import Key, Tables
from tests.proofs.unlink_world import AGENTS, Person

# Reading the page as a browser does would take longer than all the rest.
HIDDEN, PART = re.compile(r'<input[^>]*type="hidden"[^>]*>'), re.compile(r'(name|value)="([^"]*)"')


def named(tag: str) -> tuple[str, list[str]]:
    """Give name and value of a hidden field."""
    parts = dict(PART.findall(tag))
    return parts["name"], [parts.get("value", "")]


@dataclass
class Product:
    """The program as it is, through its pages, its mixer and its jobs."""

    app: Flask
    round_id: int
    tables: Tables = field(default_factory=Tables)

    def answer(self, people: Sequence[Person]) -> dict[int, Key]:
        """Send the forms of people, those of several at the same time."""
        forms = [self.form(person) for person in people]
        if len(people) == 1:
            return dict([self.send(people[0], forms[0])])
        with ThreadPoolExecutor(len(people)) as pool:
            return dict(pool.map(self.send, people, forms))

    def form(self, person: Person) -> dict[str, list[str]]:
        """Open the page and fill it in."""
        browser = self.app.test_client()
        browser.get(f"/q/{person.token}", headers=self.headers(person))
        then = clock.now() - timedelta(seconds=person.seconds)
        with patch.object(clock, "now", lambda: then):
            page = browser.get("/q", headers=self.headers(person)).text
        hidden = dict(map(named, HIDDEN.findall(page)))
        filled = to_form(ASKED, person.answers, person.comment)
        return {**hidden, **{name: list(values) for name, values in filled.items()}}

    def send(self, person: Person, form: Mapping[str, list[str]]) -> tuple[int, Key]:
        """Post a form; the ballot, and the hash of the receipt that came back."""
        return Context().run(self.post, person, form)

    def post(self, person: Person, form: Mapping[str, list[str]]) -> tuple[int, Key]:
        browser = self.app.test_client()
        browser.set_cookie("khaosat_ticket", person.token)
        reply = browser.post("/q", data=form, headers=self.headers(person))
        assert reply.status_code == 303, reply.text
        code = browser.get_cookie("khaosat_receipt")
        assert code is not None
        return person.ballot, receipt_hash(code.value).hex()

    def headers(self, person: Person) -> dict[str, str]:
        """Say what a browser says of itself."""
        return {"User-Agent": AGENTS[person.device]}

    def mix(self) -> None:
        """Run the mixer as the clock does."""
        mixing.mix_round(self.round_id)

    def close(self) -> None:
        """Have a worker close the round."""
        job_id = jobs.ask(SYSTEM, JobKind.CLOSE_ROUND, {"round_id": self.round_id})
        running.runner(self.app, "proof")(job_id)
        db.session.rollback()
        assert job_rows.job(job_id).state is JobState.DONE
        mixing.tidy_up()


@dataclass
class Direct(Product):
    """The same without its pages, for builds that are made wrong elsewhere."""

    def answer(self, people: Sequence[Person]) -> dict[int, Key]:
        """Hand forms to the service that the pages hand them to."""
        found = {}
        for person in people:
            form = to_form(ASKED, person.answers, person.comment)
            outcome = responding.submit(person.token, form, new_token())
            assert outcome.receipt
            found[person.ballot] = receipt_hash(outcome.receipt).hex()
        return found
