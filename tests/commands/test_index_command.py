"""`khaosat index rank`: files in, a ranking out, every fault told."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.commands.ranking import RESULT, SCORES, laid_out, run


@pytest.fixture
def folder(tmp_path, monkeypatch):
    return laid_out(tmp_path, monkeypatch)


EXAMPLE = Path(__file__).parents[2] / "app" / "data" / "criteria" / "example.yaml"


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
