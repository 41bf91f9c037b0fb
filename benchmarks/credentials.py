"""A call of one-stop software for a code against a route that does nothing, both in process."""

import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import insert, select

from app import create_app
from app.config import read_settings
from app.database import writing
from app.models import Cell, Dossier, Frame, Round, Unit
from app.services import api_keys
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel
from benchmarks import ballots
from benchmarks.timing import ROUNDS, Row, cpu
from surveys import instruments
from surveys.writing import to_document

CALLS, GOAL = 200, 3.0
PLACE = "/api/v1/credentials"
SEED, SHIPPED = "bench", "citizen_satisfaction"
DOSSIERS = CALLS * (ROUNDS + 1)


def rows() -> list[Row]:
    """Measure an open round on a fresh SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        flask = create_app(read_settings({"KHAOSAT_HOME": str(Path(folder))}))
        with flask.app_context():
            upgrade()
            ballots.open_round(SEED, 10, to_document(instruments.load(SHIPPED)))
            unit, drawn = add_dossiers()
            key = api_keys.make(SYSTEM, "bench").key
        client = flask.test_client()
        ask = partial(issue, client, {"Authorization": f"Bearer {key}"}, unit)
        undrawn, unlisted = count(), count()
        kinds: dict[str, Callable[[], object]] = {
            "a dossier drawn, again": lambda: ask(drawn),
            "one not drawn, first": lambda: ask(f"U-{next(undrawn)}"),
            "one on no list": lambda: ask(f"N-{next(unlisted)}"),
        }
        live = partial(client.get, "/health/live")
        return [
            slowest(f"POST /api/v1/credentials, {name}: p95", work, live)
            for name, work in kinds.items()
        ]


def add_dossiers() -> tuple[str, str]:
    """Put dossiers that were not drawn on the list; return the unit and a dossier that was."""
    with writing() as session:
        frame, unit, code = session.execute(
            select(Frame.id, Unit.id, Unit.code)
            .join(Round, Round.id == Frame.round_id)
            .join(Cell, (Cell.round_id == Round.id) & (Cell.level == CellLevel.UNIT))
            .join(Unit, Unit.id == Cell.unit_id)
        ).first()
        drawn = session.scalar(select(Dossier.code).where(Dossier.frame_id == frame).limit(1))
        row = {"frame_id": frame, "unit_id": unit, "received": date(2026, 1, 5)}
        session.execute(insert(Dossier), [{**row, "code": f"U-{n}"} for n in range(DOSSIERS)])
    return code, str(drawn)


def issue(client: FlaskClient, headers: dict[str, str], unit: str, dossier: str) -> Any:
    call = {"dossier_code": dossier, "receiving_unit": unit, "event": "received", "counter": "1"}
    body = json.dumps(call).encode()
    reply = client.post(PLACE, data=body, content_type="application/json", headers=headers)
    assert reply.status_code == 201, reply.text
    return reply


def slowest(name: str, work: Callable[[], object], baseline: Callable[[], object]) -> Row:
    """Time calls one by one, by turns, and hold p95 of the one against p95 of the other."""
    pairs = []
    for _ in range(ROUNDS + 1):  # the first only warms up
        both = [(cpu(work), cpu(baseline)) for _ in range(CALLS)]
        pairs.append((p95([value for value, _ in both]), p95([base for _, base in both])))
    ratios = sorted(value / base for value, base in pairs[1:])
    ratio = median(ratios)
    return Row(
        name=name,
        value=median(value for value, _ in pairs[1:]),
        unit="s CPU",
        baseline=median(base for _, base in pairs[1:]),
        ratio=ratio,
        goal=f"<= {GOAL}",
        met=ratio <= GOAL,
        spread=(ratios[0], ratios[-1]),
    )


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]
