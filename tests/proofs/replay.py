"""Every ballot is sent eight times at once: four times one form, four times other forms.

Each ballot must be accepted once: all copies of the accepted form get the same receipt, and no
other form ever gets one. A control arm does not look whether a ballot was spent.
"""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.extensions import db
from app.queries import boxes
from surveys.links import receipt
from tests.proofs.options import databases, number
from tests.proofs.replaying import Shot, fire
from tests.proofs.site import PRODUCT, Site, fresh

CARELESS = "tests.proofs.careless:spend_without_a_look"
REPLAYS = 8


@dataclass
class Figures:
    """What came of the replays.

    Attributes
    ----------
    accepted : int
        Ballots of which some form got a receipt.
    several : int
        Ballots of which more than one form got a receipt.
    left_out : int
        Copies of an accepted form that got no receipt, or another.
    raced : int
        Ballots whose accepted form was on its way together with another form of the ballot.
    """

    ballots: int
    shots: int = 0
    accepted: int = 0
    several: int = 0
    left_out: int = 0
    raced: int = 0
    spent: int = 0
    stored: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def holds(self) -> bool:
        """Whether each ballot counts exactly once, and everybody was told so."""
        counts = {self.accepted, self.spent, self.stored}
        return (
            counts == {self.ballots}
            and self.several == 0
            and self.left_out == 0
            and self.statuses.keys() == {303, 410}
            and self.shots == REPLAYS * self.ballots
        )


def run(site: Site, addresses: Sequence[str]) -> Figures:
    """Send all ballots of a site eight times to servers at some addresses, and count."""
    shots = fire(addresses, site.tokens)
    figures = Figures(len(site.tokens), len(shots))
    by_ballot: dict[int, list[Shot]] = defaultdict(list)
    for shot in shots:
        figures.statuses[shot.status] += 1
        by_ballot[shot.ballot].append(shot)
    for replays in by_ballot.values():
        judge(replays, figures)
    with site.app.app_context():
        tally = boxes.tally(site.made.id)
        assert tally is not None
        figures.spent, figures.stored = tally.spent, tally.boxes + tally.answers
        db.session.remove()
    return figures


def judge(replays: Sequence[Shot], figures: Figures) -> None:
    """Add up what was said of one ballot."""
    accepted = {shot.nonce for shot in replays if shot.receipt}
    figures.accepted += bool(accepted)
    figures.several += len(accepted) > 1
    for shot in replays:
        if shot.nonce in accepted:
            figures.left_out += shot.receipt != receipt(shot.nonce) or shot.status != 303
    winners = [shot for shot in replays if shot.receipt]
    if winners:
        # Of the accepted form it was the copy that came back first.
        first = min(winners, key=lambda shot: shot.ended)
        figures.raced += any(
            shot is not first and shot.began < first.ended and shot.ended > first.began
            for shot in replays
        )


def layout(ballots: int) -> dict[str, dict[str, int]]:
    """Lay out so many ballots."""
    return {"TB": {"land": ballots // 2, "health": ballots - ballots // 2}}


def main(quick: bool) -> int:
    """Run all arms on fresh installations and print what came of it."""
    ballots = number(quick, 300, 10_000)
    arms = [(database, "product", 1) for database in databases()]
    arms += [("sqlite", "two servers on one file", 2)] if "sqlite" in databases() else []
    arms += [(database, "control", 1) for database in databases()]
    verdict = 0
    for database, arm, servers in arms:
        careless = arm == "control"
        size = min(ballots, 500) if careless else ballots
        began = time.monotonic()
        with fresh(database, layout(size), factory=CARELESS if careless else PRODUCT) as site:
            others = [site.another_server() for _ in range(servers - 1)]
            for server in others:
                server.start()
            setup = time.monotonic() - began
            figures = run(site, [site.address, *(server.address for server in others)])
        took = f"{time.monotonic() - began:.0f} s, of them {setup:.0f} s to set up"
        print(database, arm, figures, took)  # noqa: T201  (the report)
        sys.stdout.flush()
        good = figures.stored > figures.ballots if careless else figures.holds
        verdict |= not (good and figures.raced >= 0.8 * figures.ballots)
    return verdict
