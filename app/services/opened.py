"""What the tokens open whose pages were asked for lately, so that their forms need no query.

It is in the memory of this process alone and is forgotten with the first form, after a while, or
when there are too many. Nothing is decided by it: an answer is written only on the condition that
the token still opens the ballot, the ballot is unspent, its round open and its key in use.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.queries.ballots import BallotView

MOST, SECONDS = 4096, 1800.0


class Opened:
    """Ballots by the hash of the token that opened them.

    Parameters
    ----------
    most : int
        How many are kept; past that the one that was opened first is forgotten.
    seconds : float
        After which one is forgotten.
    """

    def __init__(
        self,
        most: int = MOST,
        seconds: float = SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most, self.seconds, self.now = most, seconds, now
        self.found: OrderedDict[bytes, tuple[float, BallotView]] = OrderedDict()
        self.lock = threading.Lock()

    def keep(self, token: bytes, ballot: BallotView) -> None:
        """Remember a ballot, and forget those that are too old or too many."""
        now = self.now()
        with self.lock:
            self.found.pop(token, None)
            self.found[token] = now, ballot
            while len(self.found) > self.most or self._oldest() < now - self.seconds:
                self.found.popitem(last=False)

    def take(self, token: bytes) -> BallotView | None:
        """Give a ballot and forget it; None if it is not known or was for too long."""
        with self.lock:
            kept, ballot = self.found.pop(token, (0.0, None))
        return ballot if ballot and kept >= self.now() - self.seconds else None

    def _oldest(self) -> float:
        return next(iter(self.found.values()))[0]


_opened: WeakKeyDictionary[Engine, Opened] = WeakKeyDictionary()


def keep(engine: Engine, token: bytes, ballot: BallotView) -> None:
    """Remember what a token opens in a database."""
    of_database(engine).keep(token, ballot)


def take(engine: Engine, token: bytes) -> BallotView | None:
    """Give what a token opened in a database a short while ago, once."""
    return of_database(engine).take(token)


def of_database(engine: Engine) -> Opened:
    """Return what is remembered of a database."""
    found = _opened.get(engine)
    return found if found is not None else _opened.setdefault(engine, Opened())
