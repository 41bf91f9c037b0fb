"""Which dossiers are drawn: a public draw that anybody can repeat from its seed."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import rfc8785
from numpy.typing import ArrayLike, NDArray

from sampling.errors import SelectionError

Floats = NDArray[np.float64]

MANTISSA_BITS = 53


@dataclass(frozen=True)
class StratifiedPlan:
    """How many to draw in each stratum, without replacement and with equal chances.

    Attributes
    ----------
    sizes : mapping of str to int
        Sample size for every stratum of the frame; one as large as the stratum takes it whole.
    """

    sizes: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Draw:
    """The outcome of a draw, one entry for each row of the frame, in the frame's order.

    Attributes
    ----------
    code, stratum : ndarray of str, shape (N,)
        As the frame gave them.
    selected : ndarray of bool, shape (N,)
        Whether the row is in the main sample.
    rank : ndarray of int, shape (N,)
        Place of the row in its stratum, 1 first; ranks behind the sample are the reserves, in
        the order in which they are to be used.
    inclusion : ndarray of float, shape (N,)
        Probability of being in the main sample.
    """

    code: NDArray[np.str_]
    stratum: NDArray[np.str_]
    selected: NDArray[np.bool_]
    rank: NDArray[np.int64]
    inclusion: Floats


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
    keyed = hmac.new(seed, digestmod=hashlib.sha256)

    def uniform(stratum: str, code: str) -> float:
        digest = keyed.copy()
        digest.update(rfc8785.dumps([purpose, stage, stratum, code]))
        return float(int.from_bytes(digest.digest()[:7], "big") >> 3) / float(1 << MANTISSA_BITS)

    pairs = zip(map(str, strata), map(str, codes), strict=True)
    return np.fromiter((uniform(*pair) for pair in pairs), float, len(codes))


def draw(frame: Mapping[str, ArrayLike], plan: StratifiedPlan, uniforms: ArrayLike) -> Draw:
    """Draw a stratified simple random sample: the smallest uniforms of each stratum.

    Parameters
    ----------
    frame : mapping of column name to array_like, shape (N,)
        Columns "code", unique, and "stratum".
    plan : StratifiedPlan
        Sample sizes. A stratum with no more rows than its size is taken whole.
    uniforms : array_like, shape (N,)
        One number in [0, 1) a row, from `keyed_uniforms` or a generator; equal ones are put in
        the order of their codes.

    Returns
    -------
    Draw
        Independent of the order of the frame's rows.

    Raises
    ------
    SelectionError
        If codes repeat, lengths differ, a uniform lies outside [0, 1), a stratum of the frame
        has no size or a size is asked of a stratum that is not on the frame.

    References
    ----------
    Fan, Muller and Rezucha (1962), JASA 57, on sorting random numbers; Ohlsson (1995) on
    permanent ones.
    """
    codes = np.asarray(frame["code"], dtype=np.str_)
    stratum = np.asarray(frame["stratum"], dtype=np.str_)
    numbers = np.asarray(uniforms, dtype=float)
    check_frame(codes, stratum, numbers)
    labels, group, population = np.unique(stratum, return_inverse=True, return_counts=True)
    sizes = np.minimum(planned_sizes(plan, labels), population)
    order = np.lexsort((codes, numbers, group))
    starts = np.cumsum(population) - population
    rank = np.empty(codes.size, dtype=np.int64)
    rank[order] = np.arange(codes.size) - np.repeat(starts, population) + 1
    inclusion = (sizes / np.maximum(population, 1))[group]
    return Draw(codes, stratum, rank <= sizes[group], rank, inclusion)


def check_frame(codes: NDArray[np.str_], stratum: NDArray[np.str_], numbers: Floats) -> None:
    """Refuse columns that do not belong together."""
    if not codes.shape == stratum.shape == numbers.shape or codes.ndim != 1:
        raise SelectionError("uneven_columns")
    if not ((numbers >= 0) & (numbers < 1)).all():
        raise SelectionError("bad_uniform")
    ordered = np.sort(codes)
    repeated = ordered[1:][ordered[1:] == ordered[:-1]]
    if repeated.size:
        raise SelectionError("repeated_code", unit=str(repeated[0]))


def planned_sizes(plan: StratifiedPlan, labels: NDArray[np.str_]) -> NDArray[np.int64]:
    """Give the plan's size for each stratum of the frame, which must name the same strata."""
    sizes = {str(stratum): size for stratum, size in plan.sizes.items()}
    unplanned = [label for label in labels.tolist() if label not in sizes]
    absent = [stratum for stratum in sizes if sizes[stratum] and stratum not in {*labels.tolist()}]
    if unplanned:
        raise SelectionError("unplanned_stratum", stratum=unplanned[0])
    if absent:
        raise SelectionError("absent_stratum", stratum=absent[0])
    if any(size < 0 or size != int(size) for size in sizes.values()):
        raise SelectionError("negative_size")
    return np.array([sizes[label] for label in labels.tolist()], dtype=np.int64)
