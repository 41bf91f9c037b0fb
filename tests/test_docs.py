"""What the documents tell can be done: links lead somewhere, commands exist, examples run."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import COMMANDS, main
from surveys.paging import pages
from surveys.reading import read_questionnaire

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("app/data/**/*.md")])


def code(page: Path) -> str:
    """Everything a page sets as code, in blocks and in lines."""
    return "\n".join(re.findall(r"`+([^`]+)`+", page.read_text()))


def test_there_are_pages():
    assert len(PAGES) > 15


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_and_targets_that_pages_name_exist(page: Path):
    named = re.findall(r"(?m)^\s*(?:\.venv/bin/)?khaosat ([a-z]+)", code(page))
    assert [name for name in named if name not in COMMANDS] == []
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"(?m)^make ([a-z]+)", code(page))
    assert [name for name in targets if f"\n{name}:" not in makefile] == []


def test_the_estimation_of_the_guide_runs(tmp_path: Path):
    guide = (ROOT / "docs" / "guides" / "files.md").read_text()
    specification = tmp_path / "spec.yaml"
    specification.write_text(re.findall(r"```yaml\n(.*?)```", guide, re.S)[0])
    data = ROOT / "tests" / "published" / "reference" / "data" / "apistrat.csv"
    done = CliRunner().invoke(main, ["estimate", str(specification), str(data), "--json"])
    assert done.exit_code == 0, done.output
    rows = json.loads(done.output)
    first = (rows["estimates"] if isinstance(rows, dict) else rows)[0]
    assert first["estimate"] == pytest.approx(662.287363159321, rel=1e-12)
    assert first["se"] == pytest.approx(9.40894080278458, rel=1e-9)


def test_the_weights_and_estimates_of_the_guide_are_made(tmp_path: Path):
    guide = (ROOT / "docs" / "guides" / "estimation.md").read_text()
    recipe, specification = re.findall(r"```yaml\n(.*?)```", guide, re.S)
    data = str(ROOT / "tests" / "published" / "reference" / "data" / "satisfaction.csv")
    (tmp_path / "RECIPE.yaml").write_text(recipe)
    (tmp_path / "SPEC.yaml").write_text(specification)
    (tmp_path / "BOTH.yaml").write_text("calibration: RECIPE.yaml\n" + specification)
    out, report = tmp_path / "WEIGHTS.csv", tmp_path / "REPORT.json"
    options = ["--out", str(out), "--report", str(report)]
    done = CliRunner().invoke(main, ["weigh", str(tmp_path / "RECIPE.yaml"), data, *options])
    assert done.exit_code == 0, done.output
    assert json.loads(report.read_text())["steps"][-1]["sum"] == pytest.approx(59496)
    errors = {}
    for name in ("SPEC", "BOTH"):
        run = ["estimate", str(tmp_path / f"{name}.yaml"), data, "--json"]
        done = CliRunner().invoke(main, run)
        assert done.exit_code == 0, done.output
        errors[name] = {
            (row["name"], row["variable"], *row["domain"].values()): row["se"]
            for row in json.loads(done.stdout)["estimates"]
        }
    # Known totals leave less to chance: what they say is no longer estimated at all.
    assert errors["SPEC"]["dich_vu", "service=land"] > 0.005
    assert errors["BOTH"]["dich_vu", "service=land"] < 1e-9


def test_the_python_of_the_guide_runs(monkeypatch: pytest.MonkeyPatch, capsys):
    guide = (ROOT / "docs" / "guides" / "estimation.md").read_text()
    monkeypatch.chdir(ROOT)
    [program] = re.findall(r"```python\n(.*?)```", guide, re.S)
    exec(compile(program, "estimation.md", "exec"), {})
    assert "land" in capsys.readouterr().out


def test_the_questionnaire_of_the_guide_makes_sense(tmp_path: Path):
    guide = (ROOT / "docs" / "guides" / "questionnaires.md").read_text()
    [example] = re.findall(r"```json\n(.*?)```", guide, re.S)
    document = tmp_path / "PHIEU.json"
    document.write_text(example)
    done = CliRunner().invoke(main, ["questionnaire", "check", str(document), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["warnings"] == []
    assert pages(read_questionnaire(example.encode())) == (
        ("cach_nop", "tre_hen"),
        ("so_ngay",),
        ("thai_do", "huong_dan"),
        ("ly_do",),
    )


def test_the_settings_table_names_every_setting():
    from app.config import PREFIX, Settings

    readme = (ROOT / "README.md").read_text()
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"`(KHAOSAT_[A-Z_]+)`", readme))
    shortened = {f"{PREFIX[:-1]}{part}" for part in re.findall(r"`(_[A-Z_]+)`", readme)}
    assert known - named - shortened - {"KHAOSAT_SMTP_URL"} == set()
    assert named <= known
