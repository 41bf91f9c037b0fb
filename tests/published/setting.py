"""What the statistics of a case are computed from, each part worked out when first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sampling.columns import Columns
from sampling.design import Design
from tests.published.cases import Case, table_of
from tests.published.designs import design_of

Result = Mapping[str, Any]
Statistics = Mapping[str, Callable[[Mapping[str, Any], "Setting"], Result]]


@dataclass(frozen=True)
class Setting:
    """A case with its data and its design.

    Attributes
    ----------
    case : Case
        Names the files and describes the design.
    """

    case: Case

    @cached_property
    def columns(self) -> Columns:
        """The first data file, with derived columns."""
        return self.case.columns()

    @cached_property
    def design(self) -> Design:
        """How the rows of the first data file were drawn."""
        return design_of(self.case.design, self.columns, self.table)

    def table(self, name: str) -> Columns:
        """Another file of the folder, by its name; ".gz" is unpacked."""
        return Columns.of(table_of(self.case.folder / name))
