import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import event, given, strategies as st

from surveys import instruments
from surveys.checking import check
from surveys.document import LARGEST_DOCUMENT
from surveys.errors import QuestionnaireError
from surveys.questionnaire import DEFAULT_LANGUAGES, AttributedTo, Role
from surveys.reading import read_questionnaire
from surveys.writing import to_document

FOLDER = Path(__file__).parents[1] / "questionnaires"
SEX = "sections[0].questions[0]"

FAULTS = {
    "bad_code": [(f"{SEX}.code", "bad_code")],
    "bad_role": [(f"{SEX}.role", "unknown_name")],
    "bad_version": [("version", "not_integer")],
    "blank_text": [(f"{SEX}.texts.vi", "empty")],
    "clashing_choices": [(f"{SEX}.choices[1].code", "clash")],
    "clashing_questions": [("sections[1].questions[0].code", "clash")],
    "doubled_key": [("version", "doubled_key")],
    "empty_choices": [(f"{SEX}.choices", "empty")],
    "float_value": [("scales[0].choices[0].value", "bad_value")],
    "hidden_character": [(f"{SEX}.texts.vi", "control_character")],
    "many": [
        ("extra", "unknown_key"),
        (f"{SEX}.choices[0].code", "missing"),
        (f"{SEX}.code", "bad_code"),
        (f"{SEX}.required", "not_boolean"),
        ("version", "not_integer"),
    ],
    "missing_key": [(f"{SEX}.role", "missing")],
    "missing_translation": [(f"{SEX}.choices[1].texts", "missing_translation")],
    "no_sections": [("sections", "empty")],
    "not_json": [("", "not_json")],
    "property_of_another_kind": [(f"{SEX}.max_length", "unknown_key")],
    "unknown_factor": [(f"{SEX}.factor", "unknown_factor")],
    "unknown_key": [(f"{SEX}.colour", "unknown_key")],
    "unknown_kind": [(f"{SEX}.kind", "unknown_kind")],
    "unknown_language": [(f"{SEX}.texts.fr", "unknown_language")],
    "unknown_scale": [(f"{SEX}.scale", "unknown_scale")],
}


def document(name):
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def faults_of(given_document):
    with pytest.raises(QuestionnaireError) as caught:
        read_questionnaire(given_document)
    return [(fault.path, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_an_invalid_document_tells_each_fault_once_with_its_path(name):
    assert faults_of((FOLDER / f"invalid_{name}.json").read_bytes()) == FAULTS[name]


def test_every_invalid_document_has_its_expected_faults():
    assert {path.stem.removeprefix("invalid_") for path in FOLDER.glob("invalid_*")} == set(FAULTS)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("valid_*")), ids=lambda path: path.stem)
def test_a_valid_document_reads_the_same_from_a_file_and_from_a_mapping(path):
    assert read_questionnaire(path.read_bytes()) == read_questionnaire(document(path.stem))


def test_a_question_on_a_scale_has_its_options_values_and_cut():
    question = read_questionnaire(document("valid_scale")).question("overall")
    assert (question.kind, question.role, question.required) == ("scale", Role.OVERALL, True)
    assert [choice.value for choice in question.choices] == [1, 2, 3, None]
    assert [choice.exclusive for choice in question.choices] == [False, False, False, True]
    assert question.satisfied_from == 2
    assert question.attributed_to is AttributedTo.BOTH


def test_values_are_exact_however_they_are_written():
    choices = read_questionnaire(document("valid_grades")).scales[0].choices
    assert [choice.value for choice in choices] == [1, Fraction(3, 5), Fraction(1, 5), 0]


def test_languages_are_vietnamese_and_english_unless_the_document_says_otherwise():
    assert (
        read_questionnaire(document("valid_scale")).languages == DEFAULT_LANGUAGES == ("vi", "en")
    )
    assert read_questionnaire(document("valid_three_languages")).languages == ("vi", "en", "km")


def test_a_document_in_one_language_needs_no_other():
    changed = document("valid_text")
    changed["languages"] = ["vi"]
    wordings = [changed[name] for name in ("titles", "intro", "thanks", "label")]
    for section in changed["sections"]:
        wordings += [section["titles"], *(question["texts"] for question in section["questions"])]
    for wording in wordings:
        del wording["en"]
    assert read_questionnaire(changed).titles == {"vi": "Phiếu thử"}


def test_texts_are_kept_in_composed_form():
    changed = document("valid_single_choice")
    changed["titles"]["vi"] = "Phie\u0302\u0301u"
    assert read_questionnaire(changed).titles["vi"] == "Phi\u1ebfu"


@pytest.mark.parametrize(
    "languages",
    [["vi", "vi"], ["VI"], [], "vi", [1]],
    ids=["twice", "capitals", "none", "text", "number"],
)
def test_bad_languages_are_refused(languages):
    changed = document("valid_single_choice")
    changed["languages"] = languages
    assert any(path.startswith("languages") for path, _ in faults_of(changed))


@pytest.mark.parametrize("value", [True, "1/0", "1,5", "NaN", "", None, 10**7, "１", [1], "1e3"])
def test_a_value_that_is_not_an_exact_number_is_refused(value):
    changed = document("valid_scale")
    changed["scales"][0]["choices"][0]["value"] = value
    assert faults_of(changed) == [("scales[0].choices[0].value", "bad_value")]


def test_a_value_of_the_wrong_type_is_told_by_its_path():
    changed = document("valid_single_choice")
    changed["titles"] = "Phiếu"
    changed["intro"]["vi"] = 3
    changed["sections"][0]["questions"][0]["choices"] = {"male": "Nam"}
    changed["sections"].append("section")
    assert set(faults_of(changed)) == {
        ("titles", "not_object"),
        ("intro.vi", "not_text"),
        (f"{SEX}.choices", "not_list"),
        ("sections[1]", "not_object"),
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"\xff\xfe\x00", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b" " * (LARGEST_DOCUMENT + 1), "too_large"),
        (b"[]", "not_object"),
        (b"null", "not_object"),
    ],
)
def test_a_file_that_is_no_document_is_refused(content, code):
    assert faults_of(content) == [("", code)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(value, path=()):
    yield path
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    for key, inner in inside:
        yield from places(inner, (*path, key))


@given(st.data())
def test_whatever_stands_anywhere_in_a_document_gives_a_questionnaire_or_faults(data):
    name = data.draw(st.sampled_from(["valid_factors", "valid_text", "valid_three_languages"]))
    changed = document(name)
    *way, last = data.draw(st.sampled_from([place for place in places(changed) if place]))
    target = changed
    for key in way:
        target = target[key]
    target[last] = data.draw(JSON)
    try:
        faults = check(read_questionnaire(changed))
    except QuestionnaireError as error:
        faults = error.faults
        event("refused")
    for fault in faults:
        assert fault.line("vi")
        assert json.loads(json.dumps(fault.as_dict("en")))["path"] == fault.path


@pytest.mark.parametrize("drafts", [["vi"], ["fr"], [], "en", [1]])
def test_only_a_language_that_the_form_is_translated_into_can_be_a_draft(drafts: object) -> None:
    document = {**to_document(instruments.load("citizen_satisfaction")), "drafts": drafts}
    with pytest.raises(QuestionnaireError) as raised:
        read_questionnaire(document)
    assert all(fault.path.startswith("drafts") for fault in raised.value.faults)


def test_a_draft_survives_being_written() -> None:
    asked = instruments.load("counter_rating")
    assert asked.drafts == ("km",)
    assert read_questionnaire(to_document(asked)) == asked
