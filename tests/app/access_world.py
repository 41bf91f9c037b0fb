"""One of everything that an address can name, and somebody for each role, everywhere or not."""

import json
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from app.database import writing
from app.models import Unit
from app.queries import jobs as job_rows
from app.queries.people import Person
from app.services import (
    counters,
    four_eyes,
    job_files,
    jobs,
    merging,
    publishing,
    questionnaires,
    rounds,
)
from app.services.recording import Actor
from app.vocabulary import JobKind, Role, UnitKind, UnitLevel
from tests.app.index_factory import SCHEME, answered_round, approved, council, merged, people
from tests.factories import PASSWORD, account
from tests.questionnaires.small import asked, document

LETTERS = {
    Role.ADMINISTRATOR: "A",
    Role.COORDINATOR: "C",
    Role.HOME_AFFAIRS: "H",
    Role.APPROVER: "P",
    Role.ENUMERATOR: "E",
    Role.AGENCY: "U",
    Role.VERIFIER: "V",
    Role.INSPECTOR: "I",
}
FOR_UNITS = (Role.COORDINATOR, Role.ENUMERATOR, Role.AGENCY, Role.VERIFIER, Role.INSPECTOR)
OWN, OTHER = "A", "B"


@dataclass
class Visitor:
    """Somebody and their browser; `letter` is that of their only role, "" for nobody."""

    letter: str
    scoped: bool
    email: str
    browser: FlaskClient

    @property
    def name(self) -> str:
        """How failures call this visitor."""
        return f"{self.letter or 'nobody'}{' of unit A' if self.scoped else ''}"

    def sign_in(self) -> None:
        """Sign in anew, when there is somebody to sign in."""
        if self.letter:
            reply = self.browser.post("/sign-in", data={"email": self.email, "password": PASSWORD})
            assert reply.status_code == 302, reply.text


@dataclass(frozen=True)
class World:
    """Visitors, and the numbers that addresses of this world hold."""

    visitors: tuple[Visitor, ...]
    values: dict[str, object]
    special: dict[str, dict[str, object]]

    def values_of(self, rule: str) -> dict[str, object]:
        """Give what fills the places of a rule."""
        special = [found for start, found in self.special.items() if rule.startswith(start)]
        return self.values | (special[0] if special else {})


def build(app: Flask) -> World:
    """Make the world: a round, a draft and a published index, a job with a file, a question."""
    for code in (OWN, OTHER):
        add_unit(code)
    held = {role: account(role) for role in Role}
    scoped = {role: account(role, unit=unit_id(OWN)) for role in FOR_UNITS}
    crew = people()
    published = merged(crew.merger)
    approved(crew, published.head.id)
    publishing.publish(crew.merger, published.head.id)
    survey = answered_round()
    scheme = SCHEME.replace("Bộ tiêu chí thử".encode(), "Bộ tiêu chí khác".encode())
    draft_cycle = council(crew.merger, survey, scheme)
    draft = merging.merge_index(crew.merger, draft_cycle)
    asker = Actor(held[Role.ADMINISTRATOR].id, "administrator")
    victim = account(Role.ENUMERATOR)
    question = four_eyes.ask(
        asker,
        four_eyes.RESET_SECOND_FACTOR,
        f"account:{victim.id}",
        four_eyes.digest(account=victim.id),
        "Điện thoại đã hỏng",
    )
    job_id, file_id = job_of(held[Role.COORDINATOR])
    values: dict[str, object] = {
        "round_id": rounds.create_round(asker, "Khảo sát quý III", 2026, False),
        "cycle_id": draft_cycle,
        "result_id": draft,
        "set_id": 1,
        "counter_id": counters.add(asker, unit_id(OWN), "Quầy số 1"),
        "kiosk_id": 1,
        "form": "pdf",
        "key_id": 1,
        "import_id": 1,
        "job_id": job_id,
        "run_id": 1,
        "batch_id": 1,
        "release_id": 1,
        "session_id": 1,
        "file_id": file_id,
        "approval_id": question,
        "account_id": victim.id,
        "key": "citizen_satisfaction",
        "version_id": published_questionnaire(asker),
        "token": "khong-co",
        "filename": "app.css",
        "name": "0" * 64,
    }
    special: dict[str, dict[str, object]] = {
        "/public/<int:result_id>": {"result_id": published.head.id},
        "/rounds/<int:round_id>/estimates": {"round_id": survey.id},
    }
    return World(tuple(visitors(app, held, scoped)), values, special)


def published_questionnaire(actor: Actor) -> int:
    """Publish a questionnaire of the office's own."""
    made = questionnaires.keep(actor, json.dumps(document(asked("yes_no"))).encode())
    questionnaires.publish(actor, made)
    return made


def visitors(app: Flask, held: dict[Role, Person], scoped: dict[Role, Person]) -> list[Visitor]:
    """Sign everybody in."""
    made = [Visitor("", False, "", app.test_client())]
    for group, of_unit in ((held, False), (scoped, True)):
        made += [
            Visitor(LETTERS[role], of_unit, person.email, app.test_client())
            for role, person in group.items()
        ]
    for visitor in made:
        visitor.sign_in()
    return made


def job_of(person: Person) -> tuple[int, int]:
    """Let a person ask for work that has made a file."""
    job_id = jobs.ask(Actor(person.id, ""), JobKind.PRINT_SLIPS, {})
    job = job_rows.job(job_id)
    assert job is not None
    with writing() as session:
        return job_id, job_files.keep(session, job, "phieu.txt", "text/plain", b"phi")


def add_unit(code: str) -> None:
    with writing() as session:
        session.add(
            Unit(code=code, name=f"Phường {code}", level=UnitLevel.COMMUNE, kind=UnitKind.WARD)
        )


def unit_id(code: str) -> int:
    with writing() as session:
        return session.query(Unit).filter_by(code=code).one().id
