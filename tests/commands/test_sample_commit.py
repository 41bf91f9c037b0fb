"""A party makes its secret and commitment without a server, once for each file."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

from click.testing import CliRunner

from app.commands.sample import sample
from sampling.spoken_secrets import secret_of

NAME = "Thanh tra tỉnh"


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(sample, ["commit", *map(str, words)])
    return done.exit_code, done.output


def test_the_commitment_is_that_of_the_kept_secret_and_of_sha256sum(tmp_path: Path):
    file = tmp_path / "secret.json"
    code, told = run(NAME, "--out", file)
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert code == 0, told
    assert file.stat().st_mode & 0o777 == 0o600
    assert kept["secret"] not in told
    secret = bytes.fromhex(kept["secret"])
    assert len(secret) == 32
    assert secret_of(kept["words"]) == secret
    assert hashlib.sha256(secret + NAME.encode()).hexdigest() == kept["commitment"]
    summed = subprocess.run(
        ["sha256sum"], input=secret + NAME.encode(), capture_output=True, check=True
    )
    assert summed.stdout.split()[0].decode() == kept["commitment"]
    assert kept["commitment"] in told


def test_a_file_is_never_overwritten_and_every_secret_is_another(tmp_path: Path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    run(NAME, "--out", first, "--json")
    before = first.read_bytes()
    code, told = run(NAME, "--out", first)
    assert (code, first.read_bytes()) == (2, before)
    assert "a.json" in told
    code, told = run(NAME, "--out", second, "--json")
    assert json.loads(told)["party"] == NAME
    assert re.fullmatch("[0-9a-f]{64}", json.loads(told)["commitment"])
    assert json.loads(told)["commitment"] not in before.decode()


def test_a_party_without_a_name_or_a_folder_is_told_so(tmp_path: Path):
    for words in (("  ", "--out", tmp_path / "a"), (NAME, "--out", tmp_path / "none" / "a")):
        code, told = run(*words)
        assert code == 2
        assert "Error" in told or "Lỗi" in told
    assert list(tmp_path.iterdir()) == []
