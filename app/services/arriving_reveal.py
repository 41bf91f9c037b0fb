"""The end of a period of arriving dossiers: its seed is revealed and its papers are made.

Worker only. Every decision can then be made again, of drawn dossiers and of those left out.
"""

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import ArrivingPeriod, Ballot, Dossier, Frame, FrameDraw, Round
from app.queries import frames
from app.services import populations, recording, rounds, secrets
from app.services.arriving import PURPOSE
from app.services.claims import OVER
from app.services.errors import NotFoundError, WrongStateError
from app.services.recording import SYSTEM, Actor
from app.services.selecting import Selected, selection_hash
from app.vocabulary import FrameState
from sampling.dossier import Dossier as ListedDossier
from sampling.draw_record import canonical
from sampling.public_draw import PublicDraw, drawn
from sampling.record_reading import read_promise
from sampling.salted_frame import SaltedFrame
from sampling.seeding import SECRET_BYTES

DRAWN = "P"


def reveal(round_id: int) -> bool:
    """Reveal the seed of a round that is over; once, and for arriving rounds alone.

    Returns
    -------
    bool
        Whether this call revealed it.
    """
    due = _prepared(round_id)
    if due is None:
        return False
    seed, frame, done = due
    codes = {row.dossier.code for row in done.rows}
    with writing() as session:
        rounds.locked_round(session, round_id)
        period = session.get_one(ArrivingPeriod, round_id, populate_existing=True)
        if period.revealed_at is not None:
            return False
        period.record, period.leaves = canonical(done.record.document()), frame.leaves
        period.revealed_at = clock.now()
        query = select(FrameDraw).where(FrameDraw.round_id == round_id)
        stored = session.scalars(query).one()
        stored.secret = stored.seed = seed.hex()
        stored.drawn_at = clock.now()
        stored.selection_hash = selection_hash(
            [Selected(0, row.dossier.code, row.stratum, row.rank, "") for row in done.rows]
        )
        current = (Frame.round_id == round_id, Frame.state == FrameState.CURRENT)
        session.scalars(select(Frame).where(*current)).one().hash = frame.freeze().hash
        recording.record(
            session,
            SYSTEM,
            "round.seed_revealed",
            f"round:{round_id}",
            seed=stored.seed,
            selection=stored.selection_hash,
            frame=frame.freeze().hash,
            record=hashlib.sha256(period.record).hexdigest(),
            drawn=len(codes),
            agrees=_codes_with_ballot(session, round_id) == codes,
        )
    return True


def _prepared(round_id: int) -> tuple[bytes, SaltedFrame, PublicDraw] | None:
    """Decide again on all that arrived; None where there is nothing to reveal.

    Outside of the lock: nothing arrives any more.
    """
    db.session.rollback()  # the worker's session may still see an older state
    found = db.session.get(Round, round_id)
    period = db.session.get(ArrivingPeriod, round_id)
    over = found is not None and found.state in OVER
    if not over or period is None or period.revealed_at is not None:
        return None
    seed, frame = _unsealed(period.sealed, round_id)
    return seed, frame, _drawn(period.promise, frame, seed)


def reveal_due() -> None:
    """Reveal what a closing that was cut short left; the clock calls this."""
    query = (
        select(ArrivingPeriod.round_id)
        .join(Round, Round.id == ArrivingPeriod.round_id)
        .where(ArrivingPeriod.revealed_at.is_(None), Round.state.in_(OVER))
    )
    with writing() as session:
        due = list(session.scalars(query))
    for round_id in due:
        reveal(round_id)


def salted_frame(actor: Actor, round_id: int) -> bytes:
    """Write the list with its salts, for whom the office may show it to; who took it is logged.

    Raises
    ------
    NotFoundError
        If dossiers of the round do not arrive.
    WrongStateError
        Before the seed is revealed: the list is not whole yet.
    """
    with writing() as session:
        period = session.get(ArrivingPeriod, round_id)
        if period is None:
            raise NotFoundError()
        if period.revealed_at is None:
            raise WrongStateError()
        recording.record(session, actor, "round.salted_list_taken", f"round:{round_id}")
        return _unsealed(period.sealed, round_id)[1].csv()


def _unsealed(sealed: bytes, round_id: int) -> tuple[bytes, SaltedFrame]:
    opened = secrets.unseal(PURPOSE, sealed)
    frame = frames.of_round(round_id)
    assert frame is not None
    listed = [
        ListedDossier(
            row.code,
            row.unit_code,
            populations.ANY_DAY,
            row.field,
            respondent_kind=row.respondent_kind,
        )
        for row in frames.rows(frame.id)
    ]
    return opened[:SECRET_BYTES], SaltedFrame.of(listed, opened[SECRET_BYTES:])


def _drawn(promise: bytes, frame: SaltedFrame, seed: bytes) -> PublicDraw:
    read, faults = read_promise(promise)
    assert read is not None, faults
    return drawn(read, frame, [seed])


def _codes_with_ballot(session: Session, round_id: int) -> set[str]:
    query = (
        select(Dossier.code)
        .join(Ballot, Ballot.dossier_id == Dossier.id)
        .where(Ballot.round_id == round_id, Ballot.drawn == DRAWN)
    )
    return set(session.scalars(query))


def revealed(seed: str) -> bytes:
    """Write the paper that reveals the seed."""
    return json.dumps({"secrets": [seed]}).encode()
