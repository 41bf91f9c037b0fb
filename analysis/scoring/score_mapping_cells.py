"""What the reader of workbooks leaves out: error cells, and formulas that were never worked out.

Both come out of the reader as empty cells, and an empty score is no fault everywhere: what a
person sees as #REF! must not pass for "nothing entered".
"""

import html
import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from sampling.archive import column_number
from sampling.errors import UnreadableFileError

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
UNCOMPUTED = "="
# A table of scores is small: what unpacks to more is none.
LARGEST_PART = 1 << 26

SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
CELL = re.compile(r"<(?:\w+:)?c\s([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
VALUE = re.compile(r"<(?:\w+:)?v[^>]*>([^<]+)</")
FORMULA = re.compile(r"<(?:\w+:)?f[\s>/]")
REFERENCE = re.compile(r"([A-Za-z]+)([0-9]+)")

Spot = tuple[int, int]


def broken_cells(content: bytes) -> dict[str, dict[Spot, str]]:
    """Find the cells of an XLSX file that hold an error or a formula without a value.

    Parameters
    ----------
    content : bytes
        A workbook whose size was checked (`sampling.archive.check_archive`).

    Returns
    -------
    dict
        Sheet name to {(row, column), both from 0: the error such as "#REF!", or "=" for a
        formula that no program has worked out}. Empty for files other than XLSX.

    Raises
    ------
    UnreadableFileError
        With code "too_large" if a sheet unpacks to more than 64 MB.
    """
    if not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if not {WORKBOOK, RELATIONS} <= names:
            return {}
        parts = sheet_parts(text_of(archive, WORKBOOK), text_of(archive, RELATIONS))
        return {
            name: dict(broken_in(text_of(archive, part)))
            for name, part in parts.items()
            if part in names
        }


def text_of(archive: zipfile.ZipFile, name: str) -> str:
    """Unpack a part of the file."""
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise UnreadableFileError("too_large")
    return archive.read(name).decode("utf-8", "replace")


def attributes(tag: str) -> Mapping[str, str]:
    """Read the attributes of a tag, without the prefixes of their names."""
    return {
        name.rsplit(":", 1)[-1]: html.unescape(value[1:-1])
        for name, value in ATTRIBUTE.findall(tag)
    }


def sheet_parts(workbook: str, relations: str) -> dict[str, str]:
    """Map the name of every sheet to the part of the file that holds its cells."""
    targets = {}
    for tag in RELATION.findall(relations):
        relation = attributes(tag)
        targets[relation.get("Id", "")] = relation.get("Target", "")
    parts = {}
    for tag in SHEET.findall(workbook):
        sheet = attributes(tag)
        target = targets.get(sheet.get("id", ""), "")
        parts[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return parts


def broken_in(sheet: str) -> Iterator[tuple[Spot, str]]:
    """Give the broken cells of one sheet."""
    for tag, inside in CELL.findall(sheet):
        cell = attributes(tag)
        reference = REFERENCE.fullmatch(cell.get("r", ""))
        if reference is None:
            continue
        spot = int(reference[2]) - 1, column_number(reference[1].encode()) - 1
        value = VALUE.search(inside)
        if cell.get("t") == "e":
            yield spot, html.unescape(value[1]) if value else "#N/A"
        elif value is None and FORMULA.search(inside) and cell.get("t") != "inlineStr":
            yield spot, UNCOMPUTED
