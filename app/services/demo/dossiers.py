"""An invented dossier list in the format that offices hand in."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from app.services.demo.province import DemoUnit

SEED = 20260101
COLUMNS = (
    *("code", "unit", "field", "procedure", "respondent_kind", "channel", "status"),
    *("received", "due", "finished"),
)
FIRST_DAY = date(2026, 1, 5)
DAYS = 170
# At a commune most of the business people are household businesses.
ENTERPRISES = {"departments": 1.0, "communes": 0.25}


def dossier_list(units: Sequence[DemoUnit]) -> bytes:
    """Write the list of all units as CSV; the same bytes each time."""
    generator = np.random.default_rng(SEED)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in units:
        writer.writerows(_dossiers(unit, generator))
    return text.getvalue().encode()


def _dossiers(unit: DemoUnit, generator: np.random.Generator) -> list[list[str]]:
    days = np.sort(generator.integers(0, DAYS, unit.dossiers))
    return [_dossier(unit, number, int(day), generator) for number, day in enumerate(days, start=1)]


def _dossier(unit: DemoUnit, number: int, day: int, generator: np.random.Generator) -> list[str]:
    received = FIRST_DAY + timedelta(days=day)
    due = received + timedelta(days=int(generator.integers(3, 20)))
    late = generator.random() < (0.12 if unit.service < 0.5 else 0.04)
    finished = due + timedelta(days=int(generator.integers(1, 6)) * (1 if late else -1))
    field = unit.fields[int(generator.integers(len(unit.fields)))]
    return [
        f"H19.{unit.code}-{received:%y%m%d}-{number:04d}",
        unit.code,
        field,
        f"Thủ tục {field.lower()}",
        _kind(unit, generator),
        "online" if generator.random() < 0.4 else "counter",
        "solved",
        received.isoformat(),
        due.isoformat(),
        max(finished, received).isoformat(),
    ]


def _kind(unit: DemoUnit, generator: np.random.Generator) -> str:
    chance = generator.random()
    if chance < unit.business:
        enterprise = generator.random() < ENTERPRISES[unit.group]
        return "business" if enterprise else "household_business"
    return "" if chance > 1 - unit.untold else "citizen"
