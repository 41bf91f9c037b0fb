"""Processes that send the same ballots at the same time, each form several times over."""

import multiprocessing
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any

from surveys.links import new_token
from tests.proofs.phones import Line, Phone

CLIENTS, THREADS = 4, 8
# So many ballots are fought for at a time: a form for each thread, so that they all meet.
STRIDE = CLIENTS * THREADS // 8
PATIENCE = 300.0


@dataclass(frozen=True)
class Shot:
    """One form sent: for which ballot, with which nonce, what came back, and when."""

    ballot: int
    nonce: str
    status: int
    receipt: str | None
    began: float
    ended: float


@dataclass
class Client:
    """One process: for each ballot it sends the nonce that all send, and one of its own."""

    addresses: Sequence[str]
    tokens: Sequence[str]
    shared: Sequence[str]
    seed: int
    barrier: Barrier
    shots: list[Shot] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)

    def fire(self) -> list[Shot]:
        """Send everything, keeping pace with the other processes."""
        chance = random.Random(self.seed)
        phone = Phone(self.addresses[0], self.tokens[-1])
        assert phone.open().status == 200
        self.hidden = phone.hidden
        lines = [[Line(address, keep=True) for address in self.addresses] for _ in range(THREADS)]
        for start in range(0, len(self.tokens), STRIDE):
            forms = []
            # In the same order everywhere, or few forms of a ballot would ever meet.
            for ballot in range(start, min(start + STRIDE, len(self.tokens))):
                pair = [(ballot, self.shared[ballot]), (ballot, new_token())]
                chance.shuffle(pair)
                forms += pair
            self.barrier.wait(PATIENCE)
            self.fire_all(forms, lines)
        return self.shots

    def fire_all(self, forms: list[tuple[int, str]], lines: list[list[Line]]) -> None:
        """Send some forms from several threads."""
        people = [
            threading.Thread(target=self.fire_some, args=(forms[place::THREADS], lines[place]))
            for place in range(THREADS)
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()

    def fire_some(self, forms: list[tuple[int, str]], lines: list[Line]) -> None:
        """Send forms one after another, to the servers in turn."""
        for place, (ballot, nonce) in enumerate(forms):
            phone = Phone("", self.tokens[ballot], line=lines[place % len(lines)])
            began = time.monotonic()
            reply = phone.send_with({**self.hidden, "nonce": nonce})
            shot = (ballot, nonce, reply.status, reply.receipt, began, time.monotonic())
            self.shots.append(Shot(*shot))


def fire(addresses: Sequence[str], tokens: Sequence[str]) -> list[Shot]:
    """Send every ballot eight times from four processes; what came back."""
    forking = multiprocessing.get_context("fork")
    barrier, queue = forking.Barrier(CLIENTS), forking.SimpleQueue()
    shared = [new_token() for _ in tokens]
    clients = [
        forking.Process(target=_live, args=(addresses, tokens, shared, seed, barrier, queue))
        for seed in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    shots = [shot for _ in clients for shot in queue.get()]
    for client in clients:
        client.join()
    return shots


def _live(
    addresses: Sequence[str],
    tokens: Sequence[str],
    shared: Sequence[str],
    seed: int,
    barrier: Barrier,
    queue: Any,
) -> None:
    queue.put(Client(addresses, tokens, shared, seed, barrier).fire())
