"""Answers -> what each person gave each factor: the share of satisfied items, and the mean."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.documents.parquet import Coded
from app.queries.estimation_results import OVERALL
from surveys.coding import coded, factors
from surveys.questionnaire import Question, Questionnaire, Role

Floats = NDArray[np.float64]


def rated_questions(questionnaire: Questionnaire) -> dict[str, tuple[Question, ...]]:
    """List the questions of each factor, the overall question last as a factor of its own."""
    known = {question.code: question for question in questionnaire.questions}
    found = {
        factor: tuple(known[code] for code in codes)
        for factor, codes in factors(questionnaire).items()
    }
    overall = tuple(asked for asked in known.values() if asked.role is Role.OVERALL)
    return found | ({OVERALL: overall} if overall else {})


def ratings(questionnaire: Questionnaire, items: Mapping[str, Coded]) -> dict[str, Floats]:
    """Rate every factor by every person.

    Parameters
    ----------
    items : mapping of question code to Coded
        The answers to every question, a row for each person.

    Returns
    -------
    dict of factor to ndarray, shape (n, 2)
        Share of the person's answered items with a satisfied value; mean of value / highest
        value of these items. NaN where none was answered.
    """
    measured = {}
    for factor, questions in rated_questions(questionnaire).items():
        pairs = [
            values_of(questionnaire, question, items[question.code])[items[question.code].codes]
            for question in questions
        ]
        measured[factor] = mean_of_items(np.stack(pairs, axis=1))
    return measured


def values_of(questionnaire: Questionnaire, question: Question, answered: Coded) -> Floats:
    """Rate each label of a column, and behind them, at place -1, the missing answer."""
    given = [{question.code: label} for label in answered.labels] + [{}]
    values = [coded(questionnaire, each)[question.code] for each in given]
    return np.array([item(question, value) for value in values], dtype=float)


def item(question: Question, value: object) -> tuple[float, float]:
    """Give whether an item is satisfied, and its value of the highest; NaN without answer."""
    if not isinstance(value, float) or question.satisfied_from is None:
        return np.nan, np.nan
    highest = max(choice.value for choice in question.choices if choice.value is not None)
    return float(value >= question.satisfied_from), value / float(highest)


def mean_of_items(items: Floats) -> Floats:
    """Average over the items that a person answered: (n, items, 2) to (n, 2)."""
    answered = ~np.isnan(items)
    count = answered.sum(axis=1)
    added = np.where(answered, items, 0.0).sum(axis=1)
    means = np.full(count.shape, np.nan)
    np.divide(added, count, out=means, where=count > 0)
    return means
