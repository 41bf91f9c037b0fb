"""`khaosat frame`: the list of dossiers, checked before anything is drawn from it."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from app.commands.frame_minimise import minimise
from app.commands.frame_report import said, tell
from app.commands.lists import Lists, with_list_options
from app.commands.reporting import FAULTS, locale, print_json, stop_with_faults
from app.commands.unit_books import unit_codes
from sampling.dossier import Dossier
from sampling.frame import COLUMNS, REQUIRED, frame_hash, read_frame
from sampling.tabular import Table, read_table


@click.group()
def frame() -> None:
    """Dàn mẫu: danh sách hồ sơ một cửa."""


frame.add_command(minimise)


@frame.command()
@with_list_options
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@click.option("--suggest", "suggest_only", is_flag=True, help="Chỉ in bảng ghép cột đề nghị.")
def check(
    list_path: Path,
    mapping_path: Path | None,
    units_path: Path | None,
    crosswalk_path: Path | None,
    *,
    as_json: bool,
    suggest_only: bool,
) -> None:
    """Kiểm tra danh sách hồ sơ: đếm, báo cáo và liệt kê mọi lỗi.

    Tệp theo khuôn dạng dàn mẫu (cột code, unit, received) được đọc nguyên như vậy; tệp xuất từ
    phần mềm một cửa được ghép cột theo tên cột hoặc theo --mapping.
    """
    table = read_table(list_path.read_bytes(), list_path.name, COLUMNS)
    if mapping_path is None and is_canonical(table) and not suggest_only:
        check_canonical(table, units_path, as_json=as_json)
        return
    lists = Lists(list_path, mapping_path, units_path, crosswalk_path, as_json=as_json)
    if suggest_only:
        click.echo(json.dumps(lists.mapping.to_document(), ensure_ascii=False, indent=2))
        return
    check_export(lists, as_json=as_json)


def is_canonical(table: Table) -> bool:
    """Tell a list whose columns carry the names of the frame format."""
    names = {name.casefold() for name in table.header}
    return names.issuperset(REQUIRED) and "phone_group" not in names


def check_canonical(table: Table, units_path: Path | None, *, as_json: bool) -> None:
    """Check a list in the frame format; without a list of units any unit will do."""
    known_units = None if units_path is None else unit_codes(units_path, as_json=as_json)
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


def check_export(lists: Lists, *, as_json: bool) -> None:
    """Check a list as one-stop software exports it."""
    reading, ignored = lists.reading, lists.ignored_columns
    if as_json:
        print_json(
            {
                "dossiers": len(reading.dossiers),
                "units": unit_counts(reading.dossiers),
                "header_row": lists.sheet.header_row,
                "ignored_columns": list(ignored),
                "frame_hash": None if reading.faults else frame_hash(reading.dossiers),
                "mapping": lists.mapping.to_document(),
                "report": reading.report.to_document(),
                "faults": [fault.as_dict(locale()) for fault in reading.faults],
            }
        )
        sys.exit(FAULTS if reading.faults else 0)
    click.echo(said("header", row=lists.sheet.header_row))
    for target, names in lists.mapping.columns.items():
        click.echo(said("column", name=", ".join(names), target=target))
    if ignored:
        click.echo(said("ignored", names=", ".join(ignored)))
    tell(reading.report, lists.book)
    if reading.faults:
        click.echo(said("faults", count=len(reading.faults)), err=True)
        stop_with_faults(reading.faults, as_json=False)
    click.echo(f"SHA-256 {frame_hash(reading.dossiers)}")


def unit_counts(dossiers: Sequence[Dossier]) -> dict[str, int]:
    """Dossiers of each unit, by unit code."""
    return dict(sorted(Counter(dossier.unit for dossier in dossiers).items()))


def tell_counts(counts: dict[str, int], ignored: Sequence[str]) -> None:
    """Print how many dossiers each unit has, and what was not looked at."""
    for unit, count in counts.items():
        click.echo(f"{unit}\t{count}")
    click.echo(said("dossiers", count=sum(counts.values())))
    if ignored:
        click.echo(said("ignored", names=", ".join(ignored)))
