"""Counter sessions: half-days of counters as a frame, its canonical form, and their public draw.

Dossiers solved on the spot are on no list before they are done. What can be listed before is when
counters are open: a session is a counter, a day and a half of it. In a drawn session everyone
served is asked, so that a person's probability is that of the session.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import rfc8785
from numpy.typing import NDArray

from sampling.errors import SelectionError
from sampling.selection import StratifiedPlan, draw, keyed_uniforms

PURPOSE, STAGE = "sessions", 1
MORNING, AFTERNOON = "morning", "afternoon"
HALVES = (MORNING, AFTERNOON)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OpeningHours:
    """When counters receive people.

    Attributes
    ----------
    mornings, afternoons : frozenset of int
        Days of the week that are open, Monday 0.
    closed : frozenset of date
        Public holidays and other days on which no counter is open.
    """

    mornings: frozenset[int]
    afternoons: frozenset[int]
    closed: frozenset[date] = frozenset()

    def halves(self, day: date) -> tuple[str, ...]:
        """List the halves of a day in which counters are open.

        Examples
        --------
        >>> saturday = OpeningHours(frozenset(range(6)), frozenset(range(5)))
        >>> saturday.halves(date(2026, 12, 5))
        ('morning',)
        """
        if day in self.closed:
            return ()
        open_on = zip(HALVES, (self.mornings, self.afternoons), strict=True)
        return tuple(half for half, days in open_on if day.weekday() in days)


@dataclass(frozen=True, order=True)
class Session:
    """A half-day at a counter of a unit; `unit` is its stratum."""

    unit: str
    counter: str
    day: date
    half: str

    @property
    def code(self) -> str:
        """Name it as the draw does.

        Examples
        --------
        >>> Session("26041", "7K02", date(2026, 12, 1), "morning").code
        '7K02|2026-12-01|morning'
        """
        return f"{self.counter}|{self.day.isoformat()}|{self.half}"


@dataclass(frozen=True, eq=False)
class SessionDraw:
    """The outcome of a draw of sessions, one entry for each row of the frame, in its order.

    Attributes
    ----------
    selected : ndarray of bool, shape (N,)
        Whether the session is drawn.
    rank : ndarray of int, shape (N,)
        Place in its stratum, 1 first.
    inclusion : ndarray of float, shape (N,)
        Sessions drawn over sessions on the frame, by stratum.
    """

    selected: NDArray[np.bool_]
    rank: NDArray[np.int64]
    inclusion: Floats


def session_frame(
    counters: Mapping[str, str], first: date, last: date, hours: OpeningHours
) -> tuple[Session, ...]:
    """List the sessions of a period.

    Parameters
    ----------
    counters : mapping of str to str
        Unit of each counter.
    first, last : date
        The period, both days included.
    hours : OpeningHours
        The same for all counters.

    Returns
    -------
    tuple of Session
        Sorted by unit, counter, day and half; empty if nothing is open in the period.
    """
    days = [first + timedelta(offset) for offset in range((last - first).days + 1)]
    return tuple(
        sorted(
            Session(unit, counter, day, half)
            for counter, unit in counters.items()
            for day in days
            for half in hours.halves(day)
        )
    )


def session_frame_hash(sessions: Iterable[Session]) -> str:
    """SHA-256 of the canonical JSON of [unit, counter, day, half] rows in the order of code points.

    Days are written as in ISO 8601. The order in which sessions come does not matter.
    """
    rows = sorted([each.unit, each.counter, each.day.isoformat(), each.half] for each in sessions)
    return hashlib.sha256(rfc8785.dumps(rows)).hexdigest()


def draw_sessions(seed: bytes, frame: Sequence[Session], each: int) -> SessionDraw:
    """Draw a simple random sample of sessions in every unit, from the round's own seed.

    Parameters
    ----------
    seed : bytes
        That of the draw of dossiers; the purpose "sessions" keeps the numbers apart.
    each : int
        Sessions for each unit; a unit with no more is taken whole.

    Returns
    -------
    SessionDraw
        Independent of the order of the frame's rows.

    Raises
    ------
    SelectionError
        If `each` is negative or a session stands twice on the frame.

    References
    ----------
    RFC 2104 (HMAC) and RFC 8785 (canonical JSON); Cochran (1977), section 2.4, for the
    probability n / N.
    """
    if each < 0:
        raise SelectionError("negative_size")
    strata = [session.unit for session in frame]
    codes = [session.code for session in frame]
    uniforms = keyed_uniforms(seed, PURPOSE, STAGE, strata, codes)
    sizes = StratifiedPlan(dict.fromkeys(strata, each))
    drawn = draw({"code": codes, "stratum": strata}, sizes, uniforms)
    return SessionDraw(drawn.selected, drawn.rank, drawn.inclusion)


def session_selection_hash(sessions: Iterable[Session]) -> str:
    """SHA-256 of the canonical JSON of [stratum, code] pairs in the order of code points."""
    pairs = sorted([session.unit, session.code] for session in sessions)
    return hashlib.sha256(rfc8785.dumps(pairs)).hexdigest()
