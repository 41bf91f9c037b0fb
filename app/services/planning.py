"""Planning a sample and committing to it before anybody knows the seed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import FrameDraw, Round
from app.queries import draws, frames, rounds as rows
from app.queries.frames import FrameRow, FrameView, OriginCount
from app.services import (
    apart,
    audiences,
    ceremony_opening,
    populations,
    previewing,
    recording,
    records,
    rounds,
    session_frames,
    session_outlook,
)
from app.services.ceremony_parties import Arrangement
from app.services.courses import ALONE, Course
from app.services.errors import FieldFault, InvalidInputError, NotFoundError, WrongStateError
from app.services.plans import Plan, plan_hash, purpose_of
from app.services.populations import Population
from app.services.previewing import Preview
from app.services.recording import Actor
from app.services.session_outlook import SessionOutlook
from app.texts import N_
from app.vocabulary import JobKind, RoundState
from sampling import seeding

LONGEST_SOURCE = 300
# Of a commitment: the list read, its leaves worked out, everything stored.
STEPS = 3
TAKEN = N_(
    "Another round is committed to this very list: one list is drawn once. "
    "A new draw needs a new list."
)
COMMITTED = N_("The plan is committed and final: the next step is the draw.")
CHANGED = N_("The list was changed while this work ran: look at the plan again, then commit.")


def preview(round_id: int, plan: Plan) -> Preview:
    """Lay a plan over the round's frame; nothing is stored.

    Raises
    ------
    WrongStateError
        If the round has no frame yet.
    InvalidInputError
        If the frame cannot carry the plan; its faults are `FieldFault` values.
    """
    found = rows.one(round_id)
    frame = _frame(round_id)
    kinds = audiences.respondents(found.questionnaire_code) if found else ()
    return previewing.lay_over(frames.origin_counts(frame.id, kinds), plan)


def sessions(round_id: int, plan: Plan, laid_over: Preview) -> SessionOutlook | None:
    """Tell what the counter sessions of a plan would be; None if it has none.

    Raises
    ------
    WrongStateError, InvalidInputError
        As `preview`.
    """
    found = rows.one(round_id)
    kinds = audiences.respondents(found.questionnaire_code) if found else ()
    counts = frames.origin_counts(_frame(round_id).id, kinds)
    return session_outlook.outlook(counts, plan, laid_over)


def cost(round_id: int, plan: Plan, laid_over: Preview) -> apart.Cost | None:
    """Tell what it costs a plan that nobody is asked twice; None for one that does not mind.

    Raises
    ------
    WrongStateError
        If the round has no frame yet.
    """
    found = rows.one(round_id)
    kinds = audiences.respondents(found.questionnaire_code) if found else ()
    return apart.cost(_frame(round_id).id, kinds, plan, laid_over)


def ask_to_commit(
    actor: Actor,
    round_id: int,
    plan: Plan,
    public_source: str,
    arrangement: Arrangement | None = None,
) -> int:
    """Have the worker commit, once nothing is wrong with what was entered.

    Returns
    -------
    int
        Number of the job.

    Raises
    ------
    InvalidInputError, WrongStateError
        As `commit`, which looks again.
    """
    source = _source(public_source)
    if arrangement:
        # Of a secret that nobody keeps: the worker makes the one that counts.
        ceremony_opening.arranged(arrangement, secrets.token_bytes(seeding.SECRET_BYTES), source)
    laid = _lay(round_id, plan)
    if draws.of_round(round_id):
        raise WrongStateError(COMMITTED)
    session_outlook.outlook(laid.counts, laid.plan, laid.preview)
    if draws.is_taken(laid.frame.hash, laid.purpose):
        raise InvalidInputError(TAKEN)
    asked = {
        "plan": plan.document(laid.purpose),
        "public_source": source,
        "arrangement": arrangement.document() if arrangement else None,
    }
    return rounds.ask(actor, JobKind.COMMIT, round_id, asked)


def commit(
    actor: Actor,
    round_id: int,
    plan: Plan,
    public_source: str,
    arrangement: Arrangement | None = None,
    course: Course[str] = ALONE,
) -> str:
    """Fix the plan and the secret half of the seed, and name where the public half will come from.

    A committed plan is final: whoever could commit again could try seeds (decision 0009).

    Parameters
    ----------
    public_source : str
        Which public number will be used, told so that everybody finds the same one.
    arrangement : Arrangement or None
        Who else commits to a secret, in a ceremony; None for the office alone.

    Returns
    -------
    str
        The commitment: SHA-256 of the secret, in hexadecimal digits.

    Raises
    ------
    InvalidInputError
        If the frame cannot carry the plan, the source is missing, or another round is
        committed to the same list for the same purpose.
    WrongStateError
        If the round has no frame, is committed already or is past the draw, or its list
        was changed meanwhile.
    """
    secret = secrets.token_bytes(seeding.SECRET_BYTES)
    return commit_with(secret, actor, round_id, plan, public_source, arrangement, course)


def commit_with(
    secret: bytes,
    actor: Actor,
    round_id: int,
    plan: Plan,
    public_source: str,
    arrangement: Arrangement | None = None,
    course: Course[str] = ALONE,
) -> str:
    """Do what `commit` does with a secret that the caller knows.

    Only the demo may, so that it draws the same invented dossiers each time; a test sees to it.
    """
    source = _source(public_source)
    opening = ceremony_opening.arranged(arrangement, secret, source) if arrangement else None
    agreed = opening.commitment if opening else None
    source = agreed.source if agreed else source
    commitment = agreed.parties[0].hash if agreed else seeding.commitment(secret)
    laid = _lay(round_id, plan)
    plan = laid.plan
    population, listed = _hashed(laid, course)
    with writing() as session:
        found = rounds.locked_round(session, round_id)
        if _open_frame(session, found) != laid.frame:
            raise WrongStateError(CHANGED)
        document = plan.document(laid.purpose) | {populations.KEY: population.document()}
        found.plan = document | session_frames.store(session, round_id, laid.counts, plan)
        draw = FrameDraw(
            round_id=round_id,
            frame_hash=laid.frame.hash,
            purpose=laid.purpose,
            commitment=commitment,
            secret=secret.hex(),
            public_source=source,
            committed_at=clock.now(),
        )
        _add(session, draw)
        papers = records.promise(session, found, draw, listed, plan, laid.preview, agreed)
        if opening:
            ceremony_opening.store(session, round_id, opening, records.kept_promise(session, draw))
        recording.record(
            session,
            actor,
            "round.committed",
            f"round:{round_id}",
            purpose=laid.purpose,
            frame=laid.frame.hash,
            plan=plan_hash(found.plan),
            commitment=commitment,
            source=source,
            **papers,
            **session_frames.told(found.plan),
        )
        course.conclude(session, commitment)
    return commitment


@dataclass(frozen=True)
class _Laid:
    """A plan over the list that it was meant for."""

    frame: FrameView
    questionnaire: str
    purpose: str
    counts: Sequence[OriginCount]
    plan: Plan
    preview: Preview


def _lay(round_id: int, plan: Plan) -> _Laid:
    found = rows.one(round_id)
    if found is None:
        raise NotFoundError()
    if found.state is not RoundState.FRAMED:
        raise WrongStateError()
    frame, code = _frame(round_id), found.questionnaire_code
    counts = frames.origin_counts(frame.id, audiences.respondents(code))
    purpose = purpose_of(audiences.audience(code), dry_run=found.dry_run)
    plan = previewing.sized(counts, plan)
    return _Laid(frame, code, purpose, counts, plan, previewing.lay_over(counts, plan))


def _hashed(
    laid: _Laid, course: Course[str]
) -> tuple[Population, Sequence[FrameRow] | records.Salted]:
    """Read and hash the list, before the transaction: citizens' answers are not to wait for it."""
    course.report(0, STEPS)
    listed = frames.rows(laid.frame.id)
    population = populations.of_rows(listed, laid.questionnaire, laid.plan)
    course.report(1, STEPS)
    # Where nobody is asked twice, owners are frozen inside, with the list as it stands there.
    salted = None if laid.plan.apart else records.salted_anew(listed, population.respondents)
    course.report(2, STEPS)
    return population, salted or listed


def _source(public_source: str) -> str:
    source = public_source.strip()
    if not source or len(source) > LONGEST_SOURCE:
        text = N_("Name the public number and its date, in at most 300 characters.")
        raise InvalidInputError(text, [FieldFault("public_source", text)])
    return source


def _frame(round_id: int) -> FrameView:
    frame = frames.of_round(round_id)
    if frame is None:
        raise WrongStateError(N_("The round has no dossier list yet: import it first."))
    return frame


def _open_frame(session: Session, found: Round) -> FrameView:
    """Return the frame of a round that may still be committed."""
    if found.state is not RoundState.FRAMED:
        raise WrongStateError()
    if session.scalar(select(FrameDraw.id).where(FrameDraw.round_id == found.id)):
        raise WrongStateError(COMMITTED)
    return _frame(found.id)


def _add(session: Session, draw: FrameDraw) -> None:
    session.add(draw)
    try:
        session.flush()
    except IntegrityError as error:
        raise InvalidInputError(TAKEN) from error
