"""Answers that nobody can open any more: which, since when, and giving them up."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, insert, select
from sqlalchemy.orm import Session

from app.database import writing
from app.extensions import db
from app.models import Box, Claim, Lease, LogEntry, MixingKey, OfficeSetting, OpenForm, Round
from app.queries import boxes, receipts
from app.queries.boxes import WaitingBoxes
from app.services import holding, keys, mixing, receipt_lists, recording
from app.services.errors import NotFoundError, WrongStateError
from app.services.moving.errors import ConfirmationError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import RoundState

RESTORED = "restored"


@dataclass(frozen=True)
class LostBoxes:
    """Boxes of one cell whose key is not on this machine.

    Attributes
    ----------
    sealed_before : datetime or None
        Moment of the backup that the database was restored from, if it was.
    key_made : datetime or None
        When the key was made, as far as the log tells.
    """

    round_id: int
    round_name: str
    cell: str
    boxes: int
    sealed_before: datetime | None
    key_made: datetime | None


def lost(round_id: int) -> tuple[LostBoxes, ...]:
    """List what of a round nobody can open on this machine.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    found = db.session.get(Round, round_id)
    if found is None:
        raise NotFoundError()
    waiting = _unopenable(round_id)
    if not waiting:
        return ()
    made = _keys_made(round_id)
    current = {key.id for key in boxes.current_keys(round_id)}
    moment = restored_from()
    return tuple(
        LostBoxes(
            round_id,
            found.name,
            row.label,
            row.boxes,
            moment,
            made.get(row.cell_id, made.get(None)) if row.key_id in current else None,
        )
        for row in waiting
    )


def restored_from() -> datetime | None:
    """Tell the moment of the backup that this database was restored from."""
    found = db.session.get(OfficeSetting, RESTORED, populate_existing=True)
    return datetime.fromisoformat(found.value["made_at"]) if found else None


def _unopenable(round_id: int) -> list[WaitingBoxes]:
    waiting = boxes.waiting(round_id)
    # Afterwards: whoever adds a key stores its secret half before the public one.
    here = keys.kept()
    return [row for row in waiting if row.public not in here]


def _keys_made(round_id: int) -> Mapping[int | None, datetime]:
    """Read from the log when the present key of each cell was made; None stands for the rest."""
    made: dict[int | None, datetime] = {}
    pattern = f'%"object":"round:{round_id}",%'
    query = select(LogEntry.body).where(LogEntry.body.like(pattern)).order_by(LogEntry.seq)
    for body in db.session.scalars(query):
        entry = json.loads(body)
        if entry["act"] == "round.opened":
            made[None] = datetime.fromisoformat(entry["at"])
        elif entry["act"] == "round.keys_added":
            made |= dict.fromkeys(entry["details"]["cells"], datetime.fromisoformat(entry["at"]))
        elif entry["act"] in {"round.mixed", "round.key_replaced"}:
            made[entry["details"]["cell"]] = datetime.fromisoformat(entry["at"])
    return made


def declare_lost(actor: Actor, round_id: int, expected: int) -> int:
    """Give up the boxes of a round that nobody can open: delete and count them as lost.

    Runs where the keys lie. Afterwards the account of the round (`boxes.Tally`) still holds.

    Parameters
    ----------
    expected : int
        How many the person was shown.

    Raises
    ------
    NotFoundError
        If there is no such round.
    ConfirmationError
        If it is another number by now.
    WrongStateError
        If nothing is lost, or a worker elsewhere may hold the keys.
    """
    mixed = boxes.round_to_mix(round_id)
    if mixed is None:
        raise NotFoundError()
    check_keys_are_here(db.session())
    if mixed.state is RoundState.OPEN:
        mixing.replace_lost_keys(round_id)
    with writing() as session:
        check_keys_are_here(session)
        found = session.get_one(Round, round_id, with_for_update=True, populate_existing=True)
        waiting = _unopenable(round_id)
        count = sum(row.boxes for row in waiting)
        if not count:
            raise WrongStateError(N_("Every waiting answer of this round can be opened."))
        if count != expected:
            raise ConfirmationError()
        keys_gone = [row.key_id for row in waiting]
        final = receipts.is_final(round_id, session)
        gone = delete(Box).where(Box.round_id == round_id, Box.key_id.in_(keys_gone))
        given_up = cast(CursorResult[Any], session.execute(gone))
        claimed = _give_up_claims(session, round_id, keys_gone)
        assert given_up.rowcount + claimed == count
        found.declared_lost += count
        for key in session.scalars(select(MixingKey).where(MixingKey.id.in_(keys_gone))):
            key.retired = True
        recording.record(
            session,
            actor,
            "round.boxes_declared_lost",
            f"round:{round_id}",
            boxes=count,
            cells={row.label: row.boxes for row in waiting},
        )
        if not final:
            receipt_lists.record_if_final(session, round_id)
    mixing.wipe_wal()
    return count


def _give_up_claims(session: Session, round_id: int, keys_gone: Sequence[int]) -> int:
    """Let answers to claims be lost open ones; their dossiers are told no more."""
    lost = session.scalars(
        delete(Claim)
        .where(Claim.round_id == round_id, Claim.key_id.in_(keys_gone))
        .returning(Claim.hash)
    ).all()
    if lost:
        # Marks of their own: the same forms may have come openly as well.
        marks = [{"mark": secrets.token_bytes(32), "round_id": round_id} for _ in lost]
        session.execute(insert(OpenForm), marks)
    return len(lost)


def check_keys_are_here(session: Session) -> None:
    """Refuse where another machine has the keys: what is missing here may lie there.

    Raises
    ------
    WrongStateError
        With the name of that machine.
    """
    holder = session.scalar(select(Lease.holder).where(Lease.name == holding.MIXER))
    if holder is not None and holding.folder_of(holder) != keys.identity():
        raise WrongStateError(
            N_("The keys of the boxes lie on another machine (%(holder)s): do this there."),
            holder=holding.machine_of(holder),
        )
