"""A bad mobile network between phones and a site: slow, far, and cut at any byte."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["up", "down"]
PACKET = 1460
# Before any connection told how much goes each way.
FIRST_SIZE = 400
# For connections that nobody waits for any more.
LAST_SECONDS = 5.0


@dataclass
class Network:
    """Passes connections on to a site, badly.

    Attributes
    ----------
    cut : float
        Share of the connections that are cut, at a byte drawn from all that would have passed
        in one direction; one that ends before its byte came leaves the cut to the next.
    delay : float
        Seconds there and back; a connection takes as long once more to come about.
    rate : float
        Bytes a second in each direction of a connection.
    speed : float
        How often faster than a clock all this goes.
    cuts : dict
        How many connections were cut while something passed in a direction.
    """

    host: str
    port: int
    cut: float = 0.2
    delay: float = 2.0
    rate: float = 8000.0
    speed: float = 1.0
    seed: int = 1
    connections: int = 0
    owed: int = 0
    cuts: dict[Direction, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    sizes: dict[Direction, list[int]] = field(default_factory=lambda: {"up": [], "down": []})

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.open: set[asyncio.Task[None]] = set()

    @property
    def share(self) -> float:
        """Share of the connections that were really cut."""
        return sum(self.cuts.values()) / self.connections

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Listen at a free port as long as needed."""
        server = await asyncio.start_server(self.take, "127.0.0.1", 0, backlog=1024)
        async with server:
            yield int(server.sockets[0].getsockname()[1])
            if self.open:
                await asyncio.wait(self.open, timeout=LAST_SECONDS)
            for left in list(self.open):
                left.cancel()
            await asyncio.gather(*self.open, return_exceptions=True)

    def take(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Take a connection."""
        task = asyncio.create_task(self.connect(near, back))
        self.open.add(task)
        task.add_done_callback(self.open.discard)

    async def connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        self.connections += 1
        ends = self.fate()
        await asyncio.sleep(self.delay / self.speed)
        try:
            far, away = await asyncio.open_connection(self.host, self.port)
        except OSError:
            back.transport.abort()
            return
        line = Line(self, (back, away), ends)
        await asyncio.gather(line.carry("up", near, away), line.carry("down", far, back))
        line.end()

    def fate(self) -> dict[Direction, int]:
        """Decide after how many bytes a connection is cut, if it is."""
        if self.owed:
            self.owed -= 1
        elif self.chance.random() >= self.cut:
            return {}
        direction: Direction = self.chance.choice(("up", "down"))
        seen = self.sizes[direction]
        return {direction: self.chance.randrange(self.chance.choice(seen) if seen else FIRST_SIZE)}


@dataclass
class Line:
    """One connection on its way."""

    network: Network
    ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    fate: dict[Direction, int]
    dead: bool = False

    async def carry(
        self, direction: Direction, source: asyncio.StreamReader, target: asyncio.StreamWriter
    ) -> None:
        """Carry what comes, late and slowly, until either side ends or the line is cut."""
        loop, network = asyncio.get_running_loop(), self.network
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        taking = asyncio.create_task(self.take(source, under_way))
        passed, last = 0, self.fate.get(direction)
        with suppress(OSError):
            while not self.dead:
                due, packet = await under_way.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if self.dead:
                    break
                if last is not None and passed + len(packet) > last:
                    target.write(packet[: last - passed])
                    self.break_off(direction)
                    break
                if not packet:
                    if direction == "down":
                        target.write_eof()
                    break
                await asyncio.sleep(len(packet) / network.rate / network.speed)
                target.write(packet)
                await target.drain()
                passed += len(packet)
        taking.cancel()
        if not self.dead and direction not in self.fate and passed:
            network.sizes[direction].append(passed)

    async def take(
        self, source: asyncio.StreamReader, under_way: "asyncio.Queue[tuple[float, bytes]]"
    ) -> None:
        """Take what is sent; it arrives half a delay later."""
        loop, late = asyncio.get_running_loop(), self.network.delay / self.network.speed / 2
        packet = b"more"
        while packet:
            try:
                packet = await source.read(PACKET)
            except OSError:
                packet = b""
            under_way.put_nowait((loop.time() + late, packet))

    def break_off(self, direction: Direction) -> None:
        """Cut the line on both sides."""
        self.dead = True
        self.network.cuts[direction] += 1
        for end in self.ends:
            end.transport.abort()

    def end(self) -> None:
        """Hang up; a cut that never came about is left to another line."""
        if self.fate and not self.dead:
            self.network.owed += 1
        for end in self.ends:
            end.close()
