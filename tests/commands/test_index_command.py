"""`khaosat index rank`: files in, a ranking out, every fault told."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main

EXAMPLE = Path(__file__).parents[2] / "app" / "data" / "criteria" / "example.yaml"

SCHEME = """
name: n
groups:
  departments:
    ties: [criterion:SURVEY]
    bands: [{name: Xuất sắc, from: 90}, {name: Tốt, from: 80}]
fields:
  - code: "1"
    criteria: [{code: "1.1", max_points: 70}]
  - code: "2"
    criteria: [{code: SURVEY, max_points: 30, source: survey, rule: {kind: proportional}}]
bonus: {cap: 2}
"""

SCORES = """group;unit;criterion;points
departments;Sở A;1.1;62,5
departments;Sở A;SURVEY;27,5
departments;Sở B;1.1;62,504
departments;Sở B;SURVEY;27,5
departments;Sở C;1.1;60
departments;Sở C;SURVEY;30
"""

RESULT = """group,rank,unit,total,max_applicable,percent,band,1,2
departments,1,Sở B,90.004,100,90.004,Xuất sắc,62.504,27.5
departments,2,Sở C,90,100,90,Xuất sắc,60,30
departments,3,Sở A,90,100,90,Xuất sắc,62.5,27.5
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)
    Path("SCHEME.yaml").write_text(SCHEME, encoding="utf-8")
    Path("SCORES.csv").write_text(SCORES, encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(main, ["index", "rank", *arguments])


def workbook(path, rows):
    """Write the smallest workbook that a spreadsheet would: inline text and numbers."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [
            f'<c r="{column}{number}"><v>{cell}</v></c>'
            if isinstance(cell, float | int)
            else f'<c r="{column}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for column, cell in zip("ABCDEFGH", row, strict=False)
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{spreadsheet}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/s.xml" ContentType="{spreadsheet}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main_space}" xmlns:r="{office}"><sheets>'
        '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/s.xml"/>'
        "</Relationships>",
        "xl/worksheets/s.xml": f'<worksheet xmlns="{main_space}"><sheetData>{"".join(lines)}'
        "</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')


def test_a_ranking_goes_to_standard_output(folder):
    result = run("SCHEME.yaml", "SCORES.csv")
    assert (result.exit_code, result.stdout, result.stderr) == (0, RESULT, "")


def test_a_ranking_goes_to_a_file(folder):
    result = run("SCHEME.yaml", "SCORES.csv", "--out", "RESULT.csv")
    assert (result.exit_code, result.output) == (0, "")
    assert Path("RESULT.csv").read_bytes() == RESULT.encode()
    assert sorted(path.name for path in folder.iterdir()) == [
        "RESULT.csv",
        "SCHEME.yaml",
        "SCORES.csv",
    ]


def test_a_workbook_gives_the_same_ranking(folder):
    header, *lines = [line.split(";") for line in SCORES.splitlines()]
    rows = [[*keys, float(points.replace(",", "."))] for *keys, points in lines]
    workbook("SCORES.xlsx", [header, *rows])
    result = run("SCHEME.yaml", "SCORES.xlsx")
    assert (result.exit_code, result.stdout) == (0, RESULT)


def test_json_holds_the_ranking_and_the_file_is_written_too(folder):
    result = run("SCHEME.yaml", "SCORES.csv", "--json", "--out", "RESULT.csv")
    rows = json.loads(result.stdout)["results"]
    assert [(row["unit"], row["rank"], row["exact"]["percent"]) for row in rows] == [
        ("Sở B", 1, "22501/250"),
        ("Sở C", 2, "90"),
        ("Sở A", 3, "90"),
    ]
    assert [row["survey"] for row in rows] == [27.5, 30, 27.5]
    assert Path("RESULT.csv").read_text(encoding="utf-8") == RESULT


def test_the_example_set_ranks_units_by_every_kind_of_rule(folder):
    shown = {
        "1.1": "value;31/01/2026",
        "1.2": "value;không",
        "1.3": "ratio;9;10",
        "1.4": "ratio;1;4",
        "1.5": "points;1,5",
        "2.1": "ratio;3;4",
        "2.3": "ratio;0;0",
        "3.1": "value;1",
        "3.2": "ratio;95;100",
        "3.3": "ratio;0;0",
        "3.4": "value;0,8",
        "3.5": "value;0,8",
        "4.1": "value;chậm tiến độ",
        "4.2": "ratio;7;10",
        "5.1": "value;1",
        "5.2": "ratio;19;20",
        "5.3": "value;1",
        "5.4": "value;0,75",
        "6.1": "value;0,85",
        "6.2": "value;0,95",
        "7.1": "value;0,55",
        "7.2": "value;1",
        "7.3": "value;0,5",
        "7.4": "value;0,9",
        "7.5": "value;0,9",
    }
    layout = {"value": "{};;;", "ratio": ";{};{};", "points": ";;;{}"}
    lines = ["group;unit;criterion;value;numerator;denominator;points"]
    for code, text in shown.items():
        kind, *cells = text.split(";")
        lines.append(f"departments;Sở A;{code};{layout[kind].format(*cells)}")
    Path("SCORES.csv").write_text("\n".join(lines), encoding="utf-8")
    result = run(str(EXAMPLE), "SCORES.csv")
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    fields = [row[str(number)] for number in range(1, 8)]
    assert fields == ["9.5", "7.75", "21.65", "5.5", "12.5", "3", "14.6"]
    assert (row["total"], row["band"]) == ("74.5", "Khá")


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


PRINTED_SCHEME = """name: Bộ chỉ số CCHC các sở
decision: {number: "…/QĐ-UBND", date: 2026-01-15}
groups:
  departments: {title: Sở, ban, ngành, ties: [criterion:SURVEY], decimals: 2,
                bands: [{name: Xuất sắc, from: 90}, {name: Tốt, from: 80}, {name: Yếu, from: 0}]}
fields:
  - code: "1"
    title: Chỉ đạo, điều hành
    criteria:
      - {code: "1.1", title: …, max_points: 2, source: verified, rule: {kind: tiers, tiers: [{from: 1.0, points: 2}, {from: 0.8, points: 1}, {from: 0, points: 0}]}}
      - {code: "SURVEY", title: …, max_points: 30, source: survey, rule: {kind: proportional}}
bonus: {cap: 2}
penalty: {cap: 5}
not_applicable: rebase        # or: full_points, zero
"""  # noqa: E501  (a line is a row)


def test_a_criteria_set_with_commas_in_its_titles_is_read(folder):
    Path("SCHEME.yaml").write_text(PRINTED_SCHEME, encoding="utf-8")
    Path("SCORES.csv").write_text(
        "group,unit,criterion,points\ndepartments,A,1.1,2\ndepartments,A,SURVEY,25\n",
        encoding="utf-8",
    )
    result = run("SCHEME.yaml", "SCORES.csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1] == "departments,1,A,27,32,84.375,Tốt,27"
