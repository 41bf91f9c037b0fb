"""Lists of administrative units, and the crosswalk from former ones."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from app import create_app
from app.commands.reporting import stop_with_faults
from app.commands.serving import settings_or_stop
from app.queries.crosswalks import line_count
from app.services.crosswalks import import_crosswalk
from app.services.errors import InvalidInputError
from app.services.recording import SYSTEM
from app.services.units import import_units

Result = TypeVar("Result")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def units() -> None:
    """Đơn vị hành chính."""


@units.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--crosswalk", type=FILE, help="Bảng chuyển từ đơn vị cũ sang đơn vị mới, thêm vào bảng có sẵn."
)
@click.option("--json", "as_json", is_flag=True, help="In lỗi dạng JSON.")
def import_file(file: Path, crosswalk: Path | None, as_json: bool) -> None:
    """Nhập danh sách đơn vị từ CSV hoặc XLSX."""
    with create_app(settings_or_stop()).app_context():
        done = or_faults(lambda: import_units(SYSTEM, *content(file)), as_json=as_json)
        if crosswalk is not None:
            lines = content(crosswalk)
            or_faults(lambda: import_crosswalk(SYSTEM, *lines), as_json=as_json)
        click.echo(f"Thêm {done.added} đơn vị, cập nhật {done.changed}.")
        click.echo(f"Bảng chuyển đơn vị cũ: {line_count()} dòng.")


def content(file: Path) -> tuple[bytes, str]:
    """Read a file and give its name with it."""
    return file.read_bytes(), file.name


def or_faults(act: Callable[[], Result], *, as_json: bool) -> Result:
    """Do an act; leave with its faults if it has any."""
    try:
        return act()
    except InvalidInputError as error:
        stop_with_faults(error.faults, as_json=as_json)
