"""Conditions in words say what conditions mean."""

import re

import pytest
from hypothesis import given, settings, strategies as st

from surveys import instruments
from surveys.conditions import And, Answered, Not, Or, atoms
from surveys.conditions_parsing import parse
from surveys.conditions_words import WORDS, in_words, numbers
from surveys.kinds import KINDS
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from tests.questionnaires.small import asked, choices, document, scale

ASKED = read_questionnaire(
    document(
        asked("information", "hello"),
        asked("single_choice", "way", choices=choices("abc", apart="x")),
        asked("yes_no", "late"),
        asked("number", "days", decimals=1),
        asked("date", "due"),
        asked("multiple_choice", "helped", choices=choices("abc")),
        asked("short_text", "why", max_length=50),
        asked("scale", "mark", scale="levels"),
        scales=[scale(3)],
    )
)


@pytest.mark.parametrize(
    ("condition", "vi", "en"),
    [
        ("way = a", "câu 1 chọn “Phương án a”", "question 1 is answered by “Option a”"),
        (
            "way != x",
            "câu 1 chọn phương án khác với “Phương án x”",
            "question 1 is answered by something other than “Option x”",
        ),
        (
            "way in (a, b, x)",
            "câu 1 chọn “Phương án a”, “Phương án b” hoặc “Phương án x”",
            "question 1 is answered by “Option a”, “Option b” or “Option x”",
        ),
        ("late = yes", "câu 2 chọn “Có”", "question 2 is answered by “Yes”"),
        ("days = 2.5", "câu 3 bằng 2,5", "question 3 is 2.5"),
        ("days != 0", "câu 3 khác 0", "question 3 is not 0"),
        ("days < 3", "câu 3 nhỏ hơn 3", "question 3 is below 3"),
        ("days <= 3", "câu 3 từ 3 trở xuống", "question 3 is at most 3"),
        ("days > 3", "câu 3 lớn hơn 3", "question 3 is above 3"),
        ("days >= 3", "câu 3 từ 3 trở lên", "question 3 is at least 3"),
        ("days in (1, 2)", "câu 3 bằng 1 hoặc 2", "question 3 is 1 or 2"),
        ("due = 2026-06-30", "câu 4 là ngày 30/06/2026", "question 4 is 30/06/2026"),
        ("due > 2026-06-30", "câu 4 sau ngày 30/06/2026", "question 4 is after 30/06/2026"),
        (
            "due <= 2026-06-30",
            "câu 4 từ ngày 30/06/2026 trở về trước",
            "question 4 is 30/06/2026 or earlier",
        ),
        (
            "helped has b",
            "câu 5 có chọn “Phương án b”",
            "the answers to question 5 include “Option b”",
        ),
        ("answered(why)", "câu 6 đã được trả lời", "question 6 is answered"),
        ("not answered(why)", "câu 6 không được trả lời", "question 6 is not answered"),
        (
            "mark < 3",
            "câu 7 chọn “Phương án 1” hoặc “Phương án 2”",
            "question 7 is answered by “Option 1” or “Option 2”",
        ),
        (
            "mark > 3",
            "câu 7 chọn một phương án không có trong phiếu",
            "question 7 is answered by an option that is not offered",
        ),
        (
            "not (days > 3 or late = yes)",
            "không đúng rằng (câu 3 lớn hơn 3 hoặc câu 2 chọn “Có”)",
            "it is not so that (question 3 is above 3 or question 2 is answered by “Yes”)",
        ),
        (
            "not days > 3 and late = yes",
            "(không đúng rằng câu 3 lớn hơn 3) và câu 2 chọn “Có”",
            "(it is not so that question 3 is above 3) and question 2 is answered by “Yes”",
        ),
        (
            "days > 3 or late = yes and way = a",
            "câu 3 lớn hơn 3 hoặc (câu 2 chọn “Có” và câu 1 chọn “Phương án a”)",
            "question 3 is above 3 or (question 2 is answered by “Yes” and question 1 is "
            "answered by “Option a”)",
        ),
        (
            "(days > 3 or late = yes) and way = a",
            "(câu 3 lớn hơn 3 hoặc câu 2 chọn “Có”) và câu 1 chọn “Phương án a”",
            "(question 3 is above 3 or question 2 is answered by “Yes”) and question 1 is "
            "answered by “Option a”",
        ),
    ],
)
def test_a_condition_is_said_in_words(condition: str, vi: str, en: str):
    assert in_words(parse(condition), ASKED, "vi") == vi
    assert in_words(parse(condition), ASKED, "en") == en


def test_options_without_the_language_are_told_in_the_first_one():
    only = read_questionnaire(
        document(
            asked("single_choice", "way", choices=[{**it, "texts": {"vi": "Một"}} for it in TWO]),
            languages=["vi"],
        )
        | {name: {"vi": "Lời"} for name in ("titles", "intro", "thanks", "label")}
        | {"sections": [one_language()]}
    )
    assert in_words(parse("way = a"), only, "en") == "question 1 is answered by “Một”"


TWO = choices("ab")


def one_language() -> dict[str, object]:
    options = [{**it, "texts": {"vi": "Một"}} for it in TWO]
    question = {**asked("single_choice", "way", choices=options), "texts": {"vi": "Hỏi"}}
    return {"code": "main", "titles": {"vi": "Phần"}, "questions": [question]}


def test_both_languages_have_the_same_words_to_fill():
    assert WORDS["vi"].keys() == WORDS["en"].keys()
    for key, text in WORDS["vi"].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", WORDS["en"][key])), key


def test_an_unknown_language_is_told_in_vietnamese():
    assert in_words(parse("days > 3"), ASKED, "km") == "câu 3 lớn hơn 3"


ATOMS = [
    "way = a",
    "way != b",
    "late in (yes, no)",
    "days >= 2.5",
    "due < 2026-01-01",
    "helped has c",
    "answered(why)",
    "mark >= 2",
]
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS).map(parse),
    lambda part: st.one_of(
        part.map(Not),
        st.lists(part, min_size=2, max_size=3).map(tuple).map(And),
        st.lists(part, min_size=2, max_size=3).map(tuple).map(Or),
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(CONDITIONS, st.sampled_from(["vi", "en"]))
def test_every_question_of_a_condition_is_named_and_brackets_close(condition, locale: str):
    said = in_words(condition, ASKED, locale)
    known = numbers(ASKED)
    word = {"vi": "câu", "en": "question"}[locale]
    named = {int(number) for number in re.findall(rf"{word} (\d+)", said)}
    assert named == {known[atom.question] for atom in atoms(condition)}
    assert said.count("(") == said.count(")")
    assert "{" not in said


@settings(max_examples=200)
@given(CONDITIONS)
def test_brackets_stand_where_a_literal_walk_puts_them(condition):
    assert in_words(condition, ASKED, "en") == literally(condition)


def literally(condition, inside: type | None = None) -> str:
    """Bracket whatever stands in something of another sort, and every "not" among several."""
    match condition:
        case Not(Answered() as part):
            return literally(part).replace("is answered", "is not answered")
        case Not(part):
            told = literally(part)
            told = f"it is not so that {f'({told})' if isinstance(part, And | Or) else told}"
            return f"({told})" if inside else told
        case And(parts):
            told = " and ".join(literally(part, And) for part in parts)
            return f"({told})" if inside is Or else told
        case Or(parts):
            told = " or ".join(literally(part, Or) for part in parts)
            return f"({told})" if inside is And else told
        case _:
            return in_words(condition, ASKED, "en")


def every_condition(questionnaire: Questionnaire):
    yield from (section.only_if for section in questionnaire.sections if section.only_if)
    yield from (asked.only_if for asked in questionnaire.questions if asked.only_if)


@pytest.mark.parametrize("code", instruments.available())
def test_shipped_conditions_name_questions_of_the_form(code: str):
    questionnaire = instruments.load(code)
    for condition in every_condition(questionnaire):
        for locale in ("vi", "en"):
            assert not re.search(r"[a-z]_[a-z]", in_words(condition, questionnaire, locale))


def test_questions_are_numbered_as_on_paper():
    assert numbers(ASKED)["way"] == 1
    assert "hello" not in numbers(ASKED)
    answered = [it.code for it in ASKED.questions if KINDS[it.kind].answered]
    assert list(numbers(ASKED).values()) == list(range(1, len(answered) + 1))
