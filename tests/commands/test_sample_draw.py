"""`khaosat sample draw` and `sample verify`: from a list to a sample that can be weighted."""

import csv
import json
import stat
from pathlib import Path

import pytest

from tests.commands.calling import Done, run

FRAME = "code;unit;field;received\n" + "".join(
    f"H{number:02d};{'AB'[number % 3 == 0]};Đất đai;02/03/2026\n" for number in range(60)
)
PLAN = """
method: stratified
stratify_by: [unit]
sizes: {A: 8, B: 5}
reserves: 3
source: Giải đặc biệt XSKT Đồng Nai 07/10/2026
"""
ARRIVING = "method: arriving\nstratify_by: [unit]\nrates: {A: 1/5, B: 0.25}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("frame.csv").write_text(FRAME, encoding="utf-8")
    Path("plan.yaml").write_text(PLAN, encoding="utf-8")
    Path("arriving.yaml").write_text(ARRIVING, encoding="utf-8")
    return tmp_path


def draw(home: Path, *words: str, plan: str = "plan.yaml", out: str = "papers") -> Done:
    return run(home, "sample", "draw", plan, *words, "--out", out)


def verify(home: Path, out: str = "papers", *words: str) -> Done:
    given = [f"--{name}={out}/{name}.json" for name in ("commitment", "revealed")]
    return run(home, "sample", "verify", f"{out}/record.json", f"{out}/frame.csv", *given, *words)


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def test_from_a_list_to_a_verified_sample_and_its_weights(home: Path) -> None:
    done = draw(home, "frame.csv", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["step"], told["dossiers"]) == ("committed", 60)
    assert not Path("papers/record.json").exists()
    assert stat.S_IMODE(Path("papers/secret.json").stat().st_mode) == 0o600

    done = draw(home, "frame.csv", "--number", "274913", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["drawn"], told["reserves"], told["strata"]) == (13, 6, 2)
    sample, reserves = rows("papers/sample.csv"), rows("papers/reserves.csv")
    assert {(it["stratum"], it["base_weight"], it["population"]) for it in sample} == {
        ("A", "5.0", "40"),
        ("B", "4.0", "20"),
    }
    assert {it["role"] for it in reserves} == {"reserve"}
    assert [it["rank"] for it in reserves] == ["9", "10", "11", "6", "7", "8"]
    for path in ("record.json", "commitment.json", "leaves.txt"):
        assert "H0" not in Path("papers", path).read_text(encoding="utf-8")

    secret = json.loads(Path("papers/secret.json").read_bytes())["secrets"][0]
    assert secret not in Path("papers/record.json").read_text(encoding="utf-8")
    assert draw(home, "--reveal").returncode == 0
    done = verify(home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "274913" in done.stdout

    recipe = "base: base_weight\nsteps:\n"
    recipe += "- calibrate: {method: poststratify, margins: {unit: {A: 44, B: 16}}}\n"
    Path("recipe.yaml").write_text(recipe, encoding="utf-8")
    done = run(home, "weigh", "recipe.yaml", "papers/sample.csv", "--out", "weights.csv")
    assert done.returncode == 0, done.stderr
    assert sum(float(it["weight"]) for it in rows("weights.csv")) == pytest.approx(60)
    spec = "design: {weights: base_weight, strata: [stratum], fpc: [population]}\n"
    spec += "estimates:\n- {name: n, stat: total, of: [drawn]}\n"
    Path("spec.yaml").write_text(spec, encoding="utf-8")
    done = run(home, "estimate", "spec.yaml", "papers/sample.csv", "--json")
    assert done.returncode == 0, done.stderr
    assert "420" in done.stdout  # 40 × 8 + 20 × 5


def test_each_step_has_its_time(home: Path) -> None:
    assert "run without --number" in draw(home, "frame.csv", "--number", "1").stderr
    assert "list of dossiers is needed" in draw(home).stderr
    assert not Path("papers/commitment.json").exists()
    assert draw(home, "frame.csv").returncode == 0
    assert "add --number from: Giải đặc biệt" in draw(home, "frame.csv").stderr
    assert "nothing is drawn yet" in draw(home, "--reveal").stderr
    Path("plan.yaml").write_text(PLAN.replace("A: 8", "A: 9"), encoding="utf-8")
    assert "not the one that was committed to" in draw(home, "frame.csv", "--number", "1").stderr
    Path("plan.yaml").write_text(PLAN, encoding="utf-8")
    Path("frame.csv").write_text(FRAME.replace("H07;A", "H07;B"), encoding="utf-8")
    assert "no longer the one" in draw(home, "frame.csv", "--number", "1").stderr
    Path("frame.csv").write_text(FRAME, encoding="utf-8")
    assert draw(home, "frame.csv", "--number", "1").returncode == 0
    done = draw(home, "frame.csv", "--number", "2")
    assert done.returncode == 2
    assert "a list is drawn once" in done.stderr


def test_a_changed_sample_does_not_pass_verification(home: Path) -> None:
    draw(home, "frame.csv")
    draw(home, "frame.csv", "--number", "1")
    draw(home, "--reveal")
    record = json.loads(Path("papers/record.json").read_bytes())
    record["result"][0]["drawn"].reverse()
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    Path("papers/record.json").write_text(text, encoding="utf-8")
    done = verify(home)
    assert done.returncode == 1
    assert "«A», drawn: sai từ hạng / wrong from rank 1" in done.stdout


def test_dossiers_are_drawn_as_they_arrive(home: Path) -> None:
    assert "without a list" in draw(home, "frame.csv", plan="arriving.yaml").stderr
    assert draw(home, plan="arriving.yaml").returncode == 0
    assert not Path("papers/frame.csv").exists()
    half = "".join(FRAME.splitlines(keepends=True)[:31])
    Path("half.csv").write_text(half, encoding="utf-8")
    assert draw(home, "half.csv", plan="arriving.yaml").returncode == 0
    early = {it["code"] for it in rows("papers/sample.csv")}
    assert (
        "leave out --number" in draw(home, "half.csv", "--number", "1", plan="arriving.yaml").stderr
    )
    assert draw(home, "frame.csv", plan="arriving.yaml").returncode == 0
    late = {it["code"]: it["base_weight"] for it in rows("papers/sample.csv")}
    assert early == {code for code in late if code < "H30"}
    assert {*late.values()} <= {"5.0", "4.0"}
    assert (
        "30 dossiers of the list before are missing"
        in draw(home, "half.csv", plan="arriving.yaml").stderr
    )
    assert draw(home, "--reveal", plan="arriving.yaml").returncode == 0
    assert verify(home).returncode == 0
    assert "drawn once" in draw(home, "frame.csv", plan="arriving.yaml").stderr


def test_faults_of_plan_and_list_are_listed(home: Path) -> None:
    Path("plan.yaml").write_text(PLAN.replace("stratified", "cube"), encoding="utf-8")
    done = draw(home, "frame.csv")
    assert done.returncode == 1
    assert "«cube» cannot be re-checked in public" in done.stderr
    Path("plan.yaml").write_text(PLAN, encoding="utf-8")
    Path("frame.csv").write_text(FRAME + "H01;A;;02/03/2026\n", encoding="utf-8")
    done = draw(home, "frame.csv")
    assert done.returncode == 1
    assert "already stands in row" in done.stderr
    assert not Path("papers/secret.json").exists()
