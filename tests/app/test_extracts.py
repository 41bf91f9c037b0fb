"""The extract of a round: it says what the answers say, and is made anew when they change."""

import json
import os
import stat
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, select

from app.commands.rounds import rounds
from app.database import writing
from app.documents import parquet
from app.models import Answer, Cell
from app.queries import answers as rows
from app.services import estimating, extract_files, extracts, mixing
from app.services.errors import NotFoundError
from app.services.estimation_inputs import inputs_hash
from app.services.extracts import UnknownItemError
from app.services.recording import SYSTEM
from app.vocabulary import CellLevel, RoundState
from tests.app.box_factory import put, varied
from tests.app.index_factory import store_answers
from tests.app.round_factory import ASKED, MadeRound, answers, make_round, open_and_hand_out

EVERYTHING = [
    *(extracts.LEVEL, extracts.LABEL, extracts.STRATUM, extracts.UNIT),
    *extracts.items_of(ASKED),
]


def mixed(layout: dict[str, dict[str, int]], k: int = 5) -> MadeRound:
    made, _ = open_and_hand_out(layout, k=k)
    for label, cell in made.cells.items():
        unit, field = label.split("/")
        put(made, cell, varied(layout[unit][field]))
    mixing.close_round(SYSTEM, made.id)
    return made


def as_rows(path, columns=EVERYTHING) -> Counter:
    """Every row of a file, as sorted pairs of what is there."""
    found = parquet.read(path, columns)
    values = {name: column.texts() for name, column in found.items()}
    return Counter(
        tuple((name, value) for name, value in zip(values, row, strict=True) if value is not None)
        for row in zip(*values.values(), strict=True)
    )


def stored(made: MadeRound) -> Counter:
    """The same, from the table of answers."""
    cells = {cell.id: cell for cell in rows.cells(made.id)}
    found: Counter = Counter()
    with writing() as session:
        for row in session.scalars(select(Answer).where(Answer.round_id == made.id)):
            cell = cells[row.cell_id]
            known = {
                extracts.LEVEL: cell.level.value,
                extracts.LABEL: cell.label,
                extracts.STRATUM: cell.label if cell.level is CellLevel.STRATUM else None,
                extracts.UNIT: cell.unit_code or None,
                **row.answers,
            }
            found[
                tuple((name, known[name]) for name in EVERYTHING if known.get(name) is not None)
            ] += 1
    return found


def test_the_extract_says_what_the_answers_say(app: Flask) -> None:
    made = mixed({"A": {"x": 12, "y": 3, "z": 2}, "B": {"x": 4}, "C": {"x": 3}})
    found = as_rows(extracts.current(made.id))
    assert found == stored(made)
    assert found.total() == 24
    levels = {dict(row)[extracts.LEVEL] for row in found}
    assert levels == {"stratum", "unit", "round"}


def test_rows_are_in_the_order_of_the_random_numbers_which_are_not_there(app: Flask) -> None:
    made = mixed({"A": {"x": 30}})
    path = extracts.current(made.id)
    found = parquet.read(path, ["overall"])["overall"].texts()
    with writing() as session:
        answered = list(session.scalars(select(Answer).order_by(Answer.rid)))
        assert found == [row.answers["overall"] for row in answered]
        content = path.read_bytes()
        assert not any(row.rid.encode() in content for row in answered)
    assert "rid" not in parquet.notes(path)


def test_carried_variables_have_columns_of_their_own(app: Flask) -> None:
    made = make_round({"A": {"x": 20}}, state=RoundState.CLOSED)
    with writing() as session:
        cells = [
            Cell(
                round_id=made.id,
                level=CellLevel.MIXING,
                label=f"A/x/{on_time}",
                parent_id=made.cells["A/x"],
                unit_id=made.units["A"],
                carried={"on_time": on_time},
                population=10,
                drawn=10,
            )
            for on_time in ("yes", "no")
        ]
        session.add_all(cells)
        session.flush()
        ids = [cell.id for cell in cells]
    for cell, size in zip([*ids, made.cells["A/x"]], (3, 2, 4), strict=True):
        store_answers(made, cell, [answers()] * size)
    path = extracts.current(made.id)
    columns = ["cell.on_time", extracts.STRATUM, extracts.LABEL]
    found = {tuple(value for _, value in row): n for row, n in as_rows(path, columns).items()}
    assert found == {("yes", "A/x", "A/x/yes"): 3, ("no", "A/x", "A/x/no"): 2, ("A/x", "A/x"): 4}


def test_an_extract_is_kept_until_the_answers_change(app: Flask) -> None:
    made, _ = open_and_hand_out({"A": {"x": 40}}, k=5)
    put(made, made.cells["A/x"], varied(12))
    mixing.mix_round(made.id)
    path = extracts.current(made.id)
    first = path.stat().st_ino, path.stat().st_mtime_ns
    assert extracts.current(made.id) == path
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == first
    put(made, made.cells["A/x"], varied(12))
    mixing.mix_round(made.id)
    assert as_rows(extracts.current(made.id)) == stored(made)
    assert path.stat().st_ino != first[0]


def test_an_answer_more_or_less_makes_it_anew(app: Flask) -> None:
    made = make_round({"A": {"x": 20}}, state=RoundState.CLOSED)
    store_answers(made, made.cells["A/x"], [answers()] * 3)
    assert as_rows(extracts.current(made.id)).total() == 3
    store_answers(made, made.cells["A/x"], [answers()])
    assert as_rows(extracts.current(made.id)).total() == 4
    with writing() as session:
        session.execute(delete(Answer))
    assert as_rows(extracts.current(made.id)).total() == 0


def test_rounds_have_extracts_of_their_own(app: Flask) -> None:
    one, other = mixed({"A": {"x": 6}}), mixed({"A": {"x": 9}})
    assert as_rows(extracts.current(one.id)).total() == 6
    assert as_rows(extracts.current(other.id)).total() == 9
    with pytest.raises(NotFoundError):
        extracts.current(4711)


def test_an_answer_to_no_question_is_not_dropped_in_silence(app: Flask) -> None:
    made = make_round({"A": {"x": 20}}, state=RoundState.CLOSED)
    store_answers(made, made.cells["A/x"], [answers(), answers() | {"unasked": "1"}])
    with pytest.raises(UnknownItemError):
        extracts.current(made.id)
    assert not extract_files.path_of(made.id).exists()


@pytest.mark.parametrize("harm", ["flipped", "cut", "emptied", "another"])
def test_a_damaged_file_is_made_anew(app: Flask, harm: str) -> None:
    made = mixed({"A": {"x": 300}})
    path = extracts.current(made.id)
    cells = rows.cells(made.id)
    good = inputs_hash(rows.answered_round(made.id), cells, extracts.load(made.id, cells))
    content = bytearray(path.read_bytes())
    if harm == "flipped":
        content[len(content) // 3] ^= 0xFF
    elif harm == "cut":
        del content[-40:]
    path.write_bytes(b"" if harm == "emptied" else b"x" * 100 if harm == "another" else content)
    again = extracts.load(made.id, cells)
    assert inputs_hash(rows.answered_round(made.id), cells, again) == good


def test_only_its_owner_may_read_it_and_no_draft_is_left(app: Flask) -> None:
    made = mixed({"A": {"x": 6}})
    path = extracts.current(made.id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.parent == app.config["KHAOSAT"].folder / "extracts"


def test_a_kill_while_it_is_written_leaves_the_old_one(app: Flask, monkeypatch) -> None:
    made = mixed({"A": {"x": 6}})
    path = extracts.current(made.id)
    before = path.read_bytes()
    store_answers(made, made.cells["A/x"], [answers()])

    def killed(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(extracts, "origin", killed)
        with pytest.raises(KeyboardInterrupt):
            extracts.current(made.id)
    assert path.read_bytes() == before
    stale = path.with_name(f"{path.name}.0123")
    young = path.with_name(f"{path.name}.4567")
    stale.touch()
    young.touch()
    long_ago = time.time() - 2 * extract_files.STALE_SECONDS
    os.utime(stale, (long_ago, long_ago))
    assert as_rows(extracts.current(made.id)).total() == 7
    assert (stale.exists(), young.exists()) == (False, True)


def test_a_large_round_is_written_in_parts(app: Flask, monkeypatch) -> None:
    monkeypatch.setattr(extracts, "PART", 7)
    made = mixed({"A": {"x": 30, "y": 5}})
    assert as_rows(extracts.current(made.id)) == stored(made)


def test_the_estimation_reads_answers_through_the_extract(app: Flask, monkeypatch) -> None:
    made = make_round({"A": {"x": 40}}, state=RoundState.CLOSED)
    store_answers(made, made.cells["A/x"], [answers("5")] * 40)

    def refused(_round_id: int) -> Any:
        raise AssertionError("the rows were read")

    monkeypatch.setattr(rows, "answers", refused)
    estimating.estimate_round(SYSTEM, made.id)
    assert extract_files.path_of(made.id).exists()


def test_the_web_process_does_not_load_pyarrow(tmp_path) -> None:
    program = (
        "import sys\nfrom app import create_app\ncreate_app()\nprint('pyarrow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"KHAOSAT_HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_notes_are_plain_text(app: Flask) -> None:
    made = mixed({"A": {"x": 6}})
    found = parquet.notes(extracts.current(made.id))
    assert found[extracts.VERSION_NOTE] == extracts.VERSION
    assert json.dumps(dict(found))


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch):
    settings = app.config["KHAOSAT"]
    monkeypatch.setenv("KHAOSAT_HOME", str(settings.home))
    monkeypatch.setenv("KHAOSAT_SECRET_KEY", settings.secret_key)
    if settings.database_url:
        monkeypatch.setenv("KHAOSAT_DATABASE_URL", settings.database_url)
    return lambda *words: CliRunner().invoke(rounds, list(words))


def test_the_command_writes_a_file_and_never_over_another(app: Flask, command, tmp_path) -> None:
    made = mixed({"A": {"x": 6}})
    path = tmp_path / "dot-1.parquet"
    done = command("extract", str(made.id), str(path))
    assert done.exit_code == 0, done.output
    assert "6 câu trả lời" in done.output
    assert as_rows(path) == stored(made)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    again = command("extract", str(made.id), str(path))
    assert (again.exit_code, path.read_bytes()) == (2, before)
    missing = command("extract", "4711", str(tmp_path / "other.parquet"))
    assert missing.exit_code == 2
    assert not (tmp_path / "other.parquet").exists()
