"""One small document for each thing that conditions, pages, orders and texts can get wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands.questionnaire import questionnaire as command
from surveys.checking import check, warnings
from surveys.errors import QuestionnaireError
from surveys.reading import read_questionnaire
from surveys.writing import to_document, version_hash

FOLDER = Path(__file__).parents[1] / "questionnaires"
FIRST, SECOND = "sections[0].questions[0]", "sections[0].questions[1]"

INVALID = {
    "condition_syntax": (f"{SECOND}.only_if", "condition_expects_question"),
    "condition_operator": (f"{SECOND}.only_if", "condition_operator"),
    "condition_unknown_question": (f"{SECOND}.only_if", "condition_unknown_question"),
    "condition_unknown_option": (f"{SECOND}.only_if", "condition_unknown_option"),
    "condition_on_itself": (f"{FIRST}.only_if", "condition_on_itself"),
    "condition_on_later": (f"{FIRST}.only_if", "condition_on_later"),
    "condition_on_text": (f"{SECOND}.only_if", "condition_on_text"),
    "condition_on_comment": (f"{SECOND}.only_if", "condition_on_comment"),
    "condition_on_information": (f"{SECOND}.only_if", "condition_on_information"),
    "condition_not_date": (f"{SECOND}.only_if", "condition_not_date"),
    "condition_not_number": ("sections[0].questions[2].only_if", "condition_not_number"),
    "condition_own_section": ("sections[0].only_if", "condition_on_itself"),
    "paging": ("paging", "unknown_name"),
    "replaces": ("replaces.door", "replaces_unknown"),
}
SENSELESS = {
    "dead_question": (f"{SECOND}.only_if", "condition_never_holds"),
    "dead_number": (f"{SECOND}.only_if", "condition_never_holds"),
    "dead_day": (f"{SECOND}.only_if", "condition_never_holds"),
    "dead_section": ("sections[1].only_if", "condition_never_holds"),
    "dead_required": (f"{SECOND}.only_if", "condition_never_holds"),
    "pipe_unknown": (f"{SECOND}.texts", "pipe_unknown"),
    "pipe_later": (f"{FIRST}.texts", "pipe_not_earlier"),
    "pipe_malformed": (f"{SECOND}.texts", "pipe_malformed"),
    "pipe_of_information": (f"{SECOND}.texts", "pipe_of_kind"),
    "pipe_out_of_place": ("thanks", "pipe_out_of_place"),
    "shuffled_reference": ("sections[0].shuffled", "shuffled_reference"),
    "shuffled_alone": ("sections[0].shuffled", "shuffled_alone"),
}
ODD = {
    "always_asked": (f"{SECOND}.only_if", "condition_always_holds"),
    "always_entered": ("sections[1].only_if", "condition_always_holds"),
}


def document(name):
    return (FOLDER / f"logic_{name}.json").read_bytes()


def named(kind):
    return sorted(
        path.stem.removeprefix(f"logic_{kind}_") for path in FOLDER.glob(f"logic_{kind}_*")
    )


def told(faults):
    assert all(fault.line("vi") != fault.line("en") for fault in faults)
    return [(fault.path, fault.code) for fault in faults]


@pytest.mark.parametrize("name", named("valid"))
def test_a_valid_document_makes_sense_and_survives_being_written(name):
    asked = read_questionnaire(document(f"valid_{name}"))
    assert check(asked) == warnings(asked) == ()
    again = read_questionnaire(json.dumps(to_document(asked)).encode())
    assert again == asked
    assert version_hash(again) == version_hash(asked)


@pytest.mark.parametrize("name", sorted(INVALID))
def test_an_invalid_document_has_its_one_fault(name):
    with pytest.raises(QuestionnaireError) as caught:
        read_questionnaire(document(f"invalid_{name}"))
    assert told(caught.value.faults) == [INVALID[name]]


@pytest.mark.parametrize("name", sorted(SENSELESS))
def test_a_senseless_document_can_be_read_and_has_its_one_fault(name):
    assert told(check(read_questionnaire(document(f"senseless_{name}")))) == [SENSELESS[name]]


@pytest.mark.parametrize("name", sorted(ODD))
def test_an_odd_document_may_be_published_with_its_one_warning(name):
    asked = read_questionnaire(document(f"odd_{name}"))
    assert check(asked) == ()
    assert told(warnings(asked)) == [ODD[name]]


def test_every_document_is_looked_at():
    assert (named("invalid"), named("senseless"), named("odd")) == (
        sorted(INVALID),
        sorted(SENSELESS),
        sorted(ODD),
    )
    assert len(named("valid")) > 10


def test_the_command_lists_warnings_and_does_not_fail_over_them():
    path = str(FOLDER / "logic_odd_always_asked.json")
    done = CliRunner().invoke(command, ["check", path])
    assert done.exit_code == 0
    assert "nên xem lại: sections[0].questions[1].only_if: điều kiện này luôn đúng" in done.output
    found = json.loads(CliRunner().invoke(command, ["check", path, "--json"]).output)
    assert [warning["code"] for warning in found["warnings"]] == ["condition_always_holds"]


def test_the_command_lists_a_faulty_condition_with_place_and_expectation(monkeypatch):
    path = str(FOLDER / "logic_invalid_condition_syntax.json")
    done = CliRunner().invoke(command, ["check", path])
    assert done.exit_code == 1
    assert "điều kiện, ký tự thứ 21: cần mã câu hỏi" in done.output
    monkeypatch.setenv("KHAOSAT_LOCALE", "en")
    done = CliRunner().invoke(command, ["check", path])
    assert "condition, character 21: the code of a question expected" in done.output
