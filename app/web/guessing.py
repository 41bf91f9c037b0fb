"""Guessing is slowed down by the network it comes from; a code that is right always passes.

Only codes that nobody was given count. The counts are in the memory of this process, under a key
that it made when it started: no address is stored or logged, and a restart forgets all.
"""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from ipaddress import IPv4Address, ip_address

from flask import current_app, request

FREE, PERIOD = 30, 600.0
# Networks remembered at a time, some 2 MB; past that the longest silent one is forgotten.
MOST = 10_000
RETRY_SECONDS = 60
EXTENSION = "khaosat_guessing"


class Kind(StrEnum):
    """What is guessed; each is counted apart."""

    TOKEN = "token"  # noqa: S105  (the word, not one of them)
    RECEIPT = "receipt"
    DOOR = "door"  # dossier codes and digits at a poster
    API_KEY = "api_key"
    SCREEN = "screen"
    CLAIM = "claim"  # codes that no list holds yet; a morning at one counter brings many


# What one of a kind counts for, where it is not a whole wrong guess.
WEIGHTS = {Kind.CLAIM: 0.125}


class Misses:
    """Wrong guesses by network, each of them forgotten at a steady pace.

    Parameters
    ----------
    free : int
        How many may be wrong at once; so many are forgotten in `period` seconds.
    most : int
        How many networks are remembered.
    """

    def __init__(
        self,
        free: int = FREE,
        period: float = PERIOD,
        most: int = MOST,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.free, self.pace, self.most, self.now = free, free / period, most, now
        self.key = secrets.token_bytes(32)
        self.levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self.lock = threading.Lock()

    def full(self, kind: Kind, address: str | None, *, missed: bool = False) -> bool:
        """Whether a network has used up its wrong guesses; one more that missed is counted.

        While it has, further ones are not counted: it waits for the old ones to be forgotten, not
        for its neighbours to give up.
        """
        name = hmac.digest(self.key, kind.encode() + network(address), "sha256")[:16]
        now, weight = self.now(), WEIGHTS.get(kind, 1.0)
        with self.lock:
            level, since = self.levels.get(name, (0.0, now))
            level = max(0.0, level - max(0.0, now - since) * self.pace)
            full = level > self.free - weight
            if missed and not full:
                self.levels[name] = level + weight, now
                self.levels.move_to_end(name)
                if len(self.levels) > self.most:
                    self.levels.popitem(last=False)
        return full


def network(address: str | None) -> bytes:
    """Give what stands for everybody at an address: of IPv6 the half that a customer gets.

    Examples
    --------
    >>> network("2001:db8::1") == network("2001:db8::ffff"), network("::ffff:10.0.0.1").hex()
    (True, '0a000001')
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return b""
    if isinstance(found, IPv4Address):
        return found.packed
    return found.ipv4_mapped.packed if found.ipv4_mapped else found.packed[:8]


def full(kind: Kind, *, missed: bool = False) -> bool:
    """Whether the sender of this request has guessed wrong too often; see `Misses.full`.

    Behind proxies the sender is who `KHAOSAT_TRUSTED_PROXIES` makes it, nobody else.
    """
    misses = current_app.extensions.get(EXTENSION)
    if misses is None:  # two threads may come here at once: the first one's counts
        misses = current_app.extensions.setdefault(EXTENSION, Misses())
    return bool(misses.full(kind, request.remote_addr, missed=missed))
