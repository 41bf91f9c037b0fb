"""What holds of every kind, whatever is submitted."""

import json
import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import event, given, strategies as st

from surveys.answering import field_name, read_answers, to_form
from surveys.answers import from_json
from surveys.coding import codebook, coded
from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.limits import CountLimits, NumberLimits
from surveys.reading import read_questionnaire
from tests.questionnaires.every_kind import EVERY_KIND
from tests.questionnaires.of_kinds import VALID
from tests.questionnaires.small import choices, question, words

QUESTIONS = [
    question("scale", scale="levels"),
    question("single_choice", choices=choices("abc", apart="z"), required=True),
    question("multiple_choice", choices=choices("abcde", apart="yz")),
    question("multiple_choice", choices=choices("abcde", apart="z"), min=2, max=3, required=True),
    question("yes_no"),
    question("number", decimals=6),
    question("number", min=-5, max=1500, decimals=3, unit=words("km", "km")),
    question("date"),
    question("date", min="1999-12-31", max="2026-11-23", not_future=True),
    question("short_text", max_length=10),
    question("long_text", max_length=20, required=True),
    question("information"),
]
likely = st.sampled_from(
    [
        *"abcdeyz123",
        "counter",
        "none",
        "p60",
        "yes",
        "no",
        "1,5",
        "1.500",
        "2026-11-23",
        "23/11/2026",
    ]
)
numbers = st.decimals(-2000, 2000, places=3).map(str)
days = st.dates().map(date.isoformat)
entered = st.lists(likely | numbers | days | st.text(max_size=12), max_size=4)


@pytest.mark.parametrize("asked_one", QUESTIONS, ids=lambda one: f"{one.kind}")
@given(submitted=entered)
def test_whatever_is_submitted_gives_an_answer_a_fault_or_nothing(asked_one, submitted):
    kind = KINDS[asked_one.kind]
    answer = kind.read(asked_one, submitted)
    if answer is None:
        assert not asked_one.required
        return
    if isinstance(answer, Fault):
        assert answer.message("vi")
        assert answer.message("en")
        return
    event(f"{asked_one.kind} answered")
    assert kind.read(asked_one, kind.write(answer)) == answer
    told = json.dumps(answer, ensure_ascii=False)
    assert from_json({"q": json.loads(told)}) == {"q": answer}
    assert len(told.encode()) - 2 <= kind.longest(asked_one)


@given(st.decimals(-1500, 1500, places=6), st.integers(0, 6))
def test_every_number_comes_back_from_its_form(number, decimals):
    asked_one = question("number", decimals=decimals)
    typed = f"{number:.{decimals}f}"
    kind = KINDS["number"]
    answer = kind.read(asked_one, kind.write(_canonical(typed)))
    assert Fraction(answer) == Fraction(typed)
    assert re.fullmatch(r"0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?)", answer)


def _canonical(typed: str) -> str:
    trimmed = typed.rstrip("0").rstrip(".") if "." in typed else typed
    return "0" if Fraction(typed) == 0 else trimmed


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_comes_back_from_its_form(day):
    kind, asked_one = KINDS["date"], question("date")
    written = f"{day.day}/{day.month}/{day.year}"
    assert kind.read(asked_one, [written]) == day.isoformat()
    assert kind.read(asked_one, kind.write(day.isoformat())) == day.isoformat()


@given(st.sets(st.sampled_from("abcde")), st.permutations("abcde"))
def test_options_are_kept_in_one_order_whatever_the_form_does(chosen, order):
    asked_one = QUESTIONS[2]
    answer = KINDS["multiple_choice"].read(asked_one, [code for code in order if code in chosen])
    assert answer == (tuple(sorted(chosen)) or None)


@given(
    st.sets(st.sampled_from("abcde")),
    st.none() | st.integers(1, 5),
    st.none() | st.integers(1, 5),
)
def test_exactly_the_allowed_numbers_of_options_are_accepted(chosen, low, high):
    limits = {name: value for name, value in (("min", low), ("max", high)) if value}
    asked_one = question("multiple_choice", choices=choices("abcde"), **limits)
    assert asked_one.limits == CountLimits(low, high)
    answer = KINDS["multiple_choice"].read(asked_one, sorted(chosen))
    fits = (low or 0) <= len(chosen) <= (high or 5)
    assert isinstance(answer, tuple) == (fits and bool(chosen))


forms = st.fixed_dictionaries(
    {}, optional={field_name(asked_one): entered for asked_one in EVERY_KIND.questions}
)


@given(forms)
def test_a_form_of_every_kind_gives_answers_that_fill_exactly_the_columns(form):
    reading = read_answers(EVERY_KIND, form)
    assert not reading.answers.keys() & reading.faults.keys()
    row = coded(EVERY_KIND, reading.answers)
    columns = codebook(EVERY_KIND)
    assert list(row) == [column.name for column in columns]
    for column in columns:
        value = row[column.name]
        assert value is None or isinstance(value, str) == (
            column.measure in ("nominal", "text", "date")
        )
        assert column.measure != "mark" or value in (None, 0.0, 1.0)


@given(forms)
def test_answers_of_every_kind_come_back_from_their_form(form):
    reading = read_answers(EVERY_KIND, form)
    again = read_answers(EVERY_KIND, to_form(EVERY_KIND, reading.answers, reading.comment))
    assert (again.answers, again.comment) == (reading.answers, reading.comment)
    assert {fault.code for fault in again.faults.values()} <= {"required"}


@given(
    st.dictionaries(
        st.sampled_from([q.code for q in EVERY_KIND.questions]),
        st.text() | st.lists(st.text()).map(tuple),
    )
)
def test_answers_of_another_version_never_break_a_row(answers):
    assert list(coded(EVERY_KIND, answers)) == [column.name for column in codebook(EVERY_KIND)]


@pytest.mark.parametrize("name", VALID)
def test_a_blank_row_has_the_columns_of_the_codebook(name):
    questionnaire = read_questionnaire(VALID[name])
    row = coded(questionnaire, {})
    assert list(row) == [column.name for column in codebook(questionnaire)]
    assert set(row.values()) <= {None}


def test_an_unlimited_number_has_limits_that_limit_nothing():
    assert question("number").limits == NumberLimits()
