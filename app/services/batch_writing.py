"""What a batch leaves behind: answers, and apart from them what may be counted of them (0025).

Answers, comments, receipts and counts are written in one transaction and sorted by what says
nothing. Neither order nor time nor a common number ties a comment to its answer.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.database import is_sqlite
from app.models import Answer, Batch, Cell, Comment, Receipt, Round
from app.queries.boxes import sample_of
from app.services import answer_patterns, assistance, settling, tallying
from app.services.sealing import Content
from surveys.answers import Answer as Given, from_json
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire


class UnfaithfulBatchError(Exception):
    """What was read back is not what was opened: the batch must not happen."""


@dataclass(frozen=True)
class Opened:
    """What came out of the boxes of one batch.

    Attributes
    ----------
    cell_id : int
        The cell that the answers name from now on, but for those that staff helped with (0045).
    damaged : int
        Boxes that were passed over.
    """

    round_id: int
    cell_id: int
    contents: Sequence[Content]
    damaged: int


def write(session: Session, batch: Opened) -> int:
    """Write what a batch leaves behind; its boxes may be deleted afterwards.

    Returns
    -------
    int
        How many answers are new. One that was there already, as after a copied box, is
        neither stored nor counted twice.

    Raises
    ------
    UnfaithfulBatchError
        If what the tables now hold differs from what was opened.
    """
    level, unit_id = session.execute(
        select(Cell.level, Cell.unit_id).where(Cell.id == batch.cell_id)
    ).one()
    by_rid = {content.rid: content for content in batch.contents}
    present = _stored(session, by_rid)
    new = [by_rid[rid] for rid in sorted(by_rid.keys() - present.keys())]
    asked = _questionnaire(session, batch.round_id)
    own, helped = assistance.split(asked, level, new)
    apart = assistance.cell(session, batch.round_id, unit_id) if helped else batch.cell_id
    rows = [_answer(batch.round_id, batch.cell_id, content) for content in own]
    rows += [_answer(batch.round_id, apart, content) for content in helped]
    _insert_new(session, Answer, sorted(rows, key=lambda row: str(row["rid"])))
    _check(session, by_rid)
    _write_comments(session, batch.round_id, unit_id, new)
    # Anybody may send forms without a dossier, as many as they like: what their senders report
    # counts for the round, for no unit.
    reported = None if sample_of(level) == "O" else unit_id
    _write_receipts(session, batch.round_id, reported, batch.contents)
    if new:
        _count(session, asked, batch.cell_id, own, batch.damaged)
    if helped:
        _count(session, asked, apart, helped)
        assistance.note(session, apart, level, len(helped))
    return len(new)


def _stored(session: Session, rids: Collection[str]) -> Mapping[str, Mapping[str, Given]]:
    # Sorted: the server's log of statements names boxes in the order of their opening, and
    # whoever has both could otherwise put each answer beside its box.
    query = select(Answer.rid, Answer.answers).where(Answer.rid.in_(sorted(rids)))
    return {row.rid: from_json(row.answers) for row in session.execute(query)}


def _answer(round_id: int, cell_id: int, content: Content) -> dict[str, Any]:
    return {
        "rid": content.rid,
        "round_id": round_id,
        "cell_id": cell_id,
        "answers": dict(content.answers),
    }


def _check(session: Session, opened: Mapping[str, Content]) -> None:
    """Read back and compare, before anything is deleted."""
    stored = _stored(session, opened)
    if stored != {rid: dict(content.answers) for rid, content in opened.items()}:
        raise UnfaithfulBatchError


def _write_comments(
    session: Session, round_id: int, unit_id: int | None, contents: Sequence[Content]
) -> None:
    rows = [
        {
            "id": secrets.token_hex(16),
            "round_id": round_id,
            "unit_id": unit_id,
            "body": content.comment,
        }
        for content in contents
        if content.comment
    ]
    _insert_new(session, Comment, sorted(rows, key=lambda row: str(row["id"])))


def _write_receipts(
    session: Session, round_id: int, unit_id: int | None, contents: Sequence[Content]
) -> None:
    """Write the receipts, and settle the reports that were waiting for them.

    Somebody may send one nonce for two ballots, and so give two answers one receipt; that must
    not stop the mixer.
    """
    hashes = sorted({content.receipt for content in contents})
    rows = [{"hash": found, "round_id": round_id, "unit_id": unit_id} for found in hashes]
    _insert_new(session, Receipt, rows)
    settling.settle_reports(session, round_id, unit_id, hashes)


def _count(
    session: Session, asked: Questionnaire, cell_id: int, new: Sequence[Content], damaged: int = 0
) -> None:
    """Add to the tallies of a cell and note what the batch looked like."""
    given = [content.answers for content in new]
    today = clock.today()
    found = tallying.counts(tallying.counted_items(asked), given)
    tallying.add_counts(session, cell_id, tallying.month_of(today), found)
    tallying.add_traits(session, cell_id, tallying.traits(new))
    session.execute(
        insert(Batch).values(
            id=secrets.token_hex(16),
            cell_id=cell_id,
            week=tallying.week_of(today),
            opened=len(new),
            damaged=damaged,
            duplicates=answer_patterns.duplicates(
                (content.answers, content.comment) for content in new
            ),
            straight=answer_patterns.straight_lines(answer_patterns.rated_items(asked), given),
        )
    )


def _questionnaire(session: Session, round_id: int) -> Questionnaire:
    return read_questionnaire(
        session.scalars(select(Round.questionnaire).where(Round.id == round_id)).one()
    )


def _insert_new(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    """Insert rows, passing over what is there already."""
    table = model.__table__
    assert isinstance(table, Table)
    dialect = sqlite if is_sqlite(session) else postgresql
    if rows:
        session.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
