"""Phones of dossiers: encrypted, found again by a keyed hash, never shown (decision 0018)."""

import hmac
from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.database import writing
from app.models import Contact, Dossier, Frame
from app.queries import contacts as rows
from app.queries.contacts import FoundContact
from app.services import data_keys, recording
from app.services.data_keys import CONTACT, CONTACT_INDEX, OpenKey
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import Actor
from app.texts import N_
from app.vocabulary import FrameState
from sampling.listing.contacts import Contact as ListedContact
from sampling.listing.phones import read_phone


def store(session: Session, listed: Sequence[tuple[int, ListedContact]]) -> None:
    """Keep contacts of dossiers, in the caller's transaction.

    Parameters
    ----------
    listed : sequence of (int, Contact)
        Number of a dossier and its contact; one that tells nothing is not kept.
    """
    key = data_keys.present(session, CONTACT)
    index = data_keys.present(session, CONTACT_INDEX)
    added = [
        {
            "dossier_id": dossier_id,
            "key_id": key.id,
            "phone_sealed": _sealed(key, dossier_id, contact.phone) if contact.phone else None,
            "phone_index": _index(index, contact),
            "digits_hash": _digits(index, contact),
            "person_role": contact.person_role,
            "barred": contact.barred,
        }
        for dossier_id, contact in listed
        if _index(index, contact) or _digits(index, contact)
    ]
    if added:
        session.execute(insert(Contact), added)


def _index(index: OpenKey, contact: ListedContact) -> bytes | None:
    """Hash a phone, or the group of a minimised list, which equal phones share."""
    if contact.phone:
        return phone_index(index, contact.phone)
    return group_index(index, contact.phone_group) if contact.phone_group else None


def _digits(index: OpenKey, contact: ListedContact) -> bytes | None:
    """Hash the last digits; a minimised list brings a hash, which is hashed once more."""
    if contact.digits_hash:
        return _keyed(index, "minimised", contact.digits_hash)
    return digits_hash(index, contact.code, contact.last_digits)


def about(dossier_id: int) -> str:
    """Name what a sealed phone belongs to: moved to another dossier it does not open."""
    return f"contact:{dossier_id}"


def _sealed(key: OpenKey, dossier_id: int, phone: str) -> bytes:
    return key.seal(phone.encode(), about(dossier_id))


def reseal(old: OpenKey, new: OpenKey, dossier_id: int, sealed: bytes | None) -> bytes | None:
    """Seal a phone under another key."""
    if sealed is None:
        return None
    return new.seal(old.unseal(sealed, about(dossier_id)), about(dossier_id))


def phone_index(index: OpenKey, phone: str) -> bytes:
    """Keyed hash by which equal phones are found."""
    return _keyed(index, "phone", phone)


def group_index(index: OpenKey, group: str) -> bytes:
    """Keyed hash by which equal phones of minimised lists are found."""
    return _keyed(index, "group", group)


def digits_hash(index: OpenKey, code: str, digits: str) -> bytes | None:
    """Keyed hash of a dossier's code and the last digits of its phone, None without digits."""
    return _keyed(index, "digits", code, digits) if digits else None


def _keyed(index: OpenKey, *parts: str) -> bytes:
    return hmac.digest(index.secret, "\0".join(parts).encode(), "sha256")


def search(actor: Actor, phone: str) -> list[FoundContact]:
    """Find the dossiers on which a phone stands, for whoever asks to be left out.

    The search is logged without the number.

    Raises
    ------
    InvalidInputError
        If this is no Vietnamese phone number.
    """
    number = _number(phone)
    with writing() as session:
        found = rows.with_index(phone_index(data_keys.present(session, CONTACT_INDEX), number))
        recording.record(session, actor, "contact.searched", "contacts", dossiers=len(found))
    return found


def _number(phone: str) -> str:
    number = read_phone(phone).number
    if not number:
        raise InvalidInputError(N_("Enter a phone number, such as 0901 234 567."))
    return number


def erase(actor: Actor, dossier_ids: Collection[int]) -> int:
    """Erase what is kept to reach the people of dossiers; the dossiers stay on their list.

    Returns
    -------
    int
        Contacts that were there.

    Raises
    ------
    NotFoundError
        If none of the dossiers has a contact.
    """
    with writing() as session:
        query = (
            select(Contact.dossier_id)
            .join(Dossier, Dossier.id == Contact.dossier_id)
            .join(Frame, Frame.id == Dossier.frame_id)
            .where(Contact.dossier_id.in_(dossier_ids), Frame.state == FrameState.CURRENT)
        )
        found = session.scalars(query).all()
        if not found:
            raise NotFoundError()
        session.execute(delete(Contact).where(Contact.dossier_id.in_(found)))
        for dossier_id in found:
            recording.record(session, actor, "contact.erased", f"dossier:{dossier_id}")
    return len(found)
