"""What holds of every questionnaire and every answer."""

import json

from hypothesis import HealthCheck, assume, given, settings, strategies as st

from surveys.answering import carried, field_name, read_answers, read_page, to_form
from surveys.checking import check, warnings
from surveys.checking_answers import standing_for_all
from surveys.checking_conditions import Verdict, findings, never_asked
from surveys.conditions import written
from surveys.conditions_parsing import parse
from surveys.ordering import ORDER_COLUMN, ORDERS, in_order, shuffles
from surveys.paging import looks_back, next_page, pages, previous_page, progress
from surveys.piping import filled, words_of
from surveys.reading import read_questionnaire
from surveys.routing import given_on_way, path
from surveys.writing import to_document
from tests.surveys.logic_documents import (
    answers_to,
    conditions,
    documents,
    every_state,
    holds,
    judged_questions,
    plain_way,
    possible,
    questions,
    size,
)

slow = settings(suppress_health_check=list(HealthCheck), max_examples=60)
WORDS = ("a", "b", "x", "yes", "no", "good", "none", "1", "0.5", "30/01/2026", "", "?", "-", "\0")


@st.composite
def cases(draw, *, complete=False):
    asked = draw(documents())
    return asked, draw(answers_to(asked, complete=complete)), draw(st.integers(0, ORDERS - 1))


def forms(asked):
    fields = st.sampled_from([field_name(question) for question in asked.questions])
    return st.dictionaries(fields, st.lists(st.sampled_from(WORDS), max_size=3))


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True).flatmap(
        lambda numbers: st.tuples(
            *(questions(f"q{number}", ("single_choice", "number")) for number in numbers)
        )
    ),
    st.data(),
)
def test_a_condition_that_is_written_reads_back_as_itself(asked, data):
    condition = data.draw(conditions(asked, size=12))
    assert parse(written(condition)) == condition


@slow
@given(documents())
def test_a_document_with_conditions_survives_being_written(asked):
    assert read_questionnaire(json.dumps(to_document(asked)).encode()) == asked


@slow
@given(cases())
def test_the_way_is_the_one_that_a_plain_walk_finds(case):
    asked, answers, _ = case
    way = path(asked, answers)
    assert [question.code for question in way] == plain_way(asked, answers)
    remaining = iter(asked.questions)
    assert all(question in remaining for question in way)


@slow
@given(cases())
def test_answers_off_the_way_change_nothing(case):
    asked, answers, _ = case
    kept = given_on_way(asked, answers)
    assert path(asked, kept) == path(asked, answers)
    assert set(kept) <= {question.code for question in path(asked, answers)}


@slow
@given(documents().flatmap(lambda asked: st.tuples(st.just(asked), forms(asked))))
def test_whatever_is_submitted_nothing_off_the_way_is_kept_or_faulted(case):
    asked, form = case
    reading = read_answers(asked, form)
    way = {question.code: question for question in path(asked, reading.answers)}
    assert set(reading.answers) <= set(way)
    assert set(reading.faults) <= set(way)
    assert not set(reading.answers) & set(reading.faults)
    for code, question in way.items():
        assert not question.required or code in reading.answers or code in reading.faults


@slow
@given(documents().flatmap(lambda asked: st.tuples(st.just(asked), forms(asked))))
def test_no_form_makes_any_part_stumble(case):
    asked, form = case
    check(asked)
    warnings(asked)
    for page in pages(asked):
        reading = read_page(asked, page, form)
        carried(asked, page, {}, reading)
    answers = read_answers(asked, form).answers
    words = words_of(asked, answers, "vi")
    for question in asked.questions:
        assert "{" not in filled(question.texts["vi"], words)


@slow
@given(cases())
def test_every_question_is_on_one_page_which_does_not_decide_on_it(case):
    asked, _, order = case
    cut = pages(asked, order)
    assert [code for page in cut for code in page] == [one.code for one in in_order(asked, order)]
    for section in asked.sections:
        for question in section.questions:
            [page] = [page for page in cut if question.code in page]
            assert looks_back(section, question).isdisjoint(page)
            earlier = {code for before in cut[: cut.index(page)] for code in before}
            assert looks_back(section, question) <= earlier


@slow
@given(cases(complete=True))
def test_page_by_page_the_same_answers_are_kept_as_all_at_once(case):
    asked, answers, order = case
    whole = read_answers(asked, to_form(asked, answers), order)
    collected, done = {}, []
    at = next_page(asked, collected, order=order)
    while at is not None:
        page = pages(asked, order)[at]
        met = {one.code: answers[one.code] for one in path(asked, answers) if one.code in answers}
        form = to_form(asked, {code: met[code] for code in page if code in met})
        reading = read_page(asked, page, form, collected)
        assert reading.faults == {}
        collected = carried(asked, page, collected, reading)
        done.append(progress(asked, at, order))
        at = next_page(asked, collected, at, order)
    shares = [passed / total for passed, total in done if total]
    assert shares == sorted(shares)
    assert read_answers(asked, to_form(asked, collected), order) == whole
    assert (ORDER_COLUMN in whole.answers) == shuffles(asked)


@slow
@given(cases(complete=True), st.lists(st.booleans(), max_size=12))
def test_going_back_and_forth_loses_no_answer(case, steps):
    asked, answers, order = case
    whole = read_answers(asked, to_form(asked, answers))
    collected = dict(whole.answers)
    at = next_page(asked, collected, order=order)
    for forward in steps:
        if at is None:
            break
        page = pages(asked, order)[at]
        reading = read_page(asked, page, to_form(asked, collected), collected)
        collected = carried(asked, page, collected, reading)
        turned = next_page(asked, collected, at, order) if forward else previous_page(
            asked, collected, at, order
        )  # fmt: skip
        at = at if turned is None else turned
    assert read_answers(asked, to_form(asked, collected)) == whole


@slow
@given(cases())
def test_back_from_the_next_page_is_where_one_came_from(case):
    asked, answers, order = case
    at = next_page(asked, answers, order=order)
    assert at is None or previous_page(asked, answers, at, order) is None
    while at is not None:
        following = next_page(asked, answers, at, order)
        if following is not None:
            assert previous_page(asked, answers, following, order) == at
        else:
            assert previous_page(asked, answers, order=order) == at
        at = following


@settings(slow, max_examples=400)
@given(judged_questions())
def test_the_answers_that_stand_for_all_are_judged_in_every_way_an_answer_can_be(case):
    asked, said = case
    [question] = asked.questions

    def judged(answers):
        return {tuple(holds(atom, asked, {"q0": answer}) for atom in said) for answer in answers}

    some = standing_for_all(question, said)
    assert judged(some) == judged(possible(question))
    assert len(some) == len(judged(some))
    assert {answer for answer in some if answer != "…"} <= set(possible(question))


MEASURED = ("number", "date", "multiple_choice")


@settings(slow, max_examples=250)
@given(documents(most=4) | documents(most=3, kinds=MEASURED))
def test_dead_is_what_no_answer_in_the_world_leads_to(asked):
    assume(size(asked) < 4000)
    states = every_state(asked)
    met = {code for state in states for code in plain_way(asked, state)}
    assert never_asked(asked) == {question.code for question in asked.questions} - met


@settings(slow, max_examples=250)
@given(documents(most=4) | documents(most=3, kinds=MEASURED))
def test_always_is_what_no_answer_in_the_world_escapes(asked):
    assume(size(asked) < 4000)
    states = every_state(asked)
    always = {one.path for one in findings(asked) if one.verdict is Verdict.ALWAYS_HOLDS}
    for outer, section in enumerate(asked.sections):
        entering = [
            state
            for state in states
            if section.only_if is None or holds(section.only_if, asked, before(asked, outer, state))
        ]
        for inner, question in enumerate(section.questions):
            if question.only_if is not None and entering:
                everybody = all(question.code in plain_way(asked, state) for state in entering)
                place = f"sections[{outer}].questions[{inner}].only_if"
                assert (place in always) == everybody


def before(asked, outer, state):
    """Keep the answers to the sections before one."""
    earlier = {one.code for section in asked.sections[:outer] for one in section.questions}
    return {code: answer for code, answer in state.items() if code in earlier}
