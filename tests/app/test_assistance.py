"""What staff of the office helped with counts as voluntary, and nobody can tell whose it was."""

from collections import Counter

from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Answer, Ballot, Batch, Box, Cell
from app.queries import answers as answer_rows, estimations, field_monitor as field_rows, rounds
from app.services import (
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
from app.vocabulary import CellLevel, Role
from tests.app.apart_factory import LAYOUT, answer, cells, open_apart, volunteers_of
from tests.app.round_factory import MadeRound, answer_all

K = 5
HELP = {"assisted_by": "staff"}


def answered_in(made: MadeRound) -> Counter[str]:
    """Count answers by the level of their cell."""
    db.session.rollback()
    query = select(Cell.level).join(Answer, Answer.cell_id == Cell.id)
    return Counter(db.session.scalars(query.where(Answer.round_id == made.id)))


def stored(made: MadeRound) -> tuple[set[tuple[int, int]], set[tuple[str, bool, int]]]:
    """All that is stored of sealed answers and ballots, but for what is random."""
    db.session.rollback()
    boxes = db.session.execute(select(Box.cell_id, Box.ciphertext).where(Box.round_id == made.id))
    ballots = select(Ballot.drawn, Ballot.spent, Ballot.cell_id)
    found = db.session.execute(ballots.where(Ballot.round_id == made.id)).all()
    return {(cell, len(box)) for cell, box in boxes}, {(*row,) for row in found}


def test_a_drawn_ballot_with_help_of_staff_leaves_the_figures_of_the_drawn(app: Flask) -> None:
    made, tokens = open_apart(K)
    drawn = [*tokens["TB/land"], *tokens["LB/land"]]
    for place, token in enumerate(drawn):
        helper = {0: "staff", 1: "staff", 2: "family", 3: "youth_union"}.get(place, "nobody")
        assert answer(token, assisted_by=helper, rating="1" if place < 2 else "4").receipt
    answer_all(volunteers_of(made, "TB", K))
    field_counts.refresh()
    # Before it is opened nothing tells it from others.
    sealed, ballots = stored(made)
    assert {cell for cell, _ in sealed} == {
        *made.cells.values(),
        *[cells(made, CellLevel.VOLUNTEER_UNIT)["TB"]],
    }
    assert len({length for _, length in sealed}) == 1
    assert {mark for mark, spent, _ in ballots if spent} == {"P", "N"}

    mixing.close_round(SYSTEM, made.id)
    assert answered_in(made) == {CellLevel.STRATUM: 22, CellLevel.VOLUNTEER_UNIT: K + 2}
    assert verify_round(made.id).holds
    assert answer_rows.opened(made.id) == 22
    extract = extracts.load(made.id, answer_rows.cells(made.id))
    assert "staff" not in set(extract.items["assisted_by"].texts())
    assert raw_counts.items(made.id)["overall"].whole.values == {"4": 22}
    run = estimating.estimate_round(SYSTEM, made.id)
    assert estimations.estimation(run) is not None

    found = rounds.one(made.id)
    assert found is not None
    told = field_monitor.of_round(found)
    assert told is not None
    assert (told.answered, told.opened) == (Told(24, 24), Told(24, 24))
    assert field_rows.helped(made.id) == {made.units["TB"]: 2}
    assert [unit.helped for unit in told.units] == [Told(0, 9)] * 2
    assert [unit.opened for unit in told.units] == [12, 12]


def test_a_unit_of_helped_answers_alone_has_no_figure(app: Flask, signed_in) -> None:
    made, tokens = open_apart(K)
    answer_all(tokens["TB/land"], **HELP)
    answer_all(tokens["LB/land"])
    mixing.close_round(SYSTEM, made.id)
    assert verify_round(made.id).holds
    run = estimating.estimate_round(SYSTEM, made.id)
    found = estimations.estimation(run)
    assert found is not None
    page = signed_in(Role.COORDINATOR).get(f"/rounds/{made.id}/field").text
    rows = {code: page.split(f'field/units/{code}"')[1].split("</tr>")[0] for code in LAYOUT}
    assert '<td class="num">≥ 10</td>' in rows["TB"]
    assert '<td class="num">&lt; 10</td>' in rows["LB"]
    assert {code: '<td class="num">12</td>' in row for code, row in rows.items()} == {
        "TB": True,
        "LB": True,
    }


def test_volunteers_that_staff_helped_stay_where_they_are(app: Flask) -> None:
    made, _ = open_apart(K)
    for token in volunteers_of(made, "TB", 2 * K):
        assert answer(token, **HELP).receipt
    mixing.mix_round(made.id)
    assert answered_in(made) == {CellLevel.VOLUNTEER_UNIT: K}
    assert field_rows.helped(made.id) == {}
    assert db.session.scalars(select(Batch.opened)).all() == [K]
