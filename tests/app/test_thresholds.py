"""The three numbers that an installation may set are the ones it works by."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app import create_app, thresholds
from app.config import read_settings
from app.queries.estimation_results import FigureState
from app.services import figures, hiding
from app.services.plans import Plan, Stratification
from app.thresholds import Thresholds
from tests.app.test_figures import unit_figure


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    thresholds.install(**vars(Thresholds()))


def installed(home: Path, **numbers: int) -> None:
    named = {f"KHAOSAT_{name.upper()}": str(value) for name, value in numbers.items()}
    create_app(read_settings({"KHAOSAT_HOME": str(home), **named}))


def test_the_smallest_crowd_of_a_plan_is_the_installations(tmp_path: Path):
    assert Plan(Stratification.UNIT, 100).k == 10
    installed(tmp_path, mixing_k=15)
    assert Plan(Stratification.UNIT, 100).k == 15
    assert [fault.part for fault in Plan(Stratification.UNIT, 100, k=14).faults()] == ["k"]
    assert Plan(Stratification.UNIT, 100, k=15).faults() == []


def test_nothing_below_the_disclosure_floor_is_shown(tmp_path: Path):
    answers = np.array([0.0, 1.0] * 7)
    assert unit_figure([500], [answers]).state is not FigureState.WITHHELD
    assert figures.count_class(14) == "14"
    installed(tmp_path, disclosure_n=20)
    assert unit_figure([500], [answers]).state is FigureState.WITHHELD
    assert figures.count_class(14) == "< 20"
    assert hiding.flat([14, 30, 40]).parts[0] == hiding.Told(0, 19)


def test_too_few_answers_for_points_is_the_installations_to_say(tmp_path: Path):
    answers = np.array([0.0, 1.0] * 20)
    assert unit_figure([500], [answers]).state is FigureState.SHOWN
    installed(tmp_path, effective_n=60)
    assert unit_figure([500], [answers]).state is FigureState.TOO_FEW
