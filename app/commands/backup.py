"""`khaosat backup`: encrypted copies made while the site runs, and the drill that proves them."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app import create_app
from app.commands import drill_report, sealing
from app.commands.data import check_folder, local, stopping
from app.commands.reporting import FAULTS, locale, print_json
from app.commands.serving import bring_up_to_date, settings_or_stop
from app.config import Settings
from app.services.moving import backing_up, checks, importing
from app.services.moving.backing_up import Backup

WORDS = {
    "vi": {
        "made": "Đã sao lưu vào {path}, đọc lại khớp: {rows} dòng, {bytes} byte, thời điểm {at}.\n"
        "sha256 {digest}",
        "never": "Chưa sao lưu lần nào.",
        "last": "Lần sao lưu gần nhất: {at}, tệp {file}, {bytes} byte\nsha256 {digest}",
    },
    "en": {
        "made": "Backed up to {path}, read back whole: {rows} rows, {bytes} bytes, moment {at}.\n"
        "sha256 {digest}",
        "never": "There was no backup yet.",
        "last": "Last backup: {at}, file {file}, {bytes} bytes\nsha256 {digest}",
    },
}
OF_THE_GROUP = frozenset({"-h", "--help"})


class BackupGroup(click.Group):
    """`khaosat backup FILE` makes one; a file named like a subcommand is written ./drill."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the plain act in front where it was left out."""
        if args and args[0] not in self.commands and args[0] not in OF_THE_GROUP:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=BackupGroup)
def backup() -> None:
    """Sao lưu mã hoá: khaosat backup FILE; diễn tập phục hồi: khaosat backup drill FILE."""


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
@sealing.with_lock
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def make(file: Path, *, passphrase_file: Path | None, key_file: Path | None, as_json: bool) -> None:
    """Sao lưu vào FILE trong khi trang web vẫn chạy; tệp được đọc lại trọn vẹn trước khi có tên."""
    check_folder(file)
    lock = sealing.chosen(passphrase_file, key_file, new=True)
    with create_app(settings_or_stop()).app_context(), stopping():
        made = backing_up.back_up(file, lock)
    facts = {**as_dict(made), "bytes": file.stat().st_size}
    if as_json:
        print_json(facts)
    else:
        facts["at"] = local(made.made_at)
        click.echo(WORDS[locale()]["made"].format(path=file, **facts))


def as_dict(made: Backup) -> dict[str, Any]:
    """Say what a backup holds."""
    manifest = made.manifest
    at = made.made_at.isoformat(timespec="seconds")
    return {"at": at, "rows": manifest.rows, "digest": manifest.digest}


@backup.command()
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def status(*, as_json: bool) -> None:
    """Cho biết lần sao lưu gần nhất."""
    with create_app(settings_or_stop()).app_context():
        found = backing_up.last_backup()
    if as_json:
        print_json(found)
    else:
        words = WORDS[locale()]
        if found:
            found["at"] = local(datetime.fromisoformat(found["at"]))
        click.echo(words["last"].format(**found) if found else words["never"])


@backup.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@sealing.with_lock
@click.option("--json", "as_json", is_flag=True, help="In biên bản dạng JSON.")
def drill(
    file: Path, *, passphrase_file: Path | None, key_file: Path | None, as_json: bool
) -> None:
    """Diễn tập: phục hồi FILE vào chỗ tạm, tính lại mọi thứ, in biên bản rồi xoá chỗ tạm."""
    lock = sealing.chosen(passphrase_file, key_file, new=False)
    settings = settings_or_stop()
    settings.folder.mkdir(parents=True, exist_ok=True)
    # In the home, not in /tmp: for a while the data lie there unencrypted.
    with tempfile.TemporaryDirectory(prefix="drill-", dir=settings.folder) as folder:
        trial = trial_settings(settings, Path(folder))
        bring_up_to_date(trial)
        with create_app(trial).app_context(), stopping():
            read = backing_up.inspect(file, lock)
            importing.import_archive(lambda: backing_up.archive_in(file, lock))
            found = checks.check_all(read.manifest)
    drill_report.show(file, read, found, as_json=as_json)
    if not all(check.passed for check in found):
        raise SystemExit(FAULTS)


def trial_settings(settings: Settings, folder: Path) -> Settings:
    """Make an installation of its own that knows the same secret and none of the keys."""
    return settings.model_copy(
        update={
            "home": folder,
            "database_url": "",
            "queue_url": "",
            "secret_key": settings.secret(),
        }
    )
