"""An endless supply of real jobs, and what they leave in the tables of the business."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import func, select

from app.database import writing
from app.extensions import db
from app.models import (
    Ballot,
    Cell,
    CriteriaSet,
    Dossier,
    Estimation,
    Frame,
    LogEntry,
    MixingKey,
    Round,
    Token,
)
from app.services import drawing, jobs
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, FrameState, JobKind, RoundState
from tests.app import round_steps
from tests.app.index_factory import SCHEME

UNITS = {"K1": 6, "K2": 4}
DRAWN = 4
Effect = tuple[JobKind, str]


@dataclass
class Work:
    """An endless supply of jobs, and what each should leave behind."""

    mixed: bool
    rounds: list[int]
    chance: random.Random
    numbers: Iterator[int] = field(default_factory=count)
    asked: list[tuple[int, Effect]] = field(default_factory=list)

    def ask(self) -> None:
        """Ask for one more job."""
        kinds: list[Callable[[], tuple[int, Effect]]] = [self.estimate]
        if self.mixed:
            kinds += [self.criteria, self.frame, self.draw, self.slips, self.open, self.close]
        self.asked.append(self.chance.choice(kinds)())

    def estimate(self) -> tuple[int, Effect]:
        round_id = self.chance.choice(self.rounds)
        job_id = jobs.ask(SYSTEM, JobKind.ESTIMATE, {"round_id": round_id})
        return job_id, (JobKind.ESTIMATE, str(round_id))

    def criteria(self) -> tuple[int, Effect]:
        name = f"Bộ tiêu chí {next(self.numbers)}"
        content = SCHEME.replace("Bộ tiêu chí thử".encode(), name.encode())
        job_id = jobs.ask(SYSTEM, JobKind.IMPORT_CRITERIA, {}, ("bo.yaml", content))
        return job_id, (JobKind.IMPORT_CRITERIA, name)

    def frame(self) -> tuple[int, Effect]:
        round_id = round_steps.planned()
        content = round_steps.listing(UNITS, f"F{next(self.numbers)}")
        file = ("ho-so.csv", content)
        job_id = jobs.ask(SYSTEM, JobKind.IMPORT_FRAME, {"round_id": round_id}, file)
        return job_id, (JobKind.IMPORT_FRAME, str(round_id))

    def draw(self) -> tuple[int, Effect]:
        round_id = self.committed()
        numbers = {"public_source": round_steps.SOURCE, "public_number": round_steps.NUMBER}
        job_id = jobs.ask(SYSTEM, JobKind.DRAW, {"round_id": round_id, **numbers})
        return job_id, (JobKind.DRAW, str(round_id))

    def open(self) -> tuple[int, Effect]:
        round_id = self.drawn()
        job_id = jobs.ask(SYSTEM, JobKind.OPEN_ROUND, {"round_id": round_id})
        return job_id, (JobKind.OPEN_ROUND, str(round_id))

    def close(self) -> tuple[int, Effect]:
        round_id = self.drawn()
        with writing() as session:
            session.get_one(Round, round_id).state = RoundState.OPEN
        job_id = jobs.ask(SYSTEM, JobKind.CLOSE_ROUND, {"round_id": round_id})
        return job_id, (JobKind.CLOSE_ROUND, str(round_id))

    def slips(self) -> tuple[int, Effect]:
        round_id = self.drawn()
        asked = {"round_id": round_id, "unit_id": None, "address": "http://x.vn"}
        return jobs.ask(SYSTEM, JobKind.PRINT_SLIPS, asked), (JobKind.PRINT_SLIPS, str(round_id))

    def drawn(self) -> int:
        round_id = self.committed()
        drawing.draw(SYSTEM, round_id, round_steps.SOURCE, round_steps.NUMBER)
        return round_id

    def committed(self) -> int:
        prefix = f"D{next(self.numbers)}"
        return round_steps.committed(UNITS, round_steps.plan(DRAWN), prefix=prefix)


def effects() -> Counter[Effect]:
    """Count in the tables what was done, in jobs."""
    found: Counter[Effect] = Counter()
    rounds = select(Estimation.round_id, func.count()).group_by(Estimation.round_id)
    for round_id, times in db.session.execute(rounds):
        found[JobKind.ESTIMATE, str(round_id)] = times
    for name, times in db.session.execute(
        select(CriteriaSet.name, func.count()).group_by(CriteriaSet.name)
    ):
        found[JobKind.IMPORT_CRITERIA, name] = times
    for round_id, dossiers in db.session.execute(
        select(Frame.round_id, func.count(Dossier.id))
        .join(Dossier, Dossier.frame_id == Frame.id)
        .where(Frame.state == FrameState.CURRENT)
        .group_by(Frame.round_id)
    ):
        found[JobKind.IMPORT_FRAME, str(round_id)] = dossiers // sum(UNITS.values())
    for kind, query in ((JobKind.DRAW, Ballot.id), (JobKind.PRINT_SLIPS, Token.hash)):
        ballots = select(Ballot.round_id, func.count(query)).outerjoin(
            Token, Token.ballot_id == Ballot.id
        )
        for round_id, rows in db.session.execute(ballots.group_by(Ballot.round_id)):
            found[kind, str(round_id)] = rows // DRAWN
    sealing = (
        select(Cell.round_id, func.count())
        .join(MixingKey, MixingKey.cell_id == Cell.id)
        .where(Cell.level == CellLevel.STRATUM)
    )
    for round_id, rows in db.session.execute(sealing.group_by(Cell.round_id)):
        found[JobKind.OPEN_ROUND, str(round_id)] = rows // len(UNITS)
    for body in db.session.scalars(select(LogEntry.body)):
        entry = json.loads(body)
        if entry["act"] == "round.closed":
            found[JobKind.CLOSE_ROUND, entry["object"].removeprefix("round:")] += 1
    return found
