"""`khaosat questionnaire`: look at questionnaire documents without a server."""

from pathlib import Path
from typing import Any

import click

from app.commands.questionnaire_codebook import codebook
from app.commands.questionnaire_compare import compare
from app.commands.questionnaire_reading import EXISTING, sound
from app.commands.questionnaire_xlsform import export_form, import_form
from app.commands.reporting import locale, print_json
from surveys.checking import warnings
from surveys.questionnaire import Questionnaire
from surveys.writing import version_hash

SUMMARY = {
    "vi": "{code} phiên bản {version}: {questions} câu hỏi, ngôn ngữ {languages}; "
    "không có lỗi\nsha256 {hash}",
    "en": "{code} version {version}: {questions} questions, languages {languages}; "
    "no faults\nsha256 {hash}",
}

WARNING = {"vi": "nên xem lại: ", "en": "look again: "}


@click.group()
def questionnaire() -> None:
    """Phiếu khảo sát dưới dạng tệp JSON."""


questionnaire.add_command(codebook)
questionnaire.add_command(compare)
questionnaire.add_command(import_form)
questionnaire.add_command(export_form)


@questionnaire.command("check")
@click.argument("file", type=EXISTING)
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def check_file(file: Path, *, as_json: bool) -> None:
    """Kiểm tra một phiếu và liệt kê mọi lỗi, kèm vị trí trong tệp."""
    found = sound(file, as_json=as_json)
    facts, warned = _facts(found), warnings(found)
    if as_json:
        noted = [warning.as_dict(locale()) for warning in warned]
        print_json({**facts, "faults": [], "warnings": noted})
    else:
        listed = {**facts, "languages": ", ".join(found.languages)}
        click.echo(SUMMARY[locale()].format(**listed))
        for warning in warned:
            click.echo(f"{WARNING[locale()]}{warning.line(locale())}", err=True)


def _facts(found: Questionnaire) -> dict[str, Any]:
    return {
        "code": found.code,
        "version": found.version,
        "languages": list(found.languages),
        "questions": len(found.questions),
        "hash": version_hash(found),
    }
