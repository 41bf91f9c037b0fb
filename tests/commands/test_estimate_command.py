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
        (SPEC.replace("stat: mean", "stat: median"), "«median»"),
        (SPEC.replace("fpc: [fpc]", "fpc: [fpc, N2]"), "cột N2: thiếu cột này"),
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


TWO_STAGES = """
design:
  weights: w_design
  strata: [stratum]
  clusters: [commune, dossier]
  fpc: [N1, N2]
estimates:
  - {name: score, stat: mean, of: score}
  - {name: late, stat: ratio, of: [overdue, business]}
  - {name: services, stat: proportion, of: service}
  - {name: cautious, stat: proportion, of: service, interval: beta}
  - {name: deciles, stat: quantile, of: score, at: [0.103, 0.513]}
"""


def published(case: str, check: str) -> dict:
    path = DATA.parents[1] / "expected" / f"{case}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    return next(each["expect"] for each in document["checks"] if each["id"] == check)


def test_two_stages_and_every_statistic_agree_with_published_ones(
    run: Callable[..., Result],
) -> None:
    result = run(TWO_STAGES, "--json", data=DATA.with_name("satisfaction.csv"))
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["estimates"]
    by_name: dict[str, list[dict]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row)
    expected = published("sat_two_stage_fpc", "mean")
    [score] = by_name["score"]
    assert score["estimate"] == pytest.approx(expected["coef"][0], rel=1e-9)
    assert score["se"] == pytest.approx(expected["se"][0], rel=1e-9)
    [late] = by_name["late"]
    expected = published("sat_two_stage_fpc", "ratio")
    assert late["variable"] == "overdue/business"
    assert [late["estimate"]] == pytest.approx(expected["coef"], rel=1e-9)
    assert [late["lower"], late["upper"]] == pytest.approx(expected["ci95_t"][0], rel=1e-8)
    expected = published("sat_two_stage_fpc", "prop_factor")
    services = by_name["services"]
    assert next(row["variable"] for row in services) == "service=business"
    assert [row["se"] for row in services] == pytest.approx(expected["se"], rel=1e-9)
    beta = by_name["cautious"]
    assert all(0 < row["lower"] < row["estimate"] < row["upper"] < 1 for row in beta)
    assert beta[0]["lower"] != services[0]["lower"]
    expected = published("sat_two_stage_fpc", "quantile_math_mean")
    assert [row["variable"] for row in by_name["deciles"]] == ["score@0.103", "score@0.513"]
    assert [row["estimate"] for row in by_name["deciles"]] == [35, 70]
    assert all(row["deff"] is None and row["effective_n"] > 0 for row in by_name["deciles"])


def test_a_recipe_beside_the_specification_makes_the_weights(run: Callable[..., Result]) -> None:
    Path("recipe.yaml").write_text(
        "base: pw\nsteps:\n  - calibrate:\n      method: poststratify\n"
        "      margins: {sch.wide: {No: 1072, Yes: 5122}}\n",
        encoding="utf-8",
    )
    spec = SPEC.replace("estimates:", "calibration: recipe.yaml\nestimates:")
    result = run(spec, "--json")
    assert result.exit_code == 0, result.output
    score = json.loads(result.stdout)["estimates"][0]
    expected = published("calibration_strat", "poststrat_mean")
    assert score["estimate"] == pytest.approx(expected["coef"][0], rel=1e-9)
    assert score["se"] == pytest.approx(expected["se"][0], rel=1e-8)


def test_a_recipe_that_is_missing_broken_or_another_ones_is_told(
    run: Callable[..., Result],
) -> None:
    spec = SPEC.replace("estimates:", "calibration: recipe.yaml\nestimates:")
    assert run(spec).exit_code == 2
    Path("recipe.yaml").write_text("base: pw", encoding="utf-8")
    broken = run(spec)
    assert broken.exit_code == 1
    assert "recipe.yaml:" in broken.stderr
    Path("recipe.yaml").write_text("base: fpc\nsteps: [{trim: {upper: 9}}]", encoding="utf-8")
    other = run(spec)
    assert other.exit_code == 1
    assert "«fpc»" in other.stderr
