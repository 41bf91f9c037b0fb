import copy
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tests.published.__main__ import main
from tests.published.comparing import differences

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "published" / "reference"
STATS = {
    path.stem: {check["stat"] for check in json.loads(path.read_text("utf-8"))["checks"]}
    for path in sorted((REFERENCE / "expected").glob("*.json"))
}
DONE = ",".join(sorted(set().union(*STATS.values())))

Document = dict[str, Any]


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command without a process of its own, which would mostly import."""
    out, wrong = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(wrong):
        code = main([str(folder), *options])
    return subprocess.CompletedProcess(options, code, out.getvalue(), wrong.getvalue())


def run_alone(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command as anybody would."""
    command = [sys.executable, "-m", "tests.published", str(folder), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def check_named(document: Document, name: str) -> Document:
    return next(check for check in document["checks"] if check["id"] == name)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the stratified case with a change made to its document."""
    shutil.copytree(REFERENCE / "data", tmp_path / "data")
    (tmp_path / "expected").mkdir()
    source = REFERENCE / "expected" / "strat_srs_fpc.json"

    def run_changed(change: Callable[[Document], object], *options: str):
        document = json.loads(source.read_text(encoding="utf-8"))
        change(document)
        (tmp_path / "expected" / "case.json").write_text(json.dumps(document), encoding="utf-8")
        return run(tmp_path, *(options or ("--stat", DONE)))

    return run_changed


@pytest.mark.parametrize("case", STATS)
def test_every_published_number_is_reproduced(case: str) -> None:
    result = run(REFERENCE, "--stat", DONE, "--case", case)
    assert (result.returncode, result.stderr) == (0, "")
    documents = json.loads((REFERENCE / "expected" / f"{case}.json").read_text(encoding="utf-8"))
    wanted = [check for check in documents["checks"] if check["stat"] in DONE.split(",")]
    assert result.stdout == f"{len(wanted)} passed, 0 failed\n"


def bump(container: Any, *path: Any, by: float = 1e-7) -> None:
    """Move one published number by a ten-millionth of itself."""
    for key in path[:-1]:
        container = container[key]
    container[path[-1]] *= 1 + by


@pytest.mark.parametrize(
    ("check", "path"),
    [
        ("mean", ("coef", 0)),
        ("mean", ("se", 2)),
        ("mean", ("vcov", 0, 1)),
        ("mean", ("deff", 1)),
        ("mean", ("df",)),
        ("mean", ("ci95_t", 2, 1)),
        ("mean_deff_replace", ("deff", 0)),
        ("total_factor", ("coef", 1)),
        ("mean_by", ("coef", 1, 2)),
        ("mean_by", ("se", 2, 0)),
        ("mean_by_cov", ("vcov", 1, 1)),
        ("crossdomain_total_by", ("se", 3, 1)),
    ],
)
def test_one_number_off_by_a_ten_millionth_fails(changed, check: str, path: tuple) -> None:
    result = changed(lambda document: bump(check_named(document, check)["expect"], *path))
    assert result.returncode == 1
    failed = result.stdout.splitlines()[:-1]
    assert [line.split()[1] for line in failed] == [check]
    assert f"{path[0]}[" in failed[0]
    assert result.stdout.endswith(" 1 failed\n")


def swap_names(document: Document) -> None:
    names = check_named(document, "mean")["expect"]["names"]
    names[0], names[1] = names[1], names[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (swap_names, "coef[0]"),
        (lambda d: check_named(d, "mean")["expect"]["names"].append("ghost"), "names"),
        (lambda d: check_named(d, "mean")["expect"]["names"].pop(), "names"),
        (lambda d: check_named(d, "mean")["expect"].update(skew=[1]), "skew: not computed"),
        (lambda d: check_named(d, "mean")["expect"].update(se=[None] * 3), "se[0]"),
        (lambda d: check_named(d, "mean")["expect"].update(se=["NaN"] * 3), "expected numbers"),
        (lambda d: check_named(d, "mean")["expect"].update(coef=[1.0]), "shape"),
        (lambda d: check_named(d, "mean")["expect"].clear(), "nothing is expected"),
        (lambda d: check_named(d, "mean")["args"].update(y=["target"]), "names"),
        (lambda d: check_named(d, "mean")["args"].update(mse=True), "argument mse"),
        (lambda d: check_named(d, "mean")["args"].update(y=["ghost"]), "ghost"),
        (lambda d: check_named(d, "mean").update(stat="median"), "statistic median"),
    ],
)
def test_a_check_that_cannot_agree_fails_and_the_others_go_on(changed, change, told: str) -> None:
    result = changed(change, "--case", "strat_srs_fpc", "--stat", DONE + ",median")
    assert result.returncode == 1
    assert [told in line for line in result.stdout.splitlines()[:-1]] == [True]
    assert result.stdout.endswith("60 passed, 1 failed\n")
    assert result.stderr == ""


def spoil(document: Document) -> None:
    check_named(document, "mean")["args"]["y"] = ["target"]
    check_named(document, "mean")["expect"]["names"] = ["target"]
    for field in ("coef", "se", "vcov", "deff", "df", "ci95_t"):
        check_named(document, "mean")["expect"].pop(field)
    check_named(document, "mean")["expect"]["coef"] = [10.0]


def test_a_nan_of_ours_fails(changed) -> None:
    result = changed(spoil)
    assert "coef[0]: got nan, expected 10" in result.stdout
    assert result.returncode == 1


def test_a_nan_is_right_where_none_exists() -> None:
    assert [*differences({"coef": [float("nan")]}, {"coef": [None]}, 1e-9)] == []


def test_an_unknown_statistic_counts_as_failed(changed) -> None:
    def rename(document: Document) -> None:
        check_named(document, "mean")["stat"] = "mode"

    result = changed(rename, "--case", "strat_srs_fpc")
    assert "(mode): statistic mode is not supported yet" in result.stdout
    assert result.returncode == 1


@pytest.mark.parametrize(
    "design",
    [
        {"replicates": {"how": "JK1"}},
        {"psu": ["snum", "cds"]},
        {"weights": "ghost"},
        {"weights": "stype"},
        {"fpc_is": "one_minus_f"},
        {"derived": {"x": "open('y')"}},
    ],
)
def test_a_design_we_cannot_build_fails_its_checks_without_a_crash(changed, design) -> None:
    result = changed(lambda document: document["design"].update(design))
    assert result.stdout.endswith("0 passed, 61 failed\n")
    assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.parametrize("options", [("--case", "ghost"), ("--stat", "ghost")])
def test_running_no_check_is_a_failure(options: tuple[str, str]) -> None:
    result = run(REFERENCE, *options)
    assert (result.returncode, result.stdout) == (1, "0 passed, 0 failed\n")


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "{}", '{"checks": 1}', '{"checks": [{}]}', "\ufeff{}", "[" * 100_000]
    + [
        f'{{"checks": [{{"id": "a", "stat": "mean", "rtol": {rtol}, "expect": []}}]}}'
        for rtol in "1x"
    ],
)
def test_a_case_that_cannot_be_read_is_one_failure(tmp_path: Path, content: str) -> None:
    (tmp_path / "expected").mkdir()
    (tmp_path / "expected" / "odd.json").write_text(content, encoding="utf-8")
    result = run(tmp_path)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("odd: ")
    assert result.stdout.endswith("0 passed, 1 failed\n")


def test_a_case_without_its_data_fails_all_its_checks(changed) -> None:
    result = changed(lambda document: document.update(data=["ghost.csv"]))
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.endswith("0 passed, 61 failed\n")


@pytest.mark.parametrize(
    "args", [[], {"y": 7}, {"y": None}, {"y": [["api00"]]}, {"y": ["api00"], "where": 3}]
)
def test_arguments_in_the_wrong_form_fail_one_check(changed, args) -> None:
    result = changed(lambda document: check_named(document, "mean").update(args=args))
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.endswith("60 passed, 1 failed\n")


def test_a_folder_without_cases_is_a_failure(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 1


def test_the_command_ends_as_its_checks_did(tmp_path: Path) -> None:
    passed = run_alone(REFERENCE, "--case", "quantile_ties", "--stat", DONE)
    assert passed.returncode == 0
    assert passed.stdout.endswith(" passed, 0 failed\n")
    assert run_alone(tmp_path).returncode == 1


def test_rounding_noise_is_forgiven_only_in_proportion_to_the_estimate() -> None:
    ours = {"coef": [1000.0], "se": [4e-7], "deff": [1 + 5e-9]}
    expect = {"coef": [1000.0], "se": [0.0], "deff": [1.0]}
    told = [*differences(ours, expect, 1e-9)]
    assert [line.split("[")[0] for line in told] == ["deff"]
    told = [*differences({**ours, "se": [2e-6], "deff": [1.0]}, expect, 1e-9)]
    assert [line.split("[")[0] for line in told] == ["se"]


def test_names_may_come_in_another_order() -> None:
    ours = {"names": ("b", "a"), "coef": [2.0, 1.0], "vcov": [[4.0, 3.0], [3.0, 1.0]]}
    expect = {"names": ["a", "b"], "coef": [1, 2], "vcov": [[1, 3], [3, 4]]}
    assert [*differences(ours, expect, 1e-9)] == []
    wrong = copy.deepcopy(expect) | {"vcov": [[4, 3], [3, 1]]}
    assert len([*differences(ours, wrong, 1e-9)]) == 2
