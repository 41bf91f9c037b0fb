"""The report of a restore drill, to be signed and filed."""

from collections.abc import Sequence
from pathlib import Path

import click

from app import clock
from app.commands.data import local
from app.commands.reporting import locale, print_json
from app.services.moving.backing_up import Backup
from app.services.moving.checks import Check

WORDS = {
    "vi": {
        "title": "BIÊN BẢN DIỄN TẬP PHỤC HỒI",
        "file": "Tệp sao lưu: {}",
        "moment": "Thời điểm của dữ liệu: {}",
        "when": "Diễn tập lúc: {}",
        "digest": "sha256 của toàn bộ nội dung: {}",
        "program": "Chương trình {}, phiên bản cơ sở dữ liệu {}",
        "secret": "Bí mật của hệ thống: {}",
        "same": "đúng là bí mật đang dùng",
        "other": "KHÁC bí mật đang dùng; số điện thoại và lớp bảo vệ thứ hai sẽ không đọc được",
        "rows": "bảng",
        "references": "liên kết giữa các bảng",
        "log": "chuỗi nhật ký",
        "round": "đã dùng + phiếu mở + chờ khớp = hộp niêm phong + câu trả lời "
        "+ niêm phong chờ khớp + đã khai mất, đợt",
        "index": "chỉ số tính lại",
        True: "ĐẠT",
        False: "KHÔNG ĐẠT",
        "sound": "KẾT LUẬN: phục hồi được, mọi kiểm tra đều đạt ({} kiểm tra).",
        "unsound": "KẾT LUẬN: KHÔNG ĐẠT {} trên {} kiểm tra.",
        "sign": "Người thực hiện: ____________________   Ngày ký: ____/____/______   Ký tên:",
    },
    "en": {
        "title": "REPORT OF A RESTORE DRILL",
        "file": "Backup file: {}",
        "moment": "Moment of the data: {}",
        "when": "Drill made at: {}",
        "digest": "sha256 of all content: {}",
        "program": "Program {}, database version {}",
        "secret": "Secret of the installation: {}",
        "same": "the present one",
        "other": "NOT the present one; phone numbers and second factors will be unreadable",
        "rows": "table",
        "references": "references between tables",
        "log": "chain of the log",
        "round": "spent + open forms + claims = boxes + answers + sealed with claims "
        "+ declared lost, round",
        "index": "index recomputed",
        True: "passed",
        False: "FAILED",
        "sound": "RESULT: it can be restored, every check passed ({} checks).",
        "unsound": "RESULT: {} of {} checks FAILED.",
        "sign": "Made by: ____________________   Date: ____/____/______   Signature:",
    },
}


def show(path: Path, read: Backup, found: Sequence[Check], *, as_json: bool) -> None:
    """Print the report."""
    failed = sum(not check.passed for check in found)
    if as_json:
        print_json(
            {
                "file": path.name,
                "made_at": read.made_at.isoformat(timespec="seconds"),
                "drilled_at": clock.now().isoformat(timespec="seconds"),
                "same_secret": read.same_secret,
                "manifest": read.manifest.as_dict(),
                "checks": [vars(check) for check in found],
                "passed": failed == 0,
            }
        )
        return
    words = WORDS[locale()]
    manifest = read.manifest
    click.echo(words["title"])
    click.echo(words["file"].format(path.name))
    click.echo(words["moment"].format(local(read.made_at)))
    click.echo(words["when"].format(local(clock.now())))
    click.echo(words["program"].format(manifest.program, manifest.revision))
    click.echo(words["digest"].format(manifest.digest))
    click.echo(words["secret"].format(words["same" if read.same_secret else "other"]))
    for check in found:
        subject = f"{words[check.subject]} {check.name}".strip()
        click.echo(f"  {words[check.passed]:<9}  {subject}: {check.found}")
    click.echo(
        words["unsound"].format(failed, len(found)) if failed else words["sound"].format(len(found))
    )
    click.echo(f"\n{words['sign']}")
