"""Tables of strata for commands: sound ones in, results out, or faults and exit code 1."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from app.commands.estimate import check_out
from app.commands.reporting import locale, stop_over, stop_with_faults
from app.documents.tables import read_columns, replacing
from sampling.errors import SamplingError
from sampling.strata_table import Strata, read_strata

INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
# Decimals beyond this say nothing.
WHOLE = 1000
TOTAL = {"vi": "Cộng", "en": "Total"}


@dataclass(frozen=True)
class Refusal:
    """An error of a sample, told like a fault of a file."""

    error: SamplingError

    def as_dict(self, language: str) -> dict[str, Any]:
        """Code and message, ready for JSON."""
        place = {"row": None, "column": "", "value": "", "code": self.error.code}
        return {**place, "message": self.error.message(language)}

    def line(self, language: str) -> str:
        """One line for a person."""
        return self.error.message(language)


@contextmanager
def refusing(*, as_json: bool) -> Iterator[None]:
    """Tell an error of a sample in words and leave with exit code 1."""
    try:
        yield
    except SamplingError as error:
        stop_with_faults([Refusal(error)], as_json=as_json)


def sound_strata(path: Path, *, as_json: bool) -> Strata:
    """Read a table without faults; otherwise list them all and leave."""
    columns, faults, _ = read_columns(path)
    if columns is None:
        stop_over(path, faults, as_json=as_json)
    strata, wrong = read_strata(columns)
    if strata is None:
        stop_over(path, wrong, as_json=as_json)
    return strata


def tell(rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str]) -> None:
    """Print rows as a table with tabs between its columns."""
    click.echo("\t".join(headings.values()))
    for row in rows:
        click.echo("\t".join(cell(row.get(key)) for key in headings))


def cell(value: object) -> str:
    """Write one cell; a dash for what does not exist."""
    if value is None:
        return "-"
    if isinstance(value, float) and abs(value) >= WHOLE:
        return f"{value:.0f}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def write_with(path: Path, source: Path, strata: Strata, n: Sequence[int]) -> None:
    """Write the strata with a column `n` more, as CSV; whole or not at all."""
    check_out(path, [source])
    columns = strata.columns
    kept = [name for name in columns.names if name != "n"]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*kept, "n"])
    cells = [columns.labels(name).tolist() for name in kept]
    writer.writerows(zip(*cells, n, strict=True))
    try:
        with replacing(path) as draft:
            draft.write_text(text.getvalue(), encoding="utf-8", newline="")
    except OSError as error:
        raise click.UsageError(f"không ghi được {path}: {error.strerror}") from error


def total_word() -> str:
    """Heading of the row of sums."""
    return TOTAL[locale()]
