"""The sealed contacts of a minimised list, joined to the dossiers they belong to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.database import writing
from app.models import Contact, Dossier, Frame
from app.queries import frames
from app.services import contacts, data_keys, recording, sealed_contacts
from app.services.errors import InvalidInputError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import FrameState
from sampling.listing.contacts import Contact as ListedContact

Progress = Callable[[int, int], None]
CHUNK = 2_000


@dataclass(frozen=True)
class ContactImport:
    """What came of a file: contacts that can be reached, and codes the list does not have."""

    phones: int
    strangers: int


def add_contacts(
    actor: Actor,
    round_id: int,
    content: bytes,
    progress: Progress,
    conclude: Concluding[ContactImport] = open_end,
) -> ContactImport:
    """Keep the phones of a sealed file with the list of a round.

    Doing it again, or going on after a stop, comes to the same.

    Parameters
    ----------
    progress : callable
        Told contacts done and contacts in all, between transactions.

    Raises
    ------
    InvalidInputError
        If the file was sealed for somebody else, is damaged, or belongs to another list.
    WrongStateError
        If the round has no list.
    """
    with writing() as session:
        secret = data_keys.office_key(session, actor)
    sealed = sealed_contacts.unseal(secret, content)
    frame = frames.of_round(round_id)
    if frame is None:
        raise WrongStateError(N_("The round has no dossier list yet: import it first."))
    if sealed.frame_hash != frame.hash:
        raise InvalidInputError(N_("These contacts belong to another list: nothing was stored."))
    listed = sealed.contacts
    for start in range(0, len(listed), CHUNK):
        progress(start, len(listed))
        with writing() as session:
            _check(session, frame.id)
            _replace(session, frame.id, listed[start : start + CHUNK])
    progress(len(listed), len(listed))
    with writing() as session:
        _check(session, frame.id)
        known = set(session.scalars(select(Dossier.code).where(Dossier.frame_id == frame.id)))
        phones = sum(1 for one in listed if one.phone and one.code in known)
        strangers = sum(1 for one in listed if one.code not in known)
        done = ContactImport(phones, strangers)
        recording.record(session, actor, "contacts.added", f"round:{round_id}", phones=phones)
        conclude(session, done)
    return done


def _check(session: Session, frame_id: int) -> None:
    state = session.scalar(select(Frame.state).where(Frame.id == frame_id).with_for_update())
    if state is not FrameState.CURRENT:
        raise WrongStateError()


def _replace(session: Session, frame_id: int, listed: Sequence[ListedContact]) -> None:
    """Put whole contacts in the place of the hashes that the list brought."""
    query = select(Dossier.code, Dossier.id).where(
        Dossier.frame_id == frame_id, Dossier.code.in_([one.code for one in listed])
    )
    ids: Mapping[str, int] = dict(session.execute(query).all())
    session.execute(delete(Contact).where(Contact.dossier_id.in_(ids.values())))
    contacts.store(session, [(ids[one.code], one) for one in listed if one.code in ids])
