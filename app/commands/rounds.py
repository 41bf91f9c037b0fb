"""`khaosat rounds`: look after survey rounds on the server."""

import sys
from dataclasses import asdict

import click

from app import create_app
from app.commands.reporting import FAULTS, locale, print_json
from app.commands.serving import settings_or_stop
from app.services.errors import NotFoundError
from app.services.reconciling import Reconciliation, reconcile

WORDS = {
    "vi": {
        "missing": "Không có đợt khảo sát số {0}.",
        "counts": "đã dùng {spent} = hộp niêm phong {boxes} + câu trả lời {answers} "
        "+ đã khai mất {declared_lost}; chênh lệch {difference}",
        "unreadable": "không mở được vì thiếu khoá: {cell}: {boxes} hộp",
    },
    "en": {
        "missing": "There is no round {0}.",
        "counts": "spent {spent} = boxes {boxes} + answers {answers} "
        "+ declared lost {declared_lost}; difference {difference}",
        "unreadable": "cannot be opened, the key is missing: {cell}: {boxes} boxes",
    },
}


@click.group()
def rounds() -> None:
    """Các đợt khảo sát."""


@rounds.command()
@click.argument("round_id", type=int)
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def verify(round_id: int, *, as_json: bool) -> None:
    """Kiểm tra: mọi phiếu đã nhận đều còn đủ; mã thoát 1 nếu lệch."""
    words = WORDS[locale()]
    with create_app(settings_or_stop()).app_context():
        try:
            found = reconcile(round_id)
        except NotFoundError:
            click.echo(words["missing"].format(round_id), err=True)
            sys.exit(2)
    if as_json:
        print_json(asdict(found))
    else:
        tell(found, words)
    sys.exit(0 if found.holds else FAULTS)


def tell(found: Reconciliation, words: dict[str, str]) -> None:
    """Print the counts as sentences."""
    click.echo(words["counts"].format(**asdict(found)))
    for row in found.unreadable:
        click.echo(words["unreadable"].format(cell=row.cell, boxes=row.boxes))
