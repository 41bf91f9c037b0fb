from pathlib import Path

from surveys.answering import carried, read_answers, read_page, to_form
from surveys.instruments import load
from surveys.paging import next_page, pages, previous_page, progress
from surveys.piping import filled, words_of
from surveys.reading import read_questionnaire
from surveys.routing import path

FOLDER = Path(__file__).parents[1] / "questionnaires"
FORM = load("citizen_satisfaction")


def read(name):
    return read_questionnaire((FOLDER / f"logic_valid_{name}.json").read_bytes())


def test_without_conditions_the_whole_is_one_page_and_the_way_its_own_tuple():
    assert pages(FORM) == (tuple(question.code for question in FORM.questions),)
    assert path(FORM, {}) is FORM.questions
    assert path(FORM, {"sex": "male"}) is FORM.questions


def test_a_page_ends_before_a_question_that_depends_on_it():
    assert pages(read("only_if_option")) == (("channel",), ("why",))
    assert pages(read("only_if_number")) == (("late",), ("days",), ("why",))
    assert pages(read("only_if_section")) == (("channel",), ("late",), ("why",))


def test_a_page_ends_before_a_text_that_repeats_an_answer_of_it():
    assert pages(read("piping")) == (("channel", "late"), ("why",))


def test_rows_of_a_matrix_stay_together_unless_one_depends_on_another():
    assert pages(read("only_if_rows")) == (("channel",), ("place",), ("words", "time"))
    assert pages(read("paging_questions"))[1] == ("place", "words", "time")


def test_a_page_for_each_section_takes_its_information_along():
    assert pages(read("paging_sections")) == (("channel", "late"), ("note", "help"), ("why",))


def test_a_page_for_each_question_shows_information_before_it():
    assert pages(read("paging_questions"))[-1] == ("note", "late")


def test_pages_follow_the_order_that_is_shown():
    asked = read("shuffled_section")
    assert pages(asked, 0) == (("channel",), ("late", "note", "help", "why"))
    assert pages(asked, 1) == (("channel",), ("note", "help", "why", "late"))


def test_a_page_that_holds_nothing_for_somebody_is_passed_over():
    asked = read("only_if_number")
    assert next_page(asked, {}) == 0
    assert next_page(asked, {"late": "yes"}, 0) == 1
    assert next_page(asked, {"late": "no"}, 0) is None
    assert next_page(asked, {"late": "yes", "days": "20"}, 1) == 2
    # Days that nobody asked for do not lead on.
    assert next_page(asked, {"late": "no", "days": "20"}, 0) is None
    assert previous_page(asked, {"late": "no", "days": "20"}) == 0
    assert previous_page(asked, {"late": "yes", "days": "20"}, 2) == 1
    assert previous_page(asked, {}, 0) is None


def test_progress_counts_what_takes_an_answer_and_lies_behind():
    asked = read("paging_questions")
    assert [progress(asked, page) for page in (0, 1, 2, None)] == [(0, 5), (1, 5), (4, 5), (5, 5)]


def test_a_page_reads_its_own_questions_only():
    asked = read("only_if_number")
    form = {"a_late": ["no"], "a_days": ["20"], "a_why": ["xa"]}
    reading = read_page(asked, ("late",), form)
    assert reading.answers == {"late": "no"}
    assert read_page(asked, ("days",), {}, {"late": "yes"}).faults["days"].code == "required"
    assert read_page(asked, ("days",), form, {"late": "no"}).answers == {}
    assert read_page(asked, ("days",), {}, {"late": "no"}).faults == {}


def test_a_blank_on_a_page_takes_back_what_was_said_there():
    asked = read("only_if_several")
    before = {"help": ("staff",), "why": "xa"}
    collected = carried(asked, ("help",), before, read_page(asked, ("help",), {}, before))
    assert collected == {"why": "xa"}
    assert read_answers(asked, to_form(asked, collected)).answers == {}
    back = read_page(asked, ("help",), {"a_help": ["staff"]}, collected)
    assert carried(asked, ("help",), collected, back) == before


def test_what_a_page_does_not_ask_this_time_is_kept_for_the_next():
    asked = read("paging_branches")
    first, second = pages(asked)
    collected = {"channel": "online", "late": "yes"}
    for channel, code, answer in (("counter", "help", "staff"), ("online", "late", "yes")):
        turned = read_page(asked, first, {"a_channel": [channel]}, collected)
        collected = carried(asked, first, collected, turned)
        filled_in = read_page(asked, second, {f"a_{code}": [answer]}, collected)
        collected = carried(asked, second, collected, filled_in)
    assert collected == {"channel": "online", "late": "yes", "help": ("staff",)}
    kept = read_answers(asked, to_form(asked, collected)).answers
    assert kept == {"channel": "online", "late": "yes"}


def test_the_comment_travels_with_the_pages_and_ends_apart():
    [page] = pages(FORM)
    collected = carried(FORM, page, {}, read_page(FORM, page, {"a_comment": ["Tốt"]}))
    assert collected == {"comment": "Tốt"}
    reading = read_answers(FORM, to_form(FORM, collected))
    assert (reading.comment, reading.answers) == ("Tốt", {})


def test_an_answer_is_repeated_in_its_wording():
    asked = read("piping")
    why = asked.question("why")
    words = words_of(asked, {"channel": "online", "late": "yes"}, "vi")
    assert filled(why.texts["vi"], words) == "Ông/Bà chọn Trực tuyến: vì sao? {tối đa 100 chữ}"
    assert filled(why.hints["en"], words_of(asked, {"late": "no"}, "en")) == "Late: No"


def test_no_answer_and_no_opinion_are_repeated_as_dots():
    asked = read("piping")
    text = asked.question("why").texts["vi"]
    assert filled(text, words_of(asked, {}, "vi")).startswith("Ông/Bà chọn …: vì sao?")
    assert words_of(asked, {"channel": "refused"}, "vi") == {}


def test_what_a_person_typed_is_not_searched_for_braces():
    assert filled("{a} và {b}", {"a": "{b}", "b": "<b>"}) == "{b} và <b>"
    assert filled("nothing", {"nothing": "x"}) == "nothing"


def test_nothing_is_put_into_words_where_no_text_repeats_anything():
    assert words_of(FORM, {"sex": "male"}, "vi") == {}
