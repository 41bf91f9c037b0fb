"""Rounds of the version before 0011, with boxes that wait, through the upgrade and back."""

from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import writing
from app.extensions import db
from app.models import Batch, Cell, FormTally, Tally
from app.queries import boxes
from app.queries.tallies import UNKNOWN_WEEK
from app.services import mixing, raw_counts, recounting
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel
from tests.app.box_factory import put, rows, varied
from tests.app.round_factory import (
    MadeRound,
    answer_all,
    check_invariant,
    one_cell,
    open_and_hand_out,
)

K = 5
OLD = "0010"
KEPT = {
    "cell": "id, round_id, level, label, parent_id, unit_id, population, drawn",
    "answer": "rid, round_id, cell_id, answers",
    "receipt": "hash, round_id",
    "box": "id, round_id, cell_id, key_id, ciphertext",
    "comment": "id, round_id, unit_id, body",
    "mixing_key": "id, cell_id, public, retired",
    "ballot": "id, round_id, dossier_id, cell_id, spent, accept",
}


def kept() -> dict[str, list[Any]]:
    """What the version before knows of rounds."""
    db.session.remove()
    with db.engine.connect() as connection:
        return {
            table: sorted(map(repr, connection.execute(text(f"SELECT {columns} FROM {table}"))))
            for table, columns in KEPT.items()
        }


def down() -> None:
    """Go back, with no reader in the way."""
    db.session.remove()
    downgrade(revision=OLD)


def number(query: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.scalar(text(query)) or 0)


@pytest.fixture
def halfway(app: Flask) -> MadeRound:
    """An open round with answers opened and boxes waiting, and a closed one beside it."""
    made, _ = open_and_hand_out({"A": {"x": 40, "y": 9}, "B": {"x": 3}}, k=K)
    put(made, made.cells["A/x"], varied(14))
    put(made, made.cells["A/y"], varied(3))
    put(made, made.cells["B/x"], varied(3))
    mixing.mix_round(made.id)
    other, tokens = one_cell(K)
    answer_all(tokens)
    mixing.close_round(SYSTEM, other.id)
    return made


def test_every_row_and_value_comes_through_down_and_up(halfway: MadeRound) -> None:
    before = kept()
    assert all(before.values())
    down()
    assert kept() == before
    with db.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("SELECT n FROM form_tally"))
    upgrade()
    assert kept() == before
    if db.engine.dialect.name == "sqlite":
        assert number("SELECT count(*) FROM pragma_foreign_key_check") == 0


def test_answers_of_earlier_versions_are_counted_by_the_upgrade(halfway: MadeRound) -> None:
    by_place = {(row.cell_id, row.item, row.value): row.n for row in rows(Tally)}
    down()
    upgrade()
    assert recounting.misses(halfway.id) == ()
    assert {(row.cell_id, row.item, row.value): row.n for row in rows(Tally)} == by_place
    assert {row.month for row in rows(Tally)} == {"0000-00"}
    assert {(row.trait.value, row.value) for row in rows(FormTally)} == {("door", "slip")}
    assert {row.week for row in rows(Batch)} == {UNKNOWN_WEEK}
    # Nobody has looked at those batches: they are in no share of repeated answers.
    assert raw_counts.quality(halfway.id).patterns.whole.values is None


def test_boxes_of_earlier_versions_open_after_the_upgrade(halfway: MadeRound) -> None:
    down()
    upgrade()
    put(halfway, halfway.cells["A/x"], varied(10))
    mixing.mix_round(halfway.id)
    mixing.close_round(SYSTEM, halfway.id)
    tally = check_invariant(halfway.id)
    assert tally == boxes.Tally(30, 0, 30, 0)
    assert recounting.misses(halfway.id) == ()


def test_a_round_with_mixing_cells_cannot_go_back(halfway: MadeRound) -> None:
    with writing() as session:
        session.add(
            Cell(
                round_id=halfway.id,
                level=CellLevel.MIXING,
                label="A/x/yes",
                parent_id=halfway.cells["A/x"],
                unit_id=halfway.units["A"],
                carried={"on_time": "yes"},
                population=1,
                drawn=1,
            )
        )
    before = kept()
    with pytest.raises(DBAPIError):
        down()
    assert kept() == before
    assert number("SELECT count(*) FROM tally") > 0
    assert recounting.misses(halfway.id) == ()
