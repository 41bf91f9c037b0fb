"""From answers to indexes: small rounds with known answers, a small criteria set, people."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, update

from app.database import writing
from app.models import Answer, Unit
from app.queries import results
from app.queries.results import ResultView
from app.services import criteria_sets, cycles, estimating, merging, publishing, scoring
from app.services.cycles import NewCycle
from app.services.recording import Actor
from app.vocabulary import Role, RoundState
from tests.app.round_factory import MadeRound, answers, make_round
from tests.factories import actor

GROUP = "communes"

SCHEME = """
name: Bộ tiêu chí thử
groups:
  communes:
    title: Xã, phường
    ties: [survey]
    decimals: 2
    bands: [{name: Tốt, from: 78}, {name: Khá, from: 70}]
fields:
  - code: "1"
    title: Chỉ đạo, điều hành
    criteria:
      - {code: "1.1", title: Kế hoạch, max_points: 40, source: verified}
      - {code: "1.2", title: Kiểm tra, max_points: 20, source: verified}
  - code: "2"
    title: Tác động
    criteria:
      - {code: "2.1", title: Hài lòng, max_points: 40, source: survey, rule: {kind: proportional}}
matrix:
  - {item: overall, audience: citizen, criterion: "2.1"}
bonus: {cap: 2}
penalty: {cap: 5}
""".encode()

# A satisfied person gives every rating this, a dissatisfied one that.
SATISFIED, DISSATISFIED = "5", "2"

# Stratum → (satisfied, dissatisfied); ten dossiers stand behind each drawn one.
TWO_UNITS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "A": {"land": (30, 10)},
    "B": {"land": (24, 6), "justice": (4, 6)},
}
# A = 45 + 40 × 0.75 = 75; B = 50.5 + 40 × 0.7 = 78.5.
SCORES = b"""group;unit;criterion;verified_points
communes;A;1.1;30
communes;A;1.2;15
communes;B;1.1;35,5
communes;B;1.2;15
"""


@dataclass(frozen=True)
class People:
    """Two of Home Affairs, an administrator and the approver."""

    merger: Actor
    other: Actor
    administrator: Actor
    approver: Actor


def people() -> People:
    """Add the people that an index needs."""
    return People(
        actor(Role.HOME_AFFAIRS),
        actor(Role.HOME_AFFAIRS),
        actor(Role.ADMINISTRATOR),
        actor(Role.APPROVER),
    )


def approved(crew: People, result_id: int) -> None:
    """Let a second person check a version and a third approve it."""
    publishing.check(crew.other, result_id)
    publishing.approve(crew.approver, result_id)


def answered_round(
    layout: Mapping[str, Mapping[str, tuple[int, int]]] = TWO_UNITS, *, dry_run: bool = False
) -> MadeRound:
    """Make a closed round whose drawn dossiers all answered, each stratum in its own cell."""
    sizes = {
        unit: {field: sum(counts) for field, counts in fields.items()}
        for unit, fields in layout.items()
    }
    made = make_round(sizes, state=RoundState.CLOSED, dry_run=dry_run)
    with writing() as session:
        session.execute(update(Unit).where(Unit.code.in_(layout)).values(group=GROUP))
    for unit, fields in layout.items():
        for field, (satisfied, dissatisfied) in fields.items():
            cell = made.cells[f"{unit}/{field}"]
            store_answers(made, cell, [answers(SATISFIED)] * satisfied)
            store_answers(made, cell, [answers(DISSATISFIED)] * dissatisfied)
    return made


def store_answers(made: MadeRound, cell_id: int, given: Sequence[Mapping[str, str]]) -> None:
    """Store answers as the mixer leaves them."""
    if not given:
        return
    with writing() as session:
        session.execute(
            insert(Answer),
            [
                {
                    "rid": uuid.uuid4().hex,
                    "round_id": made.id,
                    "cell_id": cell_id,
                    "answers": dict(each),
                }
                for each in given
            ],
        )


def council(
    person: Actor, made: MadeRound | None, scheme: bytes = SCHEME, scores: bytes = SCORES
) -> int:
    """Bring a cycle before the council: criteria set, round with estimates, scores."""
    if made is not None:
        estimating.estimate_round(person, made.id)
    set_id = criteria_sets.add_criteria_set(person, scheme)
    new = NewCycle(2026, "Chỉ số CCHC 2026", set_id, (made.id,) if made else ())
    cycle_id = cycles.create(person, new)
    scoring.import_scores(person, cycle_id, scores, "diem.csv")
    return cycle_id


def merged(person: Actor, scheme: bytes = SCHEME, scores: bytes = SCORES) -> ResultView:
    """Merge an index of two units."""
    cycle_id = council(person, answered_round(), scheme, scores)
    return the_result(merging.merge_index(person, cycle_id))


def the_result(result_id: int) -> ResultView:
    """Fetch a result that is there."""
    view = results.result(result_id)
    assert view is not None
    return view
