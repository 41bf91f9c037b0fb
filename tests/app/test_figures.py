"""Figures of small populations made by hand: intervals, and what stays within them."""

from fractions import Fraction

import numpy as np
from scipy.stats import beta

from app.queries.answers import AnswerView, CellView
from app.queries.estimation_results import Figure, PartLevel
from app.services.coverage import coverage
from app.services.figures import parts
from app.vocabulary import CellLevel


def unit_figure(populations: list[int], answers: list[np.ndarray]) -> Figure:
    """The figure of one unit whose strata gave such shares."""
    total = sum(populations)
    cells = [
        CellView(1, CellLevel.ROUND, "round", None, "", "", "", total, total),
        CellView(2, CellLevel.UNIT, "A", 1, "A", "A", "", total, total),
    ]
    cells += [
        CellView(3 + at, CellLevel.STRATUM, f"A/{at}", 2, "A", "A", "", size, size)
        for at, size in enumerate(populations)
    ]
    views = [AnswerView(3 + at, {}) for at, given in enumerate(answers) for _ in given]
    shares = np.concatenate(answers)
    found = parts(cells, coverage(cells, views), {"f": np.column_stack([shares, shares])})
    (unit,) = [part for part in found if part.level is PartLevel.UNIT]
    figure = unit.figure("f")
    assert figure is not None
    return figure


def test_unanimous_answers_have_the_exact_interval_and_not_a_point() -> None:
    figure = unit_figure([500], [np.ones(40)])
    assert figure.top_two is not None
    assert figure.top_two.lower == f"{beta.ppf(0.025, 40, 1):.12f}"
    assert (figure.top_two.value, figure.top_two.upper) == ("1.000000000000", "1.000000000000")
    assert figure.top_two.margin == 100 * (1 - Fraction(figure.top_two.lower))
    figure = unit_figure([500], [np.zeros(40)])
    assert figure.top_two is not None
    assert figure.top_two.upper == f"{beta.ppf(0.975, 1, 40):.12f}"
    assert figure.top_two.lower == "0.000000000000"
    assert figure.top_two.margin == 100 * Fraction(figure.top_two.upper)


def test_a_unit_taken_whole_is_known_without_error() -> None:
    figure = unit_figure([40], [np.ones(40)])
    assert figure.top_two is not None
    assert figure.top_two.lower == figure.top_two.upper == "1.000000000000"


def test_no_end_of_an_interval_leaves_the_shares() -> None:
    figure = unit_figure([500], [np.array([0.0, *[1.0] * 39])])
    assert figure.top_two is not None
    assert figure.top_two.upper == "1.000000000000"
    assert float(figure.top_two.lower or "nan") > 0.9


def test_intervals_of_a_unit_cover_its_share_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(20260115)
    strata = [random.random(size) < share for size, share in ((300, 0.85), (120, 0.6), (60, 0.4))]
    truth = np.concatenate(strata).mean()
    sizes, hits = (60, 30, 20), []
    for _ in range(500):
        drawn = [
            random.choice(stratum, size, replace=False).astype(float)
            for stratum, size in zip(strata, sizes, strict=True)
        ]
        quantity = unit_figure([stratum.size for stratum in strata], drawn).top_two
        assert quantity is not None
        hits.append(float(quantity.lower or "nan") <= truth <= float(quantity.upper or "nan"))
    assert 0.92 <= np.mean(hits) <= 0.98
