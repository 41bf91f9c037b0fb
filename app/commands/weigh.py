"""`khaosat weigh`: weights from a recorded recipe, without a database."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from app.commands.estimate import check_out, shown, write
from app.commands.reporting import print_json, stop_over
from app.documents.tables import ENDINGS, read_columns, write_columns
from sampling.recipe import read_recipe
from sampling.weighing import StepReport, weigh as weighed_by

INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
WEIGHT = "weight"
SHOWN = ("step", "n", "sum", "least", "greatest", "cv", "kish_deff", "iterations")


@click.command()
@click.argument("recipe_path", metavar="RECIPE.yaml", type=INPUT)
@click.argument("data_path", metavar="DATA.csv", type=INPUT)
@click.option(
    "--out",
    metavar="WEIGHTS.csv",
    type=OUTPUT,
    required=True,
    help="Bảng kết quả (.csv, .xlsx, .parquet): các cột đã có và cột weight.",
)
@click.option(
    "--report", "report_path", metavar="REPORT.json", type=OUTPUT, help="Báo cáo từng bước."
)
@click.option("--json", "as_json", is_flag=True, help="In báo cáo hoặc lỗi dạng JSON.")
def weigh(
    recipe_path: Path, data_path: Path, out: Path, report_path: Path | None, as_json: bool
) -> None:
    """Tính quyền số theo RECIPE.yaml cho bảng DATA (.csv, .xlsx, .parquet)."""
    inputs = (recipe_path, data_path)
    check_out(out, inputs)
    check_out(report_path, inputs)
    if out.suffix.lower() not in ENDINGS:
        raise click.UsageError(f"{out.name}: {', '.join(ENDINGS)}")
    recipe, faults = read_recipe(recipe_path.read_bytes())
    if recipe is None:
        stop_over(recipe_path, faults, as_json=as_json)
    columns, table_faults, _ = read_columns(data_path)
    if columns is None:
        stop_over(data_path, table_faults, as_json=as_json)
    if WEIGHT in columns.names:
        raise click.UsageError(f"{data_path}: đã có cột «{WEIGHT}» (there is such a column)")
    found, faults = weighed_by(recipe, columns)
    if found is None:
        stop_over(data_path, faults, as_json=as_json)
    document = {"recipe": recipe_path.name, "steps": [asdict(step) for step in found.reports]}
    try:
        write_columns(out, columns, WEIGHT, found.weight)
    except OSError as error:
        raise click.UsageError(f"không ghi được {out}: {error.strerror}") from error
    if report_path is not None:
        write(report_path, document)
    if as_json:
        print_json(document)
    else:
        tell(found.reports)


def tell(reports: Sequence[StepReport]) -> None:
    """Print what each step did as a table with tabs between its columns."""
    click.echo("\t".join(SHOWN))
    for report in reports:
        values = asdict(report)
        click.echo("\t".join("-" if values[key] is None else shown(values[key]) for key in SHOWN))
