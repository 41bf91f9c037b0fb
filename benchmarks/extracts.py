"""Ratings of a large round: from its extract, and from the documents of its answers."""

import json
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import insert, text

from app import create_app
from app.config import read_settings
from app.extensions import db
from app.models import Answer, Cell, Round
from app.queries import answers
from app.services import extracts, rounds
from app.services.estimation_inputs import inputs_hash
from app.services.ratings import ratings
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, RoundState
from benchmarks.timing import Row
from surveys import instruments
from surveys.coding import coded

ANSWERS = 200_000
CELLS = 400
AT_ONCE = 10_000


def synthetic(asked, number: int, chance: random.Random) -> Iterator[dict]:
    """Answers as people give them: mostly satisfied, each question once."""
    choices = {q.code: [c.code for c in q.choices] for q in asked.questions if q.choices}
    for _ in range(number):
        yield {
            code: codes[min(int(chance.expovariate(0.9)), len(codes) - 1)]
            for code, codes in choices.items()
            if chance.random() < 0.97
        }


def fill(number: int) -> int:
    """Store a closed round of so many answers."""
    chance = random.Random(1)
    asked = instruments.load("citizen_satisfaction")
    round_id = rounds.create_round(SYSTEM, "Đo tốc độ", 2026, False)
    session = db.session
    session.get_one(Round, round_id).state = RoundState.CLOSED
    cells = [
        Cell(
            round_id=round_id,
            level=CellLevel.STRATUM,
            label=f"{at:05d}/land",
            population=number,
            drawn=number,
        )
        for at in range(CELLS)
    ]
    session.add_all(cells)
    session.flush()
    ids = [cell.id for cell in cells]
    given = synthetic(asked, number, chance)
    for _ in range(0, number, AT_ONCE):
        session.execute(
            insert(Answer),
            [
                {
                    "rid": secrets.token_hex(16),
                    "round_id": round_id,
                    "cell_id": chance.choice(ids),
                    "answers": next(given),
                    "duration": chance.randint(1, 5),
                }
                for _ in range(AT_ONCE)
            ],
        )
    session.commit()
    return round_id


def measured(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def from_documents(round_id: int) -> None:
    """Rate from the rows, as one would without an extract."""
    asked = instruments.load("citizen_satisfaction")
    for view in answers.answers(round_id):
        coded(asked, view.answers)


def from_extract(round_id: int) -> None:
    """Rate from columns."""
    asked = instruments.load("citizen_satisfaction")
    ratings(asked, extracts.load(round_id, answers.cells(round_id)).items)


def figures(number: int) -> dict[str, float]:
    """Measure one round on a fresh SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        flask = create_app(read_settings({"KHAOSAT_HOME": str(Path(folder))}))
        with flask.app_context():
            upgrade()
            round_id = fill(number)
            # The first time pays for what the library loads.
            path = extracts.current(round_id)
            path.unlink()
            make = measured(lambda: extracts.current(round_id))
            cells = answers.cells(round_id)
            found = answers.answered_round(round_id)
            assert found is not None
            extract = extracts.load(round_id, cells)
            stored = db.session.scalar(text("SELECT sum(length(answers)) FROM answer"))
            return {
                "answers": number,
                "make": make,
                "extract": min(measured(lambda: from_extract(round_id)) for _ in range(5)),
                "documents": min(measured(lambda: from_documents(round_id)) for _ in range(3)),
                "hash": measured(lambda: inputs_hash(found, cells, extract)),
                "bytes": path.stat().st_size / number,
                "json_bytes": float(stored) / number,
            }


def rows() -> list[Row]:
    """Hold the extract against the documents."""
    found = figures(AT_ONCE * 2)
    ratio = found["extract"] / found["documents"]
    return [
        Row(
            "ratings from the extract against documents",
            found["extract"],
            "s CPU",
            found["documents"],
            ratio,
            "<= 0.05",
            ratio <= 0.05,
        )
    ]


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ANSWERS
    print(json.dumps(figures(number), indent=2))
