import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.frame import frame

GOOD = "code,unit,received\n1,B,2026-01-02\n2,A,03/01/2026\n3,B,2026-01-04\n"
BAD = "code,unit,received,due\n1,B,2026-01-02,\n1,Z,31/02/2026,x\n"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(text: str | bytes, *options: str, name: str = "frame.csv") -> Result:
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        Path("units.csv").write_text("code,name\nA,Sở A\nB,Xã B\n", encoding="utf-8")
        return CliRunner().invoke(frame, ["check", name, *options])

    return run


def test_a_good_frame_is_counted_by_unit(check: Callable[..., Result]) -> None:
    result = check(GOOD, "--units", "units.csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == ["A\t1", "B\t2", "3 hồ sơ hợp lệ"]
    assert result.stderr == ""


def test_json_carries_counts_hash_and_ignored_columns(check: Callable[..., Result]) -> None:
    result = check(GOOD.replace("received", "received,note"), "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["units"] == {"A": 1, "B": 2}
    assert document["ignored_columns"] == ["note"]
    assert len(document["frame_hash"]) == 64
    assert document["faults"] == []


def test_every_fault_is_told_with_row_and_column(check: Callable[..., Result]) -> None:
    result = check(BAD, "--units", "units.csv")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "4 lỗi",
        "dòng 3, cột code: mã hồ sơ «1» đã có ở dòng 2",
        "dòng 3, cột unit: không có đơn vị mã «Z» trong danh sách đơn vị",
        "dòng 3, cột received: «31/02/2026» không phải ngày có thật",
        "dòng 3, cột due: «x» không phải ngày: viết dd/mm/yyyy hoặc yyyy-mm-dd",
    ]


def test_faults_as_json_leave_out_the_hash(check: Callable[..., Result]) -> None:
    result = check(BAD, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["frame_hash"] is None
    assert {(fault["row"], fault["column"]) for fault in document["faults"]} == {
        (3, "code"),
        (3, "received"),
        (3, "due"),
    }


def test_messages_speak_english_when_asked(
    check: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHAOSAT_LOCALE", "en")
    assert "row 3, column code: dossier code «1» already stands in row 2" in check(BAD).stderr


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "frame.csv"),
        (b"\xff\xfe\xff", "frame.csv"),
        (b"PK\x03\x04", "frame.xlsx"),
        (b"code,unit\n1,A\n", "frame.csv"),
        (b'code,unit,received\n"1,A', "frame.csv"),
    ],
)
def test_a_file_that_is_no_frame_is_a_fault_not_a_crash(
    check: Callable[..., Result], content: bytes, name: str
) -> None:
    result = check(content, name=name)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.strip()


def test_a_list_of_units_without_codes_is_a_fault(check: Callable[..., Result]) -> None:
    Path("names.csv").write_text("name\nA\n", encoding="utf-8")
    result = check(GOOD, "--units", "names.csv")
    assert result.exit_code == 1
    assert "names.csv" in result.stderr
    assert "cột code: thiếu cột này" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["absent.csv"], ["."], ["frame.csv", "--unit"]])
def test_wrong_usage_is_told_apart(check: Callable[..., Result], arguments: list[str]) -> None:
    check(GOOD)
    assert CliRunner().invoke(frame, ["check", *arguments]).exit_code == 2


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_title_rows_above_the_header_are_left_out_and_told(check, mark: str) -> None:
    title = f"UBND TỈNH, SỞ NỘI VỤ; DANH SÁCH HỒ SƠ{mark}\n\n(từ 01/01/2026)\n"
    result = check(title.replace(mark, " " + mark) + GOOD.replace(",", mark))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == ["tiêu đề ở dòng 4", "A\t1", "B\t2"]
    bad = check(title.replace(mark, " " + mark) + BAD.replace(",", mark), "--json")
    assert {fault["row"] for fault in json.loads(bad.stdout)["faults"]} == {6}


def test_a_list_without_any_known_column_is_told_once(check) -> None:
    result = check("Cột A,Cột B,Cột C\nH1,U1,05/03/2026\nH1,U1,x\n", "--json")
    assert result.exit_code == 1
    faults = json.loads(result.stdout)["faults"]
    assert [(fault["value"], fault["code"]) for fault in faults] == [
        ("code", "missing_target"),
        ("received", "missing_target"),
        ("unit", "missing_unit_target"),
    ]
