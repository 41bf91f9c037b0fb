"""The public draw as arithmetic: a seed, a number for each dossier, the smallest of each stratum.

Everything here can be repeated by anybody from what the public page shows and the list.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import rfc8785

from app.queries.frames import FrameRow
from app.services.plans import Plan
from app.services.previewing import Preview
from sampling.selection import StratifiedPlan, draw, keyed_uniforms

VERSION = b"draw-v1"
STAGE = 1


@dataclass(frozen=True)
class Selected:
    """A drawn dossier and its place in its stratum."""

    dossier_id: int
    code: str
    stratum: str
    rank: int


@dataclass(frozen=True)
class Selection:
    """The outcome of a draw."""

    seed: str
    selected: tuple[Selected, ...]
    hash: str


def tidy_number(text: str) -> str:
    """Write a public number the one way that enters the seed."""
    return unicodedata.normalize("NFC", text.strip())


def seed_of(frame_hash: str, secret: str, public_number: str) -> bytes:
    """SHA-256 of "draw-v1", frame hash, secret and public number, as bytes one after the other."""
    parts = (bytes.fromhex(frame_hash), bytes.fromhex(secret), tidy_number(public_number).encode())
    return hashlib.sha256(VERSION + b"".join(parts)).digest()


def select_dossiers(
    seed: bytes, purpose: str, rows: Sequence[FrameRow], plan: Plan, preview: Preview
) -> Selection:
    """Draw the sample of a plan.

    Raises
    ------
    sampling.errors.SelectionError
        If rows and preview do not belong together.
    """
    codes = [row.code for row in rows]
    strata = [plan.stratum(row.unit_code, row.field) for row in rows]
    uniforms = keyed_uniforms(seed, purpose, STAGE, strata, codes)
    sizes = StratifiedPlan({stratum.label: stratum.drawn for stratum in preview.strata})
    drawn = draw({"code": codes, "stratum": strata}, sizes, uniforms)
    selected = tuple(
        Selected(rows[place].id, codes[place], strata[place], int(drawn.rank[place]))
        for place in drawn.selected.nonzero()[0].tolist()
    )
    return Selection(seed.hex(), selected, selection_hash(selected))


def selection_hash(selected: Sequence[Selected]) -> str:
    """SHA-256 of the canonical JSON of [stratum, code] pairs in the order of code points."""
    pairs = sorted([chosen.stratum, chosen.code] for chosen in selected)
    return hashlib.sha256(rfc8785.dumps(pairs)).hexdigest()
