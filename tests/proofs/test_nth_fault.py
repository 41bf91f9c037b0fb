"""The quick form of `make prove NAME=nth-fault`, on both databases: some points of each act."""

from pathlib import Path

import pytest
from flask import Flask

from tests.proofs.acts import ACTS, CARELESS, SUBMISSION, Act, migration
from tests.proofs.keeping import Keeper
from tests.proofs.nth_fault import LATEST_BUT_ONE, Trial

EVERY = {SUBMISSION.name: 1, "opening of a round": 6}


@pytest.fixture
def keeper(app: Flask, tmp_path: Path, database_url: str) -> Keeper:
    return Keeper(app, tmp_path, database_url)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_act_that_fails_somewhere_has_happened_or_not(keeper: Keeper, act: Act) -> None:
    figures = Trial(keeper, act, EVERY.get(act.name, 20)).run()
    assert figures.faults == 0, figures
    assert figures.points >= 3, figures
    assert figures.old > 0, figures
    assert figures.new > 0, figures


def test_a_migration_that_fails_somewhere_has_happened_or_not(keeper: Keeper) -> None:
    keeper.empty()
    figures = Trial(keeper, migration(LATEST_BUT_ONE), 100).run()
    assert figures.faults == 0, figures
    assert figures.old > 0, figures


def test_spending_and_storing_in_two_transactions_is_caught(keeper: Keeper) -> None:
    figures = Trial(keeper, CARELESS).run()
    assert figures.between, figures
