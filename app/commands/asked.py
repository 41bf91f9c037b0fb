"""`khaosat asked`: the list of people whom nobody asks twice within a year (0052)."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from app import clock, create_app
from app.commands.reporting import locale, stop_with_faults
from app.commands.serving import settings_or_stop
from app.queries.asked import frozen_list
from app.services import asked_list
from app.services.asked_reading import read_asked
from app.services.recording import SYSTEM

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ADDED: Mapping[str, str] = {
    "vi": "Thêm {added} người vào danh sách đã hỏi.\nSHA-256 của danh sách hôm nay: {hash}",
    "en": "{added} people were added to the list of the asked.\nSHA-256 of today's list: {hash}",
}


@click.group()
def asked() -> None:
    """Danh sách những người đã được hỏi trong một năm."""


@asked.command("import")
@click.argument("file", metavar="DANH_SACH.(csv|xlsx)", type=FILE)
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help="Ngày hỏi, khi danh sách không có cột day; mặc định là hôm nay.",
)
@click.option("--json", "as_json", is_flag=True, help="In lỗi dạng JSON.")
def import_file(file: Path, day: object, *, as_json: bool) -> None:
    """Nhập danh sách của cuộc khảo sát khác: cột phone hoặc phone_group, và cột day nếu có.

    Số điện thoại được băm có khoá ngay khi đọc và không được lưu.
    """
    with create_app(settings_or_stop()).app_context():
        usual = day.date() if hasattr(day, "date") else clock.today()
        assert isinstance(usual, date)
        listed = read_asked(file.read_bytes(), file.name, usual, clock.today())
        if listed.faults:
            stop_with_faults(listed.faults, as_json=as_json)
        added = asked_list.take_over(SYSTEM, listed.phones, listed.groups)
        click.echo(ADDED[locale()].format(added=added, hash=asked_list.present_hash()))


@asked.command("list")
@click.argument("round_id", metavar="ĐỢT", type=int)
def print_list(round_id: int) -> None:
    """In danh sách đã hỏi mà cam kết của một đợt đã dùng, để verify_sample.py --asked đối chiếu."""
    with create_app(settings_or_stop()).app_context():
        click.echo(frozen_list(round_id) or "", nl=False)
