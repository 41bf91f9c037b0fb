"""Contacts, counted and found; a phone itself is never among what these functions return."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import and_, func, select

from app.extensions import db
from app.models import Contact, Dossier, Frame, Round, Unit
from app.vocabulary import FrameState

SHARED = "shared_phone"


@dataclass(frozen=True)
class FoundContact:
    """A dossier on which a phone stands."""

    dossier_id: int
    code: str
    unit_name: str
    round_name: str


@dataclass(frozen=True)
class SharedPhone:
    """Dossiers behind one phone that stands on too many of them."""

    codes: tuple[str, ...]
    units: int


@dataclass(frozen=True)
class UnitReach:
    """How many dossiers of a unit there are, and how many of their people may get a message."""

    unit_id: int
    code: str
    name: str
    dossiers: int
    reachable: int

    @property
    def share(self) -> float:
        """Share that may get a message, 0 to 1."""
        return self.reachable / self.dossiers


def with_index(index: bytes) -> list[FoundContact]:
    """List the dossiers of current lists whose phone has this keyed hash, by code."""
    query = (
        select(Dossier.id, Dossier.code, Unit.name, Round.name)
        .join(Contact, Contact.dossier_id == Dossier.id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .join(Frame, Frame.id == Dossier.frame_id)
        .join(Round, Round.id == Frame.round_id)
        .where(Contact.phone_index == index, Frame.state == FrameState.CURRENT)
        .order_by(Dossier.code, Dossier.id)
    )
    return [FoundContact(*row) for row in db.session.execute(query)]


def shared_phones(frame_id: int) -> list[SharedPhone]:
    """List dossiers behind phones that stand on too many of them, the largest group first."""
    query = (
        select(Contact.phone_index, Dossier.code, Dossier.unit_id)
        .join(Dossier, Dossier.id == Contact.dossier_id)
        .where(Dossier.frame_id == frame_id, Contact.barred == SHARED)
        .where(Contact.phone_index.is_not(None))
        .order_by(Dossier.code)
    )
    codes: dict[bytes, list[str]] = defaultdict(list)
    units: dict[bytes, set[int]] = defaultdict(set)
    for index, code, unit_id in db.session.execute(query):
        assert index is not None
        codes[index].append(code)
        units[index].add(unit_id)
    found = [SharedPhone(tuple(codes[index]), len(units[index])) for index in codes]
    return sorted(found, key=lambda shared: (-len(shared.codes), shared.codes))


def reach(frame_id: int) -> list[UnitReach]:
    """Count dossiers and reachable people of each unit on a list, by the unit's code."""
    reachable = and_(
        Contact.dossier_id == Dossier.id, Contact.phone_sealed.is_not(None), Contact.barred == ""
    )
    # By number alone: a million rows sorted by the names of their units take seconds.
    counted = (
        select(
            Dossier.unit_id,
            func.count(Dossier.id).label("dossiers"),
            func.count(Contact.dossier_id).label("reachable"),
        )
        .outerjoin(Contact, reachable)
        .where(Dossier.frame_id == frame_id)
        .group_by(Dossier.unit_id)
        .subquery()
    )
    query = (
        select(Unit.id, Unit.code, Unit.name, counted.c.dossiers, counted.c.reachable)
        .join(counted, counted.c.unit_id == Unit.id)
        .order_by(Unit.code)
    )
    return [UnitReach(*row) for row in db.session.execute(query)]
