"""How long a form takes, as far as that can be told beforehand."""

import pytest

from surveys import instruments
from surveys.burden import READ_A_SECOND, SECONDS, minutes
from surveys.kinds import KINDS
from surveys.reading import read_questionnaire
from tests.questionnaires.small import asked, choices, document, scale, words


def of(*questions, **more) -> int:
    return minutes(read_questionnaire(document(*questions, **more)))


def test_a_short_form_takes_a_minute():
    assert of(asked("yes_no")) == 1


def test_more_questions_never_take_less():
    found = [of(*(asked("date", f"d{at}") for at in range(count))) for count in range(1, 40)]
    assert found == sorted(found)
    assert found[-1] > found[0]


def test_reading_counts():
    long = words("a" * READ_A_SECOND * 120)
    assert of({**asked("information"), "texts": long}) == 3  # two minutes and the introduction


def test_a_scale_is_read_once_however_many_questions_stand_on_it():
    options = [{**option, "texts": words("a" * 300)} for option in scale(3)["choices"]]
    shared = {**scale(3), "choices": options}
    questions = [asked("scale", f"s{at}", scale="levels") for at in range(5)]
    once = of(questions[0], scales=[shared])
    assert of(*questions, scales=[shared]) <= once + 1


def test_what_may_be_left_blank_is_only_read():
    optional = of(*(asked("long_text", f"t{at}", max_length=500) for at in range(3)))
    required = of(*(asked("long_text", f"t{at}", max_length=500, required=True) for at in range(3)))
    assert (optional, required) == (1, 3)


def test_every_kind_that_is_answered_takes_time():
    assert SECONDS.keys() == {name for name, kind in KINDS.items() if kind.answered}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_language_read_is_the_one_counted(language: str):
    texts = {"vi": "a" * 3000, "en": "a"}
    found = read_questionnaire(document({**asked("information"), "texts": texts}))
    assert minutes(found, language) == (4 if language == "vi" else 1)


def test_shipped_ones_take_what_their_introductions_promise():
    found = {code: minutes(instruments.load(code)) for code in instruments.available()}
    assert found["counter_rating"] <= 2
    assert found["citizen_satisfaction"] <= 5
    assert 4 <= found["citizen_five_factors"] <= 8
    assert of(asked("single_choice", choices=choices("ab"))) == 1
