"""`khaosat frame`: the list of dossiers, checked before anything is drawn from it."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from app.commands.reporting import FAULTS, locale, print_json, stop_with_faults
from sampling.dossier import Dossier
from sampling.errors import Fault
from sampling.frame import COLUMNS, frame_hash, read_frame
from sampling.tabular import read_table

INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
TEXTS = {
    "header": {"vi": "tiêu đề ở dòng {row}", "en": "the header stands in row {row}"},
    "dossiers": {"vi": "{count} hồ sơ hợp lệ", "en": "{count} dossiers without a fault"},
    "ignored": {"vi": "cột không dùng: {names}", "en": "columns not used: {names}"},
    "faults": {"vi": "{count} lỗi", "en": "{count} faults"},
}


@click.group()
def frame() -> None:
    """Dàn mẫu: danh sách hồ sơ một cửa."""


@frame.command()
@click.argument("frame_path", metavar="FRAME.(csv|xlsx)", type=INPUT)
@click.option("--units", "units_path", type=INPUT, help="Danh sách đơn vị, có cột code.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def check(frame_path: Path, units_path: Path | None, as_json: bool) -> None:
    """Kiểm tra danh sách hồ sơ: đếm theo đơn vị và liệt kê mọi lỗi."""
    known_units = None if units_path is None else unit_codes(units_path, as_json=as_json)
    table = read_table(frame_path.read_bytes(), frame_path.name, COLUMNS)
    reading = read_frame(table, known_units)
    counts = unit_counts(reading.dossiers)
    if as_json:
        print_json(
            {
                "dossiers": len(reading.dossiers),
                "units": counts,
                "header_row": table.header_row,
                "ignored_columns": list(reading.ignored_columns),
                "frame_hash": None if reading.faults else frame_hash(reading.dossiers),
                "faults": [fault.as_dict(locale()) for fault in reading.faults],
            }
        )
        sys.exit(FAULTS if reading.faults else 0)
    if table.header_row > 1:
        click.echo(said("header", row=table.header_row))
    tell_counts(counts, reading.ignored_columns)
    if reading.faults:
        click.echo(said("faults", count=len(reading.faults)), err=True)
        stop_with_faults(reading.faults, as_json=False)
    click.echo(f"SHA-256 {frame_hash(reading.dossiers)}")


def unit_counts(dossiers: Sequence[Dossier]) -> dict[str, int]:
    """Dossiers of each unit, by unit code."""
    return dict(sorted(Counter(dossier.unit for dossier in dossiers).items()))


def unit_codes(path: Path, *, as_json: bool) -> frozenset[str]:
    """Codes of the units that a list names; its faults end the command."""
    table = read_table(path.read_bytes(), path.name)
    faults = [*table.faults]
    if table.header and "code" not in table.header:
        faults.append(Fault(table.header_row, "code", "", "missing_column"))
    if faults:
        click.echo(f"{path}:", err=True)
        stop_with_faults(faults, as_json=as_json)
    return frozenset(filter(None, table.column("code")))


def tell_counts(counts: dict[str, int], ignored: Sequence[str]) -> None:
    """Print how many dossiers each unit has, and what was not looked at."""
    for unit, count in counts.items():
        click.echo(f"{unit}\t{count}")
    click.echo(said("dossiers", count=sum(counts.values())))
    if ignored:
        click.echo(said("ignored", names=", ".join(ignored)))


def said(text: str, **params: object) -> str:
    """One of the command's own lines in the reader's language."""
    return TEXTS[text][locale()].format(**params)
