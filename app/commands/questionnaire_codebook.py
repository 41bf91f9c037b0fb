"""`khaosat questionnaire codebook`: what the columns of the data will mean."""

from pathlib import Path

import click

from app.commands.questionnaire_reading import EXISTING, NEW, sound
from app.commands.reporting import locale, print_json
from app.documents import codebooks
from app.documents.tables import replacing
from surveys.codebook import Column
from surveys.coding import codebook as columns_of

MISSING = {"vi": "khuyết", "en": "missing"}
WROTE = {"vi": "Đã ghi {count} cột vào {file}", "en": "Wrote {count} columns to {file}"}


@click.command("codebook")
@click.argument("file", type=EXISTING)
@click.option("--csv", "csv_file", type=NEW, help="Ghi sổ mã ra tệp CSV, mỗi giá trị một dòng.")
@click.option("--xlsx", "xlsx_file", type=NEW, help="Ghi sổ mã ra tệp XLSX cho người đọc.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
def codebook(file: Path, csv_file: Path | None, xlsx_file: Path | None, *, as_json: bool) -> None:
    """In sổ mã của một phiếu: tên cột, nhãn, nhãn giá trị, mã khuyết, loại giá trị."""
    found = sound(file, as_json=as_json)
    columns = columns_of(found, locale())
    for target, make in ((csv_file, codebooks.as_csv), (xlsx_file, codebooks.as_xlsx)):
        if target is not None:
            with replacing(target) as draft:
                draft.write_bytes(make(found, locale()))
            click.echo(WROTE[locale()].format(count=len(columns), file=target), err=True)
    if as_json:
        print_json([as_dict(column) for column in columns])
    elif csv_file is None and xlsx_file is None:
        for column in columns:
            click.echo("\n".join(told(column)))


def as_dict(column: Column) -> dict[str, object]:
    """Give a column, ready for JSON."""
    return {
        "name": column.name,
        "label": column.label,
        "measure": column.measure,
        "labels": dict(column.labels),
        "values": dict(column.values),
        "missing": list(column.missing),
    }


def told(column: Column) -> list[str]:
    """Give a column as lines for a person."""
    kind = codebooks.MEASURES[locale()][column.measure]
    labelled = codebooks.value_labels(column, locale())
    values = [f"    {value or MISSING[locale()]:>8}  {label}" for value, _, label in labelled]
    return [f"{column.name}  [{kind}]", f"    {column.label}", *values]
