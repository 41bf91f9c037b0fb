import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from app.commands.weigh import weigh
from app.documents.tables import read_columns, write_columns
from sampling.columns import Columns

DATA = "w,answered,group,note\n2,1,a,=1+1\n2,0,a,\n3,1,b,Tốt\n"
RECIPE = """
base: w
steps:
  - nonresponse: {method: classes, by: [group], respondent: answered}
  - calibrate: {method: rake, margins: {group: {a: 6, b: 4}}}
"""
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text(DATA, encoding="utf-8")

    def invoke(recipe: str, *options: str, data: str = "data.csv", out: str = "out.csv") -> Result:
        Path("recipe.yaml").write_text(recipe, encoding="utf-8")
        return CliRunner().invoke(weigh, ["recipe.yaml", data, "--out", out, *options])

    return invoke


def test_the_columns_come_back_with_a_weight(run: Run) -> None:
    result = run(RECIPE, "--report", "report.json")
    assert result.exit_code == 0, result.output
    assert Path("out.csv").read_text(encoding="utf-8") == (
        "w,answered,group,note,weight\n2,1,a,=1+1,6.0\n2,0,a,,0.0\n3,1,b,Tốt,4.0\n"
    )
    steps = json.loads(Path("report.json").read_text(encoding="utf-8"))["steps"]
    assert [step["step"] for step in steps] == ["base", "nonresponse classes", "calibrate rake"]
    assert [step["n"] for step in steps] == [3, 2, 2]
    assert steps[2]["kish_deff"] == pytest.approx(1.04)
    assert result.stdout.splitlines()[1].startswith("base\t3\t7\t2\t3\t")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_what_was_written_can_be_read_again(run: Run, ending: str) -> None:
    assert run(RECIPE, out=f"out.{ending}").exit_code == 0
    columns, faults, _ = read_columns(Path(f"out.{ending}"))
    assert columns is not None, faults
    assert columns.names == ("w", "answered", "group", "note", "weight")
    assert columns.numbers("weight").tolist() == [6, 0, 4]
    assert columns.labels("note").tolist() == ["=1+1", "", "Tốt"]
    again = run(RECIPE.replace("base: w", "base: weight"), data=f"out.{ending}", out="again.csv")
    assert "weight" in again.output
    assert again.exit_code == 2
    assert not Path("again.csv").exists()


def test_parquet_keeps_numbers_texts_and_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    table = pa.table(
        {
            "n": pa.array([1, None, 3]),
            "x": pa.array([0.5, None, 2.0]),
            "yes": pa.array([True, False, None]),
            "t": pa.array(["á", None, ""]).dictionary_encode(),
        }
    )
    pq.write_table(table, path)
    columns, _, _ = read_columns(path)
    assert columns is not None
    assert columns.labels("n").tolist() == ["1", "", "3"]
    assert columns.labels("x").tolist() == ["0.5", "", "2"]
    assert columns.numbers("yes").tolist()[:2] == [1.0, 0.0]
    assert columns.labels("t").tolist() == ["á", "", ""]
    write_columns(tmp_path / "out.parquet", columns, "weight", np.array([1 / 3, 0, 2]))
    again, _, _ = read_columns(tmp_path / "out.parquet")
    assert again is not None
    assert again.numbers("weight").tolist() == [1 / 3, 0, 2]
    assert np.isnan(again.numbers("x")[1])


@pytest.mark.parametrize("content", [b"", b"PAR1 no", b"w,a\n1,2\n"])
def test_a_broken_parquet_file_is_told(run: Run, content: bytes) -> None:
    Path("bad.parquet").write_bytes(content)
    result = run(RECIPE, data="bad.parquet")
    assert result.exit_code == 1
    assert "Parquet" in result.stderr
    assert not Path("out.csv").exists()


def test_faults_are_listed_and_nothing_is_written(run: Run) -> None:
    result = run("base: w\nsteps: [{trim: {}}]", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["faults"][0]["column"] == "steps[0].trim"
    result = run(RECIPE.replace("b: 4", "c: 4"))
    assert result.exit_code == 1
    assert "«b»" in result.stderr or "«c»" in result.stderr
    assert sorted(os.listdir()) == ["data.csv", "recipe.yaml"]


def test_an_input_is_never_replaced_and_the_ending_must_be_known(run: Run) -> None:
    assert run(RECIPE, out="data.csv").exit_code == 2
    assert run(RECIPE, "--report", "data.csv").exit_code == 2
    assert run(RECIPE, out="out.docx").exit_code == 2
    assert Path("data.csv").read_text(encoding="utf-8") == DATA


def test_a_file_that_cannot_be_written_leaves_the_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    columns = Columns({"a": ["1", "2"]}, [2, 3])
    with pytest.raises(ValueError, match="zip"):
        write_columns(out, columns, "weight", np.array([1.0]))
    assert out.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["out.csv"]
