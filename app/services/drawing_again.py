"""The ranks of a stratum, worked out again from what the draw left behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.queries.frames import FrameRow
from app.services.plans import Plan
from app.services.selecting import STAGE, numbered
from sampling.apart import Owners, take
from sampling.selection import StratifiedPlan, draw, keyed_uniforms


@dataclass(frozen=True)
class Ranked:
    """A dossier, its place in its stratum from 1 on, and the cell its answer is sealed for."""

    dossier_id: int
    code: str
    rank: int
    cell: str


def ranked(
    seed: bytes, purpose: str, rows: Sequence[FrameRow], plan: Plan, stratum: str
) -> list[Ranked]:
    """Put the dossiers of a stratum in the order of the draw: the sample, then the reserves.

    Raises
    ------
    sampling.errors.SelectionError
        If codes repeat.
    """
    own = [row for row in rows if plan.stratum(row.unit_code, row.field) == stratum]
    codes, strata = [row.code for row in own], [stratum] * len(own)
    uniforms = keyed_uniforms(seed, purpose, STAGE, strata, codes)
    # Ranks do not depend on the size.
    drawn = draw({"code": codes, "stratum": strata}, StratifiedPlan({stratum: 0}), uniforms)
    found = (
        Ranked(row.id, row.code, int(rank), plan.cell(row.unit_code, row))
        for row, rank in zip(own, drawn.rank.tolist(), strict=True)
    )
    return sorted(found, key=lambda each: each.rank)


def ranked_apart(
    seed: bytes,
    purpose: str,
    rows: Sequence[FrameRow],
    plan: Plan,
    owners: Owners,
    promised: Mapping[str, tuple[int, int]],
) -> dict[str, list[Ranked]]:
    """Do the same for all strata of a draw in which nobody is asked twice.

    Parameters
    ----------
    promised : mapping of str to (int, int)
        Dossiers to draw, and reserves to list, of each stratum: who is passed over depends on it.
    """
    strata = [plan.stratum(row.unit_code, row.field) for row in rows]
    codes = [row.code for row in rows]
    uniforms = keyed_uniforms(seed, purpose, STAGE, strata, codes).tolist()
    sizes = {label: size for label, (size, _) in promised.items()}
    listed = {label: reserves for label, (_, reserves) in promised.items()}
    taken = take(numbered(rows, plan, owners, uniforms), sizes, listed)
    by_code = {row.code: row for row in rows}
    return {
        label: [
            Ranked(by_code[code].id, code, rank, plan.cell(by_code[code].unit_code, by_code[code]))
            for rank, code in enumerate([*chosen.drawn, *chosen.reserves], 1)
        ]
        for label, chosen in taken.items()
    }
