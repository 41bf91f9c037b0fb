import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.estimate import estimate

DATA = Path(__file__).parents[1] / "published" / "reference" / "data" / "apistrat.csv"
SPEC = """
design: {weights: pw, strata: [stype], fpc: [fpc]}
estimates:
  - {name: score, stat: mean, of: [api00, meals]}
  - {name: cross, stat: total, of: [api00], over: [sch.wide, comp.imp]}
"""
# R 4.2.2, survey 4.1.1: svymean(~api00+meals, d, deff=TRUE) and svyby(..., svytotal), 1e-9.
SCORE, SCORE_SE, SCORE_DEFF = 662.287363159321, 9.40894080278458, 1.20445726853772
SCORE_INTERVAL = (643.732188272086, 680.842538046555)
CROSS, CROSS_SE = 2684904.12852478, 152042.164184961


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)
    monkeypatch.chdir(tmp_path)

    def invoke(spec: str | bytes, *options: str, data: Path = DATA) -> Result:
        Path("spec.yaml").write_bytes(spec if isinstance(spec, bytes) else spec.encode())
        return CliRunner().invoke(estimate, ["spec.yaml", str(data), *options])

    return invoke


def test_results_agree_with_published_ones(run: Callable[..., Result]) -> None:
    result = run(SPEC, "--json", "--out", "out.json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert json.loads(Path("out.json").read_text(encoding="utf-8")) == document
    score, *_, cross = document["estimates"]
    assert [*score] == [
        *("name", "stat", "variable", "domain", "estimate", "se", "lower", "upper"),
        *("df", "deff", "n", "effective_n"),
    ]
    assert score["estimate"] == pytest.approx(SCORE, rel=1e-9)
    assert score["se"] == pytest.approx(SCORE_SE, rel=1e-9)
    assert score["deff"] == pytest.approx(SCORE_DEFF, rel=1e-9)
    assert (score["lower"], score["upper"]) == pytest.approx(SCORE_INTERVAL, rel=1e-9)
    assert (score["df"], score["n"], score["domain"]) == (197, 200, {})
    assert cross["domain"] == {"sch.wide": "Yes", "comp.imp": "Yes"}
    assert (cross["estimate"], cross["se"]) == pytest.approx((CROSS, CROSS_SE), rel=1e-9)


def test_a_person_gets_a_table(run: Callable[..., Result]) -> None:
    lines = run(SPEC).stdout.splitlines()
    assert lines[0].split("\t")[:4] == ["name", "stat", "variable", "domain"]
    assert lines[1].startswith("score\tmean\tapi00\t\t662.287\t9.40894\t")
    assert "sch.wide=No, comp.imp=Yes" in lines[5]


def test_what_does_not_exist_is_null_in_json(run: Callable[..., Result]) -> None:
    spec = SPEC + "  - {name: one, stat: mean, of: [api00], where: snum == 2077}\n"
    one = json.loads(run(spec, "--json").stdout)["estimates"][-1]
    assert (one["n"], one["df"], one["lower"], one["deff"]) == (1, 0, None, None)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (SPEC.replace("api00, meals", "target"), "dòng 2, cột target: chưa có câu trả lời"),
        (SPEC.replace("meals", "ghost"), "cột ghost: thiếu cột này"),
        (SPEC.replace("meals", "stype"), "dòng 2, cột stype: «E» không phải số"),
        (SPEC.replace("stat: mean", "stat: quantile"), "«quantile»"),
        (SPEC.replace("fpc: [fpc]", "fpc: [fpc, N2]"), "design.fpc[1] chưa được hỗ trợ"),
        (SPEC.replace("fpc: [fpc]", "fpc: [pw]"), "quy mô tổng thể"),
        (SPEC.replace("strata: [stype]", "strata: [cds]"), "chỉ có một chùm"),
        (b"\xff", "YAML"),
        ("a: [", "YAML"),
        ("", "không đúng dạng"),
        (SPEC.replace("name: score,", ""), "estimates[0].name: thiếu mục này"),
    ],
)
def test_faults_end_with_code_1_and_no_result(
    run: Callable[..., Result], spec: str | bytes, told: str
) -> None:
    result = run(spec, "--out", "out.json")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert told in result.stderr
    as_json = run(spec, "--out", "out.json", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["faults"]
    assert not Path("out.json").exists()


def test_faults_as_json_name_row_and_column(run: Callable[..., Result]) -> None:
    result = run(SPEC.replace("api00, meals", "target"), "--json")
    fault = json.loads(result.stdout)["faults"][0]
    assert (fault["row"], fault["column"], fault["code"]) == (2, "target", "missing_answer")


def test_a_workbook_that_is_none_is_a_fault(run: Callable[..., Result], tmp_path: Path) -> None:
    broken = tmp_path / "data.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    assert run(SPEC, data=broken).exit_code == 1


@pytest.mark.parametrize(
    "options", [("--out", "absent/out.json"), ("--out", "spec.yaml"), ("--out", "."), ("--outt",)]
)
def test_wrong_usage_is_told_apart(run: Callable[..., Result], options: tuple[str, ...]) -> None:
    assert run(SPEC, *options).exit_code == 2
    assert Path("spec.yaml").read_text(encoding="utf-8") == SPEC


def test_the_installed_command_does_the_same(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    command = [Path(sys.executable).with_name("khaosat"), "estimate", spec, DATA, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["estimates"][0]["estimate"] == pytest.approx(SCORE, rel=1e-9)
    frame = [command[0], "frame", "check", DATA]
    faulty = subprocess.run(frame, capture_output=True, text=True, check=False)
    assert faulty.returncode == 1
    assert "Traceback" not in faulty.stderr
