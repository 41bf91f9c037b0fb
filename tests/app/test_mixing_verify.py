import json

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, insert, select, update

from app.commands.rounds import rounds
from app.database import writing
from app.extensions import db
from app.models import Batch, Box, FormTally, Receipt, Round, Tally
from app.services import mixing
from app.services.errors import NotFoundError
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from app.services.recounting import Miss, misses
from surveys.links import new_token
from tests.app.box_factory import content, put, varied
from tests.app.round_factory import (
    MadeRound,
    answer,
    answer_all,
    one_cell,
    open_and_hand_out,
)

K = 5


def test_a_difference_is_noticed(app: Flask) -> None:
    made, tokens = one_cell(3)
    answer_all(tokens)
    with writing() as session:
        session.delete(session.scalars(select(Box).limit(1)).one())
    assert not reconcile(made.id).holds
    assert reconcile(made.id).difference == 1
    with writing() as session:
        session.execute(update(Round).values(declared_lost=1))
    assert reconcile(made.id).holds
    with pytest.raises(NotFoundError):
        reconcile(4711)


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch):
    settings = app.config["KHAOSAT"]
    monkeypatch.setenv("KHAOSAT_HOME", str(settings.home))
    monkeypatch.setenv("KHAOSAT_SECRET_KEY", settings.secret_key)
    if settings.database_url:
        monkeypatch.setenv("KHAOSAT_DATABASE_URL", settings.database_url)
    return lambda *words: CliRunner().invoke(rounds, list(words))


def test_verify_counts_and_leaves_with_one_when_answers_are_missing(app: Flask, command) -> None:
    made, tokens = open_and_hand_out({"TB": {"land": 3}})
    answer_all(tokens["TB/land"])
    db.session.rollback()
    good = command("verify", str(made.id))
    assert good.exit_code == 0
    assert "chênh lệch 0" in good.output
    with writing() as session:
        session.delete(session.scalars(select(Box).limit(1)).one())
    bad = command("verify", str(made.id), "--json")
    assert bad.exit_code == 1
    assert '"difference": 1' in bad.output
    with writing() as session:
        session.get_one(Round, made.id).declared_lost = 1
    assert command("verify", str(made.id)).exit_code == 0
    assert command("verify", "4711").exit_code == 2


@pytest.fixture
def mixed(app: Flask) -> MadeRound:
    """A round whose answers were opened in two cells."""
    made, _ = open_and_hand_out({"A": {"x": K}, "B": {"x": K}}, k=K)
    put(made, made.cells["A/x"], [content(answers={"overall": "5"}) for _ in range(K)])
    put(made, made.cells["B/x"], varied(K))
    mixing.close_round(SYSTEM, made.id)
    assert misses(made.id) == ()
    return made


def change(statement) -> None:
    with writing() as session:
        assert session.execute(statement).rowcount in {1, -1}  # not told of an insert


def of_cell(model, made: MadeRound, label: str = "A/x"):
    return model.cell_id == made.cells[label]


def test_a_tally_that_was_changed_is_named(mixed: MadeRound) -> None:
    change(update(Tally).where(of_cell(Tally, mixed)).values(n=K + 2))
    assert misses(mixed.id) == (Miss("tally", "A/x", "overall", "5", K, K + 2),)


def test_a_tally_that_is_missing_or_was_made_up_is_named(mixed: MadeRound) -> None:
    change(delete(Tally).where(of_cell(Tally, mixed)))
    row = {"cell_id": mixed.root, "month": "2026-06", "item": "overall", "value": "1", "n": 3}
    change(insert(Tally).values(row))
    assert set(misses(mixed.id)) == {
        Miss("tally", "A/x", "overall", "5", K, 0),
        Miss("tally", "round", "overall", "1", 0, 3),
    }


def test_doors_and_batches_must_add_up_to_the_answers_of_their_cell(mixed: MadeRound) -> None:
    change(update(FormTally).where(of_cell(FormTally, mixed)).values(n=K - 1))
    change(delete(Batch).where(of_cell(Batch, mixed)))
    assert set(misses(mixed.id)) == {
        Miss("doors", "A/x", "", "", K, K - 1),
        Miss("batches", "A/x", "", "", K, 0),
    }


def test_a_receipt_too_few_or_too_many_is_named(mixed: MadeRound) -> None:
    with writing() as session:
        first = session.scalars(select(Receipt.hash).order_by(Receipt.hash)).first()
    change(delete(Receipt).where(Receipt.hash == first))
    assert misses(mixed.id) == (Miss("receipts", "", "", "", 2 * K, 2 * K - 1),)
    with writing() as session:
        session.execute(
            insert(Receipt),
            [{"hash": letter * 64, "round_id": mixed.id} for letter in "xyz"],
        )
    assert misses(mixed.id) == (Miss("receipts", "", "", "", 2 * K, 2 * K + 2),)


def test_a_nonce_for_two_ballots_is_no_missing_receipt(app: Flask) -> None:
    made, tokens = one_cell(K)
    nonce = new_token()
    for token in tokens[:3]:
        answer(token, nonce=nonce)
    answer_all(tokens[3:])
    mixing.close_round(SYSTEM, made.id)
    with writing() as session:
        receipts = list(session.scalars(select(Receipt.hash)))
    assert len(receipts) == K - 2
    assert misses(made.id) == ()
    change(delete(Receipt).where(Receipt.hash == receipts[0]))
    assert [miss.check for miss in misses(made.id)] == ["receipts"]


def test_a_nonce_that_was_given_in_two_rounds_is_no_missing_receipt(app: Flask) -> None:
    nonce = new_token()
    rounds_made = [one_cell(K) for _ in range(2)]
    for made, tokens in rounds_made:
        answer(tokens[0], nonce=nonce)
        answer_all(tokens[1:])
        mixing.close_round(SYSTEM, made.id)
    assert [misses(made.id) for made, _ in rounds_made] == [(), ()]


def test_misses_of_another_round_are_not_told(mixed: MadeRound) -> None:
    other, tokens = open_and_hand_out({"C": {"x": K}}, k=K)
    answer_all(tokens["C/x"])
    mixing.close_round(SYSTEM, other.id)
    change(update(FormTally).where(of_cell(FormTally, mixed)).values(n=1))
    assert misses(other.id) == ()
    with pytest.raises(NotFoundError):
        misses(4711)


def test_verify_names_each_miss_and_leaves_with_one(mixed: MadeRound, command) -> None:
    good = command("verify", str(mixed.id))
    assert good.exit_code == 0
    assert "khớp" in good.output
    change(update(Tally).where(of_cell(Tally, mixed)).values(n=K + 2))
    change(update(FormTally).where(of_cell(FormTally, mixed)).values(n=1))
    bad = command("verify", str(mixed.id))
    assert bad.exit_code == 1
    assert "ô A/x, câu overall, trả lời 5: đếm lại 5, đã ghi 7" in bad.output
    assert "số đếm theo cửa lệch: ô A/x: đếm lại 5, đã ghi 1" in bad.output
    told = json.loads(command("verify", str(mixed.id), "--json").output)
    assert [miss["check"] for miss in told["misses"]] == ["tally", "doors"]
    assert told["difference"] == 0


def test_verify_without_a_number_takes_every_round(mixed: MadeRound, command) -> None:
    other, tokens = open_and_hand_out({"C": {"x": K}}, k=K)
    answer_all(tokens["C/x"])
    assert command("verify").exit_code == 0
    with writing() as session:
        session.delete(session.scalars(select(Box).limit(1)).one())
    bad = command("verify", "--json")
    assert bad.exit_code == 1
    told = json.loads(bad.output)["rounds"]
    assert [(each["round"], each["difference"]) for each in told] == [(mixed.id, 0), (other.id, 1)]


def test_verify_of_an_empty_installation_finds_nothing_wrong(app: Flask, command) -> None:
    done = command("verify")
    assert (done.exit_code, done.output.strip()) == (0, "Chưa có đợt khảo sát nào.")
