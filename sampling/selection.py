"""Which dossiers are drawn: a public draw that anybody can repeat from its seed.

`draw` is the one entry for every plan. Large frames that nobody has to re-check are drawn from by
`sampling.places`, with a generator.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import rfc8785
from numpy.typing import ArrayLike

from sampling.drawn import Draw, Floats, Frame, rows_of, uniforms_of
from sampling.errors import SelectionError
from sampling.poisson import BernoulliPlan, PoissonPlan, draw_bernoulli, draw_poisson
from sampling.ranked import (
    ParetoPlan,
    SequentialPoissonPlan,
    SimplePlan,
    StratifiedPlan,
    draw_pareto,
    draw_sequential_poisson,
    draw_simple,
    draw_stratified,
)
from sampling.systematic import (
    PpsSystematicPlan,
    SystematicPlan,
    draw_pps_systematic,
    draw_systematic,
)

__all__ = [
    "PUBLIC",
    "BernoulliPlan",
    "Draw",
    "ParetoPlan",
    "Plan",
    "PoissonPlan",
    "PpsSystematicPlan",
    "SequentialPoissonPlan",
    "SimplePlan",
    "StratifiedPlan",
    "SystematicPlan",
    "draw",
    "keyed_starts",
    "keyed_uniforms",
    "with_reserves",
]

MANTISSA_BITS = 53

Plan = (
    SimplePlan
    | StratifiedPlan
    | SystematicPlan
    | PpsSystematicPlan
    | BernoulliPlan
    | PoissonPlan
    | SequentialPoissonPlan
    | ParetoPlan
)
METHODS: dict[type[Plan], Callable[..., Draw]] = {
    SimplePlan: draw_simple,
    StratifiedPlan: draw_stratified,
    SystematicPlan: draw_systematic,
    PpsSystematicPlan: draw_pps_systematic,
    BernoulliPlan: draw_bernoulli,
    PoissonPlan: draw_poisson,
    SequentialPoissonPlan: draw_sequential_poisson,
    ParetoPlan: draw_pareto,
}
# Draws that anybody can repeat with whole numbers and comparisons. The others divide: they are
# "re-runnable, not publicly verifiable".
PUBLIC: frozenset[type[Plan]] = frozenset(METHODS) - {SequentialPoissonPlan, ParetoPlan}


def keyed_uniforms(
    seed: bytes, purpose: str, stage: int, strata: Sequence[str], codes: Sequence[str]
) -> Floats:
    """Make each dossier's uniform number from the published seed.

    Parameters
    ----------
    seed : bytes
        The seed that the ceremony revealed.
    purpose : str
        What is drawn for: main, recheck, owner_check, inspection, stage2:<psu>.
    stage : int
        Stage of selection, 1 for the first.
    strata, codes : sequence of str, length N
        Stratum and code of each dossier, in NFC as on the frozen frame.

    Returns
    -------
    ndarray of float, shape (N,)
        In [0, 1): the top 53 bits of HMAC-SHA256(seed, [purpose, stage, stratum, code] as
        canonical JSON), divided by 2^53. A row's number depends on nothing but these.

    Raises
    ------
    SelectionError
        If strata and codes differ in length.

    References
    ----------
    RFC 2104 (HMAC) and RFC 8785 (canonical JSON).
    """
    if len(strata) != len(codes):
        raise SelectionError("uneven_columns")
    pairs = zip(map(str, strata), map(str, codes), strict=True)
    return hashed(seed, ([purpose, stage, *pair] for pair in pairs), len(codes))


def keyed_starts(seed: bytes, purpose: str, stage: int, strata: Iterable[str]) -> dict[str, float]:
    """Make the start of each stratum of a systematic draw from the published seed.

    Parameters
    ----------
    seed, purpose, stage
        As for `keyed_uniforms`.
    strata : iterable of str
        Strata, in NFC; repeated ones do no harm.

    Returns
    -------
    dict of str to float
        In [0, 1), as `keyed_uniforms` makes them, of [purpose, stage, stratum, null, "start"]:
        null stands where dossiers have their code, so that no dossier's number is a start.
    """
    names = sorted({*map(str, strata)})
    numbers = hashed(seed, ([purpose, stage, name, None, "start"] for name in names), len(names))
    return dict(zip(names, numbers.tolist(), strict=True))


def hashed(seed: bytes, keys: Iterable[list[Any]], count: int) -> Floats:
    """Top 53 bits of the keyed hash of each key's canonical JSON, over 2^53."""
    keyed = hmac.new(seed, digestmod=hashlib.sha256)

    def uniform(key: list[Any]) -> float:
        digest = keyed.copy()
        digest.update(rfc8785.dumps(key))
        return float(int.from_bytes(digest.digest()[:7], "big") >> 3) / float(1 << MANTISSA_BITS)

    return np.fromiter(map(uniform, keys), float, count)


def draw(frame: Frame, plan: Plan, uniforms: ArrayLike | Mapping[str, float]) -> Draw:
    """Draw a sample as the plan says.

    Parameters
    ----------
    frame : mapping of column name to array_like, shape (N,)
        Columns "code", unique, and "stratum" (not for `SimplePlan`), and what the plan names.
    plan : Plan
        Its type chooses the method:

        * `SimplePlan`, `StratifiedPlan`: the smallest uniforms; probability n / N.
        * `SystematicPlan`: even distances along a declared order; probability n / N.
        * `PpsSystematicPlan`: even distances of a size behind the certain ones; min(1, c size).
        * `BernoulliPlan`, `PoissonPlan`: uniforms below a probability; the size is random.
        * `SequentialPoissonPlan`, `ParetoPlan`: fixed size from permanent random numbers; not
          publicly verifiable.
    uniforms : array_like, shape (N,), or mapping of str to float
        One number in [0, 1) a row, from `keyed_uniforms` or a generator; equal ones are put in
        the order of their codes. Systematic plans take one start for each stratum instead, from
        `keyed_starts`.

    Returns
    -------
    Draw
        Independent of the order of the frame's rows. Probabilities of pairs: see
        `sampling.second_order.joint_probabilities`.

    Raises
    ------
    SelectionError
        If codes repeat, lengths differ, a uniform lies outside [0, 1), a stratum of the frame
        has no size or a size is asked of a stratum that is not on the frame.
    UnknownColumnError
        If the frame lacks a column.

    References
    ----------
    Fan, Muller and Rezucha (1962), JASA 57, on sorting random numbers; Madow (1949) on systematic
    draws; Ohlsson (1995, 1998) and Rosén (1997) on permanent random numbers.
    """
    return METHODS[type(plan)](frame, plan, uniforms)


def with_reserves(drawn: Draw, uniforms: ArrayLike) -> Draw:
    """Rank the rows that a systematic draw left, by a second draw of its own purpose.

    Parameters
    ----------
    drawn : Draw
        Of a method without reserves.
    uniforms : array_like, shape (N,)
        From `keyed_uniforms` with the purpose "<purpose>:reserve".

    Returns
    -------
    Draw
        The same sample; the others of each stratum follow it in the order of their uniforms.
        Rows of probability 0 stay out.
    """
    rows = rows_of({"code": drawn.code, "stratum": drawn.stratum})
    numbers = uniforms_of(rows, uniforms)
    behind = np.where(drawn.inclusion > 0, 1 + numbers, 2.0)
    rank = rows.ranks(np.where(drawn.selected, drawn.rank / (drawn.rank.size + 1), behind))
    return replace(drawn, rank=np.where(drawn.inclusion > 0, rank, 0))
