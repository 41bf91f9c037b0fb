"""Hypothesis looks for an order of events in which an answer stands under a wrong question."""

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.proofs.conversing import COMMANDS, World

numbers = st.integers(0, 98)
transits = st.sampled_from([0.0, 0.4, 1.1, 2.0])


class Interleavings(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.world = World()

    @initialize(name=st.sampled_from("ab"))
    def agree(self, name):
        self.world.begin(name, 0)
        self.world.wait(8)
        self.world.write("yes", 0, 0, 0)
        self.world.wait(1)
        self.world.work(0, 0)
        self.world.wait(8)

    @rule(name=st.sampled_from("ab"), transit=transits)
    def begin(self, name, transit):
        self.world.begin(name, transit)

    @rule(pick=numbers, style=numbers, transit=transits, other=st.booleans())
    def choose(self, pick, style, transit, other):
        self.world.write("option", pick, style, transit, other)

    @rule(act=st.sampled_from(sorted(COMMANDS)), style=numbers, transit=transits)
    def command(self, act, style, transit):
        self.world.write(act, 1, style, transit)

    @rule(seconds=st.sampled_from([0.5, 2.0, 6.0, 60.0, 90_000.0]))
    def wait(self, seconds):
        self.world.wait(seconds)

    @rule(place=numbers, transit=transits)
    def work(self, place, transit):
        self.world.work(place, transit)

    @rule(place=numbers)
    def again(self, place):
        self.world.again(place)

    @rule()
    def tick(self):
        self.world.tick()

    @invariant()
    def every_answer_was_meant(self):
        assert self.world.wrong == []


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
