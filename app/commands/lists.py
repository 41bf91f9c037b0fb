"""A list given to a command: opened, mapped and read once, its faults told."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from app.commands.reporting import locale, stop_with_faults
from app.commands.unit_books import unit_book
from sampling.listing.errors import MappingError
from sampling.listing.mapping import Mapping
from sampling.listing.reading import ListReading, Options, read_list
from sampling.listing.sheet import Sheet, described, opened
from sampling.listing.suggesting import suggest
from sampling.listing.units import UnitBook
from sampling.tabular import Table

INPUT = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


def with_list_options(command: Command) -> Command:
    """Add the list and what it is read by to a command."""
    for option in (
        click.option(
            "--crosswalk",
            "crosswalk_path",
            type=INPUT,
            help="Bảng chuyển đơn vị cũ sang đơn vị mới; mặc định là bảng kèm theo.",
        ),
        click.option(
            "--units",
            "units_path",
            type=INPUT,
            help="Danh sách đơn vị, có cột code (và name); mặc định là danh sách kèm theo.",
        ),
        click.option(
            "--mapping",
            "mapping_path",
            type=INPUT,
            help="Bảng ghép cột JSON; mặc định ghép theo tên cột (xem --suggest).",
        ),
        click.argument("list_path", metavar="DANH_SACH.(csv|xlsx|xls|ods)", type=INPUT),
    ):
        command = option(command)
    return command


@dataclass
class Lists:
    """A list with the files that it is read by."""

    list_path: Path
    mapping_path: Path | None
    units_path: Path | None
    crosswalk_path: Path | None
    as_json: bool = False
    options: Options | None = None

    @cached_property
    def table(self) -> Table:
        """The list's cells."""
        table = opened(self.list_path.read_bytes(), self.list_path.name)
        if not table.header:
            stop_with_faults(table.faults, as_json=self.as_json)
        return table

    @cached_property
    def sheet(self) -> Sheet:
        """The list seen from outside."""
        return described(self.table, self.list_path.name)

    @cached_property
    def book(self) -> UnitBook:
        """Units that it may name."""
        return unit_book(self.units_path, self.crosswalk_path, as_json=self.as_json)

    @cached_property
    def mapping(self) -> Mapping:
        """How its columns are read: as a file says, else as their names suggest."""
        if self.mapping_path is None:
            return suggest(self.sheet)
        try:
            return Mapping.from_document(json.loads(self.mapping_path.read_bytes()))
        except MappingError as error:
            raise click.UsageError(f"{self.mapping_path}: {error.message(locale())}") from error
        except ValueError as error:
            raise click.UsageError(f"{self.mapping_path}: JSON: {error}") from error

    @cached_property
    def reading(self) -> ListReading:
        """What came of it; a mapping that does not fit ends the command."""
        faults = self.mapping.faults(self.sheet)
        if faults:
            stop_with_faults(faults, as_json=self.as_json)
        return read_list(self.table, self.mapping, self.book, self.options)

    @property
    def ignored_columns(self) -> tuple[str, ...]:
        """Columns that nothing is read from."""
        used = {name for names in self.mapping.columns.values() for name in names}
        return tuple(name for name in self.table.header if name not in used)
