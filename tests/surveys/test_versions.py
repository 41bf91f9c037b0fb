import json
from copy import deepcopy
from pathlib import Path

from surveys.reading import read_questionnaire
from surveys.versions import Change, Difference, changes, comparable, version_faults

FOLDER = Path(__file__).parents[1] / "questionnaires"
SECOND = "sections[0].questions[1]"


def document():
    """Channel, lateness, days, and why."""
    first = json.loads((FOLDER / "logic_valid_only_if_number.json").read_text())
    overall = json.loads((FOLDER / "logic_valid_only_if_value.json").read_text())
    first["scales"] = overall["scales"]
    first["sections"][0]["questions"].append(overall["sections"][0]["questions"][0])
    return first


def versions(change, *, raised=True):
    old, new = document(), deepcopy(document())
    new["version"] += raised
    change(new, new["sections"][0]["questions"])
    return read_questionnaire(old), read_questionnaire(new)


def told(faults):
    assert all(fault.line("vi") != fault.line("en") for fault in faults)
    return [(fault.path, fault.code) for fault in faults]


def test_nothing_differs_between_a_version_and_itself():
    old, new = versions(lambda new, asked: None, raised=False)
    assert changes(old, new) == version_faults(old, new) == ()
    assert comparable(old, new) == {code: code for code in ("late", "days", "why", "overall")}


def test_a_change_of_one_letter_needs_a_higher_version():
    def reword(new, asked):
        new["thanks"]["vi"] += "!"

    assert told(version_faults(*versions(reword, raised=False))) == [
        ("version", "version_not_raised")
    ]
    assert version_faults(*versions(reword)) == ()


def test_what_was_reworded_is_told_and_stays_comparable():
    def reword(new, asked):
        asked[0]["texts"]["vi"] = "Có trễ hẹn không?"

    old, new = versions(reword)
    assert changes(old, new) == (
        Change("late", Difference.REWORDED, "Kết quả có bị trễ hẹn không?", "Có trễ hẹn không?"),
    )
    assert comparable(old, new)["late"] == "late"


def test_what_came_and_went_and_moved_is_told():
    def turn(new, asked):
        del asked[1]
        asked[1]["only_if"] = "late = no"
        asked.insert(1, {**asked[0], "code": "early", "required": False})
        asked.insert(0, asked.pop())

    old, new = versions(turn)
    found = {(change.question, change.difference) for change in changes(old, new)}
    assert found == {
        ("early", Difference.ADDED),
        ("days", Difference.REMOVED),
        ("why", Difference.CONDITION),
        ("late", Difference.ORDER),
        ("why", Difference.ORDER),
    }


def test_a_scale_with_another_option_is_not_comparable():
    def longer(new, asked):
        choices = new["scales"][0]["choices"]
        choices.insert(0, {"code": "0", "texts": {"vi": "Tệ", "en": "Awful"}, "value": 0})

    old, new = versions(longer)
    assert changes(old, new) == (
        Change("overall", Difference.OPTIONS, "1, 2, 3, none", "0, 1, 2, 3, none"),
    )
    assert "overall" not in comparable(old, new)
    assert version_faults(old, new) == ()


def test_an_option_that_takes_another_value_would_be_misread():
    def stretch(new, asked):
        new["scales"][0]["choices"][2]["value"] = 4

    old, new = versions(stretch)
    [fault] = version_faults(old, new)
    assert (fault.path, fault.code) == ("sections[0].questions[3]", "option_value_changed")
    assert "3" in fault.message("en")
    assert "4" in fault.message("en")
    assert "overall" not in comparable(old, new)


def test_a_code_that_takes_another_kind_would_be_misread():
    def as_text(new, asked):
        asked[1] = {**asked[2], "code": "days", "only_if": "late = yes"}
        asked[2]["only_if"] = "late = yes"

    old, new = versions(as_text)
    assert told(version_faults(old, new)) == [(f"{SECOND}.kind", "kind_changed")]
    assert "days" not in comparable(old, new)


def test_a_longer_text_is_not_misread():
    def as_long_text(new, asked):
        asked[2]["kind"] = "long_text"

    assert version_faults(*versions(as_long_text)) == ()


def test_a_number_in_another_unit_is_not_comparable():
    def in_hours(new, asked):
        asked[1]["unit"] = {"vi": "giờ", "en": "hours"}

    assert "days" not in comparable(*versions(in_hours))


def test_a_question_may_stand_for_one_of_another_code():
    def rename(new, asked):
        asked[3]["code"] = "satisfied"
        new["replaces"] = {"satisfied": {"question": "overall", "reason": "tên rõ hơn"}}

    old, new = versions(rename)
    assert version_faults(old, new) == ()
    assert comparable(old, new)["satisfied"] == "overall"
    assert changes(old, new) == (Change("satisfied", Difference.RENAMED, "overall", "satisfied"),)


def test_a_question_cannot_stand_for_one_it_does_not_match():
    def wrong(new, asked):
        asked[3]["code"] = "satisfied"
        new["replaces"] = {"satisfied": "late", "why": "reason"}

    assert told(version_faults(*versions(wrong))) == [
        ("replaces.satisfied", "replaced_differs"),
        ("replaces.why", "replaced_unknown"),
    ]


def test_another_questionnaire_is_no_version_of_it():
    def other(new, asked):
        new["code"] = "another"

    assert told(version_faults(*versions(other))) == [("code", "other_questionnaire")]
