"""Repeated answers and straight lines, counted by hand and by a slower way."""

from fractions import Fraction

from hypothesis import given, strategies as st

from app.services.answer_patterns import duplicates, rated_items, straight_lines
from surveys import instruments

ASKED = instruments.load("citizen_satisfaction")
RATED = rated_items(ASKED)
SIX = {f"q{at}": {"1": Fraction(1), "2": Fraction(2), "best": Fraction(2)} for at in range(6)}

vectors = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3),
        st.none() | st.sampled_from(["", "Tốt"]),
    ),
    max_size=12,
)


@given(vectors)
def test_an_answer_is_a_duplicate_when_another_is_the_same(given_answers) -> None:
    slow = sum(given_answers.count(each) > 1 for each in given_answers)
    assert duplicates(given_answers) == slow


@given(vectors, st.randoms())
def test_duplicates_do_not_depend_on_the_order(given_answers, random) -> None:
    shuffled = random.sample(given_answers, len(given_answers))
    assert duplicates(shuffled) == duplicates(given_answers)


def test_one_item_or_the_comment_makes_the_difference() -> None:
    assert duplicates([({"a": "1"}, None), ({"a": "1"}, "x"), ({"a": "1", "b": "2"}, None)]) == 0
    assert duplicates([({"a": "1", "b": "2"}, "x"), ({"b": "2", "a": "1"}, "x")]) == 2


def line(*values: str) -> dict[str, str]:
    return {f"q{at}": value for at, value in enumerate(values)}


def test_five_equal_ratings_are_a_straight_line_and_four_are_not() -> None:
    assert straight_lines(SIX, [line("1", "1", "1", "1", "1")]) == 1
    assert straight_lines(SIX, [line("1", "1", "1", "1")]) == 0
    assert straight_lines(SIX, [line("1", "1", "1", "1", "1", "2")]) == 0


def test_no_opinion_is_no_rating_and_two_words_for_one_value_are_one() -> None:
    assert straight_lines(SIX, [line("no_opinion", "1", "1", "1", "1", "1")]) == 1
    assert straight_lines(SIX, [line(*["no_opinion"] * 6)]) == 0
    assert straight_lines(SIX, [line("2", "best", "2", "best", "2")]) == 1


def test_only_questions_on_scales_are_rated() -> None:
    rated = {question.code for question in ASKED.questions if question.kind == "scale"}
    assert rated == RATED.keys()
    assert all(len(set(values.values())) > 1 for values in RATED.values())


def test_answers_shown_in_another_order_repeat_each_other_all_the_same() -> None:
    given = [({"q1": "5", "_order": "3"}, None), ({"q1": "5", "_order": "9"}, None)]
    assert duplicates(given) == 2
