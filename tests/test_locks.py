"""Both lock files hold the same versions, every one with its hashes."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def uv_versions() -> dict[str, set[str]]:
    """Name and versions of every package of uv.lock."""
    found: dict[str, set[str]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]:
        if "registry" in package["source"]:
            found.setdefault(package["name"], set()).add(package["version"])
    return found


def pip_versions() -> dict[str, set[str]]:
    """Name and versions of every line of requirements.lock."""
    found: dict[str, set[str]] = {}
    text = (ROOT / "requirements.lock").read_text()
    for name, version in re.findall(r"(?m)^([a-z0-9.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text):
        found.setdefault(name, set()).add(version)
    return found


def test_both_locks_hold_the_same_packages_and_versions():
    assert len(pip_versions()) > 80
    assert pip_versions() == uv_versions()


def test_every_locked_package_has_its_hashes():
    blocks = re.split(r"(?m)^(?=[a-z0-9])", (ROOT / "requirements.lock").read_text())
    packages = [block for block in blocks if "==" in block.split("\n", 1)[0]]
    assert [block.split("\n")[0] for block in packages if "--hash=sha256:" not in block] == []


def test_every_direct_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["postgres"],
        *project["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[\[<>=~ ]", entry)[0].lower() for entry in wanted}
    assert names - set(pip_versions()) == set()
