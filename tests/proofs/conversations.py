"""Ten thousand interleavings of conversations by message: no answer under a wrong question.

Two rounds ask one number. Replies are repeated, late, handed over twice, read in any order, change
earlier answers, name the other round, come after 72 hours. What is kept must be what the person
meant for that question, and what a second account of the rules keeps. The control arm takes every
reply for one to whatever is asked when it is read, and must be caught.
"""

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator

from tests.proofs.conversing import World

RUNS, QUICK_RUNS = 10_000, 150
STEPS = 150
ACTS = ("option", "again", "change", "skip", "stop", "nonsense", "yes", "no")
LIKELY = (800, 40, 90, 40, 6, 60, 40, 6)
WAITS = (0.5, 1.0, 3.0, 6.0, 20.0, 300.0, 100_000.0)
PAUSES = (20, 20, 20, 60, 60, 20, 6)


def play(world: World, chance: random.Random) -> None:
    """Let a hundred and fifty things happen in any order."""
    world.begin(chance.choice("ab"), chance.random() * 2)
    for _ in range(STEPS):
        what = chance.choices(
            ("write", "wait", "work", "again", "begin", "tick"), (30, 40, 35, 8, 3, 2)
        )[0]
        if what == "write":
            act = chance.choices(ACTS, LIKELY)[0]
            other = chance.random() < 0.15
            world.write(act, chance.randrange(99), chance.randrange(99), chance.random() * 2, other)
        elif what == "wait":
            world.wait(chance.choices(WAITS, PAUSES)[0])
        elif what == "work":
            world.work(chance.randrange(99) if chance.random() < 0.3 else 0, chance.random() * 2)
        elif what == "again":
            world.again(chance.randrange(99))
        elif what == "begin":
            world.begin(chance.choice("ab"), chance.random() * 2)
        else:
            world.tick()


def worlds(runs: int, naive: bool, seed: int = 1) -> Iterator[World]:
    """Play so many worlds, each from a seed of its own."""
    for run in range(runs):
        world = World(naive=naive)
        play(world, random.Random(f"{seed}-{run}"))
        yield world


def figures(runs: int, naive: bool) -> Counter[str]:
    """Count worlds, answers that were kept, and what went wrong."""
    found: Counter[str] = Counter()
    for world in worlds(runs, naive):
        found["worlds"] += 1
        found["kept"] += world.kept
        found["replies"] += len(world.meanings)
        found["both rounds"] += len(world.conversations) == 2
        found["wrong worlds"] += bool(world.wrong)
        found["wrong"] += len(world.wrong)
        found["misplaced"] += sum(", meant " in what for what in world.wrong)
        for conversation in world.conversations.values():
            found[conversation.stage.value] += 1
    return found


def main(quick: bool = False) -> int:
    """Tell the figures of both arms; 0 if the one never errs and the other is caught."""
    runs = QUICK_RUNS if quick else int(os.environ.get("N", RUNS))
    held, control = figures(runs, naive=False), figures(max(runs // 10, 50), naive=True)
    for name, arm in (("by sequence", held), ("control: sequence ignored", control)):
        told = ", ".join(f"{count} {what}" for what, count in sorted(arm.items()))
        sys.stdout.write(f"{name}: {told}\n")
    caught = control["misplaced"] > 0
    # A run that keeps next to nothing would prove nothing.
    return 0 if held["wrong"] == 0 and held["kept"] > runs and caught else 1
