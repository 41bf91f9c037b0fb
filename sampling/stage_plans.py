"""How each stage of a multistage sample is drawn, and where its chance comes from."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Protocol

import rfc8785
from numpy.random import Generator

from sampling.errors import InclusionError
from sampling.selection import keyed_starts, keyed_uniforms
from sampling.unequal.chances import Floats, generator

MOST_STAGES = 3


@dataclass(frozen=True)
class Fixed:
    """So many in each stratum, or in each cluster drawn before; all where there are fewer.

    Attributes
    ----------
    n : int or mapping of str to int
        One number for all, or one for each stratum of the stage.
    """

    n: int | Mapping[str, int]


@dataclass(frozen=True)
class Rate:
    """The same share of every stratum or cluster, rounded to a whole number, at least one."""

    share: float


@dataclass(frozen=True)
class SelfWeighting:
    """As many as give each unit of the stage the same overall probability.

    Attributes
    ----------
    overall : float
        The probability aimed at. Numbers are rounded to whole ones, at least one and at most all;
        probabilities and weights tell what the rounding did.
    """

    overall: float


Take = Fixed | Rate | SelfWeighting


@dataclass(frozen=True)
class StagePlan:
    """One stage of selection.

    Attributes
    ----------
    unit : str
        Column that names what is drawn. Names may start again in each cluster drawn before.
    take : Fixed, Rate or SelfWeighting
        How many.
    stratum : str or None
        Column of strata, within each cluster drawn before.
    measure : str or None
        Column of sizes that probabilities are proportional to; None for equal ones.
    minimum : float
        Least probability, as for `sampling.inclusion.inclusion_probabilities`.
    method : str
        Key of `sampling.unequal.methods.METHODS`, of fixed size.
    order : str or None
        Column by which units stand on the list before they are drawn; by their names where it is
        None or equal. The order of the frame's rows never matters.
    auxiliary : tuple of str
        Columns of coordinates or balancing variables, where the method needs them.
    """

    unit: str
    take: Take
    stratum: str | None = None
    measure: str | None = None
    minimum: float = 0.0
    method: str = "srs"
    order: str | None = None
    auxiliary: tuple[str, ...] = ()


class Chance(Protocol):
    """Where the chance of each list comes from."""

    def uniforms(self, stage: int, place: str, stratum: str, codes: Sequence[str]) -> Floats:
        """Numbers in [0, 1), one a code, of a list within the clusters that `place` names."""

    def start(self, stage: int, place: str, stratum: str) -> float:
        """The number in [0, 1) that a systematic draw of such a list begins with."""

    def generator(self, stage: int, place: str, stratum: str) -> Generator:
        """A generator for a list."""


@dataclass(frozen=True)
class SeededChance:
    """Chance from a published seed: each number depends on the seed and its own place only.

    Attributes
    ----------
    seed : bytes
        The seed that the ceremony revealed.
    purpose : str
        Of the first stage; later ones are "stage2:" and the cluster, names of clusters within
        clusters joined by "/".
    """

    seed: bytes
    purpose: str = "main"

    def uniforms(self, stage: int, place: str, stratum: str, codes: Sequence[str]) -> Floats:
        """Make keyed uniforms, as `sampling.selection.keyed_uniforms`."""
        purpose = self.named(stage, place)
        return keyed_uniforms(self.seed, purpose, stage, [stratum] * len(codes), codes)

    def start(self, stage: int, place: str, stratum: str) -> float:
        """Make the start of a systematic draw, as `sampling.selection.keyed_starts`."""
        return keyed_starts(self.seed, self.named(stage, place), stage, [stratum])[stratum]

    def generator(self, stage: int, place: str, stratum: str) -> Generator:
        """Make a generator whose seed is HMAC-SHA256(seed, [purpose, stage, stratum])."""
        name = rfc8785.dumps([self.named(stage, place), stage, stratum])
        return generator(hmac.digest(self.seed, name, hashlib.sha256))

    def named(self, stage: int, place: str) -> str:
        """Name what is drawn for."""
        return self.purpose if stage == 1 else f"stage{stage}:{place}"


def taken(take: Take, stage: int, stratum: str, units: int, above: float) -> int:
    """How many units of a list to draw.

    Parameters
    ----------
    take : Fixed, Rate or SelfWeighting
        The rule.
    stage : int
        1 for the first.
    stratum : str
        Its stratum, "" where there are none.
    units : int
        Length of the list.
    above : float
        Overall probability of the cluster that the list lies in; 1 at the first stage.

    Returns
    -------
    int
        From 1 to `units`; 0 only where a fixed number says so.

    Raises
    ------
    InclusionError
        If a rate is not above 0 and at most 1, a number is negative, or a stratum has none.
    """
    if isinstance(take, Fixed):
        if isinstance(take.n, Mapping) and stratum not in take.n:
            raise InclusionError("unplanned_take", stage=stage, stratum=stratum)
        n = take.n[stratum] if isinstance(take.n, Mapping) else take.n
        if n < 0 or n != int(n):
            raise InclusionError("bad_take", stage=stage, given=n)
        return min(int(n), units)
    share = take.share if isinstance(take, Rate) else take.overall
    if not 0 < share <= 1:
        raise InclusionError("bad_take", stage=stage, given=share)
    if isinstance(take, SelfWeighting):
        share /= above
    return min(units, max(1, floor(share * units + 0.5)))
