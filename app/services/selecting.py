"""The public draw as arithmetic: a seed, a number for each dossier, the smallest of each stratum.

Everything here can be repeated by anybody from what the public page shows and the list.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import rfc8785

from app.queries.frames import FrameRow
from app.services.errors import WrongStateError
from app.services.plans import Plan
from app.services.previewing import Preview
from app.texts import N_
from sampling.apart import NOBODY, Numbered, Owners, take
from sampling.selection import StratifiedPlan, draw, keyed_uniforms

STAGE = 1


@dataclass(frozen=True)
class Selected:
    """A drawn dossier, its place in its stratum, and the cell that its answer is sealed for."""

    dossier_id: int
    code: str
    stratum: str
    rank: int
    cell: str


@dataclass(frozen=True)
class Selection:
    """The outcome of a draw."""

    seed: str
    selected: tuple[Selected, ...]
    hash: str


def select_dossiers(
    seed: bytes,
    purpose: str,
    rows: Sequence[FrameRow],
    plan: Plan,
    preview: Preview,
    owners: Owners | None = None,
) -> Selection:
    """Draw the sample of a plan.

    Parameters
    ----------
    owners : mapping of str to Owner, or None
        Whose dossiers are, where nobody may be asked twice. A stratum may then have fewer than
        its size, and chances are those of the plan up to what 0052 says.

    Raises
    ------
    sampling.errors.SelectionError
        If rows and preview do not belong together.
    WrongStateError
        If dossiers of one cell had different chances.
    """
    codes = [row.code for row in rows]
    strata = [plan.stratum(row.unit_code, row.field) for row in rows]
    uniforms = keyed_uniforms(seed, purpose, STAGE, strata, codes)
    sizes = StratifiedPlan({stratum.label: stratum.drawn for stratum in preview.strata})
    if owners is not None:
        dossiers = numbered(rows, plan, owners, uniforms.tolist())
        taken = _apart(dossiers, rows, plan, sizes.sizes)
        return Selection(seed.hex(), taken, selection_hash(taken))
    drawn = draw({"code": codes, "stratum": strata}, sizes, uniforms)
    cells = [plan.cell(row.unit_code, row) for row in rows]
    check_even(cells, drawn.inclusion.tolist())
    selected = tuple(
        Selected(rows[place].id, codes[place], strata[place], int(drawn.rank[place]), cells[place])
        for place in drawn.selected.nonzero()[0].tolist()
    )
    return Selection(seed.hex(), selected, selection_hash(selected))


def numbered(
    rows: Sequence[FrameRow], plan: Plan, owners: Owners, uniforms: Sequence[float]
) -> list[Numbered]:
    """Give rows their numbers and owners."""
    return [
        Numbered(
            plan.stratum(row.unit_code, row.field), row.code, uniform, owners.get(row.code, NOBODY)
        )
        for row, uniform in zip(rows, uniforms, strict=True)
    ]


def _apart(
    dossiers: Sequence[Numbered], rows: Sequence[FrameRow], plan: Plan, sizes: Mapping[str, int]
) -> tuple[Selected, ...]:
    by_code = {row.code: row for row in rows}
    chosen = [
        (stratum, rank, by_code[code])
        for stratum, taken in take(dossiers, sizes, {}).items()
        for rank, code in enumerate(taken.drawn, 1)
    ]
    return tuple(
        Selected(row.id, row.code, stratum, rank, plan.cell(row.unit_code, row))
        for stratum, rank, row in sorted(chosen, key=lambda one: one[2].code)
    )


def check_even(cells: Sequence[str], chances: Sequence[float]) -> None:
    """Refuse a draw in which dossiers of one cell had different chances (0024).

    An opened answer knows its cell and nothing narrower, so it can carry no weight of its own
    dossier: the weights of a cell are right only where everybody in it had the same chance.

    Raises
    ------
    WrongStateError
        With the name of the first such cell.
    """
    first: dict[str, float] = {}
    for cell, chance in zip(cells, chances, strict=True):
        if first.setdefault(cell, chance) != chance:
            raise WrongStateError(
                N_(
                    "Dossiers of the cell %(cell)s would be drawn with different chances, which "
                    "anonymous answers cannot make good: nothing was drawn."
                ),
                cell=cell,
            )


def selection_hash(selected: Sequence[Selected]) -> str:
    """SHA-256 of the canonical JSON of [stratum, code] pairs in the order of code points."""
    pairs = sorted([chosen.stratum, chosen.code] for chosen in selected)
    return hashlib.sha256(rfc8785.dumps(pairs)).hexdigest()
