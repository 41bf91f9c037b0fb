"""Invented self and verified scores, as a province's own software would export them."""

import csv
import io
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from analysis.scoring.scheme import Criterion, Scheme
from app.services.demo.province import DemoUnit

SEED = 20260701
COLUMNS = ("group", "unit", "criterion", "self_points", "verified_points")
STEP = Fraction(1, 20)


def score_table(scheme: Scheme, units: Sequence[DemoUnit]) -> bytes:
    """Write scores of every criterion that no survey feeds, with decimal commas."""
    generator = np.random.default_rng(SEED)
    fed = scheme.linked_criteria()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in units:
        for criterion in scheme.criteria_of(unit.group):
            if criterion.code not in fed:
                writer.writerow(_row(unit, criterion, generator))
    return text.getvalue().encode()


def _row(unit: DemoUnit, criterion: Criterion, generator: np.random.Generator) -> list[str]:
    verified_share = min(1.0, max(0.0, generator.normal(unit.work, 0.06)))
    self_share = min(1.0, verified_share + abs(generator.normal(0.03, 0.03)))
    return [
        unit.group,
        unit.code,
        criterion.code,
        _points(criterion, self_share),
        _points(criterion, verified_share),
    ]


def _points(criterion: Criterion, share: float) -> str:
    """Give a share of the maximum, rounded to twentieths of a point as verifiers do."""
    steps = round(float(criterion.max_points) * share / float(STEP))
    points = min(criterion.max_points, steps * STEP)
    return f"{float(points):.2f}".replace(".", ",")
