"""What the commands of a draw say, in Vietnamese and in English."""

from typing import NoReturn

import click

from app.commands.reporting import locale

TEXTS = {
    "committed": {
        "vi": "Đã chốt {dossiers} hồ sơ và cam kết.\n"
        "SHA-256 của bản cam kết: {commitment}\n"
        "Công bố ngay tệp {file} trước khi có số công khai. Giữ kín secret.json và frame.csv.",
        "en": "{dossiers} dossiers are frozen and committed to.\n"
        "SHA-256 of the commitment: {commitment}\n"
        "Publish {file} now, before the public number is out. Keep secret.json and frame.csv "
        "to yourself.",
    },
    "promised": {
        "vi": "Đã cam kết tỷ lệ chọn cho kỳ tới.\n"
        "SHA-256 của bản cam kết: {commitment}\n"
        "Công bố ngay tệp {file} trước khi kỳ bắt đầu. Giữ kín secret.json.",
        "en": "The rates of the coming period are committed to.\n"
        "SHA-256 of the commitment: {commitment}\n"
        "Publish {file} before the period begins. Keep secret.json to yourself.",
    },
    "drawn": {
        "vi": "Đã rút {drawn} hồ sơ và {reserves} hồ sơ dự phòng ở {strata} tầng: {sample}\n"
        "Công bố tệp {file}. Thu phiếu xong mới mở số bí mật (--reveal).",
        "en": "{drawn} dossiers and {reserves} reserves of {strata} strata were drawn: {sample}\n"
        "Publish {file}. Reveal the secret (--reveal) only when the answers are in.",
    },
    "revealed": {
        "vi": "Số bí mật đã ghi vào {file}: công bố kèm verify_sample.py để ai cũng kiểm tra được.",
        "en": "The secret is in {file}: publish it with verify_sample.py, so that anybody can "
        "check.",
    },
    "number_too_soon": {
        "vi": "chưa cam kết: chạy không kèm --number và công bố cam kết trước khi có số công khai",
        "en": "nothing is committed to: run without --number and publish the commitment before "
        "the number is out",
    },
    "list_too_soon": {
        "vi": "với hồ sơ đến dần, cam kết được lập trước kỳ: chạy lần đầu không kèm danh sách",
        "en": "with arriving dossiers the commitment comes before the period: run the first time "
        "without a list",
    },
    "half_committed": {
        "vi": "{path} đã có mà chưa có cam kết (lần trước dừng giữa chừng): xoá tệp này, chạy lại",
        "en": "{path} exists without a commitment: an earlier call stopped half way; delete it "
        "and run again",
    },
    "drawn_already": {
        "vi": "{path} đã có: mỗi danh sách chỉ rút một lần; rút lại phải lập hồ sơ mới, công khai",
        "en": "{path} exists: a list is drawn once; another draw needs new papers, for all to see",
    },
    "number_needed": {
        "vi": "đã cam kết; để rút mẫu hãy thêm --number lấy từ: {source}",
        "en": "this is committed to; to draw, add --number from: {source}",
    },
    "no_number_used": {
        "vi": "chọn hồ sơ khi đến không dùng số công khai: bỏ --number",
        "en": "dossiers that arrive need no public number: leave out --number",
    },
    "other_plan": {
        "vi": "phương án khác với phương án đã cam kết: không rút mẫu",
        "en": "the plan is not the one that was committed to: nothing was drawn",
    },
    "list_needed": {
        "vi": "cần danh sách hồ sơ (FRAME.csv)",
        "en": "the list of dossiers is needed (FRAME.csv)",
    },
    "dossiers_gone": {
        "vi": "danh sách thiếu {count} hồ sơ đã có ở lần trước: danh sách của kỳ chỉ được dài thêm",
        "en": "{count} dossiers of the list before are missing: the list of a period only grows",
    },
    "asked_not_used": {
        "vi": "--asked chỉ dùng với method: apart, phương án ghi {method}",
        "en": "--asked goes with method: apart; the plan says {method}",
    },
    "asked_too_late": {
        "vi": "danh sách đã hỏi được chốt cùng cam kết: bỏ --asked",
        "en": "the list of the asked was fixed with the commitment: leave out --asked",
    },
    "other_asked": {
        "vi": "{path} không còn là danh sách đã cam kết: không rút mẫu",
        "en": "{path} is no longer the list that was committed to: nothing was drawn",
    },
    "nothing_drawn": {
        "vi": "chưa rút mẫu nên chưa mở số bí mật",
        "en": "nothing is drawn yet, so the secret stays closed",
    },
}


def said(key: str, **values: object) -> str:
    """Write a text in the reader's language."""
    return TEXTS[key][locale()].format(**values)


def refuse(key: str, **values: object) -> NoReturn:
    """End the command as wrong usage, saying why."""
    raise click.UsageError(said(key, **values))
