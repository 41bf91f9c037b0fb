"""What a batch writes, and that every count of it agrees with the answers."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from app.database import writing
from app.extensions import db
from app.models import (
    Answer,
    Batch,
    Box,
    Cell,
    Comment,
    FormTally,
    LogEntry,
    PressureReport,
    Receipt,
    Tally,
)
from app.services import batch_writing, mixing, recounting, tallying
from app.services.recording import SYSTEM
from tests.app.at_once import at_once
from tests.app.box_factory import content, damage, open_cell, put, rows, varied
from tests.app.round_factory import ASKED, answers, check_invariant, open_and_hand_out

K = 5
TEXTS = {question.code for question in ASKED.questions if question.kind.endswith("_text")}


def tally() -> Counter:
    found = Counter()
    for row in rows(Tally):
        found[row.cell_id, row.item, row.value] += row.n
    return found


def recount() -> Counter:
    return Counter(
        (row.cell_id, item, value)
        for row in rows(Answer)
        for item, value in row.answers.items()
        if item not in TEXTS
    )


def test_how_answers_came_about_is_counted_by_cell_and_kept_with_none(app: Flask) -> None:
    made, cell = open_cell(12)
    given_answers = varied(12)
    put(made, cell, given_answers)
    mixing.close_round(SYSTEM, made.id)
    assert set(Answer.__table__.columns.keys()) == {"rid", "round_id", "cell_id", "answers"}
    found = {(row.trait.value, row.value): row.n for row in rows(FormTally)}
    wanted = Counter(("duration", str(each.duration)) for each in given_answers if each.duration)
    wanted.update(("device", each.device) for each in given_answers if each.device)
    wanted.update(("door", each.door) for each in given_answers)
    assert found == wanted
    assert {value: n for (trait, value), n in found.items() if trait == "door"} == {
        "slip": 4,
        "sms": 4,
        "poster": 4,
    }


def test_the_tally_counts_choices_and_ratings_but_never_texts(app: Flask) -> None:
    made, cell = open_cell(K)
    text = next(iter(TEXTS - {ASKED.comment_question.code}), "unasked")
    put(made, cell, [content(answers=answers() | {text: f"chữ {at}"}) for at in range(K)])
    mixing.close_round(SYSTEM, made.id)
    assert tally() == Counter({(cell, item, value): K for item, value in answers().items()})


def test_month_and_week_are_those_of_the_opening_in_vietnam(app: Flask) -> None:
    made, cell = open_cell(3 * K)
    put(made, cell, varied(2 * K))
    # 18:00 in London on the last of December is the first of January in Biên Hòa.
    with time_machine.travel(datetime(2026, 12, 31, 18, tzinfo=UTC), tick=False):
        mixing.mix_round(made.id)
    put(made, cell, varied(K))
    with time_machine.travel(datetime(2027, 2, 1, 0, tzinfo=UTC), tick=False):
        mixing.close_round(SYSTEM, made.id)
    assert {row.month for row in rows(Tally)} == {"2027-01", "2027-02"}
    assert Counter(row.week for row in rows(Batch)) == {"2026-W53": 1, "2027-W05": 1}
    assert tally() == recount()


def test_a_batch_tells_its_size_its_repetitions_and_its_damage(app: Flask) -> None:
    made, cell = open_cell(10)
    same = [content(answers=answers("5")) for _ in range(3)]
    commented = [content(answers=answers("5"), comment="Tốt")]
    others = [content(answers=answers("4", ratings=[str(at)])) for at in (1, 2, 3, 5)]
    names = put(made, cell, [*same, *commented, *others, *varied(2)])
    damage(names[-1])
    damage(names[-2])
    mixing.close_round(SYSTEM, made.id)
    (batch,) = rows(Batch)
    assert (batch.cell_id, batch.opened, batch.damaged) == (cell, 8, 2)
    assert (batch.duplicates, batch.straight) == (3, 4)
    assert check_invariant(made.id).boxes == 2
    body = db.session.scalars(select(LogEntry.body).order_by(-LogEntry.seq)).first()
    assert '"damaged":2' in body
    assert '"opened":8' in body


def test_a_comment_makes_an_answer_differ_although_it_is_stored_apart(app: Flask) -> None:
    made, cell = open_cell(K)
    put(made, cell, [content(comment=f"ý {at}") for at in range(K)])
    mixing.close_round(SYSTEM, made.id)
    (batch,) = rows(Batch)
    assert batch.duplicates == 0
    assert len(rows(Comment)) == K
    assert {json.dumps(row.answers, sort_keys=True) for row in rows(Answer)} == {
        json.dumps(answers(), sort_keys=True)
    }


def test_receipts_know_the_unit_of_the_cell_that_was_opened(app: Flask) -> None:
    made, _ = open_and_hand_out({"A": {"x": K}, "B": {"x": 2, "y": 3}, "C": {"x": K - 1}}, k=K)
    given_answers = {
        label: varied(size) for label, size in {"A/x": K, "B/x": 2, "B/y": 3, "C/x": K - 1}.items()
    }
    for label, contents in given_answers.items():
        put(made, made.cells[label], contents)
    mixing.close_round(SYSTEM, made.id)
    units = {row.hash: row.unit_id for row in rows(Receipt)}
    for label in ("A/x", "B/x", "B/y"):
        for each in given_answers[label]:
            assert units.pop(each.receipt) == made.units[label[0]]
    assert units == {}
    assert check_invariant(made.id).boxes == K - 1


def test_a_report_is_settled_when_its_answer_is_opened_and_others_wait(app: Flask) -> None:
    one_that_waits, place = open_cell(1)
    put(one_that_waits, place, varied(1))
    made, cell = open_cell(K)
    given_answers = varied(K)
    put(made, cell, given_answers)
    with writing() as session:
        session.execute(
            insert(PressureReport),
            [{"receipt_hash": given_answers[2].receipt}, {"receipt_hash": "f" * 64}],
        )
    mixing.close_round(SYSTEM, made.id)
    assert {row.receipt_hash: (row.round_id, row.unit_id) for row in rows(PressureReport)} == {
        given_answers[2].receipt: (made.id, made.units["TB"]),
        "f" * 64: (None, None),
    }
    if db.engine.dialect.name == "postgresql":
        xmins = "SELECT (SELECT xmin FROM pressure_report WHERE round_id IS NOT NULL), xmin"
        row = db.session.connection().exec_driver_sql(f"{xmins} FROM batch").one()
        assert row[0] == row[1]


def test_a_report_that_came_between_is_settled_by_the_next_run(app: Flask) -> None:
    made, cell = open_cell(K)
    given_answers = varied(K)
    put(made, cell, given_answers)
    mixing.close_round(SYSTEM, made.id)
    with writing() as session:
        session.execute(
            insert(PressureReport).values(receipt_hash=given_answers[0].receipt, round_id=None)
        )
    mixing.mix_open_rounds()
    (report,) = rows(PressureReport)
    assert (report.round_id, report.unit_id) == (made.id, made.units["TB"])


def test_rows_of_a_batch_share_nothing_that_ties_a_comment_to_its_answer(app: Flask) -> None:
    made, cell = open_cell(30)
    given_answers = [content(comment=f"ý {at}") for at in range(30)]
    put(made, cell, given_answers)
    mixing.close_round(SYSTEM, made.id)
    for model, key in ((Answer, "rid"), (Comment, "id"), (Receipt, "hash")):
        written = [getattr(row, key) for row in rows(model)]
        assert sorted(written) == sorted({*written})
    said = {each.comment: each for each in given_answers}
    for comment in rows(Comment):
        assert comment.id not in {said[comment.body].rid, said[comment.body].receipt}
        assert re.fullmatch("[0-9a-f]{32}", comment.id)
    # By the order of their numbers comments and answers fall together no more than by chance.
    by_rid = [each.rid for each in sorted(given_answers, key=lambda each: each.rid)]
    by_id = [said[row.body].rid for row in sorted(rows(Comment), key=lambda row: row.id)]
    assert by_rid != by_id


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    arrivals=st.lists(
        st.tuples(st.sampled_from(["A/x", "A/y", "B/x"]), st.integers(1, 3 * K)), max_size=5
    ),
    broken=st.integers(0, 2),
)
def test_every_count_agrees_with_the_answers_after_any_batches(
    app: Flask, arrivals: list[tuple[str, int]], broken: int
) -> None:
    layout = {"A": {"x": 15 * K, "y": 15 * K}, "B": {"x": 15 * K}}
    made, _ = open_and_hand_out(layout, k=K)
    for label, size in arrivals:
        names = put(made, made.cells[label], varied(size))
        for name in names[:broken]:
            damage(name)
        mixing.mix_round(made.id)
        assert recounting.misses(made.id) == ()
    mixing.close_round(SYSTEM, made.id)
    assert recounting.misses(made.id) == ()
    own = set(db.session.scalars(select(Cell.id).where(Cell.round_id == made.id)))
    assert {place: n for place, n in tally().items() if place[0] in own} == {
        place: n for place, n in recount().items() if place[0] in own
    }
    opened = [row.opened for row in rows(Batch) if row.cell_id in own]
    assert sum(opened) == check_invariant(made.id).answers
    assert all(size >= K for size in opened)


def test_a_box_that_was_copied_is_counted_once(app: Flask) -> None:
    made, cell = open_cell(2 * K)
    given_answers = varied(K)
    put(made, cell, given_answers)
    with writing() as session:
        for at, box in enumerate(session.scalars(select(Box)).all()):
            copy = {c.name: getattr(box, c.name) for c in Box.__table__.columns}
            session.execute(insert(Box).values(**copy | {"id": f"{at:032x}"}))
    mixing.close_round(SYSTEM, made.id)
    assert len(rows(Answer)) == K
    assert rows(Box) == []
    assert recounting.misses(made.id) == ()


def test_answers_that_are_there_already_are_neither_stored_nor_counted_again(app: Flask) -> None:
    made, cell = open_cell(3 * K)
    given_answers = varied(K)
    put(made, cell, given_answers)
    put(made, cell, varied(K))
    mixing.mix_round(made.id)
    opened = {row.rid for row in rows(Answer)}
    known = [each for each in given_answers if each.rid in opened]
    put(made, cell, known)
    mixing.close_round(SYSTEM, made.id)
    assert len(rows(Answer)) == 2 * K
    assert recounting.misses(made.id) == ()


def test_a_batch_that_does_not_read_back_does_not_happen(app: Flask, monkeypatch, caplog) -> None:
    made, _ = open_and_hand_out({"A": {"x": K}, "B": {"x": K}}, k=K)
    good, bad = varied(K), varied(K)
    put(made, made.cells["B/x"], good)
    put(made, made.cells["A/x"], bad)
    clash = bad[0]
    with writing() as session:
        session.execute(
            insert(Answer).values(
                rid=clash.rid, round_id=made.id, cell_id=made.root, answers={"other": "1"}
            )
        )
    mixing.close_round(SYSTEM, made.id)
    assert "did not read back" in caplog.text
    assert clash.rid not in caplog.text
    assert {row.rid for row in rows(Answer)} == {each.rid for each in good} | {clash.rid}
    assert len(rows(Box)) == K
    assert {row.cell_id for row in rows(Batch)} == {made.cells["B/x"]}


def test_the_tally_grows_and_keeps_one_row_for_each_value(app: Flask) -> None:
    made, cell = open_cell(40)
    for _ in range(3):
        put(made, cell, [content(answers={"overall": "5"}) for _ in range(2 * K)])
        mixing.mix_round(made.id)
    mixing.close_round(SYSTEM, made.id)
    assert [(row.item, row.value, row.n) for row in rows(Tally)] == [("overall", "5", 6 * K)]
    assert [(row.value, row.n) for row in rows(FormTally)] == [("slip", 6 * K)]


def test_the_counts_are_written_in_the_transaction_of_the_batch(app: Flask, monkeypatch) -> None:
    made, cell = open_cell(K)
    put(made, cell, varied(K))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_writing, "_count", killed)
    with pytest.raises(KeyboardInterrupt):
        mixing.close_round(SYSTEM, made.id)
    for model in (Answer, Comment, Receipt, Tally, FormTally, Batch):
        assert rows(model) == []
    assert len(rows(Box)) == K


def test_mixers_that_add_to_the_same_counts_do_not_wait_for_each_other(app: Flask) -> None:
    _, cell = open_cell(1)
    items = [f"q{at}" for at in range(40)]
    wrong: list[BaseException] = []

    def add(order: list[str]) -> Callable[[], None]:
        def run() -> None:
            try:
                for _ in range(10):
                    with writing() as session:
                        found = {(item, "5"): 1 for item in order}
                        tallying.add_counts(session, cell, "2026-06", found)
            except DBAPIError as error:
                wrong.append(error)

        return run

    at_once(app, [add(items), add(items[::-1])])
    assert wrong == []
    assert {row.n for row in rows(Tally)} == {20}
    assert len(rows(Tally)) == 40
