"""`khaosat index`: the index from files, without a database."""

import os
import tempfile
from pathlib import Path

import click

from analysis.index.ranking import rank as rank_units
from analysis.index.result import result_csv, result_values
from analysis.scoring.reading import read_scheme_file
from analysis.scoring.scorecard import read_scorecard
from app.commands.reporting import locale, print_json, stop_with_faults
from sampling.tabular import read_table

TEXTS = {
    "missing": {"vi": "không có tệp {path}", "en": "there is no file {path}"},
    "directory": {
        "vi": "{path} là thư mục, không phải tệp",
        "en": "{path} is a folder, not a file",
    },
    "unreadable": {
        "vi": "không đọc được {path}: {reason}",
        "en": "{path} cannot be read: {reason}",
    },
    "unwritable": {
        "vi": "không ghi được {path}: {reason}",
        "en": "{path} cannot be written: {reason}",
    },
    "no_folder": {"vi": "không có thư mục {path}", "en": "there is no folder {path}"},
    "own_input": {
        "vi": "tệp kết quả {path} trùng với tệp đầu vào",
        "en": "the result {path} would replace an input",
    },
    "faults": {"vi": "{path}: {count} lỗi", "en": "{path}: {count} faults"},
}


@click.group()
def index() -> None:
    """Chỉ số: từ điểm đến xếp hạng."""


@index.command()
@click.argument("scheme_path", metavar="SCHEME.yaml", type=click.Path(path_type=Path))
@click.argument("scores_path", metavar="SCORES.csv", type=click.Path(path_type=Path))
@click.option("--out", "out", type=click.Path(path_type=Path), help="Tệp kết quả RESULT.csv.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả hoặc lỗi dạng JSON.")
def rank(scheme_path: Path, scores_path: Path, out: Path | None, as_json: bool) -> None:
    """Xếp hạng các đơn vị theo bộ tiêu chí SCHEME.yaml và bảng điểm SCORES.csv hoặc .xlsx."""
    scheme_content, scores_content = content(scheme_path), content(scores_path)
    if out is not None:
        check_place(out, (scheme_path, scores_path))
    reading = read_scheme_file(scheme_content)
    if reading.scheme is None:
        announce(scheme_path, len(reading.faults), as_json=as_json)
        stop_with_faults(reading.faults, as_json=as_json)
    scorecard = read_scorecard(reading.scheme, read_table(scores_content, scores_path.name))
    if scorecard.faults:
        announce(scores_path, len(scorecard.faults), as_json=as_json)
        stop_with_faults(scorecard.faults, as_json=as_json)
    standings = rank_units(reading.scheme, scorecard.entries)
    if out is not None:
        replace_file(out, result_csv(reading.scheme, standings))
    if as_json:
        print_json(result_values(reading.scheme, standings))
    elif out is None:
        click.echo(result_csv(reading.scheme, standings), nl=False)


def content(path: Path) -> bytes:
    """Read an input file, or stop as wrong usage."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise wrong_usage("missing", path) from error
    except IsADirectoryError as error:
        raise wrong_usage("directory", path) from error
    except OSError as error:
        raise wrong_usage("unreadable", path, error.strerror) from error


def check_place(out: Path, inputs: tuple[Path, ...]) -> None:
    """Refuse a place where the result cannot or must not go, before any work."""
    if out.is_dir():
        raise wrong_usage("directory", out)
    if not out.parent.is_dir():
        raise wrong_usage("no_folder", out.parent)
    if out.exists() and any(out.samefile(path) for path in inputs):
        raise wrong_usage("own_input", out)


def replace_file(path: Path, text: str) -> None:
    """Write a file whole or not at all: beside it first, then in its place."""
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=path.parent, delete=False
        ) as stream:
            temporary = Path(stream.name)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise wrong_usage("unwritable", path, error.strerror) from error


def announce(path: Path, count: int, *, as_json: bool) -> None:
    """Say which file the faults belong to."""
    if not as_json:
        click.echo(TEXTS["faults"][locale()].format(path=path, count=count), err=True)


def wrong_usage(code: str, path: Path, reason: str | None = None) -> click.UsageError:
    """Make the error for a path that cannot be used; click leaves with exit code 2."""
    return click.UsageError(TEXTS[code][locale()].format(path=path, reason=reason))
