"""`khaosat data`: everything in one file, for the move to another database."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from app import clock, create_app
from app.commands.reporting import FAULTS, locale, print_json
from app.commands.serving import settings_or_stop
from app.services.errors import ServiceError
from app.services.moving import exporting, importing
from app.services.moving.archive import Manifest
from app.web.errors import told

WORDS = {
    "vi": {
        "exported": "Đã ghi {path}: {rows} dòng của {tables} bảng, phiên bản {revision}.\n"
        "sha256 {digest}\n"
        "Tệp không mã hoá: giữ như giữ chính cơ sở dữ liệu. Khoá trộn phiếu và bí mật của hệ "
        "thống không có trong tệp.",
        "imported": "Đã nạp và đọc lại khớp: {rows} dòng của {tables} bảng, phiên bản {revision}."
        "\nsha256 {digest}",
    },
    "en": {
        "exported": "Wrote {path}: {rows} rows of {tables} tables, version {revision}.\n"
        "sha256 {digest}\n"
        "The file is not encrypted: keep it as you keep the database. Neither the keys of the "
        "boxes nor the installation's secret are in it.",
        "imported": "Loaded and read back: {rows} rows of {tables} tables, version {revision}.\n"
        "sha256 {digest}",
    },
}


@click.group()
def data() -> None:
    """Xuất và nạp toàn bộ dữ liệu, để chuyển sang cơ sở dữ liệu khác."""


@data.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def export_file(file: Path, *, as_json: bool) -> None:
    """Ghi mọi bảng vào FILE tại một thời điểm, trong khi trang web vẫn chạy."""
    check_folder(file)
    with create_app(settings_or_stop()).app_context(), stopping():
        tell("exported", exporting.export(file), file, as_json=as_json)


@data.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def import_file(file: Path, *, as_json: bool) -> None:
    """Nạp FILE vào cơ sở dữ liệu trống đã migrate; sai một byte thì không nạp gì."""
    with create_app(settings_or_stop()).app_context(), stopping():
        tell("imported", importing.import_archive(lambda: file.open("rb")), file, as_json=as_json)


def tell(what: str, manifest: Manifest, path: Path, *, as_json: bool) -> None:
    """Say what was moved."""
    if as_json:
        print_json(manifest.as_dict())
        return
    text = WORDS[locale()][what]
    click.echo(
        text.format(
            path=path,
            rows=manifest.rows,
            tables=len(manifest.tables),
            revision=manifest.revision,
            digest=manifest.digest,
        )
    )


@contextmanager
def stopping() -> Iterator[None]:
    """Turn a refusal into its text and exit code 1."""
    try:
        yield
    except ServiceError as error:
        click.echo(told(error), err=True)
        sys.exit(FAULTS)


def check_folder(path: Path) -> None:
    """Stop as wrong usage when a file has no folder to go to."""
    if not path.parent.is_dir():
        words = {"vi": "không có thư mục {}", "en": "there is no folder {}"}
        raise click.UsageError(words[locale()].format(path.parent))


def local(moment: datetime) -> str:
    """Write a moment as people here read their clocks."""
    return moment.astimezone(clock.LOCAL).isoformat(" ", "seconds")
