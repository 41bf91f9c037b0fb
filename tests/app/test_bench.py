"""The measurement of sessions runs; how fast they were is for `make bench` to say."""

import json
from dataclasses import asdict

from benchmarks import ceiling
from benchmarks.ceiling import ARMS, Plan
from benchmarks.questionnaire import document
from benchmarks.sessions import Fields, ballot_token
from surveys.checking import check
from surveys.links import is_well_formed
from surveys.reading import read_questionnaire


def test_the_questionnaire_asks_as_much_as_the_skeleton() -> None:
    asked = read_questionnaire(document())
    kinds = [question.kind for question in asked.questions]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "scale": 15,
        "single_choice": 4,
        "long_text": 1,
    }
    assert list(check(asked)) == []


def test_every_ballot_has_a_token_of_its_own() -> None:
    tokens = {ballot_token("s", number) for number in range(100)} | {ballot_token("t", 1)}
    assert len(tokens) == 101
    assert all(is_well_formed(token) for token in tokens)


def test_what_can_be_answered_is_read_from_the_page() -> None:
    page = '<input type="radio" name="a" value="1"><input type="hidden" name="h" value="x">'
    found = Fields(page + '<input type="radio" name="a" value="2"><textarea name="t"></textarea>')
    assert (found.choices, found.texts) == ({"a": ["1", "2"]}, ["t"])


def test_product_and_skeleton_are_measured_side_by_side() -> None:
    table = ceiling.rows(Plan(rounds=1, seconds=0.5, warm=0.1), ("SQLite",), ARMS[:1])
    assert [row.name.rsplit(": ")[-1] for row in table] == ["rate", "p99", "CPU"]
    assert all(row.value > 0 and row.baseline > 0 for row in table)
    assert json.loads(json.dumps([asdict(row) for row in table]))[0]["goal"] == ">= 0.6"
