"""`khaosat frame check` on lists as one-stop software exports them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.frame import frame

LIST = """UBND TỈNH;;;;
STT;Số hồ sơ;Cơ quan tiếp nhận;Ngày tiếp nhận;Trạng thái;Chủ hồ sơ;Số điện thoại
1;H1;UBND phường Trảng Dài;05/03/2026 08:30;Đã trả kết quả;Nguyễn Thị Bích;901234567
2;H2;Xã Thiện Tân;06/03/2026;Đang xử lý;Lê Văn Cường;0912***678
3;H3;Xã Xuân Tâm;07/03/2026;Đang xử lý;Phạm Dung;
"""
PRIVATE = ("Bích", "Cường", "Dung", "901234567", "0912")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.delenv("KHAOSAT_LOCALE", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(text: str, *options: str) -> Result:
        Path("list.csv").write_text(text, encoding="utf-8")
        return CliRunner().invoke(frame, ["check", "list.csv", *options])

    return run


def test_an_export_is_read_with_the_units_that_are_shipped(run: Callable[..., Result]) -> None:
    result = run(LIST)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "tiêu đề ở dòng 2" in lines
    assert "cột «Số hồ sơ» → code" in lines
    assert "25993\t2\tPhường Trảng Dài" in lines
    assert "3 dòng dữ liệu" in lines
    assert "2 hồ sơ hợp lệ" in lines
    assert "1 dòng không rõ thuộc đơn vị nào" in lines
    assert any("«Xã Xuân Tâm»" in line and "Xã Xuân Đông" in line for line in lines)
    assert not [secret for secret in PRIVATE if secret in result.output]


def test_json_carries_the_report_and_the_mapping(run: Callable[..., Result]) -> None:
    result = run(LIST, "--json")
    document = json.loads(result.stdout)
    assert document["report"]["dossiers"] == document["dossiers"] == 2
    assert document["mapping"]["columns"]["code"] == ["Số hồ sơ"]
    assert document["ignored_columns"] == ["STT"]
    assert not [secret for secret in PRIVATE if secret in result.output]


def test_every_fault_of_an_export_is_told(run: Callable[..., Result]) -> None:
    result = run(LIST.replace("06/03/2026", "06/03/26").replace("Đang xử lý;L", "Lạ;L"))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "dòng 2, cột Trạng thái: «Lạ» chưa được khai là một trong: received, supplement, stopped, "
        "withdrawn, refused, solved, returned"
    ]
    result = run(LIST.replace("06/03/2026", "06/03/26"))
    assert result.exit_code == 1
    assert "dòng 4, cột Ngày tiếp nhận: năm chỉ có hai chữ số" in result.stderr


def test_a_mapping_can_be_suggested_changed_and_used(run: Callable[..., Result]) -> None:
    suggested = run(LIST, "--suggest")
    document = json.loads(suggested.stdout)
    document["unit_names"] = {"xa xuan tam": "26434"}
    document["words"] = {"status": {"dang xu ly": "stopped"}}
    Path("map.json").write_text(json.dumps(document), encoding="utf-8")
    result = run(LIST, "--mapping", "map.json", "--json")
    assert json.loads(result.stdout)["dossiers"] in (2, 3)
    assert json.loads(result.stdout)["mapping"]["words"] == document["words"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rows": "x"}', '{"columns": {"x": []}}'])
def test_a_broken_mapping_is_wrong_usage(run: Callable[..., Result], content: str) -> None:
    Path("map.json").write_text(content, encoding="utf-8")
    result = run(LIST, "--mapping", "map.json")
    assert result.exit_code == 2
    assert "map.json" in result.stderr


def test_units_and_crosswalk_may_be_ones_own(run: Callable[..., Result]) -> None:
    Path("u.csv").write_text("code,name\nA,Phường Trảng Dài\n", encoding="utf-8")
    Path("x.csv").write_text("old_name,unit_code\nXã Thiện Tân,A\n", encoding="utf-8")
    alone = json.loads(run(LIST, "--units", "u.csv", "--json").stdout)
    both = json.loads(run(LIST, "--units", "u.csv", "--crosswalk", "x.csv", "--json").stdout)
    assert (alone["units"], both["units"]) == ({"A": 1}, {"A": 2})


def test_a_file_that_is_none_is_told(run: Callable[..., Result]) -> None:
    Path("picture.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = CliRunner().invoke(frame, ["check", "picture.xlsx"])
    assert result.exit_code == 1
    assert "không phải bảng tính" in result.stderr
