"""Merged, approved and published indexes, and the other things that the public may check."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import aliased

from app.extensions import db
from app.models import Account, Cycle, FrameDraw, IndexResult, LogEntry, LogHead, Round
from app.queries.index_document import IndexDocument, from_json
from app.queries.rounds import LARGEST_KEY
from app.vocabulary import CycleState


@dataclass(frozen=True)
class ResultHead:
    """A version of an index without its document."""

    id: int
    cycle_id: int
    cycle_name: str
    year: int
    cycle_state: CycleState
    version: int
    hash: str
    merged_by: int
    merged_by_name: str
    merged_at: datetime
    checked_by: int | None
    checked_by_name: str | None
    checked_at: datetime | None
    approved_by_name: str | None
    approved_at: datetime | None
    published_by_name: str | None
    published_at: datetime | None


@dataclass(frozen=True)
class ResultView:
    """A version of an index; `values` is the document as stored, `document` as read."""

    head: ResultHead
    values: dict[str, Any]

    @property
    def document(self) -> IndexDocument:
        """The document as a value."""
        return from_json(self.values)


@dataclass(frozen=True)
class DrawHead:
    """A draw that was made, for the public list."""

    round_id: int
    round_name: str
    year: int
    dry_run: bool
    drawn_at: datetime | None


@dataclass(frozen=True)
class HeadOfLog:
    """The last entry of the log of staff actions."""

    seq: int
    hash: str


def _heads() -> Select[*tuple[Any, ...]]:
    merger, checker = aliased(Account), aliased(Account)
    approver, publisher = aliased(Account), aliased(Account)
    return (
        select(
            IndexResult.id,
            IndexResult.cycle_id,
            Cycle.name,
            Cycle.year,
            Cycle.state,
            IndexResult.version,
            IndexResult.hash,
            IndexResult.merged_by,
            merger.name,
            IndexResult.merged_at,
            IndexResult.checked_by,
            checker.name,
            IndexResult.checked_at,
            approver.name,
            IndexResult.approved_at,
            publisher.name,
            IndexResult.published_at,
        )
        .join(Cycle, Cycle.id == IndexResult.cycle_id)
        .join(merger, merger.id == IndexResult.merged_by)
        .outerjoin(checker, checker.id == IndexResult.checked_by)
        .outerjoin(approver, approver.id == IndexResult.approved_by)
        .outerjoin(publisher, publisher.id == IndexResult.published_by)
    )


def _head(row: Row[*tuple[Any, ...]]) -> ResultHead:
    return ResultHead(*row)


def versions(cycle_id: int) -> list[ResultHead]:
    """List the versions of an index, newest first."""
    query = _heads().where(IndexResult.cycle_id == cycle_id).order_by(-IndexResult.version)
    return [_head(row) for row in db.session.execute(query)]


def published() -> list[ResultHead]:
    """List the published indexes, newest first."""
    query = _heads().where(IndexResult.published_at.is_not(None))
    ordered = query.order_by(-Cycle.year, IndexResult.published_at.desc())
    return [_head(row) for row in db.session.execute(ordered)]


def awaiting() -> list[ResultHead]:
    """List the newest versions of merged indexes that nobody approved yet."""
    later = aliased(IndexResult)
    newest = ~exists().where(
        later.cycle_id == IndexResult.cycle_id, later.version > IndexResult.version
    )
    query = _heads().where(Cycle.state == CycleState.MERGED, newest)
    return [_head(row) for row in db.session.execute(query.order_by(IndexResult.merged_at))]


def result(result_id: int) -> ResultView | None:
    """Find a version of an index, published or not."""
    if not 0 < result_id <= LARGEST_KEY:
        return None
    row = db.session.execute(_heads().where(IndexResult.id == result_id)).one_or_none()
    if row is None:
        return None
    values = db.session.scalar(select(IndexResult.document).where(IndexResult.id == result_id))
    return ResultView(_head(row), values or {})


def published_result(result_id: int) -> ResultView | None:
    """Find a published index; None for a version that is not."""
    found = result(result_id)
    return found if found and found.head.published_at else None


def draws() -> list[DrawHead]:
    """List the draws that were made, newest first."""
    query = (
        select(Round.id, Round.name, Round.year, Round.dry_run, FrameDraw.drawn_at)
        .join(FrameDraw, FrameDraw.round_id == Round.id)
        .where(FrameDraw.drawn_at.is_not(None))
        .order_by(FrameDraw.drawn_at.desc())
    )
    return [DrawHead(*row) for row in db.session.execute(query)]


def log_head() -> HeadOfLog:
    """Read the head of the log."""
    return HeadOfLog(*db.session.execute(select(LogHead.seq, LogHead.hash)).one())


def logged_hash(result_id: int) -> str:
    """Find the hash that the log kept when a result was merged; "" when there is none."""
    # Keys of canonical JSON stand in alphabetical order.
    pattern = f'%"act":"index.merged",%"object":"result:{result_id}",%'
    body = db.session.scalar(select(LogEntry.body).where(LogEntry.body.like(pattern)))
    return str(json.loads(body)["details"]["hash"]) if body else ""
