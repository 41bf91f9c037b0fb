"""Where each part of a document came from, so that its faults are told by sheet, row and column."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from surveys.errors import Fault
from surveys.xlsform.faults import FormFault
from surveys.xlsform.headers import SETTINGS, SURVEY
from surveys.xlsform.tables import Line

# Properties of the document whose columns have other names.
COLUMNS = {
    "texts": "label",
    "titles": "label",
    "hints": "hint",
    "code": "name",
    "only_if": "relevant",
    "min": "constraint",
    "max": "constraint",
    "max_length": "constraint",
    "not_future": "constraint",
    "scale": "type",
    "choices": "type",
    "value": "points",
}
HEAD = {"code": "form_id", "titles": "form_title", "label": "protection"}


@dataclass
class Places:
    """Lines by the path of what they became."""

    lines: dict[str, Line] = field(default_factory=dict)

    def put(self, path: str, line: Line) -> None:
        """Note where a part came from."""
        self.lines[path] = line

    def faults(self, found: Iterable[Fault]) -> list[FormFault]:
        """Tell faults of the document as faults of the form."""
        return [self.fault(each) for each in found]

    def fault(self, found: Fault) -> FormFault:
        """Tell one fault."""
        path = found.path
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        if not path:
            first = found.path.partition(".")[0].partition("[")[0]
            sheet = SURVEY if first == "sections" else SETTINGS
            row = 2 if sheet == SETTINGS else None
            return FormFault(sheet, row, HEAD.get(first, ""), "document", None, found)
        line = self.lines[path]
        rest = found.path[len(path) :].lstrip(".").partition(".")[0].partition("[")[0]
        column = COLUMNS.get(rest, rest)
        return FormFault(line.sheet, line.number, column, "document", None, found)
