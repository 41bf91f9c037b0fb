"""The command that ranks units, where files or usage are wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.ranking import SCHEME, SCORES, laid_out, run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return laid_out(tmp_path, monkeypatch)


BAD_SCORES = [
    ("departments;Sở A;1.1;70,01", 2, "points", "above_maximum"),
    ("departments;Sở A;1.1;-1", 2, "points", "negative"),
    ("departments;Sở A;1.1;nan", 2, "points", "not_finite"),
    ("departments;Sở A;1.1;inf", 2, "points", "not_finite"),
    ("departments;Sở A;1.1;1.234,5", 2, "points", "ambiguous_number"),
    ("departments;Sở A;1.1;nhiều", 2, "points", "not_a_number"),
    ("departments;Sở A;1.1;", 2, "points", "missing_points"),
    ("departments;Sở A;9.9;1", 2, "criterion", "unknown_criterion"),
    ("schools;Sở A;1.1;1", 2, "group", "unknown_group"),
    ("departments;Sở A;SURVEY;27", 3, "criterion", "duplicate_score"),
    ("departments;Sở D;1.1;1", 2, "criterion", "missing_criterion"),
    ("departments;Sở A;1.1;1;9", 2, "", "extra_cells"),
]


@pytest.mark.parametrize(("line", "row", "column", "code"), BAD_SCORES)
def test_bad_scores_are_told_with_row_and_column_and_touch_no_file(folder, line, row, column, code):
    lines = SCORES.splitlines()
    lines[1] = line
    Path("SCORES.csv").write_text("\n".join(lines), encoding="utf-8")
    Path("OLD.csv").write_text("old", encoding="utf-8")
    result = run("SCHEME.yaml", "SCORES.csv", "--out", "OLD.csv", "--json")
    assert result.exit_code == 1
    found = [(f["row"], f["column"], f["code"]) for f in json.loads(result.stdout)["faults"]]
    assert (row, column, code) in found
    assert run("SCHEME.yaml", "SCORES.csv", "--out", "NEW.csv").exit_code == 1
    assert Path("OLD.csv").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in folder.iterdir()) == [
        "OLD.csv",
        "SCHEME.yaml",
        "SCORES.csv",
    ]


def test_every_fault_has_a_line_for_a_person_in_either_language(folder, monkeypatch):
    bad = SCORES.replace("62,5\n", "x\n").replace("Sở B;1.1;62,504", "Sở B;1.1;71")
    Path("SCORES.csv").write_text(bad, encoding="utf-8")
    vietnamese = run("SCHEME.yaml", "SCORES.csv")
    assert (vietnamese.exit_code, vietnamese.stdout) == (1, "")
    assert vietnamese.stderr.splitlines() == [
        "SCORES.csv: 2 lỗi",
        "dòng 2, cột points: «x» không phải số",
        "dòng 4, cột points: 71 vượt điểm tối đa 70 của tiêu chí 1.1",
    ]
    monkeypatch.setenv("KHAOSAT_LOCALE", "en")
    assert (
        "row 4, column points: 71 is above the maximum 70"
        in run("SCHEME.yaml", "SCORES.csv").stderr
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "tệp trống"),
        (b"\x89PNG\r\n\x1a\n\xff", "không phải văn bản UTF-8"),
        (b"a: [1", "không đọc được YAML"),
        (SCHEME.replace("max_points: 70", "max_points: x").encode(),
         "fields[0].criteria[0].max_points: «x» không phải số"),
        (SCHEME.replace("proportional", "magic").encode(), "chưa hỗ trợ cách chấm «magic»"),
    ],
)  # fmt: skip
def test_a_criteria_set_that_cannot_be_used_says_why(folder, content, expected):
    Path("SCHEME.yaml").write_bytes(content)
    result = run("SCHEME.yaml", "SCORES.csv", "--out", "RESULT.csv")
    assert result.exit_code == 1
    assert expected in result.stderr
    assert not Path("RESULT.csv").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("S.csv", b""),
        ("S.csv", b"\xff\xfe\x00\xd8\x00"),
        ("S.csv", b"\x00\x01\x02"),
        ("S.csv", bytes(range(256)) * 40),
        ("S.xlsx", b"PK\x03\x04broken"),
        ("S.xlsx", b"not a workbook"),
        ("S.csv", b"group,unit,criterion,points\n"),
    ],
)
def test_scores_that_cannot_be_read_are_one_fault_and_no_traceback(folder, name, content):
    Path(name).write_bytes(content)
    result = run("SCHEME.yaml", name, "--out", "RESULT.csv", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["faults"]
    assert not Path("RESULT.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("none.yaml", "SCORES.csv"), "không có tệp none.yaml"),
        (("SCHEME.yaml", "none.csv"), "không có tệp none.csv"),
        ((".", "SCORES.csv"), "là thư mục"),
        (("SCHEME.yaml", "."), "là thư mục"),
        (("SCHEME.yaml", "SCORES.csv/x"), "không đọc được"),
        (("SCHEME.yaml", "SCORES.csv", "--out", "."), "là thư mục"),
        (("SCHEME.yaml", "SCORES.csv", "--out", "none/R.csv"), "không có thư mục none"),
        (("SCHEME.yaml", "SCORES.csv", "--out", "./SCORES.csv"), "trùng với tệp đầu vào"),
        (("SCHEME.yaml",), "SCORES.csv"),
        (("SCHEME.yaml", "SCORES.csv", "--strange"), "--strange"),
    ],
)
def test_wrong_usage_leaves_with_two_and_touches_nothing(folder, arguments, expected):
    result = run(*arguments)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert Path("SCORES.csv").read_text(encoding="utf-8") == SCORES


def test_a_failed_write_leaves_the_old_file_and_no_other(folder, monkeypatch):
    Path("RESULT.csv").write_text("old", encoding="utf-8")

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    result = run("SCHEME.yaml", "SCORES.csv", "--out", "RESULT.csv")
    assert result.exit_code == 2
    assert "No space left" in result.stderr
    assert Path("RESULT.csv").read_text(encoding="utf-8") == "old"
    assert len(list(folder.iterdir())) == 3


def test_a_rewritten_file_keeps_its_permissions(folder):
    Path("RESULT.csv").write_text("old", encoding="utf-8")
    Path("RESULT.csv").chmod(0o640)
    assert run("SCHEME.yaml", "SCORES.csv", "--out", "RESULT.csv").exit_code == 0
    assert Path("RESULT.csv").stat().st_mode & 0o777 == 0o640


def test_the_real_program_leaves_with_one_and_no_traceback(folder):
    Path("SCORES.csv").write_text(SCORES.replace("62,5\n", "x\n"), encoding="utf-8")
    program = [sys.executable, "-c", "from app.cli import main; main()"]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [*program, "index", "rank", "SCHEME.yaml", "SCORES.csv"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "dòng 2, cột points" in done.stderr
    assert "Traceback" not in done.stderr
