"""Guessing passwords is slowed down, without letting a stranger lock anybody out for good.

Failures are counted in the memory of the one web process, by a hash of the address typed in,
whether anybody has it or not. After some of them each further one must wait; the wait has an
upper end, and it ends by itself.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 5
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
FORGOTTEN_AFTER = 15 * 60.0
MOST_ADDRESSES = 10_000


@dataclass(frozen=True)
class Failures:
    """How often in a row, and when last."""

    count: int
    last: float

    def wait(self) -> float:
        """Seconds to wait after the last failure: 2, 4, 8 … up to 60."""
        beyond = self.count - FREE_FAILURES
        return min(FIRST_WAIT * 2 ** min(beyond, 10), LONGEST_WAIT) if beyond >= 0 else 0.0


class Throttle:
    """Failed attempts of the last while, for a bounded number of addresses."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.lock = threading.Lock()
        self.failures: OrderedDict[bytes, Failures] = OrderedDict()

    def waits(self, address: str) -> bool:
        """Whether an address must wait before the next attempt is looked at."""
        with self.lock:
            found = self._recent(_key(address))
            return found is not None and self.now() - found.last < found.wait()

    def failed(self, address: str) -> None:
        """Count a failure."""
        with self.lock:
            key = _key(address)
            found = self._recent(key)
            self.failures[key] = Failures(found.count + 1 if found else 1, self.now())
            self.failures.move_to_end(key)
            if len(self.failures) > MOST_ADDRESSES:
                self.failures.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget the failures of whoever knew the password."""
        with self.lock:
            self.failures.pop(_key(address), None)

    def _recent(self, key: bytes) -> Failures | None:
        found = self.failures.get(key)
        return found if found and self.now() - found.last < FORGOTTEN_AFTER else None


def _key(address: str) -> bytes:
    return hashlib.sha256(address.strip().lower().encode()).digest()
