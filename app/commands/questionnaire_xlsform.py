"""`khaosat questionnaire import` and `export`: XLSForm in and out."""

import json
from pathlib import Path

import click

from app.commands.questionnaire_reading import EXISTING, NEW, sound
from app.commands.reporting import locale, print_json, stop_with_faults
from app.documents.tables import replacing
from app.documents.xlsforms import read_sheets, write_sheets
from surveys.reading import read_questionnaire
from surveys.writing import to_document, version_hash
from surveys.xlsform.exporting import to_sheets
from surveys.xlsform.faults import FormError
from surveys.xlsform.importing import from_sheets

DONE = {
    "vi": "Đã ghi phiếu {code} phiên bản {version}, {questions} câu hỏi, vào {file}",
    "en": "Wrote questionnaire {code} version {version}, {questions} questions, to {file}",
}


@click.command("import")
@click.argument("form", type=EXISTING)
@click.argument("out", type=NEW)
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def import_form(form: Path, out: Path, *, as_json: bool) -> None:
    """Đọc một XLSForm (survey, choices, settings) thành phiếu JSON; lỗi kèm trang, dòng, cột."""
    try:
        document = from_sheets(read_sheets(form.read_bytes()))
    except FormError as error:
        stop_with_faults(error.faults, as_json=as_json)
    found = read_questionnaire(document)
    content = json.dumps(to_document(found), ensure_ascii=False, indent=2) + "\n"
    with replacing(out) as draft:
        draft.write_text(content, encoding="utf-8")
    tell(found.code, found.version, len(found.questions), out, version_hash(found), as_json)


@click.command("export")
@click.argument("file", type=EXISTING)
@click.argument("form", type=NEW)
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def export_form(file: Path, form: Path, *, as_json: bool) -> None:
    """Ghi một phiếu JSON thành XLSForm; nhập lại thì được đúng phiếu đó."""
    found = sound(file, as_json=as_json)
    with replacing(form) as draft:
        draft.write_bytes(write_sheets(to_sheets(found)))
    tell(found.code, found.version, len(found.questions), form, version_hash(found), as_json)


def tell(code: str, version: int, questions: int, file: Path, digest: str, as_json: bool) -> None:
    """Say what was written."""
    facts = {"code": code, "version": version, "questions": questions, "file": str(file)}
    if as_json:
        print_json({**facts, "hash": digest, "faults": []})
    else:
        click.echo(DONE[locale()].format(**facts))
