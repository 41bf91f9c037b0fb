"""Invitation slips as a PDF: eight on an A4 sheet, cut apart and clipped to the results.

A slip tells the dossier, the unit and the point, and nothing of whether the dossier was drawn.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("slips.typ")
FONTS = Path(str(resources.files("fontpkg_be_vietnam_pro"))) / "files"


@dataclass(frozen=True)
class Slip:
    """One invitation.

    Attributes
    ----------
    address : str
        What its QR code opens.
    qr : str
        That code as SVG, with the white around it.
    """

    address: str
    qr: str
    dossier_code: str
    unit_name: str


@dataclass(frozen=True)
class Sheet:
    """What is printed in one go.

    Attributes
    ----------
    point : str
        The counter that hands the slips out; "" for none in particular.
    day : date or None
        When it does.
    """

    round_name: str
    dry_run: bool
    slips: Sequence[Slip]
    point: str = ""
    day: date | None = None


def render(sheet: Sheet) -> bytes:
    """Print slips by dossier code, as the results lie in their pile.

    Returns
    -------
    bytes
        A PDF of A4 pages, two columns of four slips.
    """
    ordered = sorted(sheet.slips, key=lambda slip: slip.dossier_code)
    data = {
        "round": sheet.round_name,
        "dry_run": sheet.dry_run,
        "point": sheet.point,
        "day": f"{sheet.day:%d/%m/%Y}" if sheet.day else "",
        "slips": [_drawn(slip) for slip in ordered],
    }
    return compiled(TEMPLATE, data)


def compiled(template: Path, data: object) -> bytes:
    """Set a document whose template reads its values from `sys.inputs.data`.

    The same values make the same pages, whatever fonts the machine has.
    """
    pdf = typst.compile(
        template,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(pdf, bytes)
    return pdf


def _drawn(slip: Slip) -> dict[str, str]:
    return {
        "address": slip.address,
        "code": slip.dossier_code,
        "qr": slip.qr,
        "unit": slip.unit_name,
    }
