"""`khaosat rounds`: look after survey rounds on the server."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app import create_app
from app.commands.data import stopping
from app.commands.reporting import FAULTS, locale, print_json
from app.commands.serving import settings_or_stop
from app.services import extracts
from app.services.errors import NotFoundError
from app.services.moving import losses
from app.services.recording import SYSTEM
from app.services.verifying_rounds import Verification, verify_all, verify_round

WORDS = {
    "vi": {
        "missing": "Không có đợt khảo sát số {0}.",
        "counts": "đã dùng {spent} + phiếu mở {open_forms} + chờ khớp {claims} "
        "= hộp niêm phong {boxes} + câu trả lời {answers} + niêm phong chờ khớp {claimed} "
        "+ đã khai mất {declared_lost}; chênh lệch {difference}",
        "unreadable": "không mở được vì thiếu khoá: {cell}: {boxes} hộp",
        "round": "Đợt {0}:",
        "none": "Chưa có đợt khảo sát nào.",
        "agrees": "mọi số đếm khớp với các câu trả lời",
        "tally": "bảng đếm lệch: ô {cell}, câu {item}, trả lời {value}: đếm lại {counted}, "
        "đã ghi {noted}",
        "doors": "số đếm theo cửa lệch: ô {cell}: đếm lại {counted}, đã ghi {noted}",
        "batches": "tổng các nhóm đã mở lệch: ô {cell}: đếm lại {counted}, đã ghi {noted}",
        "receipts": "số biên nhận lệch: phải có {counted}, đã ghi {noted}",
        "exists": "{0} đã có: không ghi đè.",
        "extracted": "Đã ghi {path}: {rows} câu trả lời, {bytes} byte.\n"
        "Tệp chứa từng câu trả lời riêng lẻ, không mã hoá: giữ như giữ chính cơ sở dữ liệu.",
        "none_lost": "Mọi câu trả lời đang chờ đều mở được.",
        "type": "Số hộp sẽ bị xoá và ghi là mất; gõ lại con số {0} để đồng ý",
        "declared": "Đã khai mất {0} câu trả lời.",
        "refused": "Không khớp: không thay đổi gì.",
    },
    "en": {
        "missing": "There is no round {0}.",
        "counts": "spent {spent} + open forms {open_forms} + claims {claims} "
        "= boxes {boxes} + answers {answers} + sealed with claims {claimed} "
        "+ declared lost {declared_lost}; difference {difference}",
        "unreadable": "cannot be opened, the key is missing: {cell}: {boxes} boxes",
        "round": "Round {0}:",
        "none": "There is no round yet.",
        "agrees": "all counts agree with the answers",
        "tally": "the tally differs: cell {cell}, question {item}, answer {value}: counted "
        "{counted}, noted {noted}",
        "doors": "the doors differ: cell {cell}: counted {counted}, noted {noted}",
        "batches": "the batches differ: cell {cell}: counted {counted}, noted {noted}",
        "receipts": "the receipts differ: should be {counted}, noted {noted}",
        "exists": "{0} is there already: nothing was written.",
        "extracted": "Wrote {path}: {rows} answers, {bytes} bytes.\n"
        "The file holds single answers and is not encrypted: keep it as you keep the database.",
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
@click.argument("round_id", type=int, required=False)
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def verify(round_id: int | None, *, as_json: bool) -> None:
    """Kiểm tra một đợt, hoặc mọi đợt: phiếu đã nhận còn đủ, số đếm khớp; mã thoát 1 nếu lệch."""
    words = WORDS[locale()]
    with create_app(settings_or_stop()).app_context():
        try:
            found = verify_all() if round_id is None else (verify_round(round_id),)
        except NotFoundError:
            click.echo(words["missing"].format(round_id), err=True)
            sys.exit(2)
    if as_json:
        told = [as_dict(each) for each in found]
        print_json({"rounds": told} if round_id is None else told[0])
    else:
        for each in found:
            tell(each, words, headed=round_id is None)
        if not found:
            click.echo(words["none"])
    sys.exit(0 if all(each.holds for each in found) else FAULTS)


def as_dict(found: Verification) -> dict[str, Any]:
    """Give the counts of a round, and each that does not agree."""
    return {
        "round": found.round_id,
        **asdict(found.accounts),
        "misses": [asdict(miss) for miss in found.misses],
    }


def tell(found: Verification, words: dict[str, str], *, headed: bool) -> None:
    """Print the counts as sentences."""
    if headed:
        click.echo(words["round"].format(found.round_id))
    click.echo(words["counts"].format(**asdict(found.accounts)))
    for row in found.accounts.unreadable:
        click.echo(words["unreadable"].format(cell=row.cell, boxes=row.boxes))
    for miss in found.misses:
        click.echo(words[miss.check].format(**asdict(miss)))
    if not found.misses:
        click.echo(words["agrees"])


@rounds.command()
@click.argument("round_id", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def extract(round_id: int, file: Path) -> None:
    """Ghi các câu trả lời đã mở của một đợt vào FILE dạng Parquet, mỗi câu hỏi một cột."""
    words = WORDS[locale()]
    with create_app(settings_or_stop()).app_context():
        try:
            rows = extracts.copy(round_id, file)
        except NotFoundError:
            click.echo(words["missing"].format(round_id), err=True)
            sys.exit(2)
        except FileExistsError:
            click.echo(words["exists"].format(file), err=True)
            sys.exit(2)
    click.echo(words["extracted"].format(path=file, rows=rows, bytes=file.stat().st_size))


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
