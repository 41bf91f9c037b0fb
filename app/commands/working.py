"""Starting the worker, apart from the other commands: it alone needs all that jobs do."""

import os
import sys

import click

from app import create_app
from app.commands.serving import settings_or_stop
from app.tasks.worker import AlreadyRunningError, work


@click.command()
@click.option(
    "--take-keys",
    is_flag=True,
    help="Máy này thay máy giữ khóa cũ đã mất hẳn; phiếu đã niêm phong bằng khóa cũ coi như mất.",
)
def worker(take_keys: bool) -> None:
    """Chạy các việc nền (nhập danh sách, trộn phiếu, ước lượng)."""
    settings = settings_or_stop()
    try:
        at_rest = work(create_app(settings), settings, take_keys=take_keys)
    except AlreadyRunningError:
        click.echo("Đã có một tiến trình việc nền khác đang chạy.", err=True)
        sys.exit(1)
    if not at_rest:
        # A thread still works on a job that was put back; waiting for it would only delay.
        sys.stdout.flush()
        os._exit(0)
