"""The stand-alone verifier as people run it, and its house rules."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from sampling import verify_sample
from tests.sampling.draws.papers import Papers, dossiers, faults, papers_of, plan_of

FILE = Path(verify_sample.__file__)
ROWS = dossiers(
    [(f"H{at:02d}", "AB"[at % 2], "", ("citizen", "business")[at % 3 == 0]) for at in range(20)]
)
PLAN = plan_of("method: stratified\nstratify_by: [unit]\nsizes: {A: 3, B: 2}\nsource: XSKT\n")
PAPERS = papers_of(PLAN, ROWS)


def changed(papers: Papers, **entries: object) -> list[str]:
    document = {**json.loads(papers.record), **entries}
    record = verify_sample.canonical(document).encode()
    return faults(record, papers.frame, None, papers.revealed)


def test_the_verifier_is_one_short_file_that_needs_the_standard_library_alone() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    modules = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(str(node.module))
    assert {module.split(".")[0] for module in modules} <= {*sys.stdlib_module_names}


def test_it_runs_from_a_folder_of_its_own_and_its_exit_code_tells(tmp_path: Path) -> None:
    for name in ("commitment", "record", "frame", "revealed"):
        (tmp_path / name).write_bytes(getattr(PAPERS, name))
    (tmp_path / "verify_sample.py").write_bytes(FILE.read_bytes())

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        call = [sys.executable, "-I", "verify_sample.py", "record", "frame", *words]
        return subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run("--commitment", "commitment", "--revealed", "revealed")
    assert (done.returncode, done.stderr) == (0, "")
    assert PAPERS.draw.record.promise.hash() in done.stdout
    assert "«274 913» (XSKT)" in done.stdout
    assert "Khớp / everything as published" in done.stdout
    (tmp_path / "frame").write_bytes(PAPERS.frame.replace(b"H03,B", b"H03,A"))
    done = run("--revealed", "revealed")
    assert done.returncode == 1
    assert "Khớp" not in done.stdout
    (tmp_path / "record").write_text("{}")
    assert run().returncode == 1


def test_without_the_secret_nothing_passes() -> None:
    found = faults(PAPERS.record, PAPERS.frame, PAPERS.commitment, None)
    assert len(found) == 1
    assert "secret missing" in found[0]


@pytest.mark.parametrize("method", ["systematic", "pps_systematic", "poisson", "cube", "pareto"])
def test_a_method_that_is_not_checked_is_refused_by_name(method: str) -> None:
    assert any(method in fault for fault in changed(PAPERS, method=method))


def test_a_fault_names_stratum_and_rank() -> None:
    result = json.loads(PAPERS.record)["result"]
    result[1]["drawn"].reverse()
    found = changed(PAPERS, result=result)
    assert found == ["Tầng / stratum «B», drawn: sai từ hạng / wrong from rank 1"]
    result = json.loads(PAPERS.record)["result"]
    result[0]["drawn"].append(None)
    found = changed(PAPERS, result=result)
    assert found == ["Tầng / stratum «A», drawn: sai từ hạng / wrong from rank 4"]


def test_a_record_written_in_another_way_does_not_pass() -> None:
    pretty = json.dumps(json.loads(PAPERS.record), indent=1).encode()
    found = faults(pretty, PAPERS.frame, PAPERS.commitment, PAPERS.revealed)
    assert ["canonical" in fault for fault in found] == [True]


def test_only_the_kinds_of_respondent_that_were_promised_are_drawn() -> None:
    plan = plan_of(
        "method: stratified\nstratify_by: [unit]\nrespondents: [citizen]\nsize: 4\nsource: X\n"
    )
    papers = papers_of(plan, ROWS)
    assert papers.faults() == []
    assert {row.dossier.respondent_kind for row in papers.draw.rows} == {"citizen"}
    moved = papers.frame.replace(b"H01,B,,citizen", b"H01,B,,business")
    assert moved != papers.frame
    found = faults(papers.record, moved, papers.commitment, papers.revealed)
    assert any("population" in fault for fault in found)


def test_a_stratum_added_or_taken_away_is_named() -> None:
    document = json.loads(PAPERS.record)
    found = changed(PAPERS, strata=document["strata"][:1], result=document["result"][:1])
    assert any("strata differ" in fault for fault in found)
    extra = [*document["result"], {"label": "C", "drawn": [], "reserves": []}]
    with pytest.raises(ValueError, match="zip"):  # told as unreadable by `main`
        changed(PAPERS, result=extra)


def test_a_promise_changed_since_it_was_published_is_named_entry_by_entry() -> None:
    promise = json.loads(PAPERS.commitment)
    promise["strata"][0]["size"] = 4
    promise["purpose"] = "recheck"
    before = verify_sample.canonical(promise).encode()
    found = faults(PAPERS.record, PAPERS.frame, before, PAPERS.revealed)
    assert [fault.split("»")[0] for fault in found] == ["«purpose", "«strata"]
