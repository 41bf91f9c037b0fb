"""`khaosat keys`: the keys under which personal data lies, looked after on the server."""

import sys
from pathlib import Path

import click

from app import create_app
from app.commands.reporting import FAULTS
from app.commands.secret_copy import copy
from app.commands.serving import settings_or_stop
from app.services import data_keys, jobs
from app.services.errors import ServiceError
from app.services.recording import SYSTEM
from app.vocabulary import JobKind
from app.web.errors import told

SUBJECT = "data_keys"


@click.group()
def keys() -> None:
    """Khoá của dữ liệu cá nhân."""


keys.add_command(copy)


@keys.command()
def rotate() -> None:
    """Mã hoá lại mọi số điện thoại bằng khoá mới, rồi huỷ khoá cũ (làm ở tiến trình nền)."""
    with create_app(settings_or_stop()).app_context():
        job_id = jobs.ask(SYSTEM, JobKind.ROTATE_KEY, {}, subject=SUBJECT)
    click.echo(f"Đã giao cho tiến trình nền: việc số {job_id} (xem ở /jobs/{job_id}).")


@keys.command()
@click.option(
    "--old-secret",
    "old",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp chứa bí mật cũ của hệ thống.",
)
def rewrap(old: Path) -> None:
    """Bọc lại các khoá sau khi đổi bí mật của hệ thống."""
    with create_app(settings_or_stop()).app_context():
        try:
            changed = data_keys.rewrap(SYSTEM, old.read_text().strip())
        except ServiceError as error:
            click.echo(told(error), err=True)
            sys.exit(FAULTS)
    click.echo(f"Đã bọc lại {changed} khoá bằng bí mật hiện nay.")


@keys.command()
def public() -> None:
    """In khoá công khai để nơi giữ danh sách niêm phong tệp liên hệ (khaosat frame minimise)."""
    with create_app(settings_or_stop()).app_context():
        click.echo(data_keys.office_public_key(SYSTEM))
