"""`khaosat questionnaire codebook` and `compare`: what they print, write and exit with."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from app.commands.questionnaire import questionnaire
from app.commands.questionnaire_compare import WORDS
from surveys import instruments
from surveys.coding import codebook
from surveys.versions import Difference
from surveys.writing import to_document
from tests.questionnaires import small

FOLDER = Path(__file__).parents[1] / "questionnaires"


@pytest.fixture
def run(monkeypatch):
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)

    def called(*arguments: object) -> Result:
        return CliRunner().invoke(questionnaire, [str(each) for each in arguments])

    return called


def saved(folder: Path, name: str, document: object) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document))
    return path


def of_one(version: int, kind: str = "yes_no", **more: object) -> dict[str, object]:
    return small.document(small.asked(kind, **more)) | {"version": version}


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return saved(tmp_path, "shipped", to_document(instruments.load("citizen_five_factors")))


def test_the_codebook_is_printed_for_people(run, shipped: Path):
    result = run("codebook", shipped)
    assert result.exit_code == 0
    assert "done_personally  [định danh (mã)]" in result.stdout
    assert "       5  Rất đồng ý" in result.stdout


def test_the_codebook_as_json_is_what_the_package_gives(run, shipped: Path):
    found = json.loads(run("codebook", shipped, "--json").stdout)
    columns = codebook(instruments.load("citizen_five_factors"))
    assert [it["name"] for it in found] == [column.name for column in columns]
    assert [it["missing"] for it in found] == [list(column.missing) for column in columns]
    assert [it["values"] for it in found] == [dict(column.values) for column in columns]


def test_the_codebook_goes_into_files(run, shipped: Path, tmp_path: Path):
    targets = tmp_path / "so-ma.csv", tmp_path / "so-ma.xlsx"
    result = run("codebook", shipped, "--csv", targets[0], "--xlsx", targets[1])
    assert (result.exit_code, result.stdout) == (0, "")
    lines = list(csv.DictReader(io.StringIO(targets[0].read_text("utf-8-sig"))))
    wanted = [column.name for column in codebook(instruments.load("citizen_five_factors"))]
    assert list(dict.fromkeys(line["name"] for line in lines)) == wanted
    sheets = CalamineWorkbook.from_path(str(targets[1])).sheet_names
    assert sheets == ["Các cột", "Nhãn giá trị"]


def test_labels_follow_the_language(run, shipped: Path, monkeypatch):
    monkeypatch.setenv("KHAOSAT_LOCALE", "en")
    assert "Strongly agree" in run("codebook", shipped).stdout


@pytest.mark.parametrize("command", ["codebook", "compare"])
def test_a_faulty_file_is_told_and_leaves_with_1(run, shipped: Path, command: str, tmp_path: Path):
    wrong, target = FOLDER / "invalid_many.json", tmp_path / "x.csv"
    arguments = [wrong, "--csv", target] if command == "codebook" else [shipped, wrong]
    result = run(command, *arguments)
    assert result.exit_code == 1
    assert "sections[0].questions[0].choices[0].code: thiếu mục này" in result.stderr
    assert not target.exists()


@pytest.mark.parametrize("arguments", [["codebook", "none.json"], ["compare", "none.json"]])
def test_a_missing_file_leaves_with_2(run, arguments: list[str]):
    assert run(*arguments).exit_code == 2


def test_versions_that_may_follow_are_compared(run, tmp_path: Path):
    old = saved(tmp_path, "old", of_one(1))
    new = of_one(2)
    new["sections"][0]["questions"][0]["texts"]["vi"] = "Câu hỏi khác"
    result = run("compare", old, saved(tmp_path, "new", new))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "q: sửa lời: Câu hỏi → Câu hỏi khác",
        "1 thay đổi; 1 trong 1 câu hỏi so sánh được với phiên bản trước",
    ]


def test_a_version_that_would_misread_answers_leaves_with_1(run, tmp_path: Path):
    old = saved(tmp_path, "old", of_one(1))
    new = saved(tmp_path, "new", of_one(2, "number"))
    result = run("compare", old, new)
    assert result.exit_code == 1
    assert "q: đổi loại câu hỏi: yes_no → number" in result.stdout
    assert 'câu "q" đổi loại từ yes_no sang number' in result.stderr


def test_a_comparison_as_json_holds_faults_changes_and_pairs(run, tmp_path: Path):
    old = saved(tmp_path, "old", of_one(2))
    new = saved(tmp_path, "new", of_one(1, required=True))
    result = run("compare", old, new, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [fault["code"] for fault in found["faults"]] == ["version_not_raised"]
    assert [change["difference"] for change in found["changes"]] == ["required"]
    assert found["comparable"] == {"q": "q"}


def test_the_same_file_twice_has_nothing_to_tell(run, shipped: Path):
    result = run("compare", shipped, shipped)
    assert result.exit_code == 0
    assert result.stdout.startswith("0 thay đổi")


def test_every_difference_has_words_in_both_languages():
    assert WORDS["vi"].keys() == WORDS["en"].keys() == set(Difference)


def test_the_command_line_knows_them():
    done = subprocess.run(
        [sys.executable, "-m", "app", "questionnaire", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in ("check", "codebook", "compare"):
        assert name in done.stdout
