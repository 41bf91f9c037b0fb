"""A folder of published numbers: its cases, their data and their checks."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.conditions import derived
from sampling.columns import Columns
from sampling.tabular import Table, read_table


class UnsupportedError(Exception):
    """Something a case asks for that the engines cannot do yet."""


class Arguments(dict[str, Any]):
    """Arguments of a check, with the R expression behind it, which says what they leave out."""

    def __init__(self, given: Mapping[str, Any], call: str) -> None:
        super().__init__(given)
        self.call = call


@dataclass(frozen=True)
class Check:
    """One statistic with the numbers it must reproduce."""

    id: str
    stat: str
    args: Arguments
    rtol: float
    expect: Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A design, its data and its checks."""

    name: str
    folder: Path
    data: tuple[Path, ...]
    design: Mapping[str, Any]
    checks: tuple[Check, ...]

    def columns(self) -> Columns:
        """The first data file with the case's derived columns added."""
        if not self.data:
            raise UnsupportedError("the case names no data")
        table = table_of(self.data[0])
        columns = Columns.of(table)
        additions = {
            name: [text_of(value) for value in derived(expression, columns)]
            for name, expression in self.design.get("derived", {}).items()
        }
        return Columns({**columns.cells, **additions}, table.numbers)


def table_of(path: Path) -> Table:
    """Read a data file, compressed or not."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content, path = gzip.decompress(content), path.with_suffix("")
    table = read_table(content, path.name)
    if table.faults:
        raise UnsupportedError(f"{path.name}: {table.faults[0].line('en')}")
    return table


def text_of(value: float) -> str:
    """Write a number the way a data file would, "" when missing."""
    return "" if np.isnan(value) else repr(float(value))


def case_files(folder: Path) -> list[Path]:
    """Find the cases of a folder, in the order of their names."""
    return sorted((folder / "expected").glob("*.json"))


def read_case(path: Path) -> Case:
    """Read a case; UnsupportedError where it is not in the agreed form."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Case(
            name=str(document.get("case") or path.stem),
            folder=path.parents[1] / "data",
            data=tuple(path.parents[1] / "data" / name for name in document.get("data") or ()),
            design=dict(document.get("design") or {}),
            checks=tuple(check(item) for item in document["checks"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise UnsupportedError(f"no case: {type(error).__name__}: {error}") from error


def check(item: Mapping[str, Any]) -> Check:
    """Read one check."""
    if not isinstance(item["expect"], dict):
        raise TypeError(f"expect of {item['id']} is no mapping")
    return Check(
        id=item["id"],
        stat=item["stat"],
        args=Arguments(item.get("args") or {}, str(item.get("r_call", ""))),
        rtol=float(item["rtol"]),
        expect=item["expect"],
    )
