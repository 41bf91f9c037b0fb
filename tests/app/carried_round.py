"""Rounds whose answers carry coarse variables, from the list to the answers."""

from collections.abc import Mapping, Sequence

from app.services import drawing, inviting, opening, planning, responding, rounds
from app.services.carrying import Carried
from app.services.plans import Plan
from app.services.recording import SYSTEM
from surveys import instruments
from surveys.answering import to_form
from surveys.kinds import KINDS
from surveys.links import new_token
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE

BUSINESSES = "business_satisfaction"
BY_KIND_AND_TIME = (Carried.RESPONDENT_KIND, Carried.ON_TIME)
HEADER = "code,unit,field,respondent_kind,channel,received,due,finished"
# What the dates of a dossier are to say.
DATES = {
    "yes": "01/07/2026,10/07/2026,10/07/2026",
    "no": "01/07/2026,10/07/2026,11/07/2026",
    "open": "01/07/2026,10/07/2026,",
    "no due": "01/07/2026,,30/07/2026",
    "no dates": "01/07/2026,,",
}
# Unit → (kind, dates) → dossiers.
Layout = Mapping[str, Mapping[tuple[str, str], int]]


def listing(layout: Layout, field: str = "Đất đai", channel: str = "counter") -> bytes:
    """Write a dossier list; a code tells unit, kind and dates."""
    lines = [HEADER]
    for unit, combinations in layout.items():
        for (kind, dates), size in combinations.items():
            stem = f"{unit}-{kind or 'untold'}-{dates.replace(' ', '_')}"
            lines += [
                f"{stem}-{place:04},{unit},{field},{kind},{channel},{DATES[dates]}"
                for place in range(size)
            ]
    return "\n".join(lines).encode()


def framed(layout: Layout, questionnaire: str = BUSINESSES) -> int:
    """Make a round with a list, and its units."""
    round_steps.add_units(*layout)
    round_id = rounds.create_round(SYSTEM, "Quý III", 2026, False, questionnaire)
    round_steps.take(round_id, listing(layout))
    return round_id


def drawn(layout: Layout, wanted: Plan) -> int:
    """Make a drawn round."""
    round_id = framed(layout)
    planning.commit(SYSTEM, round_id, wanted, SOURCE)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    return round_id


def hand_out(round_id: int) -> dict[str, list[str]]:
    """Open a round and issue its slips; tokens by the cell that the dossier's code tells."""
    opening.open_round(SYSTEM, round_id)
    tokens: dict[str, list[str]] = {}
    for slip in inviting.issue_slips(SYSTEM, round_id).slips:
        unit, kind, dates, _ = slip.dossier_code.split("-")
        tokens.setdefault(f"{unit}/{kind}/{dates}", []).append(slip.token)
    return tokens


def answer_all(tokens: Sequence[str], rating: str, questionnaire: str = BUSINESSES) -> None:
    """Answer with every token, giving each rated item the same."""
    asked = instruments.load(questionnaire)
    given = {
        question.code: rating if question.kind == "scale" else question.choices[0].code
        for question in asked.questions
        if question.kind == "scale" or (question.required and not KINDS[question.kind].is_text)
    }
    for token in tokens:
        assert responding.submit(token, to_form(asked, given, None), new_token()).receipt
