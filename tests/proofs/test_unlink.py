"""The quick form of `make prove NAME=unlink`, on both databases."""

from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from tests.proofs import unlink
from tests.proofs.unlink_naive import FLAWS, Flaw

PEOPLE = unlink.QUICK_PEOPLE
# What these leave behind differs between the databases; `make prove` tries all flaws on both.
OF_FILES = {"a mixer that does not sort", "open boxes that leave remnants"}


def test_no_attack_ties_answers_to_people_better_than_chance_in_a_crowd(
    app: Flask, tmp_path: Path
) -> None:
    # Answers carry a variable on one database and none on the other: `make prove` tries all.
    carry = db.engine.dialect.name == "sqlite"
    found, _, world = unlink.product(app, tmp_path, PEOPLE, carry=carry)
    assert len(found) >= unlink.LEAST_ATTACKS
    assert [score.told() for score in found if score.won] == []
    guessed = [score for score in found if score.attack.of == "ballot"]
    # An attack that finds nothing to guess about would pass for nothing.
    about_people = [score for score in guessed if score.attack.to == "answer"]
    assert min(score.guesses for score in about_people) >= 0.95 * len(world.people)
    assert len(world.people) >= 0.9 * PEOPLE


def test_the_best_attacks_tie_nearly_all_answers_of_a_plain_build(
    app: Flask, tmp_path: Path
) -> None:
    found = unlink.naive(app, tmp_path, PEOPLE)
    told = [score.told() for score in found]
    assert unlink.succeeded(found, db.engine.dialect.name), told


@pytest.mark.parametrize(
    ("database_url", "flaw"),
    [("sqlite", flaw) for flaw in FLAWS]
    + [("postgresql", flaw) for flaw in FLAWS if flaw.name in OF_FILES],
    ids=lambda part: part.name if isinstance(part, Flaw) else part,
    indirect=["database_url"],
)
def test_an_attack_wins_against_a_build_with_one_flaw(
    app: Flask, tmp_path: Path, flaw: Flaw
) -> None:
    found = unlink.spoiled(app, tmp_path, flaw)
    assert unlink.caught(found, flaw.caught_by), [score.told() for score in found]
