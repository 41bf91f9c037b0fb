"""Forms that a postman brings: two on an A4 sheet, each with a stub that he tears off.

The dossier's code stands on the stub alone: what stays with the person says nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.documents.slips import compiled

TEMPLATE = Path(__file__).with_name("post_forms.typ")


@dataclass(frozen=True)
class PostForm:
    """One form.

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
class PostForms:
    """The forms of a batch."""

    round_name: str
    dry_run: bool
    carrier: str
    day: date
    forms: Sequence[PostForm]


def render(batch: PostForms) -> bytes:
    """Print the forms by dossier code.

    Returns
    -------
    bytes
        A PDF of A4 pages, two forms on each.
    """
    data = {
        "round": batch.round_name,
        "dry_run": batch.dry_run,
        "carrier": batch.carrier,
        "day": f"{batch.day:%d/%m/%Y}",
        "forms": [
            {
                "address": form.address,
                "qr": form.qr,
                "code": form.dossier_code,
                "unit": form.unit_name,
            }
            for form in sorted(batch.forms, key=lambda form: form.dossier_code)
        ],
    }
    return compiled(TEMPLATE, data)
