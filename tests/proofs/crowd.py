"""People who answer all at once, each until thanked; what they are told is kept."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from surveys.links import receipt
from tests.proofs.phones import Line, Phone

PAUSE = 0.03
# Longer than anything lets a form wait.
PATIENCE = 90.0


@dataclass
class Crowd:
    """Several people with one stack of tokens.

    Attributes
    ----------
    addresses : list of str
        Where the site may be reached; people take them in turn.
    rest : float
        Seconds between a person's thanks and the next token.
    acknowledged : dict
        Receipt by token, as the people were told.
    statuses : Counter
        How often each status came back for a form that was sent; 0 when the connection broke.
    thanked_at : list of float
        When each acknowledgement came, on the monotonic clock.
    impolite : int
        Replies 503 that did not say when to come again.
    in_flight : int
        Forms on their way now.
    over : Event
        Set to let everybody finish the form at hand and take no other.
    """

    addresses: list[str]
    tokens: list[str]
    size: int = 8
    rest: float = 0.0
    acknowledged: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    pages: Counter[int] = field(default_factory=Counter)
    thanked_at: list[float] = field(default_factory=list)
    impolite: int = 0
    wrong: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)
    people: list[threading.Thread] = field(default_factory=list)
    _sending: set[int] = field(default_factory=set)

    @property
    def in_flight(self) -> int:
        return len(self._sending)

    def start(self) -> "Crowd":
        """Let everybody begin."""
        self.people = [
            threading.Thread(target=self.answer, args=(place,), daemon=True)
            for place in range(self.size)
        ]
        for person in self.people:
            person.start()
        return self

    def finish(self, seconds: float = PATIENCE) -> None:
        """Let everybody bring the form at hand to its end."""
        self.over.set()
        patience = time.monotonic() + seconds
        for person in self.people:
            person.join(max(0.0, patience - time.monotonic()))
        self.given_up.set()
        for person in self.people:
            person.join()

    def wait_for(self, more: int, seconds: float = 60.0) -> bool:
        """Wait until so many more were acknowledged; whether that came about."""
        wanted = len(self.acknowledged) + more
        patience = time.monotonic() + seconds
        while len(self.acknowledged) < wanted:
            if time.monotonic() > patience or not any(one.is_alive() for one in self.people):
                return False
            time.sleep(0.002)
        return True

    def wait_for_a_form(self, seconds: float = 1.0) -> None:
        """Wait until a form is on its way: between two there is nothing to hit."""
        patience = time.monotonic() + seconds
        while not self._sending and time.monotonic() < patience:
            time.sleep(0.0005)

    def answer(self, place: int) -> None:
        """Answer with one token after another."""
        while not self.over.wait(self.rest):
            try:
                token = self.tokens.pop()
            except IndexError:
                return
            line = Line(self.addresses[place % len(self.addresses)], timeout=PATIENCE)
            self.answer_with(Phone(line.address, token, line=line), place)

    def answer_with(self, phone: Phone, place: int) -> None:
        """Answer one ballot with one nonce, however often it takes."""
        while not self.given_up.is_set():
            if phone.nonce:
                self._sending.add(place)
                reply = phone.send()
                self._sending.discard(place)
                self.statuses[reply.status] += 1
            else:
                reply = phone.open()
                self.pages[reply.status] += 1
            self.impolite += reply.status == 503 and not (reply.retry_after or "").isdigit()
            if reply.receipt:
                if reply.receipt != receipt(phone.nonce):
                    self.wrong.append(reply.receipt)
                self.acknowledged[phone.token] = reply.receipt
                self.thanked_at.append(time.monotonic())
                return
            if reply.status not in {0, 200, 503}:
                self.wrong.append(f"{reply.status} for {'form' if phone.nonce else 'page'}")
                return
            if reply.status != 200:
                time.sleep(PAUSE)
