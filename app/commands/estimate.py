"""`khaosat estimate`: estimates with margins of error from files, without a database."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from analysis.estimation import estimated_from
from analysis.results import ResultRow
from analysis.specification import Specification, read_specification
from app.commands.reporting import print_json, stop_over
from app.documents.tables import read_columns
from sampling.recipe import Recipe, read_recipe

INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
SHOWN = ("name", "stat", "variable", "domain", "estimate", "se", "lower", "upper", "n")


@click.command()
@click.argument("spec_path", metavar="SPEC.yaml", type=INPUT)
@click.argument("data_path", metavar="DATA.csv", type=INPUT)
@click.option(
    "--out",
    metavar="ESTIMATES.json",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp kết quả; không được ghi khi có lỗi.",
)
@click.option("--json", "as_json", is_flag=True, help="In kết quả hoặc lỗi dạng JSON.")
def estimate(spec_path: Path, data_path: Path, out: Path | None, as_json: bool) -> None:
    """Ước lượng theo SPEC.yaml từ bảng trả lời DATA (.csv, .xlsx, .parquet)."""
    check_out(out, (spec_path, data_path))
    specification, faults = read_specification(spec_path.read_bytes())
    if specification is None:
        stop_over(spec_path, faults, as_json=as_json)
    recipe = recipe_beside(spec_path, specification, as_json=as_json)
    columns, table_faults, header_row = read_columns(data_path)
    if columns is None:
        stop_over(data_path, table_faults, as_json=as_json)
    rows, faults = estimated_from(specification, columns, header_row, recipe)
    if faults:
        stop_over(data_path, faults, as_json=as_json)
    document = {"estimates": [row_values(row) for row in rows]}
    if out is not None:
        write(out, document)
    if as_json:
        print_json(document)
    else:
        tell(rows)


def recipe_beside(spec_path: Path, specification: Specification, *, as_json: bool) -> Recipe | None:
    """Read the recipe that a specification names, if it does; it lies beside it."""
    if specification.calibration is None:
        return None
    path = spec_path.parent / specification.calibration
    if not path.is_file():
        raise click.UsageError(f"{spec_path}: calibration: không có tệp {path} (no such file)")
    recipe, faults = read_recipe(path.read_bytes())
    if recipe is None:
        stop_over(path, faults, as_json=as_json)
    return recipe


def check_out(out: Path | None, inputs: Sequence[Path]) -> None:
    """Refuse a result that has no folder to go to or would replace an input."""
    if out is None:
        return
    if not out.parent.is_dir():
        raise click.UsageError(f"không có thư mục {out.parent} (no such folder)")
    if any(out.exists() and out.samefile(path) for path in inputs):
        raise click.UsageError(f"{out} là tệp đầu vào (would replace an input)")


def write(out: Path, document: object) -> None:
    """Write the result, or say why it cannot be written."""
    try:
        out.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"không ghi được {out}: {error.strerror}") from error


def row_values(row: ResultRow) -> dict[str, Any]:
    """A result row for JSON, which has no NaN or infinity: null stands for them."""
    values = asdict(row)
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in values.items()
    }


def tell(rows: Sequence[ResultRow]) -> None:
    """Print the results as a table with tabs between its columns."""
    click.echo("\t".join(SHOWN))
    for row in rows:
        values = asdict(row)
        values["domain"] = ", ".join(f"{key}={value}" for key, value in row.domain.items())
        click.echo("\t".join(shown(values[key]) for key in SHOWN))


def shown(value: object) -> str:
    """Write one cell of the table; a dash for what does not exist."""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else "-"
    return str(value)
