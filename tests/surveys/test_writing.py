import hashlib
import json
import unicodedata
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from surveys import instruments
from surveys.document import CHOICE_CODE, NAME
from surveys.limits import CountLimits, DateLimits, NumberLimits
from surveys.questionnaire import (
    AttributedTo,
    Choice,
    Factor,
    Question,
    Questionnaire,
    Role,
    Scale,
    Section,
)
from surveys.reading import read_questionnaire
from surveys.wording import Wording
from surveys.writing import to_document, version_hash

FOLDER = Path(__file__).parents[1] / "questionnaires"
LANGUAGES = ("vi", "km")

letters = st.characters(codec="utf-8", categories=["L", "N", "P"])
texts = st.text(letters, min_size=1, max_size=8).map(partial(unicodedata.normalize, "NFC"))
wordings = st.fixed_dictionaries(dict.fromkeys(LANGUAGES, texts)).map(Wording)
names = st.from_regex(NAME, fullmatch=True)
# No option of one question may share its column with another question.
question_names = st.from_regex(r"[a-z][a-z0-9]{0,19}", fullmatch=True)
choice_codes = st.from_regex(CHOICE_CODE, fullmatch=True)
values = st.fractions(min_value=-99, max_value=99, max_denominator=99)


def listed(make, **parts):
    return st.lists(st.builds(make, **parts), min_size=1, max_size=3, unique_by=lambda it: it.code)


choices = listed(
    Choice, code=choice_codes, texts=wordings, value=st.none() | values, exclusive=st.booleans()
).map(tuple)


@st.composite
def questionnaires(draw):
    factors = tuple(draw(listed(Factor, code=names, titles=wordings)))
    scales = tuple(draw(listed(Scale, code=names, choices=choices, satisfied_from=values)))
    codes = draw(st.lists(question_names, min_size=1, max_size=4, unique=True))
    questions = tuple(row for code in codes for row in draw(entries_of(code, factors, scales)))
    return Questionnaire(
        code=draw(names),
        version=draw(st.integers(1, 999)),
        languages=LANGUAGES,
        titles=draw(wordings),
        intro=draw(wordings),
        thanks=draw(wordings),
        label=draw(wordings),
        factors=factors,
        scales=scales,
        sections=(Section(draw(names), draw(wordings), questions),),
    )


def questions_of(code, factors, scales):
    ordinary = {
        "code": st.just(code),
        "role": st.sampled_from(Role),
        "texts": wordings,
        "required": st.booleans(),
        "hints": st.none() | wordings,
        "factor": st.none() | st.sampled_from([factor.code for factor in factors]),
        "attributed_to": st.none() | st.sampled_from(AttributedTo),
    }
    rated = st.sampled_from(scales).flatmap(
        lambda scale: st.builds(
            Question,
            kind=st.just("scale"),
            scale=st.just(scale.code),
            choices=st.just(scale.choices),
            satisfied_from=st.just(scale.satisfied_from),
            **ordinary,
        )
    )
    chosen = st.builds(Question, kind=st.just("single_choice"), choices=choices, **ordinary)
    written = st.builds(
        Question,
        kind=st.sampled_from(["short_text", "long_text"]),
        max_length=st.integers(1, 200),
        **ordinary,
    )
    unasked = {"code": st.just(code), "texts": wordings, "hints": st.none() | wordings}
    information = st.builds(
        Question, kind=st.just("information"), role=st.just(Role.CIRCUMSTANCE), **unasked
    )
    return rated | chosen | written | information | of_limits(ordinary)


def of_limits(ordinary):
    """Questions of the kinds that bring properties of their own."""
    worth = st.builds(
        Question,
        kind=st.just("single_choice"),
        choices=choices,
        satisfied_from=st.none() | values,
        **ordinary,
    )
    several = st.builds(
        Question,
        kind=st.just("multiple_choice"),
        choices=choices,
        limits=st.builds(CountLimits, *[st.none() | st.integers(1, 9)] * 2),
        **ordinary,
    )
    number = st.builds(
        Question,
        kind=st.just("number"),
        limits=st.builds(
            NumberLimits,
            *[st.none() | values | st.integers(0, 10**12 - 1).map(Fraction)] * 2,
            st.integers(0, 6),
            st.none() | wordings,
        ),
        **ordinary,
    )
    day = st.builds(
        Question,
        kind=st.just("date"),
        limits=st.builds(DateLimits, *[st.none() | st.dates()] * 2, st.booleans()),
        **ordinary,
    )
    fixed = st.tuples(*[st.builds(Choice, st.just(code), wordings) for code in ("yes", "no")])
    yes_no = st.builds(Question, kind=st.just("yes_no"), choices=fixed, **ordinary)
    return worth | several | number | day | yes_no


@st.composite
def entries_of(draw, code, factors, scales):
    """Give one question, or turn a question on a scale into the rows of a matrix."""
    question = draw(questions_of(code, factors, scales))
    if question.kind != "scale" or not draw(st.booleans()):
        return (question,)
    made = {
        "matrix": code,
        "matrix_texts": draw(wordings),
        "faces": draw(st.none() | st.booleans()),
    }
    rows = range(draw(st.integers(1, 3)))
    return tuple(replace(question, code=f"{code}_{row}"[-40:], **made) for row in rows)


@settings(max_examples=40)
@given(questionnaires())
def test_a_questionnaire_survives_being_written_and_read(questionnaire):
    through_json = json.dumps(to_document(questionnaire)).encode()
    assert read_questionnaire(through_json) == questionnaire
    assert version_hash(read_questionnaire(through_json)) == version_hash(questionnaire)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("valid_*")), ids=lambda path: path.stem)
def test_a_document_keeps_everything_it_said(path):
    document = json.loads(path.read_bytes())
    written = to_document(read_questionnaire(document))
    document.setdefault("languages", ["vi", "en"])
    for scale in document.get("scales", []):
        for choice in scale["choices"]:
            if choice.get("value") == "0.2":
                choice["value"] = "1/5"
    assert written == document


def test_the_hash_does_not_depend_on_how_the_file_is_laid_out():
    document = to_document(instruments.load("citizen_satisfaction"))
    shuffled = dict(reversed(document.items()))
    assert version_hash(read_questionnaire(shuffled)) == version_hash(read_questionnaire(document))


def test_the_hash_can_be_computed_without_this_package():
    questionnaire = read_questionnaire((FOLDER / "valid_text.json").read_bytes())
    # Keys in ASCII order, no blanks, UTF-8: what RFC 8785 asks for where there are no floats.
    canonical = json.dumps(
        to_document(questionnaire), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert version_hash(questionnaire) == hashlib.sha256(canonical.encode()).hexdigest()


@given(st.sampled_from(["version", "code", "titles"]), st.integers(2, 999))
def test_any_change_changes_the_hash(name, number):
    original = instruments.load("citizen_satisfaction")
    changes = {
        "version": number,
        "code": f"form_{number}",
        "titles": Wording({"vi": str(number), "en": str(number)}),
    }
    assert version_hash(replace(original, **{name: changes[name]})) != version_hash(original)


def test_a_value_that_is_not_whole_is_written_as_a_fraction():
    questionnaire = read_questionnaire((FOLDER / "valid_grades.json").read_bytes())
    assert questionnaire.scales[0].choices[1].value == Fraction(3, 5)
    assert to_document(questionnaire)["scales"][0]["choices"][1]["value"] == "3/5"
    assert to_document(questionnaire)["scales"][0]["choices"][0]["value"] == 1
