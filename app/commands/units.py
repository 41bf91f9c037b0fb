"""Lists of administrative units."""

from pathlib import Path

import click

from app import create_app
from app.commands.reporting import stop_with_faults
from app.commands.serving import settings_or_stop
from app.services.errors import InvalidInputError
from app.services.recording import SYSTEM
from app.services.units import import_units


@click.group()
def units() -> None:
    """Đơn vị hành chính."""


@units.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In lỗi dạng JSON.")
def import_file(file: Path, as_json: bool) -> None:
    """Nhập danh sách đơn vị từ CSV hoặc XLSX."""
    with create_app(settings_or_stop()).app_context():
        try:
            done = import_units(SYSTEM, file.read_bytes(), file.name)
        except InvalidInputError as error:
            stop_with_faults(error.faults, as_json=as_json)
    click.echo(f"Thêm {done.added} đơn vị, cập nhật {done.changed}.")
