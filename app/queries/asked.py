"""Whose the dossiers of a list are, and who of them was asked within a year (0052)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from app.extensions import db
from app.models import (
    AskedOwner,
    Contact,
    Dossier,
    Frame,
    FrameDraw,
    FrozenList,
    FrozenOwner,
    Round,
    Unit,
)
from app.vocabulary import FrameState, RoundState
from sampling.apart import Owner
from sampling.coordination import YEAR, Asked

# A phone of the staff stands on dossiers of many people: it is nobody's.
STAFF_PHONE = "staff_phone"
OWNER: ColumnElement[bytes | None] = case(
    (Contact.barred == STAFF_PHONE, None), else_=Contact.phone_index
)


def since(today: date) -> date:
    """Whoever was asked on this day may be asked again."""
    return today - timedelta(days=YEAR)


def listed(today: date) -> list[Asked]:
    """List the owners who were asked within a year, by owner and day."""
    query = select(AskedOwner.owner, AskedOwner.day).where(AskedOwner.day > since(today))
    rows = db.session.execute(query.order_by(AskedOwner.owner, AskedOwner.day))
    return [Asked(owner.hex(), day) for owner, day in rows]


@dataclass(frozen=True)
class OwnedDossier:
    """A dossier whose owner is known.

    Attributes
    ----------
    owner : bytes
        Keyed hash of the owner.
    asked : bool
        Whether the owner was asked within a year.
    """

    id: int
    code: str
    owner: bytes
    asked: bool


def owned(frame_id: int, respondents: Sequence[str], today: date) -> list[OwnedDossier]:
    """List the dossiers that may be drawn and whose owner is known, by code."""
    found = _owned(frame_id, respondents, today).subquery()
    query = select(found.c.id, found.c.code, found.c.owner, found.c.asked)
    rows = db.session.execute(query.where(found.c.owner.is_not(None)))
    return sorted((OwnedDossier(*row) for row in rows), key=lambda row: row.code)


def _owned(frame_id: int, respondents: Sequence[str], today: date) -> Select[*tuple[object, ...]]:
    """Select dossiers with their owners; the owner is null where nobody knows."""
    recent = select(AskedOwner.owner).where(AskedOwner.day > since(today)).distinct().subquery()
    query = (
        select(
            Dossier.id,
            Dossier.code,
            Dossier.unit_id,
            Dossier.field,
            OWNER.label("owner"),
            case((recent.c.owner.is_(None), literal(False)), else_=literal(True)).label("asked"),
        )
        .outerjoin(Contact, Contact.dossier_id == Dossier.id)
        .outerjoin(recent, recent.c.owner == OWNER)
        .where(Dossier.frame_id == frame_id)
    )
    return query.where(Dossier.respondent_kind.in_(respondents)) if respondents else query


@dataclass(frozen=True)
class OwnerCount:
    """Owners of a unit, or of one of its fields of work.

    Attributes
    ----------
    dossiers, asked : int
        All of them, and those whose owner was asked within a year.
    owners, fresh : int
        Owners, those who are not known counted one a dossier, and those not asked before.
    """

    unit_code: str
    field: str
    dossiers: int
    asked: int
    owners: int
    fresh: int


def counts(
    frame_id: int, respondents: Sequence[str], today: date, *, by_field: bool
) -> list[OwnerCount]:
    """Count owners by unit, or by unit and field."""
    found = _owned(frame_id, respondents, today).subquery()
    field = found.c.field if by_field else literal("")
    groups = (Unit.code, found.c.field) if by_field else (Unit.code,)
    again = case((found.c.asked, 1), else_=0)
    unknown = func.sum(case((found.c.owner.is_(None), 1), else_=0))
    new = case((found.c.asked, None), else_=found.c.owner)
    query = (
        select(
            *(Unit.code, field, func.count(), func.sum(again)),
            func.count(found.c.owner.distinct()) + unknown,
            func.count(new.distinct()) + unknown,
        )
        .select_from(found)
        .join(Unit, Unit.id == found.c.unit_id)
        .group_by(*groups)
    )
    return [OwnerCount(*row[:2], *map(int, row[2:])) for row in db.session.execute(query)]


def owners_in_all(frame_id: int, respondents: Sequence[str], today: date) -> int:
    """Count owners over all units; those who are not known count one a dossier."""
    found = _owned(frame_id, respondents, today).subquery()
    unknown = func.coalesce(func.sum(case((found.c.owner.is_(None), 1), else_=0)), 0)
    count = select(func.count(found.c.owner.distinct()) + unknown).select_from(found)
    return int(db.session.scalar(count) or 0)


def most_of_one(frame_id: int, respondents: Sequence[str]) -> int:
    """Count the dossiers of the owner who has most; 0 where no owner is known."""
    query = (
        select(func.count())
        .select_from(Dossier)
        .join(Contact, Contact.dossier_id == Dossier.id)
        .where(Dossier.frame_id == frame_id, OWNER.is_not(None))
        .group_by(OWNER)
        .order_by(func.count().desc())
        .limit(1)
    )
    if respondents:
        query = query.where(Dossier.respondent_kind.in_(respondents))
    return db.session.scalar(query) or 0


@dataclass(frozen=True)
class WaitingDraw:
    """A round that is committed and not drawn yet."""

    round_id: int
    name: str
    frame_id: int
    plan: dict[str, Any]


def waiting(but: int) -> list[WaitingDraw]:
    """List other rounds that wait for their draw; rehearsals ask nobody."""
    query = (
        select(Round.id, Round.name, Frame.id, Round.plan)
        .join(FrameDraw, FrameDraw.round_id == Round.id)
        .join(Frame, Frame.round_id == Round.id)
        .where(
            Frame.state == FrameState.CURRENT,
            Round.state == RoundState.FRAMED,
            FrameDraw.drawn_at.is_(None),
            Round.dry_run.is_(False),
            Round.id != but,
        )
    )
    rows = db.session.execute(query.order_by(Round.id))
    return [WaitingDraw(*row) for row in rows]


def share_owners(frame_id: int, kinds: Sequence[str], other: int, others: Sequence[str]) -> bool:
    """Whether an owner stands on two lists, among those whom their rounds may ask."""

    def owners(frame: int, respondents: Sequence[str]) -> Select[*tuple[bytes | None]]:
        query = (
            select(OWNER)
            .join(Dossier, Dossier.id == Contact.dossier_id)
            .where(Dossier.frame_id == frame, OWNER.is_not(None))
        )
        return query.where(Dossier.respondent_kind.in_(respondents)) if respondents else query

    own = owners(frame_id, kinds).limit(1)
    return db.session.scalar(own.where(OWNER.in_(owners(other, others)))) is not None


def frozen(round_id: int) -> dict[str, Owner]:
    """Owners as a commitment fixed them, by the code of the dossier."""
    query = (
        select(Dossier.code, FrozenOwner.owner, FrozenOwner.asked)
        .join(FrozenOwner, FrozenOwner.dossier_id == Dossier.id)
        .where(FrozenOwner.round_id == round_id)
    )
    rows = db.session.execute(query)
    return {code: Owner(owner, asked) for code, owner, asked in rows}


def frozen_list(round_id: int) -> str | None:
    """Find the list that a commitment used; None where it used none or the list is gone."""
    return db.session.scalar(select(FrozenList.listed).where(FrozenList.round_id == round_id))
