"""`khaosat questionnaire compare`: what a new version changes, and whether it may follow."""

import sys
from pathlib import Path

import click

from app.commands.questionnaire_reading import EXISTING, sound
from app.commands.reporting import FAULTS, locale, print_json
from surveys.versions import Change, Difference, changes, comparable, version_faults

WORDS = {
    "vi": {
        Difference.ADDED: "câu hỏi mới",
        Difference.REMOVED: "bỏ câu hỏi",
        Difference.RENAMED: "đổi mã, vẫn là câu hỏi cũ",
        Difference.KIND: "đổi loại câu hỏi",
        Difference.REWORDED: "sửa lời",
        Difference.OPTIONS: "đổi phương án hoặc lời của phương án",
        Difference.CONDITION: "đổi điều kiện hỏi",
        Difference.REQUIRED: "đổi bắt buộc / không bắt buộc",
        Difference.ORDER: "đổi chỗ",
    },
    "en": {
        Difference.ADDED: "new question",
        Difference.REMOVED: "question removed",
        Difference.RENAMED: "other code, same question",
        Difference.KIND: "other kind",
        Difference.REWORDED: "reworded",
        Difference.OPTIONS: "other options or words of options",
        Difference.CONDITION: "asked under another condition",
        Difference.REQUIRED: "required or not has changed",
        Difference.ORDER: "moved",
    },
}
SUMMARY = {
    "vi": "{changes} thay đổi; {comparable} trong {questions} câu hỏi so sánh được với phiên bản "
    "trước",
    "en": "{changes} changes; {comparable} of {questions} questions can be compared with the "
    "earlier version",
}


@click.command("compare")
@click.argument("old", type=EXISTING)
@click.argument("new", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def compare(old: Path, new: Path, *, as_json: bool) -> None:
    """So sánh hai phiên bản của một phiếu: có gì đổi, và bản mới có được công bố tiếp không."""
    before, after = (sound(file, as_json=as_json, named=True) for file in (old, new))
    faults, found = version_faults(before, after), changes(before, after)
    matched = comparable(before, after)
    if as_json:
        print_json(
            {
                "faults": [fault.as_dict(locale()) for fault in faults],
                "changes": [as_dict(change) for change in found],
                "comparable": matched,
            }
        )
    else:
        for change in found:
            click.echo(line(change))
        facts = {"changes": len(found), "comparable": len(matched)}
        click.echo(SUMMARY[locale()].format(questions=len(after.questions), **facts))
        for fault in faults:
            click.echo(fault.line(locale()), err=True)
    if faults:
        sys.exit(FAULTS)


def as_dict(change: Change) -> dict[str, str]:
    """Give a change, ready for JSON."""
    return {
        "question": change.question,
        "difference": change.difference.value,
        "was": change.was,
        "is_now": change.is_now,
    }


def line(change: Change) -> str:
    """Give a change as a line for a person."""
    words = f"{change.question}: {WORDS[locale()][change.difference]}"
    return f"{words}: {change.was} → {change.is_now}" if change.was or change.is_now else words
