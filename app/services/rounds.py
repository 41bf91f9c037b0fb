"""Survey rounds: making one, and asking the worker for its next step."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Round
from app.queries import rounds as rows
from app.services import jobs, recording
from app.services.arriving_plans import TAKES_LISTS, is_arriving
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.questionnaire_choice import chosen
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import JobKind, RoundState
from surveys.writing import to_document, version_hash

QUESTIONNAIRE = "citizen_satisfaction"
LONGEST_NAME = 300
FIRST_YEAR, LAST_YEAR = 2000, 2100

# The job decides again when it runs; this spares people a job that is bound to fail.
STEPS: Mapping[JobKind, frozenset[RoundState]] = {
    JobKind.READ_FRAME: frozenset({RoundState.PLANNED}),
    JobKind.IMPORT_FRAME: frozenset({RoundState.PLANNED}),
    JobKind.REMOVE_FRAME: frozenset({RoundState.FRAMED}),
    JobKind.COMMIT: frozenset({RoundState.FRAMED}),
    JobKind.DRAW: frozenset({RoundState.FRAMED}),
    JobKind.OPEN_ROUND: frozenset({RoundState.DRAWN}),
    JobKind.MIX: frozenset({RoundState.OPEN}),
    JobKind.CLOSE_ROUND: frozenset({RoundState.OPEN}),
    JobKind.ESTIMATE: frozenset({RoundState.CLOSED, RoundState.WEIGHTED}),
}
LISTS = frozenset({JobKind.READ_FRAME, JobKind.IMPORT_FRAME})


def create_round(
    actor: Actor, name: str, year: int, dry_run: bool, questionnaire: str = QUESTIONNAIRE
) -> int:
    """Plan a round with the questionnaire as it stands now.

    Parameters
    ----------
    dry_run : bool
        Mark the round THỬ NGHIỆM for good: nothing of it enters an index.
    questionnaire : str
        Reference of one that is offered (`questionnaire_choice`). Its code also says whose
        dossiers are drawn.

    Returns
    -------
    int
        Number of the round.

    Raises
    ------
    InvalidInputError
        If the name is missing or too long, the year is not one of this century, or no such
        questionnaire is offered.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInputError(N_("Name the round, in at most 300 characters."))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInputError(N_("Enter a year such as 2026."))
    with writing() as session:
        asked = chosen(session, questionnaire)
        digest = version_hash(asked)
        added = Round(
            name=name,
            year=year,
            dry_run=dry_run,
            questionnaire_code=asked.code,
            questionnaire_hash=digest,
            questionnaire=to_document(asked),
            created_at=clock.now(),
        )
        session.add(added)
        session.flush()
        details = {"year": year, "dry_run": dry_run, "questionnaire": digest}
        recording.record(session, actor, "round.created", f"round:{added.id}", **details)
        return added.id


def locked_round(session: Session, round_id: int) -> Round:
    """Fetch a round whose state nobody else may change before this transaction ends.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    query = select(Round).where(Round.id == round_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError()
    return found


def ask(
    actor: Actor,
    kind: JobKind,
    round_id: int,
    arguments: Mapping[str, Any] | None = None,
    file: tuple[str, bytes] | None = None,
) -> int:
    """Ask the worker for a step of a round.

    Returns
    -------
    int
        Number of the job.

    Raises
    ------
    NotFoundError
        If there is no such round.
    WrongStateError
        If the round does not stand where the step begins.
    """
    found = rows.one(round_id)
    if found is None:
        raise NotFoundError()
    arriving = is_arriving(found.plan) and kind in LISTS
    if found.state not in (TAKES_LISTS if arriving else STEPS[kind]):
        raise WrongStateError()
    asked = {"round_id": round_id, **(arguments or {})}
    return jobs.ask(actor, kind, asked, file, subject=f"round:{round_id}")
