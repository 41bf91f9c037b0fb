"""What the gateway has accepted, and which faults it is to show."""

import threading
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from typing import Literal

Kind = Literal[
    "reset_before",  # the connection breaks before the body is read; nothing is accepted
    "reset_after",  # it breaks once the body is read; nothing is accepted
    "mute",  # accepted, and then the connection breaks without a reply
    "slow",  # accepted, and the reply comes after `seconds`
    "status",  # turned away with `status` and `code`
    "garbage",  # accepted, and the reply cannot be read
    "endless",  # accepted, and the reply never ends
    "redirect",  # turned to another address
]


@dataclass(frozen=True)
class Fault:
    """One fault, shown once."""

    kind: Kind
    status: int = 500
    code: int = 0
    seconds: float = 0.0
    retry_after: int | None = None
    location: str = ""


@dataclass
class Text:
    """A message that the gateway has accepted."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    made: datetime
    state: str = "queued"
    error: int | None = None


@dataclass
class Ledger:
    """Everything the gateway remembers; every method may be called by many threads."""

    texts: dict[str, Text] = field(default_factory=dict)
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    calls: int = 0
    connections: int = 0
    # Bytes of replies without end.
    written: int = 0
    faults: deque[Fault] = field(default_factory=deque)
    numbers: Iterator[int] = field(default_factory=partial(count, 1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, *faults: Fault) -> None:
        """Show these faults to the next calls that send, one each."""
        with self.lock:
            self.faults.extend(faults)

    def next_fault(self) -> Fault | None:
        """Take the fault for this call."""
        with self.lock:
            self.calls += 1
            return self.faults.popleft() if self.faults else None

    def accept(self, to: str, sender: str, body: str, callback: str) -> Text:
        """Accept a message and count it by phone and text."""
        with self.lock:
            sid = f"SM{next(self.numbers):032x}"
            text = Text(sid, to, sender, body, callback, datetime.now(UTC))
            self.texts[sid] = text
            self.accepted[to, body] += 1
            return text

    def matching(self, to: str, since: str) -> list[Text]:
        """List messages to a phone since a day, newest first."""
        with self.lock:
            found = [text for text in self.texts.values() if to in {"", text.to}]
        return [text for text in reversed(found) if f"{text.made:%Y-%m-%d}" >= since]
