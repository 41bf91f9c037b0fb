"""How many dossiers of a list had their result before, on and after the promised day."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from app.extensions import db
from app.models import Dossier, Unit
from surveys.questionnaire import FilledFrom

# Whose time it is: lists that do not tell who resolved a dossier name one unit for all.
WHOSE = {
    FilledFrom.HANDLING_TIME: Dossier.unit_id,
    FilledFrom.RESOLVING_TIME: func.coalesce(Dossier.resolving_unit_id, Dossier.unit_id),
}


@dataclass(frozen=True)
class TimeCount:
    """Dossiers of a unit that have both a promised day and a result."""

    unit_code: str
    group: str
    before: int
    on: int
    after: int


def counts(frame_id: int, whose: FilledFrom, respondents: Sequence[str] = ()) -> list[TimeCount]:
    """Count the dossiers of each unit by when their result came.

    Parameters
    ----------
    respondents : sequence of str
        Kinds of respondent to count; every kind when empty.
    """
    query = (
        select(
            Unit.code,
            Unit.group,
            *(
                func.sum(case((condition, 1), else_=0))
                for condition in (
                    Dossier.finished < Dossier.due,
                    Dossier.finished == Dossier.due,
                    Dossier.finished > Dossier.due,
                )
            ),
        )
        .join(Unit, Unit.id == WHOSE[whose])
        .where(Dossier.frame_id == frame_id)
        .where(Dossier.finished.is_not(None), Dossier.due.is_not(None))
        .group_by(Unit.code, Unit.group)
    )
    if respondents:
        query = query.where(Dossier.respondent_kind.in_(respondents))
    return sorted(
        (TimeCount(*row) for row in db.session.execute(query)), key=lambda count: count.unit_code
    )
