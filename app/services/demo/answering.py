"""Invented people: whether the owner of a dossier answers, and what they say."""

import hashlib
from collections.abc import Sequence

import numpy as np

from app.services.demo.province import DemoUnit
from surveys.answering import to_form
from surveys.answers import Answer
from surveys.questionnaire import Choice, Question, Questionnaire, Role

COMMENTS = (
    "Cán bộ hướng dẫn dễ hiểu.",
    "Phải đi lại hai lần vì thiếu giấy tờ.",
    "Chờ hơi lâu vào buổi sáng thứ Hai.",
    "Nộp trực tuyến nhanh, nên làm tiếp.",
)
# Borders between the five levels of satisfaction on the scale of a person's feeling.
CUTS = np.array([-1.9, -1.1, -0.2, 1.2])
HIGHEST = len(CUTS)
# Who helped to answer, up to where from 0 to 1; most people nobody. Never staff: what they helped
# with is counted apart, and the demo is of the drawn (0045).
HELPERS = {"youth_union": 0.03, "enumerator": 0.05, "family": 0.22}


def generator_of(code: str) -> np.random.Generator:
    """Return the chance of one dossier's owner, the same in every demo."""
    seed = int.from_bytes(hashlib.sha256(f"demo:{code}".encode()).digest()[:8], "big")
    return np.random.default_rng(seed)


def answers(
    questionnaire: Questionnaire, unit: DemoUnit, generator: np.random.Generator
) -> dict[str, tuple[str, ...]] | None:
    """Fill the form as one person would, or None when they do not answer."""
    if generator.random() > unit.response:
        return None
    feeling = unit.service + generator.normal(0, 0.8)
    level = satisfaction(feeling)
    # The clean model of straight-lining: very satisfied people who mean it.
    same = level if level == HIGHEST and generator.random() < unit.straight else None
    chosen = {
        question.code: _helper(question, generator)
        if question.role is Role.ASSISTED_BY
        else _choice(question, feeling, generator, same)
        for question in questionnaire.questions
        if question.choices
    }
    comment = str(generator.choice(COMMENTS)) if generator.random() < 0.15 else None
    return to_form(questionnaire, chosen, comment)


def satisfaction(feeling: float) -> int:
    """Give the level, from 0 to 4, at which a feeling is expressed."""
    return int(np.searchsorted(CUTS, feeling))


def _choice(
    question: Question, feeling: float, generator: np.random.Generator, same: int | None
) -> Answer:
    substantive = [choice for choice in question.choices if not choice.exclusive]
    if question.kind != "scale":
        one = substantive[int(generator.integers(len(substantive)))].code
        return (one,) if question.kind == "multiple_choice" else one
    if same is not None:
        return substantive[_step(same, substantive)].code
    exclusive = [choice for choice in question.choices if choice.exclusive]
    if exclusive and generator.random() < 0.04:
        return exclusive[0].code
    level = satisfaction(feeling + generator.normal(0, 0.7))
    return substantive[_step(level, substantive)].code


def _helper(question: Question, generator: np.random.Generator) -> str:
    chance = generator.random()
    found = (helper for helper, most in HELPERS.items() if chance < most)
    return next(found, question.choices[0].code)


def _step(level: int, options: Sequence[Choice]) -> int:
    """Find the option for one of the five levels on a scale of any length."""
    return level * len(options) // (HIGHEST + 1)
