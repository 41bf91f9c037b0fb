"""Another ceremony after one that a silent party stopped, with new secrets of everybody (0053)."""

import secrets
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Ceremony, CeremonyParty, KeptRecord
from app.queries.ceremonies import OFFICE
from app.services import ceremonies, ceremony_opening, four_eyes, recording
from app.services.ceremony_opening import Opening
from app.services.ceremony_parties import Arrangement
from app.services.errors import FieldFault, InvalidInputError, WrongStateError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import CeremonyState
from sampling import seeding
from sampling.draw_record import canonical
from sampling.record_reading import read_promise


def begin_again(
    actor: Actor, round_id: int, arrangement: Arrangement, source: str, reason: str
) -> None:
    """Follow a stopped ceremony by another, with new secrets of everybody; both stay public.

    Raises
    ------
    InvalidInputError
        If the arrangement has faults, a commitment was used before, or the reason is missing.
    WrongStateError
        If the ceremony was not stopped.
    """
    secret = secrets.token_bytes(seeding.SECRET_BYTES)
    reason = four_eyes.checked_reason(reason)
    with writing() as session:
        stopped, _ = ceremonies.locked(session, round_id)
        if stopped.state is not CeremonyState.STOPPED:
            raise WrongStateError()
        opening = ceremony_opening.arranged(arrangement, secret, source)
        _check_new(session, round_id, opening)
        draw, kept = ceremonies.draw_of(session, round_id), session.get_one(KeptRecord, round_id)
        promise, _ = read_promise(kept.promise.encode())
        if promise is None:
            raise WrongStateError()
        promise = replace(promise, commitment=opening.commitment)
        kept.promise = canonical(promise.document()).decode()
        draw.secret, draw.commitment = secret.hex(), opening.commitment.parties[OFFICE].hash
        draw.public_source, draw.committed_at = opening.commitment.source, clock.now()
        ceremony_opening.store(
            session, round_id, opening, kept.promise, stopped.attempt + 1, reason
        )
        recording.record(
            session,
            actor,
            "ceremony.begun_again",
            f"round:{round_id}",
            attempt=stopped.attempt + 1,
            promise=promise.hash(),
        )


def _check_new(session: Session, round_id: int, opening: Opening) -> None:
    """Refuse a commitment of an earlier ceremony: its secret may be known."""
    query = select(CeremonyParty.commitment).join(
        Ceremony, Ceremony.id == CeremonyParty.ceremony_id
    )
    used = {*session.scalars(query.where(Ceremony.round_id == round_id))}
    faults = [
        FieldFault(f"hash_{guest.row}", USED)
        for guest in opening.arrangement.guests
        if guest.commitment in used
    ]
    if faults:
        raise InvalidInputError(faults=faults)


USED = N_("This commitment was used in an earlier ceremony: make a new secret.")
