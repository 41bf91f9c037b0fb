"""Acts that one person asks for and another one decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased

from app import clock
from app.extensions import db
from app.models import Account, Approval, Cell, Cycle, ReserveRelease, Round, Unit

# A question grows stale, and so does an answer that nobody used.
LASTING = timedelta(days=14)
SHOWN = 50


@dataclass(frozen=True)
class ApprovalView:
    """An act that was asked for; `subject` names the person, index year or reserves it is about."""

    id: int
    act: str
    object: str
    digest: str
    reason: str
    asked_by: int
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    approved: bool | None
    answer: str
    used_at: datetime | None
    subject: str = ""

    @property
    def expires_at(self) -> datetime:
        """When it stops to hold: the question, or the answer nobody used."""
        return (self.decided_at or self.asked_at) + LASTING

    @property
    def state(self) -> str:
        """Where it stands: waiting, approved, used, refused, withdrawn or expired."""
        if self.used_at is not None:
            return "used"
        if self.decided_at is not None and not self.approved:
            return "refused" if self.decided_by_name is not None else "withdrawn"
        if self.expires_at <= clock.now():
            return "expired"
        return "approved" if self.approved else "waiting"


def waiting() -> list[ApprovalView]:
    """List what may still be decided, longest waiting first."""
    query = _all().where(Approval.decided_at.is_(None)).order_by(Approval.asked_at, Approval.id)
    return [view for view in _views(query) if view.state == "waiting"]


def asked_by(account_id: int) -> list[ApprovalView]:
    """List what a person asked for, newest first."""
    query = _all().where(Approval.asked_by == account_id)
    return _views(query.order_by(-Approval.id).limit(SHOWN))


def standing(act: str, obj: str) -> ApprovalView | None:
    """Find what is asked or approved for an act on an object and still holds."""
    query = _all().where(Approval.act == act, Approval.object == obj, Approval.used_at.is_(None))
    found = _views(query.order_by(-Approval.id).limit(SHOWN))
    return next((view for view in found if view.state in {"waiting", "approved"}), None)


def _all() -> Select[*tuple[Any, ...]]:
    asker, decider = aliased(Account), aliased(Account)
    return (
        select(
            Approval.id,
            Approval.act,
            Approval.object,
            Approval.digest,
            Approval.reason,
            Approval.asked_by,
            asker.name,
            Approval.asked_at,
            decider.name,
            Approval.decided_at,
            Approval.approved,
            Approval.answer,
            Approval.used_at,
        )
        .join(asker, asker.id == Approval.asked_by)
        .outerjoin(decider, decider.id == Approval.decided_by)
    )


def _views(query: Select[*tuple[Any, ...]]) -> list[ApprovalView]:
    rows = db.session.execute(query).all()
    names = _subjects(rows)
    views = [ApprovalView(*row) for row in rows]
    return [replace(view, subject=names.get(view.object, "")) for view in views]


def _subjects(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, str]:
    """Name the objects that have a name, such as "account:7" and "cycle:2"."""
    found = {}
    for kind, model in (("account", Account), ("cycle", Cycle)):
        prefix = f"{kind}:"
        numbers = {
            int(row.object.removeprefix(prefix)) for row in rows if row.object.startswith(prefix)
        }
        if numbers:
            named = db.session.execute(select(model.id, model.name).where(model.id.in_(numbers)))
            found.update({f"{prefix}{number}": name for number, name in named})
    return found | _reserves({row.object for row in rows})


def _reserves(objects: Collection[str]) -> dict[str, str]:
    """Name reserves by round, stratum and ranks; no dossier is named."""
    prefix = "reserves:"
    numbers = {int(each.removeprefix(prefix)) for each in objects if each.startswith(prefix)}
    if not numbers:
        return {}
    query = (
        select(
            ReserveRelease.id,
            Round.name,
            Unit.name,
            Cell.label,
            ReserveRelease.first_rank,
            ReserveRelease.count,
        )
        .join(Round, Round.id == ReserveRelease.round_id)
        .join(Cell, Cell.id == ReserveRelease.cell_id)
        .join(Unit, Unit.id == Cell.unit_id)
        .where(ReserveRelease.id.in_(numbers))
    )
    return {
        f"{prefix}{number}": f"{name} · {unit} ({label}) · {first}–{first + count - 1}"
        for number, name, unit, label, first, count in db.session.execute(query)
    }
