"""The draw of a round, once and for all."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, FrameDraw, Round
from app.queries import frames, rounds as round_rows
from app.queries.frames import FrameRow
from app.services import (
    apart,
    asked_list,
    ceremonies,
    populations,
    previewing,
    recording,
    records,
    rounds,
    selecting,
    session_frames,
    states,
)
from app.services.cells import MixingCell, add_cells, mixing_cells
from app.services.errors import FieldFault, InvalidInputError, NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.plans import Plan, plan_hash
from app.services.previewing import Preview
from app.services.recording import Actor
from app.services.selecting import Selection
from app.services.session_frames import DrawnSessions
from app.texts import N_
from app.vocabulary import RoundState
from sampling import seeding

LONGEST_NUMBER = 300


@dataclass(frozen=True)
class DrawOutcome:
    """What a draw stored; not the seed, which would tell readers of the job who was drawn."""

    dossiers: int
    drawn: int
    strata: int
    selection_hash: str


@dataclass(frozen=True)
class _Prepared:
    """A draw worked out from rows that nobody changes any more, before the lock is taken."""

    draw_id: int
    plan_hash: str
    dossiers: int
    public_number: str
    preview: Preview
    selection: Selection
    record: str
    narrower: tuple[MixingCell, ...]
    sessions: DrawnSessions | None


def draw(
    actor: Actor,
    round_id: int,
    public_source: str,
    public_number: str,
    conclude: Concluding[DrawOutcome] = open_end,
) -> DrawOutcome:
    """Draw the sample of a committed round and make its cells and ballots.

    Parameters
    ----------
    public_source : str
        Where the number comes from: as named at the commitment, which it is checked against.
    public_number : str
        The number as its source printed it.
    conclude : callable
        Ends the job that asked for the draw, in the same transaction.

    Raises
    ------
    InvalidInputError
        If the number is missing or comes from another source than the one named.
    WrongStateError
        If the round is not committed, was drawn before, or its list was changed since.
    """
    prepared = _prepare(round_id, public_source, public_number)
    selection = prepared.selection
    with writing() as session:
        found = rounds.locked_round(session, round_id)
        found.state = states.step(states.ROUND_EDGES, found.state, RoundState.DRAWN)
        stored = session.get_one(FrameDraw, prepared.draw_id)
        if stored.drawn_at is not None or plan_hash(found.plan or {}) != prepared.plan_hash:
            raise WrongStateError()
        found.plan_hash = prepared.plan_hash
        stored.public_number = prepared.public_number
        stored.seed, stored.selection_hash = selection.seed, selection.hash
        stored.drawn_at = clock.now()
        cells = add_cells(session, found, prepared.preview, prepared.narrower)
        _add_ballots(session, found, selection, cells)
        asked_list.add(session, found, [one.dossier_id for one in selection.selected])
        session_frames.store_drawn(session, found, prepared.sessions)
        recording.record(
            session,
            actor,
            "round.drawn",
            f"round:{round_id}",
            drawn=len(selection.selected),
            dossiers=prepared.dossiers,
            frame=stored.frame_hash,
            plan=prepared.plan_hash,
            selection=selection.hash,
            number=prepared.public_number,
            **records.keep(session, round_id, prepared.record),
            **session_frames.told_drawn(prepared.sessions),
        )
        outcome = DrawOutcome(
            prepared.dossiers,
            len(selection.selected),
            len(prepared.preview.strata),
            selection.hash,
        )
        conclude(session, outcome)
    return outcome


def _prepare(round_id: int, public_source: str, public_number: str) -> _Prepared:
    number = seeding.tidy(public_number)
    if not number or len(number) > LONGEST_NUMBER:
        text = N_("Enter the public number as its source printed it.")
        raise InvalidInputError(text, [FieldFault("public_number", text)])
    committed, frame, document = _committed(round_id)
    if public_source.strip() != committed.public_source:
        text = N_("The number must come from the source that was named at the commitment.")
        raise InvalidInputError(text, [FieldFault("public_source", text)])
    listed = frames.rows(frame)
    _check_frame(listed, committed.frame_hash)
    plan = Plan.of_document(document)
    own = populations.drawable(listed, document)
    kinds = document[populations.KEY]["respondents"]
    preview = previewing.lay_over(frames.origin_counts(frame, kinds), plan)
    known = ceremonies.known_secrets(committed, number)
    revealed = [secret for secret in known if secret is not None]
    seed = seeding.seed_of(committed.frame_hash, revealed, number)
    owners = apart.owners(round_id, plan)
    selection = selecting.select_dossiers(seed, committed.purpose, own, plan, preview, owners)
    preview = apart.as_drawn(preview, selection)
    record = records.written(round_id, listed, known, number, selection)
    narrower = mixing_cells(own, plan, selection)
    sessions = session_frames.select_sessions(round_id, document, seed)
    return _Prepared(
        committed.id,
        plan_hash(document),
        len(own),
        number,
        preview,
        selection,
        record,
        narrower,
        sessions,
    )


def _committed(round_id: int) -> tuple[FrameDraw, int, dict[str, Any]]:
    """Return the commitment, the number of the frame and the plan of a round ready to draw."""
    db.session.rollback()  # the worker's session may still see an older state
    found = round_rows.one(round_id)
    if found is None:
        raise NotFoundError()
    states.step(states.ROUND_EDGES, found.state, RoundState.DRAWN)
    committed = db.session.scalar(select(FrameDraw).where(FrameDraw.round_id == round_id))
    frame = frames.of_round(round_id)
    if committed is None or frame is None or found.plan is None:
        raise WrongStateError(N_("Commit to a plan before the draw."))
    return committed, frame.id, found.plan


def _check_frame(listed: list[FrameRow], committed_hash: str) -> None:
    if populations.hash_of(listed) != committed_hash:
        raise WrongStateError(
            N_("The stored list is no longer the one that was committed to: nothing was drawn.")
        )


def _add_ballots(
    session: Session, found: Round, selection: Selection, cells: dict[str, int]
) -> None:
    """Give each drawn dossier its ballot, in the order of dossiers, not of ranks."""
    session.execute(
        insert(Ballot),
        [
            {
                "round_id": found.id,
                "dossier_id": chosen.dossier_id,
                "cell_id": cells[chosen.cell],
                "drawn": "P",
                "rank": chosen.rank,
                "spent": False,
            }
            for chosen in selection.selected
        ],
    )
