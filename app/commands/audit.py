"""Checking the log of staff actions."""

import json
import sys
from pathlib import Path

import click

from app import create_app
from app.commands.reporting import FAULTS, print_json
from app.commands.serving import settings_or_stop
from app.services.auditing import Audit, Head, audit as audit_log


@click.group()
def audit() -> None:
    """Nhật ký thao tác."""


@audit.command()
@click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Tệp JSON {"seq": …, "hash": …} đã lưu trước đây; dùng nhiều lần được.',
)
@click.option("--json", "as_json", is_flag=True)
def verify(heads: tuple[Path, ...], as_json: bool) -> None:
    """Tính lại cả chuỗi nhật ký và tìm các mốc đã công bố."""
    known = tuple(read_head(path) for path in heads)
    with create_app(settings_or_stop()).app_context():
        found = audit_log(known)
    if as_json:
        print_json(as_dict(found))
    else:
        tell(found)
    sys.exit(0 if found.sound else FAULTS)


def read_head(path: Path) -> Head:
    """Read a kept head; wrong usage when the file is not one."""
    try:
        document = json.loads(path.read_text())
        return Head(int(document["seq"]), str(document["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise click.BadParameter(f"{path}: không phải mốc nhật ký (seq, hash)") from error


def as_dict(found: Audit) -> dict[str, object]:
    """Write what was found for JSON."""
    return {
        "sound": found.sound,
        "entries": found.entries,
        "head": vars(found.head),
        "first_bad": found.first_bad,
        "missing_heads": [vars(head) for head in found.missing_heads],
    }


def tell(found: Audit) -> None:
    """Say what was found to a person."""
    click.echo(f"{found.entries} mục, mốc {found.head.seq} {found.head.hash}")
    if found.first_bad is not None:
        click.echo(f"Chuỗi đứt ở mục {found.first_bad}.", err=True)
    for head in found.missing_heads:
        click.echo(f"Không tìm thấy mốc {head.seq} {head.hash} trong nhật ký này.", err=True)
    if found.sound:
        click.echo("Nhật ký nguyên vẹn.")
