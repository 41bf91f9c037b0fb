"""Invitation slips as a PDF: eight on an A4 sheet, cut apart and clipped to the results."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
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
    """What is printed in one go."""

    round_name: str
    dry_run: bool
    slips: Sequence[Slip]


def render(sheet: Sheet) -> bytes:
    """Print slips by unit, in each unit by dossier code; a unit begins a new page.

    Returns
    -------
    bytes
        A PDF of A4 pages, two columns of four slips.
    """
    ordered = sorted(sheet.slips, key=lambda slip: (slip.unit_name, slip.dossier_code))
    data = {
        "round": sheet.round_name,
        "dry_run": sheet.dry_run,
        "units": [
            {"name": name, "slips": [_drawn(slip) for slip in slips]}
            for name, slips in groupby(ordered, key=lambda slip: slip.unit_name)
        ],
    }
    pdf = typst.compile(
        TEMPLATE,
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
    }
