"""The rounds of the demo: list, plan, draw, and invented people who answer by their slips."""

from collections.abc import Iterator, Sequence
from functools import partial

from app.services import drawing, framing, inviting, opening, planning, responding, rounds
from app.services.demo import answering, dossiers, steps
from app.services.demo.province import DemoUnit
from app.services.demo.scenarios import Scenario, Survey
from app.services.demo.steps import Meter
from app.services.inviting import IssuedSlip
from app.services.recording import Actor
from surveys import instruments
from surveys.links import new_token

YEAR = 2026
# As many people answer at one time as share a commit.
CROWD = 64
PUBLIC_SOURCE = "Giải đặc biệt xổ số kiến thiết Đồng Nai, kỳ quay ví dụ"
PUBLIC_NUMBER = "482915"
# Everything in the demo is invented, its chance too: the same dossiers are drawn each time.
SECRET = b"no secret: this is the demo 2026"


def import_lists(coordinator: Actor, scenario: Scenario, meter: Meter) -> list[int]:
    """Make the rounds, each with the whole list: what it may draw follows from whom it asks."""
    content = dossiers.dossier_list(scenario.units())
    made = []
    for place, survey in enumerate(scenario.surveys):
        round_id = rounds.create_round(coordinator, survey.name, YEAR, False, survey.questionnaire)
        within = partial(_tell_list, meter, place, len(scenario.surveys))
        framing.import_frame(coordinator, round_id, content, "ho-so-mau.csv", within)
        made.append(round_id)
    return made


def _tell_list(meter: Meter, place: int, lists: int, done: int, total: int) -> None:
    # One short of the whole: the next step is told only once the list counts.
    meter.tell(steps.LISTS, place * total + done, lists * total + 1)


def draw_sample(coordinator: Actor, round_id: int, survey: Survey) -> None:
    """Commit the plan and draw."""
    planning.commit_with(SECRET, coordinator, round_id, survey.plan, PUBLIC_SOURCE)
    drawing.draw(coordinator, round_id, PUBLIC_SOURCE, PUBLIC_NUMBER)


def invite(coordinator: Actor, round_id: int) -> tuple[IssuedSlip, ...]:
    """Open a round and issue its slips."""
    opening.open_round(coordinator, round_id)
    return inviting.issue_slips(coordinator, round_id).slips


def answered(
    survey: Survey, units: Sequence[DemoUnit], slips: Sequence[IssuedSlip]
) -> Iterator[tuple[int, int]]:
    """Let the owners of slips answer as on the page; count slips and answers, crowd by crowd."""
    questionnaire = instruments.load(survey.questionnaire)
    by_code = {unit.code: unit for unit in units}
    for crowd in batched(slips, CROWD):
        forms = [
            (
                slip.token,
                answering.answers(
                    questionnaire,
                    by_code[slip.unit_code],
                    answering.generator_of(slip.dossier_code),
                ),
                new_token(),
            )
            for slip in crowd
        ]
        sent = [(token, form, nonce) for token, form, nonce in forms if form is not None]
        outcomes = responding.submit_all(sent)
        assert all(outcome.receipt for outcome in outcomes)
        yield len(crowd), len(outcomes)


def batched(slips: Sequence[IssuedSlip], size: int) -> Iterator[Sequence[IssuedSlip]]:
    """Cut slips into crowds."""
    for first in range(0, len(slips), size):
        yield slips[first : first + size]
