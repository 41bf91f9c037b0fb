"""The demo from an empty database to a published index: only acts that people have too."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from app.queries import cycles as cycle_rows
from app.queries.people import Person
from app.services import (
    criteria_sets,
    cycles,
    estimating,
    merging,
    mixing,
    publishing,
    scoring,
    second_factor_duty,
)
from app.services.accounts import NewAccount, add_account
from app.services.cycles import NewCycle
from app.services.demo import marking, scores, steps, surveying
from app.services.demo.scenarios import SCENARIOS, Scenario
from app.services.demo.sizes import SMALL
from app.services.demo.steps import Meter, Progress
from app.services.recording import SYSTEM, Actor
from app.services.units import import_shipped_units
from app.vocabulary import Role

STAFF = (
    ("quantri", "Trần Quản Trị", Role.ADMINISTRATOR),
    ("dieuphoi", "Lê Điều Phối", Role.COORDINATOR),
    ("noivu", "Phạm Nội Vụ", Role.HOME_AFFAIRS),
    ("kiemtra", "Đỗ Kiểm Tra", Role.HOME_AFFAIRS),
    ("duyet", "Võ Phê Duyệt", Role.APPROVER),
)


@dataclass(frozen=True)
class Staff:
    """The people of the demo and the password they share."""

    administrator: Person
    coordinator: Person
    home_affairs: Person
    checker: Person
    approver: Person
    password: str

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who can sign in."""
        return (
            self.administrator,
            self.coordinator,
            self.home_affairs,
            self.checker,
            self.approver,
        )


@dataclass(frozen=True)
class Demo:
    """What the demo left behind."""

    staff: Staff
    round_ids: tuple[int, ...]
    cycle_id: int
    result_id: int
    dossiers: int
    drawn: int
    answers: int

    @property
    def round_id(self) -> int:
        """The round of the citizens."""
        return self.round_ids[0]


def play(progress: Progress, size: str = SMALL) -> Demo:
    """Play whole rounds up to a published index.

    Parameters
    ----------
    progress : callable
        Told how far the demo has come, see `steps`; what it raises ends the demo.
    size : str
        "small": 8 units, one round. "large": every unit, citizens and businesses.

    Raises
    ------
    WrongStateError
        If the database is not empty, or holds a demo that was cut short.
    """
    scenario, meter = SCENARIOS[size], Meter(progress)
    marking.begin(size)
    meter.tell(steps.PEOPLE)
    staff = hire()
    administrator, coordinator = acting(staff.administrator), acting(staff.coordinator)
    second_factor_duty.require(administrator, required=False)
    import_shipped_units(administrator)
    round_ids = surveying.import_lists(coordinator, scenario, meter)
    for place, survey in enumerate(scenario.surveys):
        meter.tell(steps.DRAWS, place, len(scenario.surveys))
        surveying.draw_sample(coordinator, round_ids[place], survey)
    drawn, answers = field(coordinator, scenario, round_ids, meter)
    for place, round_id in enumerate(round_ids):
        meter.tell(steps.ESTIMATES, place, len(round_ids))
        mixing.close_round(coordinator, round_id)
        estimating.estimate_round(coordinator, round_id)
    meter.tell(steps.INDEX)
    cycle_id, result_id = index(staff, scenario, round_ids)
    marking.end()
    dossiers = sum(unit.dossiers for unit in scenario.units())
    return Demo(staff, tuple(round_ids), cycle_id, result_id, dossiers, drawn, answers)


def acting(person: Person) -> Actor:
    """Act as a person."""
    return Actor(person.id, "+".join(sorted(person.roles)))


def hire() -> Staff:
    """Add the people of the demo under one password made for this occasion."""
    password = secrets.token_urlsafe(12)
    administrator, coordinator, home_affairs, checker, approver = (
        add_account(SYSTEM, NewAccount(f"{name}@demo.khaosat.vn", full, password, (role,)))
        for name, full, role in STAFF
    )
    return Staff(administrator, coordinator, home_affairs, checker, approver, password)


def field(
    coordinator: Actor, scenario: Scenario, round_ids: Sequence[int], meter: Meter
) -> tuple[int, int]:
    """Open the rounds and let the invented people answer; count who was asked and who did."""
    invited = [surveying.invite(coordinator, round_id) for round_id in round_ids]
    asked, answers, done = sum(map(len, invited)), 0, 0
    for survey, slips in zip(scenario.surveys, invited, strict=True):
        for crowd, given in surveying.answered(survey, scenario.units(), slips):
            done, answers = done + crowd, answers + given
            meter.tell(steps.ANSWERS, done, asked + 1)
    return asked, answers


def index(staff: Staff, scenario: Scenario, round_ids: Sequence[int]) -> tuple[int, int]:
    """Import scores, merge, let a second person check and a third approve, publish."""
    home_affairs = acting(staff.home_affairs)
    criteria_set = criteria_sets.add_criteria_set(home_affairs, scenario.criteria())
    new = NewCycle(surveying.YEAR, scenario.index_name, criteria_set, tuple(round_ids))
    cycle_id = cycles.create(home_affairs, new)
    cycle = cycle_rows.cycle(cycle_id)
    assert cycle is not None
    table = scores.score_table(scoring.scheme_of_cycle(cycle), scenario.units())
    scoring.import_scores(home_affairs, cycle_id, table, "diem-mau.csv")
    result_id = merging.merge_index(home_affairs, cycle_id)
    publishing.check(acting(staff.checker), result_id)
    publishing.approve(acting(staff.approver), result_id)
    publishing.publish(home_affairs, result_id)
    return cycle_id, result_id
