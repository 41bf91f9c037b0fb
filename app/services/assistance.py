"""Answers that staff of the rated office helped with: they count as volunteers' (0045).

Who helped is known from the answer alone, and the answer from nothing but its box. So a box is
sealed for the cell of its ballot like any other, and the choice falls when it is opened, in a
crowd of k: neither box nor ballot ever tells who said so.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.queries.boxes import DRAWN_LEVELS, sample_of
from app.queries.field_monitor import OF_DOSSIERS
from app.services import tallying, volunteers
from app.services.sealing import Content
from app.vocabulary import CellLevel, Trait
from surveys.answers import Answer
from surveys.questionnaire import STAFF, Questionnaire

OF_SESSIONS = "session"


def by_staff(asked: Questionnaire, given: Mapping[str, Answer]) -> bool:
    """Whether an answer says that staff of the office helped with it."""
    question = asked.assistance_question
    return question is not None and given.get(question.code) == STAFF


def split(
    asked: Questionnaire, level: CellLevel, opened: Sequence[Content]
) -> tuple[list[Content], list[Content]]:
    """Part what was opened in a cell into what stays there and what staff helped with.

    Only answers that carry a weight are parted: the others stand apart already.
    """
    if sample_of(level) != "P":
        return list(opened), []
    helped = [content for content in opened if by_staff(asked, content.answers)]
    own = [content for content in opened if not by_staff(asked, content.answers)]
    return own, helped


def cell(session: Session, round_id: int, unit_id: int | None) -> int:
    """Find the cell of a unit's volunteers; that of the round's where no unit is known."""
    places = volunteers.cells_of(session, round_id)
    unit_cell = places.get((CellLevel.VOLUNTEER_UNIT, unit_id))
    return unit_cell or places[CellLevel.VOLUNTEER_ROUND, None]


def note(session: Session, cell_id: int, level: CellLevel, number: int) -> None:
    """Count in the cell of volunteers what came to it from a cell with a weight."""
    origin = OF_DOSSIERS if level in DRAWN_LEVELS else OF_SESSIONS
    tallying.add_traits(session, cell_id, {(Trait.ASSISTED, origin): number})
