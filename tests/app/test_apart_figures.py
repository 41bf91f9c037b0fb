"""No figure of the drawn dossiers moves for an answer without a weight; those are told apart."""

from collections import Counter
from dataclasses import replace

from flask import Flask

from app.database import writing
from app.documents import parquet
from app.extensions import db
from app.queries import (
    answers as answer_rows,
    ballots,
    boxes,
    estimations,
    rounds,
    tallies,
)
from app.services import (
    apart_counts as counts,
    estimating,
    extracts,
    field_counts,
    field_monitor,
    mixing,
    raw_counts,
)
from app.services.hiding import Told
from app.services.recording import SYSTEM
from app.services.verifying_rounds import verify_round
from app.vocabulary import RoundState, Trait
from tests.app.apart_factory import (
    LAYOUT,
    answer,
    answer_openly,
    apart_round,
    open_apart,
    volunteers_of,
)
from tests.app.round_factory import MadeRound, answer_all, check_invariant

K = 5


def test_slips_and_their_numbers_are_those_of_drawn_dossiers(app: Flask) -> None:
    made = apart_round()
    volunteers_of(made, "TB", 3)
    assert [unit.ballots for unit in ballots.by_unit(made.id)] == [12, 12]


def figures(made: MadeRound) -> dict[str, object]:
    """All that is told of the drawn dossiers of an open round."""
    db.session.rollback()
    found = rounds.one(made.id)
    assert found is not None
    work = field_monitor.of_round(found)
    assert work is not None
    units = tuple(replace(unit, volunteers=None, open=None) for unit in work.units)
    return {
        "field": replace(work, counted_at=None, units=units),
        "rates": work.rates,
        "items": raw_counts.items(made.id),
        "quality": raw_counts.quality(made.id),
        "opened": answer_rows.opened(made.id),
        "sealed": answer_rows.sealed(made.id),
        "units": tallies.units(made.id),
        "doors": tallies.traits(made.id, Trait.DOOR),
    }


def test_answers_without_a_weight_change_no_figure_of_an_open_round(app: Flask) -> None:
    made, tokens = open_apart(K)
    answer_all([*tokens["TB/land"], *tokens["LB/land"]])
    mixing.mix_round(made.id)
    field_counts.refresh()
    before = figures(made)
    answer_all(volunteers_of(made, "TB", 2 * K + 3), rating="1")
    for _ in range(2 * K):
        assert answer_openly(made, "TB", rating="1").receipt
    mixing.mix_round(made.id)
    with writing() as session:
        field_counts.count(session, made.id)
    assert figures(made) == before
    assert boxes.tally(made.id).answers > before["opened"]
    told = counts.of_round(made.id, RoundState.OPEN)
    assert told.volunteers == Told(13, 13)
    assert told.open == Told(10, 10)
    assert verify_round(made.id).holds


def estimate(app: Flask, *, apart: bool) -> tuple[str, object]:
    """Estimate a round; the hash of what it rests on, and its results."""
    made, tokens = open_apart(K)
    ratings = [str(1 + at % 5) for at in range(12)]
    for unit in LAYOUT:
        for token, rating in zip(tokens[f"{unit}/land"], ratings, strict=True):
            assert answer(token, rating=rating).receipt
    if apart:
        answer_all(volunteers_of(made, "TB", 2 * K + 1), rating="1")
        answer_all(volunteers_of(made, "LB", 2), rating="1")
        for _ in range(K):
            assert answer_openly(made, "TB", rating="1").receipt
    mixing.close_round(SYSTEM, made.id)
    extract = extracts.load(made.id, answer_rows.cells(made.id))
    assert extract.cell.size == 24
    run = estimating.estimate_round(SYSTEM, made.id)
    assert check_invariant(made.id).answers == (24 + 2 * K + 1 + 2 + K if apart else 24) - (
        2 if apart else 0
    )
    found = estimations.estimation(run)
    return found.inputs_hash, found.results


def test_answers_without_a_weight_change_no_estimate(app: Flask) -> None:
    assert estimate(app, apart=True) == estimate(app, apart=False)


def test_the_extract_tells_which_answers_carry_a_weight(app: Flask, tmp_path) -> None:
    made, tokens = open_apart(K)
    answer_all([*tokens["TB/land"], *volunteers_of(made, "TB", K)])
    for _ in range(K + 1):
        assert answer_openly(made, None).receipt
    mixing.close_round(SYSTEM, made.id)
    assert extracts.copy(made.id, tmp_path / "extract.parquet") == 12 + K + K + 1
    found = parquet.read(tmp_path / "extract.parquet", ["cell.sample"])["cell.sample"]
    assert Counter(found.texts()) == {"P": 12, "N": K, "O": K + 1}


def test_counts_beside_the_drawn_ones_are_hidden_below_the_floor(app: Flask) -> None:
    made, _ = open_apart(K)
    answer_all([*volunteers_of(made, "TB", 12), *volunteers_of(made, "LB", 11)])
    for _ in range(3):
        assert answer_openly(made, "LB").receipt
    assert counts.of_round(made.id, RoundState.OPEN) is None
    field_counts.refresh()
    answer_all(volunteers_of(made, "TB", 5))  # not counted before the next full hour
    told = counts.of_round(made.id, RoundState.OPEN)
    assert told.counted_at is not None
    assert told.volunteers == Told(23, 23)
    # No unit lies below the floor but the line of none. With LB alone the total would nearly tell.
    assert {unit.code: unit.volunteers for unit in told.units} == {
        "TB": Told(10, None),
        "LB": Told(10, None),
        "": Told(0, 9),
    }
    assert told.open == Told(0, 9)
    assert not any(unit.open.exact for unit in told.units)
    mixing.close_round(SYSTEM, made.id)
    assert counts.of_round(made.id, RoundState.CLOSED).volunteers == Told(28, 28)
