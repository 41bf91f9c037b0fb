import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands.questionnaire import questionnaire
from surveys.reading import read_questionnaire
from surveys.writing import version_hash

FOLDER = Path(__file__).parents[1] / "questionnaires"


@pytest.fixture
def check(monkeypatch):
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)

    def run(name, *options):
        path = str(FOLDER / f"{name}.json")
        return CliRunner().invoke(questionnaire, ["check", path, *options])

    return run


def test_a_good_file_is_summed_up_with_its_hash(check):
    result = check("valid_factors")
    assert result.exit_code == 0
    assert "4 câu hỏi" in result.stdout
    read = read_questionnaire((FOLDER / "valid_factors.json").read_bytes())
    assert version_hash(read) in result.stdout
    assert result.stderr == ""


def test_a_good_file_as_json_has_no_faults(check):
    result = check("valid_factors", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found.pop("hash")
    assert found == {
        "code": "factors",
        "version": 1,
        "languages": ["vi", "en"],
        "questions": 4,
        "faults": [],
        "warnings": [],
    }


def test_every_fault_is_listed_on_standard_error_with_its_path(check):
    result = check("invalid_many")
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 5
    assert "sections[0].questions[0].choices[0].code: thiếu mục này" in lines


def test_faults_as_json_carry_path_code_value_and_message(check):
    result = check("invalid_unknown_kind", "--json")
    assert result.exit_code == 1
    [fault] = json.loads(result.stdout)["faults"]
    assert fault["path"] == "sections[0].questions[0].kind"
    assert fault["code"] == "unknown_kind"
    assert fault["value"] == "slider"
    assert "single_choice" in fault["message"]


def test_a_readable_file_that_makes_no_sense_has_faults_too(check):
    result = check("senseless_two_overall")
    assert result.exit_code == 1
    assert result.stderr.startswith("sections[0].questions[1]: chỉ được có một")


def test_messages_are_english_when_the_setting_says_so(check, monkeypatch):
    monkeypatch.setenv("KHAOSAT_LOCALE", "en")
    assert "there may be one overall question only" in check("senseless_two_overall").stderr
    assert "4 questions" in check("valid_factors").stdout


@pytest.mark.parametrize("arguments", [["check"], ["check", "no-such-file.json"], ["chek", "x"]])
def test_wrong_usage_leaves_with_two(arguments):
    assert CliRunner().invoke(questionnaire, arguments).exit_code == 2
