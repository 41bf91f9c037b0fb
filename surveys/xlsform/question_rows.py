"""Rows of the sheet "survey" that ask something become questions of a document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from surveys.xlsform.constraints import limits_of
from surveys.xlsform.faults import FormFault
from surveys.xlsform.placing import Places
from surveys.xlsform.tables import Line
from surveys.xlsform.texts import from_form
from surveys.xlsform.xpath import FormulaError, parse

Document = dict[str, Any]

SELECT_ONE, SELECT_MULTIPLE = "select_one", "select_multiple"
MULTILINE, TABLE_LIST = "multiline", "table-list"
# How long a text may be in a form that does not say.
LENGTHS = {"short_text": 200, "long_text": 1000}
KINDS: Mapping[str, tuple[str, ...]] = {
    "note": ("information",),
    "text": ("short_text", "long_text"),
    "integer": ("number",),
    "decimal": ("number",),
    "date": ("date",),
    SELECT_ONE: ("scale", "single_choice", "yes_no"),
    SELECT_MULTIPLE: ("multiple_choice",),
}
BOUNDS = {
    "number": {"min", "max"},
    "date": {"min", "max", "not_future"},
    "multiple_choice": {"min", "max", "alone"},
    "short_text": {"max_length"},
    "long_text": {"max_length"},
}
# Of a decimal number in a form that does not say.
DECIMALS = 2
TRUE, FALSE = ("yes", "true", "true()", "1", "có"), ("no", "false", "false()", "0", "không")


@dataclass
class Lists:
    """The lists of the sheet "choices", which of them are scales, and which are used."""

    options: Mapping[str, Sequence[Line]]
    scales: Mapping[str, str]
    used: set[str] = field(default_factory=set)


class QuestionRows:
    """Makes questions of rows; `refuse` takes what is wrong."""

    def __init__(self, lists: Lists, places: Places, refuse: Callable[[FormFault], None]) -> None:
        self.lists, self.places, self.note = lists, places, refuse

    def refuse(self, line: Line, column: str, code: str, value: object = None) -> None:
        """Note what is wrong with a cell."""
        self.note(FormFault(line.sheet, line.number, column, code, value))

    def question(self, line: Line, path: str) -> Document | None:
        """Read a row that asks or tells something; None where its type is not known."""
        type_, _, list_name = line.cell("type").partition(" ")
        list_name = list_name.strip()
        kind = self.kind(line, type_, list_name)
        if kind is None:
            return None
        self.places.put(path, line)
        found: Document = {"code": line.cell("name"), "kind": kind, **self.said(line, kind)}
        if type_ in (SELECT_ONE, SELECT_MULTIPLE):
            found |= self.options(line, kind, list_name, path)
        if type_ == "decimal":
            found["decimals"] = DECIMALS
        if line.cell("decimals"):
            found["decimals"] = whole(line.cell("decimals"))
        if line.wording("unit"):
            found["unit"] = line.wording("unit")
        if kind in LENGTHS:
            found["max_length"] = LENGTHS[kind]
        return found | self.limits(line, kind, list_name)

    def kind(self, line: Line, type_: str, list_name: str) -> str | None:
        """Choose the kind: the one that is named, else the one that the type suggests."""
        possible = KINDS.get(type_)
        selects = type_ in (SELECT_ONE, SELECT_MULTIPLE)
        if possible is None or bool(list_name) != selects:
            self.refuse(line, "type", "unknown_type", line.cell("type"))
            return None
        appearance = line.cell("appearance")
        if appearance and (type_, appearance) != ("text", MULTILINE):
            self.refuse(line, "appearance", "unknown_appearance", appearance)
        if selects and list_name not in self.lists.options:
            self.refuse(line, "type", "unknown_list", list_name)
            return None
        named = line.cell("kind")
        if named and named not in possible:
            self.refuse(line, "kind", "kind_differs", named)
        return named if named in possible else self.guessed(line, type_, list_name)

    def guessed(self, line: Line, type_: str, list_name: str) -> str:
        """Choose the kind that a type suggests."""
        if type_ == "text":
            return "long_text" if line.cell("appearance") == MULTILINE else "short_text"
        if type_ != SELECT_ONE:
            return KINDS[type_][0]
        if list_name in self.lists.scales:
            return "scale"
        codes = {option.cell("name") for option in self.lists.options[list_name]}
        return "yes_no" if codes == {"yes", "no"} else "single_choice"

    def said(self, line: Line, kind: str) -> Document:
        """Read what all questions have."""
        found: Document = {"texts": piped(line.wording("label"))}
        if line.wording("hint"):
            found["hints"] = piped(line.wording("hint"))
        if kind != "information":
            found["role"] = line.cell("role") or "circumstance"
        elif line.cell("role"):
            found["role"] = line.cell("role")
        for column in ("factor", "attributed_to"):
            if line.cell(column):
                found[column] = line.cell(column)
        if line.cell("required"):
            found["required"] = truth(line.cell("required"))
        if line.cell("satisfied_from"):
            found["satisfied_from"] = exact(line.cell("satisfied_from"))
        if line.cell("faces"):
            found["faces"] = truth(line.cell("faces"))
        if line.cell("shuffled"):
            found["shuffled"] = truth(line.cell("shuffled"))
        return found

    def options(self, line: Line, kind: str, list_name: str, path: str) -> Document:
        """Read what may be chosen."""
        self.lists.used.add(list_name)
        options = self.lists.options[list_name]
        if kind == "scale":
            return {"scale": list_name}
        if kind == "yes_no":
            if [option.cell("name") for option in options] != ["yes", "no"]:
                self.refuse(line, "type", "not_yes_no")
            return {option.cell("name"): option.wording("label") for option in options}
        return {"choices": choices(options, path, self.places)}

    def limits(self, line: Line, kind: str, list_name: str) -> Document:
        """Read the column "constraint"."""
        text = line.cell("constraint")
        if not text:
            return {}
        try:
            found = limits_of(parse(text))
        except FormulaError as error:
            self.refuse(line, "constraint", error.code, error.value)
            return {}
        for name in found.keys() - BOUNDS.get(kind, set()):
            self.refuse(line, "constraint", "unsupported_formula", name)
        alone = found.pop("alone", [])
        apart = [
            option.cell("name")
            for option in self.lists.options.get(list_name, ())
            if truth(option.cell("exclusive")) is True
        ]
        for code in alone:
            if code not in apart:
                self.refuse(line, "constraint", "unsupported_formula", code)
        return {name: value for name, value in found.items() if name in BOUNDS.get(kind, set())}


def choices(options: Sequence[Line], path: str, places: Places) -> list[Document]:
    """Read the options of a list."""
    found = []
    for number, option in enumerate(options):
        places.put(f"{path}.choices[{number}]", option)
        made: Document = {"code": option.cell("name"), "texts": option.wording("label")}
        if option.cell("points"):
            made["value"] = exact(option.cell("points"))
        if option.cell("exclusive"):
            made["exclusive"] = truth(option.cell("exclusive"))
        found.append(made)
    return found


def piped(texts: Mapping[str, str]) -> dict[str, str]:
    """Read a text that may repeat answers."""
    return {language: from_form(text) for language, text in texts.items()}


def truth(cell: str) -> bool | str:
    """Read yes or no; anything else stays as it is, for the document to refuse."""
    small = cell.lower()
    return True if small in TRUE else False if small in FALSE else cell


def whole(cell: str) -> int | str:
    """Read a whole number; anything else stays as it is."""
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else cell


def exact(cell: str) -> int | str:
    """Read a whole number with its sign; a fraction or decimal stays text, as documents have it."""
    digits = cell.removeprefix("-")
    sign = -1 if digits != cell else 1
    number = whole(digits)
    return sign * number if isinstance(number, int) else cell
