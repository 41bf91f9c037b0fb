"""`khaosat keys copy`: the installation's secret for the safe, apart from every backup."""

from pathlib import Path

import click

from app import create_app
from app.commands import sealing
from app.commands.data import check_folder, stopping
from app.commands.reporting import locale
from app.commands.serving import settings_or_stop
from app.services.moving import secret_copies

DONE = {
    "vi": "Đã ghi bản sao mã hoá của bí mật vào {}. Cất vào két, tách khỏi các bản sao lưu và cụm "
    "mật khẩu. Khoá trộn phiếu không có bản sao nào, theo chủ ý.",
    "en": "Wrote an encrypted copy of the secret to {}. Keep it in the safe, apart from the "
    "backups and from its passphrase. Of the keys of the boxes there is no copy, on purpose.",
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@sealing.with_lock
def copy(file: Path, *, passphrase_file: Path | None, key_file: Path | None) -> None:
    """Ghi bản sao mã hoá của bí mật hệ thống vào FILE, để trong két."""
    check_folder(file)
    lock = sealing.chosen(passphrase_file, key_file, new=True)
    settings = settings_or_stop()
    with create_app(settings).app_context(), stopping():
        secret_copies.copy(file, settings.secret(), lock)
    click.echo(DONE[locale()].format(file))
