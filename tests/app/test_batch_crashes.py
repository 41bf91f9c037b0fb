"""A batch that is cut short before any of its statements: all of it is there, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.database import writing
from app.extensions import db
from app.models import Box, PressureReport
from app.queries import boxes
from app.services import keys, mixing, recounting
from app.services.batches import open_batch
from app.services.coarsening import Group
from app.services.moving import tables
from tests.app.box_factory import open_cell, put, varied
from tests.app.round_factory import check_invariant

K = 5
MOST_STATEMENTS = 60


def state() -> dict[str, list[str]]:
    """Every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in tables.all_tables()
        }


@contextmanager
def cut_before(number: int) -> Iterator[list[str]]:
    """Stop the program when it comes to a statement of this number; what ran until then."""
    ran: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if len(ran) == number:
            raise KeyboardInterrupt
        ran.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield ran
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def waiting_cell() -> tuple[int, Group]:
    """A cell whose batch does everything that a batch can do."""
    made, cell = open_cell(2 * K + 1)
    given = varied(2 * K + 1)
    put(made, cell, given)
    with writing() as session:
        session.add_all(PressureReport(receipt_hash=each.receipt) for each in given)
    return made.id, Group(cell, (cell,))


def test_whatever_statement_a_batch_is_cut_at_the_old_state_is_left(app: Flask) -> None:
    round_id, group = waiting_cell()
    mixed = boxes.round_to_mix(round_id)
    assert mixed is not None
    before, files = state(), keys.kept()
    cuts = 0
    for number in range(MOST_STATEMENTS):
        with cut_before(number) as ran:
            try:
                open_batch(mixed, group, K)
            except KeyboardInterrupt:
                pass
            else:
                break
        now = state()
        if now != before:
            # Past the commit: only the look for keys that were not stored is left.
            assert recounting.misses(round_id) == ()
            break
        assert recounting.misses(round_id) == ()
        assert files <= keys.kept()
        cuts += 1
    assert cuts > 10
    for wanted in ("answer", "comment", "receipt", "tally", "form_tally", "batch"):
        assert any(f"INSERT INTO {wanted} " in statement for statement in ran), wanted
        assert not before[wanted]
    after = state()
    assert len(after["answer"]) == K + 1
    assert len(after["box"]) == K
    check_invariant(round_id)


def was_cut(number: int, round_id: int) -> bool:
    with cut_before(number):
        try:
            mixing.mix_round(round_id)
        except KeyboardInterrupt:
            return True
    return False


def test_a_run_cut_at_any_statement_is_made_good_by_the_next(app: Flask) -> None:
    round_id, _ = waiting_cell()
    for number in range(0, 4 * MOST_STATEMENTS, 3):
        if not was_cut(number, round_id):
            break
        tally = check_invariant(round_id)
        assert tally.answers in {0, K + 1}
        assert recounting.misses(round_id) == ()
    else:
        pytest.fail("the run never came to its end")
    mixing.mix_open_rounds()
    tally = check_invariant(round_id)
    assert (tally.boxes, tally.answers) == (K, K + 1)
    assert recounting.misses(round_id) == ()
    orphans = keys.kept() - boxes.known_keys(keys.kept())
    current = {key.public for key in boxes.current_keys(round_id)}
    assert keys.kept() - orphans == current
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM box")) == K
    assert db.session.scalars(select(Box.key_id).distinct()).one()
