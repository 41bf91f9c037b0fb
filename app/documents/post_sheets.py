"""Sheets of a batch that are filled in by hand: the re-check, and the list of signatures.

The list of signatures has neither time nor form: beside a form it would tell whose it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.documents.slip_minutes import number
from app.documents.slips import compiled

TEMPLATE = Path(__file__).with_name("post_sheets.typ")


@dataclass(frozen=True)
class Recheck:
    """What the re-check of a batch is to visit."""

    round_name: str
    dry_run: bool
    unit: str
    carrier: str
    checker: str
    day: date
    forms: int
    codes: Sequence[str]


@dataclass(frozen=True)
class Signatures:
    """A ruled sheet for as many people as valid forms came back."""

    round_name: str
    dry_run: bool
    number: int
    unit: str
    carrier: str
    rows: int


def recheck(sheet: Recheck) -> bytes:
    """Set the sheet of a re-check, as a PDF of A4 pages."""
    data = {
        "kind": "recheck",
        "title": "PHIẾU PHÚC TRA",
        "about": sheet.round_name,
        "dry_run": sheet.dry_run,
        "unit": sheet.unit,
        "carrier": sheet.carrier,
        "checker": sheet.checker,
        "day": f"{sheet.day:%d/%m/%Y}",
        "forms": number(sheet.forms),
        "codes": list(sheet.codes),
    }
    return compiled(TEMPLATE, data)


def signatures(sheet: Signatures) -> bytes:
    """Set the list of signatures, as a PDF of A4 pages."""
    data = {
        "kind": "signatures",
        "title": "DANH SÁCH KÝ NHẬN",
        "about": "Chi hỗ trợ người cung cấp thông tin khảo sát",
        "round": sheet.round_name,
        "dry_run": sheet.dry_run,
        "number": str(sheet.number),
        "unit": sheet.unit,
        "carrier": sheet.carrier,
        "rows": sheet.rows,
    }
    return compiled(TEMPLATE, data)
