"""What stands in the data file for answers of each kind."""

from surveys.coding import codebook, coded, top_codes
from surveys.reading import read_questionnaire
from tests.questionnaires.of_kinds import VALID
from tests.questionnaires.small import asked, choices, document

SEVERAL = read_questionnaire(
    document(asked("multiple_choice", choices=choices("abc", apart="z")), asked("yes_no", "r"))
)


def one(name, language="en"):
    (column,) = codebook(read_questionnaire(VALID[name]), language)
    return column


def test_several_options_fill_a_column_each():
    assert coded(SEVERAL, {"q": ("a", "c")}) == {"q_a": 1.0, "q_b": 0.0, "q_c": 1.0, "r": None}


def test_no_answer_and_an_exclusive_option_are_missing_throughout():
    missing = {"q_a": None, "q_b": None, "q_c": None, "r": None}
    assert coded(SEVERAL, {}) == coded(SEVERAL, {"q": ("z",)}) == missing
    assert coded(SEVERAL, {"q": ("a", "unknown")}) == missing


def test_the_codebook_names_each_option():
    columns = codebook(SEVERAL, "en")[:3]
    assert [column.label for column in columns] == [
        "Question [Option a]",
        "Question [Option b]",
        "Question [Option c]",
    ]
    assert {(column.measure, column.missing) for column in columns} == {("mark", ("z",))}


def test_points_of_options_are_the_numbers_of_the_column():
    questionnaire = read_questionnaire(VALID["single_with_points"])
    column = one("single_with_points")
    assert column.measure == "scale"
    assert column.values == {"p100": 100, "p60": 60, "p20": 20, "p0": 0}
    assert coded(questionnaire, {"q": "p20"}) == {"q": 20.0}
    assert top_codes(questionnaire.question("q")) == ("p100", "p60")


def test_points_without_a_cut_satisfy_nobody():
    questionnaire = read_questionnaire(VALID["single_with_points_unrated"])
    assert top_codes(questionnaire.question("q")) == ()
    assert coded(questionnaire, {"q": "p3"}) == {"q": 3.0}


def test_numbers_and_days_have_measures_of_their_own():
    days = read_questionnaire(VALID["number_of_days"])
    assert (one("number_of_days").measure, one("number_of_days").label) == (
        "number",
        "Question (days)",
    )
    assert coded(days, {"q": "12"}) == {"q": 12.0}
    assert one("date").measure == "date"
    assert coded(read_questionnaire(VALID["date"]), {"q": "2026-11-23"}) == {"q": "2026-11-23"}


def test_what_is_no_number_or_day_is_missing_not_invented():
    assert coded(read_questionnaire(VALID["number"]), {"q": "12 ngày"}) == {"q": None}
    assert coded(read_questionnaire(VALID["date"]), {"q": "2026-02-30"}) == {"q": None}


def test_yes_and_no_stay_words():
    column = one("yes_no")
    assert (column.measure, column.labels) == ("nominal", {"yes": "Yes", "no": "No"})
    assert coded(read_questionnaire(VALID["yes_no"]), {"q": "no"}) == {"q": "no"}


def test_a_row_of_a_matrix_is_labelled_with_the_whole():
    columns = codebook(read_questionnaire(VALID["matrix"]), "en")
    assert [column.label for column in columns] == ["Question – Row r1", "Question – Row r2"]
    assert top_codes(read_questionnaire(VALID["matrix"]).question("r1")) == ("2", "3")


def test_information_fills_no_column():
    assert [column.name for column in codebook(read_questionnaire(VALID["information"]))] == ["p"]
