"""`khaosat restore`: a backup back into an installation, and all that could not come back."""

import sys
from pathlib import Path
from typing import Any

import click

from app import create_app
from app.commands import sealing
from app.commands.data import local, stopping
from app.commands.reporting import FAULTS, locale, print_json
from app.commands.serving import bring_up_to_date, settings_or_stop
from app.config import Settings
from app.services.moving import restoring, secret_copies
from app.services.moving.losses import LostBoxes
from app.services.moving.restoring import Restored

WORDS = {
    "vi": {
        "held": "Cơ sở dữ liệu đang có {rounds} đợt khảo sát và {answers} câu trả lời; tất cả sẽ "
        "bị xoá, cả nhật ký.",
        "type": "Gõ {phrase} để xoá và phục hồi",
        "phrase": "THAY {rounds}/{answers}",
        "refused": "Không khớp: không thay đổi gì.",
        "done": "Đã phục hồi {rows} dòng tại thời điểm {at}; nhật ký nguyên vẹn. Mọi người phải "
        "đăng nhập lại.",
        "round": "Đợt {id} ({name}): đã dùng {spent} + phiếu mở {open_forms} + chờ khớp {claims} "
        "= hộp niêm phong {boxes} + câu trả lời {answers} + niêm phong chờ khớp {claimed} "
        "+ đã khai mất {declared_lost}; chênh lệch {difference}",
        "lost": "KHÔNG MỞ ĐƯỢC: đợt {round_id} ({round_name}), ô {cell}: {boxes} hộp niêm phong "
        "trước {sealed_before}; khoá tạo lúc {key_made} không có ở máy này.",
        "unknown": "(không rõ)",
        "declare": "Nếu khoá không còn ở đâu nữa, khai mất bằng: khaosat rounds declare-lost {}",
        "jobs": "Việc nền: {put_back} việc xếp hàng lại, {failed} việc ghi là hỏng vì tệp của nó "
        "không có trong bản sao lưu.",
        "secret": "Bí mật của hệ thống KHÁC lúc sao lưu: {contacts} số điện thoại không đọc được.",
        "factor": "Lớp bảo vệ thứ hai không đọc được, cần đặt lại: {}",
        "answered": "Phiếu trả lời sau thời điểm sao lưu trở lại là chưa dùng.",
        "environment": "KHAOSAT_SECRET_KEY đang đặt một bí mật khác với bản trong {path}: sửa "
        "thiết lập rồi chạy lại.",
        "kept": "Bí mật cũ được giữ lại cạnh bí mật mới trong thư mục khoá.",
    },
    "en": {
        "held": "The database holds {rounds} rounds and {answers} answers; all of it will be "
        "deleted, the log too.",
        "type": "Type {phrase} to delete and restore",
        "phrase": "REPLACE {rounds}/{answers}",
        "refused": "This does not match: nothing was changed.",
        "done": "Restored {rows} rows as of {at}; the log is sound. Everybody has to sign in "
        "again.",
        "round": "Round {id} ({name}): spent {spent} + open forms {open_forms} + claims {claims} "
        "= boxes {boxes} + answers {answers} + sealed with claims {claimed} "
        "+ declared lost {declared_lost}; difference {difference}",
        "lost": "CANNOT BE OPENED: round {round_id} ({round_name}), cell {cell}: {boxes} boxes "
        "sealed before {sealed_before}; their key, made at {key_made}, is not on this machine.",
        "unknown": "(unknown)",
        "declare": "If the keys are nowhere any more, declare them lost: "
        "khaosat rounds declare-lost {}",
        "jobs": "Background work: {put_back} queued again, {failed} marked as failed because the "
        "file is not in the backup.",
        "secret": "The installation's secret is NOT that of the backup: {contacts} phone numbers "
        "cannot be read.",
        "factor": "Second factor that cannot be read and has to be reset: {}",
        "answered": "Ballots spent after the moment of the backup are unspent again.",
        "environment": "KHAOSAT_SECRET_KEY holds another secret than {path}: mend the setting "
        "and run this again.",
        "kept": "The former secret is kept beside the new one in the folder of keys.",
    },
}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@sealing.with_lock
@click.option(
    "--secret",
    "secret_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Bản sao bí mật của hệ thống (khaosat keys copy), mở bằng cùng cụm mật khẩu hoặc hỏi.",
)
@click.option("--secret-passphrase-file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Xoá dữ liệu đang có; phải gõ xác nhận.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def restore(
    file: Path,
    *,
    passphrase_file: Path | None,
    key_file: Path | None,
    secret_file: Path | None,
    secret_passphrase_file: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Phục hồi từ bản sao lưu FILE vào cơ sở dữ liệu trống; nên dừng trang web trước."""
    settings = settings_or_stop()
    lock = sealing.chosen(passphrase_file, key_file, new=False)
    if secret_file is not None:
        settings = with_secret(settings, secret_file, secret_passphrase_file)
    bring_up_to_date(settings)
    with create_app(settings).app_context(), stopping():
        if replace:
            confirm()
        found = restoring.restore(file, lock, replace=replace)
    if secret_file is not None:
        keep_secret(settings)
    if as_json:
        print_json(as_dict(found))
    else:
        tell(found)
    sys.exit(0 if found.holds else FAULTS)


def with_secret(settings: Settings, path: Path, passphrase_file: Path | None) -> Settings:
    """Use the secret of a copy; it comes to the folder of keys once the data are there."""
    lock = sealing.chosen(passphrase_file, None, new=False)
    # Any secret will do to speak: the one of the copy is not known yet.
    with create_app(settings).app_context(), stopping(), path.open("rb") as file:
        secret = secret_copies.read(file, lock)
    if settings.secret_key and settings.secret_key != secret:
        raise click.UsageError(WORDS[locale()]["environment"].format(path=path.name))
    return settings.model_copy(update={"secret_key": secret})


def keep_secret(settings: Settings) -> None:
    """Put the secret where the program looks for it, unless the environment holds it."""
    if settings_or_stop().secret_key:
        return
    if secret_copies.install(settings.keys, settings.secret()):
        click.echo(WORDS[locale()]["kept"], err=True)


def confirm() -> None:
    """Show what would be deleted and have it typed."""
    words = WORDS[locale()]
    held = vars(restoring.present())
    phrase = words["phrase"].format(**held)
    click.echo(words["held"].format(**held), err=True)
    if click.prompt(words["type"].format(phrase=phrase), err=True) != phrase:
        click.echo(words["refused"], err=True)
        sys.exit(FAULTS)


def as_dict(found: Restored) -> dict[str, Any]:
    """Say what came back, for JSON."""
    return {
        "made_at": found.backup.made_at.isoformat(timespec="seconds"),
        "rows": found.backup.manifest.rows,
        "digest": found.backup.manifest.digest,
        "holds": found.holds,
        "rounds": [
            {"id": row.id, "name": row.name, **vars(row.tally), "difference": row.tally.difference}
            for row in found.rounds
        ],
        "lost": [{**vars(row), **dates(row)} for row in found.lost],
        "jobs": {"put_back": found.jobs_put_back, "failed": found.jobs_failed},
        "same_secret": found.same_secret,
        "unreadable_contacts": found.contacts,
        "unreadable_second_factors": list(found.second_factors),
    }


def dates(row: LostBoxes) -> dict[str, str | None]:
    """Write the moments of a loss."""
    moments = {"sealed_before": row.sealed_before, "key_made": row.key_made}
    return {
        name: moment.isoformat(timespec="seconds") if moment else None
        for name, moment in moments.items()
    }


def tell(found: Restored) -> None:
    """Say what came back and what did not."""
    words = WORDS[locale()]
    made_at = local(found.backup.made_at)
    click.echo(words["done"].format(rows=found.backup.manifest.rows, at=made_at))
    for row in found.rounds:
        facts = {**vars(row.tally), "difference": row.tally.difference}
        click.echo(words["round"].format(id=row.id, name=row.name, **facts))
    for lost in found.lost:
        known = {
            "sealed_before": local(lost.sealed_before) if lost.sealed_before else words["unknown"],
            "key_made": local(lost.key_made) if lost.key_made else words["unknown"],
        }
        click.echo(words["lost"].format(**{**vars(lost), **known}))
    for round_id in sorted({lost.round_id for lost in found.lost}):
        click.echo(words["declare"].format(round_id))
    if found.jobs_put_back or found.jobs_failed:
        click.echo(words["jobs"].format(put_back=found.jobs_put_back, failed=found.jobs_failed))
    if not found.same_secret:
        click.echo(words["secret"].format(contacts=found.contacts))
    for email in found.second_factors:
        click.echo(words["factor"].format(email))
    click.echo(words["answered"])
