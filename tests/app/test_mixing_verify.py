import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from app.commands.rounds import rounds
from app.database import writing
from app.extensions import db
from app.models import Box, Round
from app.services.errors import NotFoundError
from app.services.reconciling import reconcile
from tests.app.round_factory import answer_all, one_cell, open_and_hand_out

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
