"""The demo from an empty database to a published index: only acts that people have too."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.queries import cycles as cycle_rows, people, units as unit_rows
from app.queries.people import Person
from app.services import (
    criteria_sets,
    cycles,
    drawing,
    estimating,
    framing,
    inviting,
    merging,
    mixing,
    opening,
    planning,
    publishing,
    responding,
    rounds,
    scoring,
)
from app.services.accounts import NewAccount, add_account
from app.services.cycles import NewCycle
from app.services.demo import answering, dossiers, scores
from app.services.demo.province import BY_CODE
from app.services.errors import WrongStateError
from app.services.plans import Plan, Stratification
from app.services.recording import SYSTEM, Actor
from app.services.units import import_shipped_units
from app.texts import N_
from app.vocabulary import Role
from surveys import instruments
from surveys.links import new_token

Progress = Callable[[int, int], None]
YEAR = 2026
SIZE, MINIMUM = 490, 60
PUBLIC_SOURCE = "Giải đặc biệt xổ số kiến thiết Đồng Nai, kỳ quay ví dụ"
PUBLIC_NUMBER = "482915"
# Everything in the demo is invented, its chance too: the same dossiers are drawn each time.
SECRET = b"no secret: this is the demo 2026"
STAFF = (
    ("quantri", "Trần Quản Trị", Role.ADMINISTRATOR),
    ("dieuphoi", "Lê Điều Phối", Role.COORDINATOR),
    ("noivu", "Phạm Nội Vụ", Role.HOME_AFFAIRS),
    ("duyet", "Võ Phê Duyệt", Role.HOME_AFFAIRS),
)


@dataclass(frozen=True)
class Staff:
    """The people of the demo and the password they share."""

    administrator: Person
    coordinator: Person
    home_affairs: Person
    approver: Person
    password: str


@dataclass(frozen=True)
class Demo:
    """What the demo left behind."""

    staff: Staff
    round_id: int
    cycle_id: int
    result_id: int
    drawn: int
    answers: int


def play(progress: Progress) -> Demo:
    """Play the whole round.

    Parameters
    ----------
    progress : callable
        Told the steps done of those there are.

    Raises
    ------
    WrongStateError
        If the database is not empty.
    """
    if people.account_count() or unit_rows.unit_count():
        raise WrongStateError(N_("The demo needs an empty installation."))
    staff = hire()
    import_shipped_units(acting(staff.administrator))
    progress(1, 6)
    round_id = draw_sample(acting(staff.coordinator))
    progress(2, 6)
    drawn, answers = field(acting(staff.coordinator), round_id)
    progress(4, 6)
    mixing.close_round(acting(staff.coordinator), round_id)
    estimating.estimate_round(acting(staff.coordinator), round_id)
    progress(5, 6)
    cycle_id, result_id = index(staff, round_id)
    progress(6, 6)
    return Demo(staff, round_id, cycle_id, result_id, drawn, answers)


def acting(person: Person) -> Actor:
    """Act as a person."""
    return Actor(person.id, "+".join(sorted(person.roles)))


def hire() -> Staff:
    """Add the people of the demo under one password made for this occasion."""
    password = secrets.token_urlsafe(12)
    administrator, coordinator, home_affairs, approver = (
        add_account(SYSTEM, NewAccount(f"{name}@demo.khaosat.vn", full, password, (role,)))
        for name, full, role in STAFF
    )
    return Staff(administrator, coordinator, home_affairs, approver, password)


def draw_sample(coordinator: Actor) -> int:
    """Plan a round, import its list, commit the plan and draw."""
    round_id = rounds.create_round(
        coordinator, "Khảo sát hài lòng 6 tháng đầu năm 2026 (mẫu)", YEAR, False
    )
    framing.import_frame(
        coordinator, round_id, dossiers.dossier_list(), "ho-so-mau.csv", lambda *_: None
    )
    plan = Plan(Stratification.UNIT, SIZE, MINIMUM, expected_response=answering.RESPONSE)
    planning.commit_with(SECRET, coordinator, round_id, plan, PUBLIC_SOURCE)
    drawing.draw(coordinator, round_id, PUBLIC_SOURCE, PUBLIC_NUMBER)
    return round_id


def field(coordinator: Actor, round_id: int) -> tuple[int, int]:
    """Open the round and let the invented people answer through their slips."""
    opening.open_round(coordinator, round_id)
    slips = inviting.issue_slips(coordinator, round_id).slips
    return len(slips), sum(1 for _ in answered(slips))


def answered(slips: tuple[inviting.IssuedSlip, ...]) -> Iterator[str]:
    """Give the receipt of each slip whose owner answers."""
    questionnaire = instruments.load(rounds.QUESTIONNAIRE)
    for slip in slips:
        chance = answering.generator_of(slip.dossier_code)
        form = answering.answers(questionnaire, BY_CODE[slip.unit_code], chance)
        if form is not None:
            outcome = responding.submit(slip.token, form, new_token())
            assert outcome.receipt is not None
            yield outcome.receipt


def index(staff: Staff, round_id: int) -> tuple[int, int]:
    """Import scores, merge, approve by another person, publish."""
    home_affairs = acting(staff.home_affairs)
    criteria_set = criteria_sets.add_criteria_set(home_affairs, criteria_sets.example())
    new = NewCycle(YEAR, "Chỉ số CCHC năm 2026 (mẫu)", criteria_set, round_id)
    cycle_id = cycles.create(home_affairs, new)
    cycle = cycle_rows.cycle(cycle_id)
    assert cycle is not None
    table = scores.score_table(scoring.scheme_of_cycle(cycle))
    scoring.import_scores(home_affairs, cycle_id, table, "diem-mau.csv")
    result_id = merging.merge_index(home_affairs, cycle_id)
    publishing.approve(acting(staff.approver), result_id)
    publishing.publish(home_affairs, result_id)
    return cycle_id, result_id
