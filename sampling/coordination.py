"""Rounds of one year kept apart, so that nobody is asked twice.

Two ways, both public. *Turning permanent numbers*: every owner has one number for the year, and
each round begins at another point of the circle; chances stay those of the plan, and samples hardly
meet. *Asking others first*: those on the shared list of the asked stand behind all others; nobody
is asked twice while others are left, and chances follow from those of the earlier rounds.

Frames hold owners, one row each, under a keyed hash of phone group, tax code or dossier owner;
which of an owner's dossiers is asked about is a second stage.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.drawn import Draw, Floats, Frame, planned_sizes, rows_of, uniforms_of
from sampling.errors import SelectionError
from sampling.selection import MANTISSA_BITS, StratifiedPlan, hashed

YEAR = 365
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Asked:
    """An entry of the list that rounds share.

    Attributes
    ----------
    owner : str
        Keyed hash of whom was asked, never a phone number or tax code.
    on : date
        Day of the draw.
    """

    owner: str
    on: date


def permanent_numbers(year_seed: bytes, owners: Sequence[str]) -> Floats:
    """Make each owner's number for the year.

    Parameters
    ----------
    year_seed : bytes
        Committed to before the year's first draw and revealed after its last: whoever knows it
        earlier knows who will be asked.
    owners : sequence of str, length N
        Keyed hashes of owners.

    Returns
    -------
    ndarray of float, shape (N,)
        In [0, 1): the top 53 bits of HMAC-SHA256(year seed, ["prn", owner] as canonical JSON),
        divided by 2^53; the same in every round and stratum.
    """
    return hashed(year_seed, (["prn", str(owner)] for owner in owners), len(owners))


def rotated(numbers: ArrayLike, start: ArrayLike) -> Floats:
    """Count permanent numbers from another point of the circle.

    Parameters
    ----------
    numbers : array_like, shape (N,)
        In [0, 1), multiples of 2^-53.
    start : array_like, shape () or (N,)
        In [0, 1]: where the round begins, for all or for each owner; rounded up to 2^-53.

    Returns
    -------
    ndarray, shape (N,)
        (number - start) modulo 1, without rounding. Uniform and independent as the numbers are,
        so a draw by them has exactly the probabilities of its plan, whatever the other rounds do.
    """
    grid = 1 << MANTISSA_BITS
    whole = (np.asarray(numbers, dtype=float) * grid).astype(np.int64)
    origin = np.ceil(np.asarray(start, dtype=float) * grid).astype(np.int64)
    return np.asarray(((whole - origin) % grid) / grid, dtype=float)


def rotation_start(at: int, rounds: int) -> float:
    """Where turn `at`, 0 for the first, of so many in a year begins."""
    if not 0 <= at < rounds:
        raise SelectionError("bad_rotation", at=at, rounds=rounds)
    return at / rounds


def stacked_start(earlier: Iterable[ArrayLike]) -> Floats:
    """Begin each owner's round where the earlier ones ended.

    Parameters
    ----------
    earlier : iterable of array_like, each of shape (N,)
        Sampling fractions of the earlier rounds, for each owner of this frame; 0 for one who was
        not on the frame.

    Returns
    -------
    ndarray, shape (N,)
        Their sum, for `rotated`. Bernoulli and Poisson rounds then never meet (but for chances
        of 2^-52), in whatever strata they were drawn; rounds of fixed size seldom do.

    Raises
    ------
    SelectionError
        If the fractions of an owner add up to more than 1.

    References
    ----------
    Brewer, Early and Hanif (1984), Journal of Statistical Planning and Inference 10, 15.
    """
    return chance_of_being_asked(earlier)


def chance_of_being_asked(earlier: Iterable[ArrayLike]) -> Floats:
    """Add the probabilities of earlier rounds in which nobody was drawn twice.

    Raises
    ------
    SelectionError
        If they add up to more than 1 for an owner.
    """
    total = np.sum([np.asarray(chance, dtype=float) for chance in earlier], axis=0)
    total = np.where(np.abs(total - 1) < 1e-12, 1.0, total)
    if (total > 1).any():
        place = int(np.argmax(total > 1))
        raise SelectionError("too_often", place=place, chance=float(total[place]))
    return np.asarray(total, dtype=float)


def asked_within(
    asked: Collection[Asked], owners: Sequence[str], today: date, days: int = YEAR
) -> Bools:
    """Tell which owners were asked in the last so many days.

    Parameters
    ----------
    asked : collection of Asked
        The shared list.
    owners : sequence of str, length N
        Owners of the frame.
    today : date
        Day of this draw.
    days : int
        Somebody asked on a day may be asked again this many days later.

    Returns
    -------
    ndarray of bool, shape (N,)

    Raises
    ------
    SelectionError
        If the period is not positive, or the list holds a day after today.
    """
    if days < 1:
        raise SelectionError("bad_period", days=days)
    latest = max((entry.on for entry in asked), default=today)
    if latest > today:
        raise SelectionError("later_asked", day=latest.isoformat(), today=today.isoformat())
    before = {entry.owner for entry in recent(asked, today, days)}
    return np.fromiter((str(owner) in before for owner in owners), bool, len(owners))


def recent(asked: Iterable[Asked], today: date, days: int = YEAR) -> list[Asked]:
    """Keep the entries of the last so many days."""
    oldest = today - timedelta(days=days)
    return [entry for entry in asked if entry.on > oldest]


def asked_text(asked: Iterable[Asked]) -> str:
    """Write a list as "owner day" lines, sorted, each once."""
    return "".join(sorted({f"{entry.owner} {entry.on.isoformat()}\n" for entry in asked}))


def list_hash(asked: Iterable[Asked]) -> str:
    """SHA-256 of the list as `asked_text` writes it: published before the draw that uses it."""
    return hashlib.sha256(asked_text(asked).encode()).hexdigest()


def draw_apart(
    frame: Frame, plan: StratifiedPlan, uniforms: ArrayLike, asked: ArrayLike, chance: ArrayLike
) -> Draw:
    """Draw a stratified sample in which those asked before stand behind all others.

    Parameters
    ----------
    frame, plan
        As for `sampling.selection.draw`.
    uniforms : array_like, shape (N,)
        From `keyed_uniforms` with this round's own seed: numbers that earlier rounds drew by would
        tell how likely each of those left was, unless the strata are the same.
    asked : array_like of bool, shape (N,)
        From `asked_within`.
    chance : array_like, shape (N,)
        Probability with which each owner was to be asked in those rounds, drawn or not:
        `chance_of_being_asked` of the plans' fractions, 0 for one who was on no frame.

    Returns
    -------
    Draw
        With E of N rows not asked: inclusion is (1 - chance) min(1, n / E), and while n is above
        E, chance (n - E) / (N - E) more. These are exact where E is fixed, as where strata of
        fixed-size rounds lie within these. Where E is random they are what the two-phase
        expansion estimator wants, whose totals are unbiased too. Overlap is max(0, n - E), which
        no draw of n rows can undercut.

    Raises
    ------
    SelectionError
        As `draw` does, if a chance is not from 0 to 1, if somebody was asked whose chance is 0,
        or if somebody was certain to be asked before and can therefore not be drawn now: nobody
        stands for them.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 9.3, on two
    phases; Ohlsson (1995) on keeping samples apart.
    """
    rows, before, before_chance = rows_of(frame), np.asarray(asked), np.asarray(chance, dtype=float)
    numbers = uniforms_of(rows, uniforms)
    if before.shape != rows.code.shape or before.dtype.kind != "b":
        raise SelectionError("uneven_columns")
    if before_chance.shape != rows.code.shape:
        raise SelectionError("uneven_columns")
    wrong = ~((before_chance >= 0) & (before_chance <= 1))
    if wrong.any():
        raise SelectionError("bad_rate", rate=float(before_chance[np.argmax(wrong)]))
    unlikely = before & (before_chance == 0)
    if unlikely.any():
        raise SelectionError("asked_by_no_chance", place=int(np.argmax(unlikely)))
    sizes = planned_sizes(plan.sizes, rows)
    fresh = np.bincount(rows.group[~before], minlength=sizes.size)
    again = rows.population - fresh
    first = np.minimum(1.0, sizes / np.maximum(fresh, 1))
    second = np.maximum(0, sizes - fresh) / np.maximum(again, 1)
    inclusion = (1 - before_chance) * first[rows.group] + before_chance * second[rows.group]
    lost = (inclusion == 0) & (sizes > 0)[rows.group]
    if lost.any():
        raise SelectionError("never_again", place=int(np.argmax(lost)))
    rank = rows.ranks(np.where(before, 1 + numbers, numbers))
    return rows.draw(rank <= sizes[rows.group], rank, inclusion)
