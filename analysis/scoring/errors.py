"""Faults of criteria sets and score tables."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from analysis.scoring.messages import MESSAGES
from sampling.errors import Fault, Texts


class ScoringFault(Fault):
    """Something to mend in a criteria set or a score table.

    In a criteria set `column` is the path of the place, such as
    ``fields[2].criteria[0].max_points``, and `row` is None.
    """

    texts: ClassVar[Texts] = MappingProxyType({**Fault.texts, **MESSAGES})

    def line(self, locale: str) -> str:
        """One line for a person: row and column, or the path alone, then the message."""
        if self.row is None and self.column:
            return f"{self.column}: {self.message(locale)}"
        return super().line(locale)


class ScoringError(ValueError):
    """Entries that do not belong to their criteria set; the reader of score tables prevents it."""


class ObservationError(ValueError):
    """What was observed cannot be scored by the criterion's rule.

    Attributes
    ----------
    code : str
        Key of the fault's message.
    column : str
        Column of the score table to mend.
    shown : str
        What stands there.
    params : mapping
        What the message quotes besides.
    """

    def __init__(self, code: str, column: str, shown: str = "", **params: Any) -> None:
        super().__init__(f"{code} in {column}: {shown!r}")
        self.code = code
        self.column = column
        self.shown = shown
        self.params: Mapping[str, Any] = params
