from pathlib import Path

import pytest

from surveys import instruments
from surveys.checking import check
from surveys.reading import read_questionnaire
from surveys.writing import to_document

FOLDER = Path(__file__).parents[1] / "questionnaires"
FIRST = "sections[0].questions[0]"
SECOND = "sections[0].questions[1]"

FAULTS = {
    "assisted_by_several": (f"{FIRST}.kind", "assisted_not_single"),
    "assisted_without_staff": (f"{FIRST}.choices", "assisted_without_staff"),
    "comment_of_choices": (f"{FIRST}.kind", "comment_not_text"),
    "cut_above_all": ("scales[0].satisfied_from", "cut_divides_nothing"),
    "cut_below_all": ("scales[0].satisfied_from", "cut_divides_nothing"),
    "demographic_of_a_unit": (f"{FIRST}.attributed_to", "attribution_out_of_place"),
    "endless_text": (f"{FIRST}.max_length", "length_out_of_range"),
    "equal_values": ("scales[0].choices[2].value", "value_clash"),
    "exclusive_with_value": ("scales[0].choices[3].value", "value_out_of_place"),
    "factor_on_overall": (f"{SECOND}.factor", "factor_out_of_place"),
    "one_choice": (f"{FIRST}.choices", "too_few_choices"),
    "one_value": ("scales[0].choices", "too_few_values"),
    "rating_of_no_unit": (FIRST, "attribution_missing"),
    "rating_without_factor": (FIRST, "factor_missing"),
    "rating_without_values": (f"{FIRST}.kind", "rating_without_values"),
    "required_comment": (f"{FIRST}.required", "comment_required"),
    "reserved_factor": ("factors[0].code", "reserved_factor"),
    "scale_without_value": ("scales[0].choices[1]", "value_missing"),
    "two_assisted": (SECOND, "two_assisted"),
    "two_comments": (SECOND, "two_comments"),
    "two_overall": (SECOND, "two_overall"),
    "unused_factor": ("factors[0]", "unused"),
    "unused_scale": ("scales[0]", "unused"),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_senseless_document_can_be_read_and_has_its_one_fault(name):
    faults = check(read_questionnaire((FOLDER / f"senseless_{name}.json").read_bytes()))
    assert [(fault.path, fault.code) for fault in faults] == [FAULTS[name]]
    assert all(fault.line("vi") != fault.line("en") for fault in faults)


def test_every_senseless_document_has_its_expected_fault():
    names = {path.stem.removeprefix("senseless_") for path in FOLDER.glob("senseless_*")}
    assert names == set(FAULTS)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("valid_*")), ids=lambda path: path.stem)
def test_a_valid_document_makes_sense(path):
    assert check(read_questionnaire(path.read_bytes())) == ()


def test_a_factor_that_dossiers_tell_is_asked_by_nobody() -> None:
    document = to_document(instruments.load("counter_rating"))
    assert check(read_questionnaire(document)) == ()
    document["sections"][0]["questions"][0]["factor"] = "handling_time"
    found = {(fault.path, fault.code) for fault in check(read_questionnaire(document))}
    assert found == {("factors[0].filled_from", "filled_and_asked"), ("factors[2]", "unused")}
