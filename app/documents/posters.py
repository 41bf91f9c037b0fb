"""A counter's poster, to be hung where people hand in and collect: PDF for the printer, SVG to
be put into a larger print.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Literal

import typst

TEMPLATE = Path(__file__).with_name("posters.typ")
FONTS = Path(str(resources.files("fontpkg_be_vietnam_pro"))) / "files"
MEDIA_TYPES = {"pdf": "application/pdf", "svg": "image/svg+xml"}
Form = Literal["pdf", "svg"]


class Paper(StrEnum):
    """Sizes that posters come in."""

    A4 = "a4"
    A3 = "a3"


@dataclass(frozen=True)
class Drawing:
    """A QR code on a square of so many modules, the white around it counted in.

    Attributes
    ----------
    runs : tuple of (int, int, int)
        Column, row and length of each run of dark modules.
    """

    size: int
    runs: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Poster:
    """What stands on a poster.

    Attributes
    ----------
    above, unit, counter, place : str
        The province, the unit, its counter, and where that is; the first and last may be "".
    address : str
        What the QR code opens, printed without its scheme for people who type.
    code : str
        The counter's code.
    hotline : str
        Whom to call; "" for nobody.
    """

    above: str
    unit: str
    counter: str
    place: str
    address: str
    code: str
    drawing: Drawing
    hotline: str = ""


def render(poster: Poster, paper: Paper = Paper.A4, form: Form = "pdf") -> bytes:
    """Draw a poster on one upright page; it needs no colour."""
    data = {
        "paper": paper.value,
        "above": poster.above,
        "unit": poster.unit,
        "counter": poster.counter,
        "address": poster.place,
        "shown": shown(poster.address),
        "short": poster.code,
        "hotline": poster.hotline,
        "code": {"size": poster.drawing.size, "runs": poster.drawing.runs},
    }
    made = typst.compile(
        TEMPLATE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format=form,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


def shown(address: str) -> str:
    """Leave out what no one types.

    Examples
    --------
    >>> shown("https://khaosat.dongnai.gov.vn/c/7K2M4P")
    'khaosat.dongnai.gov.vn/c/7K2M4P'
    """
    return address.removeprefix("https://").removeprefix("http://")
