"""`khaosat data export` and `import`, as people type them."""

import json
from pathlib import Path

from tests.app.moving_factory import demo_archive
from tests.commands.calling import run


def test_what_was_exported_is_imported_and_exported_again_alike(tmp_path: Path):
    home = tmp_path / "home"
    assert run(home, "migrate").returncode == 0
    done = run(home, "data", "import", demo_archive(), "--json")
    assert done.returncode == 0, done.stderr
    again = run(home, "data", "export", tmp_path / "again.tar", "--json")
    assert json.loads(again.stdout) == json.loads(done.stdout)
    assert (tmp_path / "again.tar").read_bytes() == demo_archive().read_bytes()


def test_an_import_into_data_or_from_a_damaged_file_is_told(tmp_path: Path):
    home = tmp_path / "home"
    fresh = run(home, "data", "import", demo_archive())
    assert fresh.returncode == 1
    assert "khaosat migrate" in fresh.stderr
    assert run(home, "migrate").returncode == 0
    content = bytearray(demo_archive().read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "damaged.tar").write_bytes(content)
    damaged = run(home, "data", "import", tmp_path / "damaged.tar")
    assert (damaged.returncode, damaged.stdout) == (1, "")
    assert "damaged" in damaged.stderr
    assert run(home, "data", "import", demo_archive()).returncode == 0
    twice = run(home, "data", "import", demo_archive())
    assert twice.returncode == 1
    assert "not empty" in twice.stderr


def test_an_export_tells_what_is_not_in_it_and_overwrites_nothing(tmp_path: Path):
    home = tmp_path / "home"
    assert run(home, "migrate").returncode == 0
    done = run(home, "data", "export", tmp_path / "a.tar")
    assert done.returncode == 0, done.stderr
    assert "not encrypted" in done.stdout
    assert "secret are in it" in done.stdout
    again = run(home, "data", "export", tmp_path / "a.tar")
    assert again.returncode == 1
    assert "a.tar already" in again.stderr
    assert run(home, "data", "export", tmp_path / "no" / "a.tar").returncode == 2
