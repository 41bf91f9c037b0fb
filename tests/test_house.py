"""House rules that no linter knows."""

import ast
import re
import subprocess
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "surveys", "sampling", "analysis")
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
HALF_UNDER = 120


def tracked(*endings: str) -> list[Path]:
    """Files of the project as git knows them, new ones included."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    paths = [ROOT / name for name in listing if name.endswith(endings)]
    return [path for path in paths if path.exists() and "vendor" not in path.parts]


def code() -> list[Path]:
    return [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in PACKAGES]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_file_is_longer_than_500_lines():
    endings = (".py", ".html", ".css", ".typ")
    long = {
        str(p.relative_to(ROOT)): lines(p) for p in tracked(*endings) if lines(p) > LONGEST_FILE
    }
    assert long == {}


def test_half_of_the_files_are_under_120_lines():
    sizes = [lines(path) for path in code() if path.name != "__init__.py"]
    assert median(sizes) < HALF_UNDER


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    assert node.end_lineno is not None
    total = node.end_lineno - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        assert first.end_lineno is not None
        total -= first.end_lineno - first.lineno + 1
    return total


def test_no_function_is_longer_than_60_lines():
    long = [
        (str(path.relative_to(ROOT)), node.name, length(node))
        for path in code()
        for node in functions(path)
        if length(node) > LONGEST_FUNCTION
    ]
    assert long == []


def test_nothing_is_imported_inside_a_function():
    found = []
    for path in code():
        for node in functions(path):
            inside = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            if inside and (path.name, node.name) != ("__init__.py", "create_app"):
                found.append((str(path.relative_to(ROOT)), node.name))
    assert found == []


def test_migrations_are_numbered_in_one_line():
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    numbers = [path.name[:4] for path in files]
    assert numbers == [f"{count:04d}" for count in range(1, len(files) + 1)]
    previous = None
    for path in files:
        text = path.read_text()
        assert f'revision = "{path.name[:4]}"' in text
        assert f"down_revision = {previous!r}".replace("'", '"') in text
        previous = path.name[:4]


@pytest.mark.parametrize("name", ["utils", "common", "manager", "base", "helpers", "misc"])
def test_no_module_has_a_name_that_says_nothing(name: str):
    assert [path for path in code() if path.stem == name] == []


def test_no_function_is_called_get_something():
    allowed = {"get_command", "get_id", "get_translations"}  # names that a library calls
    found = [
        (str(path.relative_to(ROOT)), node.name)
        for path in code()
        for node in functions(path)
        if node.name.startswith("get_") and node.name not in allowed
    ]
    assert found == []


def test_templates_have_no_inline_style_or_handler():
    pattern = re.compile(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|\|\s*safe\b|javascript:", re.I)
    found = [
        (str(path.relative_to(ROOT)), number)
        for path in tracked(".html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_pages_ask_nothing_of_other_sites():
    pattern = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?https?://""")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked(".html", ".css")
        if pattern.search(path.read_text())
    ]
    assert found == []


def test_every_decision_has_its_three_parts():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [
        f"{count:04d}" for count in range(1, len(decisions) + 1)
    ]
    for path in decisions:
        text = path.read_text()
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), path
