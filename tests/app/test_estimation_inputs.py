"""Hash and ratings from columns, against what documents give by their definitions."""

import hashlib
import secrets
from dataclasses import replace

import numpy as np
import rfc8785
from flask import Flask
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import insert

from app.database import writing
from app.models import Answer
from app.queries import answers as rows
from app.services import extracts, mixing
from app.services.estimation_inputs import inputs_hash
from app.services.extracts import Extract
from app.services.ratings import item, rated_questions, ratings
from app.services.recording import SYSTEM
from app.vocabulary import RoundState
from surveys.coding import coded
from tests.app.box_factory import put, varied
from tests.app.round_factory import ASKED, MadeRound, make_round, open_and_hand_out


def mixed(layout: dict[str, dict[str, int]], k: int = 5) -> MadeRound:
    made, _ = open_and_hand_out(layout, k=k)
    for label, cell in made.cells.items():
        unit, field = label.split("/")
        put(made, cell, varied(layout[unit][field]))
    mixing.close_round(SYSTEM, made.id)
    return made


given_answers = st.lists(
    st.tuples(
        st.sampled_from(["A/x", "A/y"]),
        st.fixed_dictionaries(
            {},
            optional={
                question.code: st.sampled_from([choice.code for choice in question.choices])
                if question.choices
                else st.text(min_size=1, max_size=5).filter(lambda text: "\0" not in text)
                for question in ASKED.questions
                if question.code in extracts.items_of(ASKED)
            },
        ),
    ),
    max_size=8,
)


def naive_hash(found, cells, pairs) -> str:
    """The hash as its definition says, from documents."""
    by_id = {cell.id: cell for cell in cells}
    told = [[by_id[cell].level.value, by_id[cell].label, dict(each)] for cell, each in pairs]
    document = {
        "questionnaire": found.questionnaire_hash,
        "cells": [[c.level.value, c.label, c.unit_code, c.population, c.drawn] for c in cells],
        "answers": sorted(told, key=rfc8785.dumps),
    }
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def naive_ratings(pairs) -> dict[str, np.ndarray]:
    coded_rows = [coded(ASKED, each) for _, each in pairs]
    measured = {}
    for factor, questions in rated_questions(ASKED).items():
        people = []
        for row in coded_rows:
            known = [item(question, row[question.code]) for question in questions]
            known = [pair for pair in known if not np.isnan(pair[0])]
            people.append(np.mean(known, axis=0) if known else [np.nan, np.nan])
        measured[factor] = np.array(people).reshape(len(pairs), 2)
    return measured


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=given_answers)
def test_hash_and_ratings_from_columns_are_those_of_the_documents(app: Flask, pairs) -> None:
    made = make_round({"A": {"x": 20, "y": 20}}, state=RoundState.CLOSED)
    pairs = [(made.cells[label], each) for label, each in pairs]
    if pairs:
        with writing() as session:
            session.execute(
                insert(Answer),
                [
                    {"rid": secrets.token_hex(16), "round_id": made.id, "cell_id": c, "answers": a}
                    for c, a in pairs
                ],
            )
    found, cells = rows.answered_round(made.id), rows.cells(made.id)
    extract = extracts.load(made.id, cells)
    assert sorted(extract.cell.tolist()) == sorted(cell for cell, _ in pairs)
    assert inputs_hash(found, cells, extract) == naive_hash(found, cells, pairs)
    order = [(view.cell_id, view.answers) for view in rows.answers(made.id)]
    measured, expected = ratings(ASKED, extract.items), naive_ratings(order)
    assert measured.keys() == expected.keys()
    for factor in measured:
        np.testing.assert_allclose(measured[factor], expected[factor], equal_nan=True)


def permuted(extract: Extract, order: list[int]) -> Extract:
    items = {
        code: replace(column, codes=column.codes[order]) for code, column in extract.items.items()
    }
    return Extract(extract.cell[order], items)


def test_the_inputs_hash_changes_with_one_answer_and_not_with_their_order(app: Flask) -> None:
    made = mixed({"A": {"x": 12, "y": 7}})
    found, cells = rows.answered_round(made.id), rows.cells(made.id)
    extract = extracts.load(made.id, cells)
    digest = inputs_hash(found, cells, extract)
    everybody = list(range(19))
    assert inputs_hash(found, cells, permuted(extract, everybody[::-1])) == digest
    assert inputs_hash(found, cells, permuted(extract, everybody[:-1])) != digest
    assert inputs_hash(found, (*cells[:-1], replace(cells[-1], drawn=1)), extract) != digest
