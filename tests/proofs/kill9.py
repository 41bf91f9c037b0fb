"""The site is killed outright, again and again, while people answer and the mixer works.

No answer that somebody was thanked for may be missing or counted twice. A control arm says
thanks before it commits, and must be caught losing answers.
"""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.proofs.counting import Count, count
from tests.proofs.crowd import Crowd
from tests.proofs.options import databases, number
from tests.proofs.site import PRODUCT, Site, fresh

CARELESS = "tests.proofs.careless:acknowledge_first"
PEOPLE, K = 8, 5
BALLOTS_A_KILL = 60
MIXER_SHARE = 0.3
# In seconds: of a server after its first acknowledgements, and of a form on its way.
LONGEST_LIFE, LONGEST_FORM = 0.15, 0.006


@dataclass
class Figures:
    """What came of the kills.

    Attributes
    ----------
    hits : int
        Kills that found a form on its way.
    mixer_kills : int
        Kills that ended the mixer too.
    count : Count
        What is stored in the end.
    wrong : list of str
        Replies that nobody should get.
    """

    kills: int = 0
    hits: int = 0
    mixer_kills: int = 0
    count: Count | None = None
    wrong: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def faults(self) -> int:
        """Everything that must be 0."""
        assert self.count is not None
        return self.count.faults + len(self.wrong)

    @property
    def hit_rate(self) -> float:
        return self.hits / self.kills


def layout(kills: int) -> dict[str, dict[str, int]]:
    """Lay out ballots enough for so many kills."""
    size = BALLOTS_A_KILL * (kills + 2) // 2
    return {"TB": {"land": size, "health": size}}


def run(site: Site, kills: int, *, seed: int = 1) -> Figures:
    """Kill the server of a site so often while people answer, then count."""
    chance, figures = random.Random(seed), Figures()
    mixer = site.start_mixer()
    crowd = Crowd([site.address], site.tokens, PEOPLE).start()
    for _ in range(kills):
        assert crowd.wait_for(PEOPLE), "nobody is answered any more"
        time.sleep(chance.uniform(0.0, LONGEST_LIFE))
        crowd.wait_for_a_form()
        time.sleep(chance.uniform(0.0, LONGEST_FORM))
        figures.hits += crowd.in_flight > 0
        site.kill()
        figures.kills += 1
        if chance.random() < MIXER_SHARE:
            mixer.kill()
            mixer = site.start_mixer()
            figures.mixer_kills += 1
        site.server.start(wait=False)
    assert crowd.wait_for(PEOPLE), "the site does not come back"
    crowd.finish()
    site.kill_all()
    figures.statuses, figures.wrong = crowd.statuses, crowd.wrong
    figures.count = count(site, crowd.acknowledged)
    return figures


def main(quick: bool) -> int:
    """Run both arms on fresh installations and print what came of it."""
    kills = number(quick, 20, 1000)
    verdict = 0
    for database in databases():
        for arm, factory, times in (
            ("product", PRODUCT, kills),
            ("control", CARELESS, max(10, kills // 50)),
        ):
            began = time.monotonic()
            with fresh(database, layout(times), k=K, factory=factory) as site:
                figures = run(site, times)
            print(database, arm, figures, f"{time.monotonic() - began:.0f} s")  # noqa: T201  (the report)
            sys.stdout.flush()
            assert figures.count is not None
            good = figures.faults == 0 if arm == "product" else figures.count.lost > 0
            verdict |= not (good and figures.hit_rate >= 0.8)
    return verdict
