"""`khaosat rounds`: look after survey rounds on the server."""

import sys
from dataclasses import asdict

import click

from app import create_app
from app.commands.data import stopping
from app.commands.reporting import FAULTS, locale, print_json
from app.commands.serving import settings_or_stop
from app.services.errors import NotFoundError
from app.services.moving import losses
from app.services.reconciling import Reconciliation, reconcile
from app.services.recording import SYSTEM

WORDS = {
    "vi": {
        "missing": "Không có đợt khảo sát số {0}.",
        "counts": "đã dùng {spent} = hộp niêm phong {boxes} + câu trả lời {answers} "
        "+ đã khai mất {declared_lost}; chênh lệch {difference}",
        "unreadable": "không mở được vì thiếu khoá: {cell}: {boxes} hộp",
        "none_lost": "Mọi câu trả lời đang chờ đều mở được.",
        "type": "Số hộp sẽ bị xoá và ghi là mất; gõ lại con số {0} để đồng ý",
        "declared": "Đã khai mất {0} câu trả lời.",
        "refused": "Không khớp: không thay đổi gì.",
    },
    "en": {
        "missing": "There is no round {0}.",
        "counts": "spent {spent} = boxes {boxes} + answers {answers} "
        "+ declared lost {declared_lost}; difference {difference}",
        "unreadable": "cannot be opened, the key is missing: {cell}: {boxes} boxes",
        "none_lost": "Every waiting answer can be opened.",
        "type": "Boxes to be deleted and counted as lost; type the number {0} to agree",
        "declared": "{0} answers were declared lost.",
        "refused": "This does not match: nothing was changed.",
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


@rounds.command("declare-lost")
@click.argument("round_id", type=int)
def declare_lost(round_id: int) -> None:
    """Khai mất các phiếu mà không còn khoá nào mở được, sau khi gõ lại số phiếu."""
    words = WORDS[locale()]
    with create_app(settings_or_stop()).app_context(), stopping():
        found = losses.lost(round_id)
        for row in found:
            click.echo(words["unreadable"].format(cell=row.cell, boxes=row.boxes))
        total = sum(row.boxes for row in found)
        if not total:
            click.echo(words["none_lost"])
            return
        if click.prompt(words["type"].format(total)).strip() != str(total):
            click.echo(words["refused"], err=True)
            sys.exit(FAULTS)
        click.echo(words["declared"].format(losses.declare_lost(SYSTEM, round_id, total)))
