import csv
import json
from pathlib import Path

import pytest

from tests.commands.calling import Done, run

STRATA = """stratum,N,sd_diem,mean_diem,share_ok,cost,min,max,take_all,area
H01,4443,17.028,78.482,0.8,25000,2,,,A
H02,230,6.068,71.068,0.9,58600,2,,,A
H03,6094,22.446,54.854,0.7,48800,2,300,,B
H04,1590,28.757,64.469,0.6,35900,2,,,B
H05,40,5.684,53.338,0.5,44500,,,có,B
"""


@pytest.fixture
def strata(tmp_path: Path) -> Path:
    path = tmp_path / "strata.csv"
    path.write_text(STRATA, encoding="utf-8")
    return path


def sample(home: Path, *words: str | Path, **environment: str) -> Done:
    return run(home, "sample", *words, **environment)


def document(done: Done) -> dict:
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_a_size_is_explained_step_by_step(tmp_path: Path) -> None:
    words = ("size", "--population", "1200", "--margin", "0.05", "--deff", "1.8")
    words += ("--response", "0.7")
    found = document(sample(tmp_path, *words, "--json"))
    assert found["answers"] == pytest.approx(524.1179064)
    assert (found["dossiers"], found["yamane"]) == (749, 300)
    told = sample(tmp_path, *words, KHAOSAT_LOCALE="vi").stdout
    assert "Nhân hệ số thiết kế: số phiếu cần thu\t524.12" in told
    mean = document(
        sample(tmp_path, "size", "--population", "900", "--margin", "1", "--sd", "12", "--json")
    )
    assert mean["corrected"] == pytest.approx(342.597933564863)
    assert "yamane" not in mean


def test_the_table_of_the_guide_can_be_allocated_as_the_guide_says(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "guides" / "sampling.md"
    text = guide.read_text(encoding="utf-8")
    table = next(block for block in text.split("```") if block.startswith("\nstratum,N,"))
    (tmp_path / "TANG.csv").write_text(table.strip() + "\n", encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("khaosat sample allocate TANG")]
    assert lines
    for line in lines:
        words = line.replace("TANG.csv", str(tmp_path / "TANG.csv")).split()[2:]
        assert document(sample(tmp_path, *words, "--json"))["n"] > 0


def test_every_stratum_gets_a_size_by_margin_answers_or_quota(tmp_path: Path, strata: Path) -> None:
    by_margin = document(
        sample(tmp_path, "size", strata, "--margin", "0.05", "--response", "0.3", "--json")
    )
    assert [row["n"] for row in by_margin["strata"]] == [1179, 230, 1205, 1032, 40]
    assert by_margin["strata"][0]["margin"] == pytest.approx(0.05, abs=1e-4)
    assert by_margin["strata"][1]["margin"] > 0.05
    by_answers = document(
        sample(tmp_path, "size", strata, "--answers", "30", "--response", "0.3", "--json")
    )
    assert [row["n"] for row in by_answers["strata"]] == [100, 100, 100, 100, 40]
    kinds = tmp_path / "kinds.csv"
    kinds.write_text("stratum,N,kind\na,500,xã\nb,500,phường\n", encoding="utf-8")
    quotas = ("--quota", "xã=60", "--quota", "phường=100")
    by_quota = document(sample(tmp_path, "size", kinds, *quotas, "--json"))
    assert [row["n"] for row in by_quota["strata"]] == [60, 100]


def test_a_number_is_shared_out_and_written_beside_the_strata(tmp_path: Path, strata: Path) -> None:
    out = tmp_path / "plan.csv"
    words = ("allocate", strata, "--n", "600", "--method", "neyman", "--variable", "diem")
    found = document(sample(tmp_path, *words, "--out", out, "--json"))
    assert [row["n"] for row in found["strata"]] == [163, 3, 295, 99, 40]
    assert found["n"] == 600
    assert found["precision"][1]["se"] == pytest.approx(0.863621, rel=1e-5)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["n"] for row in rows] == ["163", "3", "295", "99", "40"]
    assert rows[4]["take_all"] == "có"
    again = document(sample(tmp_path, "allocate", out, "--n", "600", "--json"))
    assert again["method"] == "proportional"


@pytest.mark.parametrize("method", ["equal", "sqrt", "optimal", "power"])
def test_every_rule_keeps_the_total_and_the_limits(
    tmp_path: Path, strata: Path, method: str
) -> None:
    words = ("--n", "700", "--method", method, "--variable", "diem", "--min", "5")
    found = document(sample(tmp_path, "allocate", strata, *words, "--json"))
    sizes = [row["n"] for row in found["strata"]]
    assert sum(sizes) == 700
    assert min(sizes) >= 5
    assert sizes[2] <= 300
    assert sizes[4] == 40


def test_the_cheapest_sample_meets_the_demands_of_every_area(tmp_path: Path, strata: Path) -> None:
    words = ("--cv", "diem=0.02", "--margin", "ok=0.05", "--by", "area")
    found = document(sample(tmp_path, "allocate", strata, *words, "--json"))
    assert found["method"] == "bethel"
    assert found["gap"] < 1e-9
    named = {(row["variable"], row["domain"]): row for row in found["demands"]}
    assert all(row["reached"] <= row["asked"] * (1 + 1e-9) for row in named.values())
    assert named["diem", "B"]["decides"]
    assert not named["ok", "B"]["decides"]
    told = sample(tmp_path, "allocate", strata, *words, KHAOSAT_LOCALE="vi").stdout
    assert "Quyết định cỡ mẫu" in told


def test_silence_is_counted_between_answers_and_dossiers(tmp_path: Path) -> None:
    half = tmp_path / "half.csv"
    half.write_text("stratum,N,share,response\na,5000,0.5,0.5\nb,5000,0.5,0.25\n")
    found = document(sample(tmp_path, "allocate", half, "--margin", "0.05", "--json"))
    assert sum(row["answers"] for row in found["strata"]) == pytest.approx(370, abs=1)
    first, second = (row["n"] for row in found["strata"])
    assert second == pytest.approx(2 * first, abs=4)
    assert found["precision"][0]["margin"] <= 0.05


def test_what_cannot_be_is_told_with_exit_code_1(tmp_path: Path, strata: Path) -> None:
    found = sample(tmp_path, "allocate", strata, "--margin", "ok=0.005", "--by", "area", "--json")
    assert found.returncode == 1
    assert json.loads(found.stdout)["faults"][0]["code"] == "unreachable_demand"
    bad = tmp_path / "bad.csv"
    bad.write_text("stratum,N,min,max\na,10,5,3\nb,7,9,7\n", encoding="utf-8")
    found = sample(tmp_path, "allocate", bad, "--n", "5")
    assert found.returncode == 1
    assert "row 2, column max: the cap is 3 but this stratum must give 5" in found.stderr
    bad.write_text("stratum,N,share\na,10,0.5\nb,7,1\n", encoding="utf-8")
    found = sample(tmp_path, "size", bad, "--margin", "0.05")
    assert found.returncode == 1
    assert "row 3, column share: «1» gives no size or margin" in found.stderr
    found = sample(tmp_path, "allocate", strata, "--n", "99999", KHAOSAT_LOCALE="vi")
    assert (found.returncode, "giảm cỡ mẫu" in found.stderr) == (1, True)
    found = sample(tmp_path, "size", "--population", "9", "--margin", "5")
    assert (found.returncode, "between 0 and 1" in found.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("size",),
        ("size", "--answers", "5"),
        ("size", "--margin", "0.05", "--quota", "xã=5"),
        ("size", "S", "--margin", "0.05", "--population", "5"),
        ("size", "S", "--quota", "xã"),
        ("size", "S", "--quota", "xã=60"),
        ("allocate", "S"),
        ("allocate", "S", "--n", "5", "--cv", "0.1"),
        ("allocate", "S", "--n", "5", "--method", "neyman"),
        ("allocate", "S", "--cv", "diem=x"),
        ("allocate", "S", "--cv", "ghost=0.1"),
        ("allocate", "S", "--margin", "ok=0.1", "--by", "ghost"),
        ("allocate", "S", "--n", "100", "--out", "S"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_writes_nothing(
    tmp_path: Path, strata: Path, words: tuple[str, ...]
) -> None:
    done = sample(tmp_path, *(strata if word == "S" else word for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert strata.read_text(encoding="utf-8") == STRATA
