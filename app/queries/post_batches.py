"""Batches of forms for the post office: numbers alone, and never which dossiers they are for.

`turn` and `held` look at dossiers; they are for the worker that makes a batch.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from app.extensions import db
from app.models import Ballot, Cell, Dossier, DrawnCase, FrameDraw, PostBatch, SlipRun, Token, Unit
from app.queries.ballots import DRAWN
from app.queries.cases import STRATUM
from app.queries.rounds import LARGEST_KEY
from app.queries.slip_dossiers import SlipDossier
from app.vocabulary import Door, PostBatchState

AT_ONCE = 500


@dataclass(frozen=True)
class BatchView:
    """A batch; numbers are None until they are counted.

    Attributes
    ----------
    readable : bool
        Whether its list is still kept, so that a re-check can be drawn.
    """

    id: int
    round_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    carrier: str
    day: date
    state: PostBatchState
    forms: int
    price: int
    share: int
    valid: int | None
    invalid: int | None
    not_reached: int | None
    refused: int | None
    unused: int | None
    checker: str
    rechecks: int | None
    confirmed: int | None
    not_visited: int | None
    another: int | None
    absent: int | None
    unclaimed: int | None
    lower: float | None
    upper: float | None
    made_by: int | None
    returned_by: int | None
    checked_by: int | None
    readable: bool

    @property
    def failed(self) -> int | None:
        """Forms that the re-check did not confirm; None before it."""
        if self.not_visited is None or self.another is None:
            return None
        return self.not_visited + self.another


def one(batch_id: int) -> BatchView | None:
    """Find a batch; a number that no key can have finds none."""
    if not 0 < batch_id <= LARGEST_KEY:
        return None
    row = db.session.execute(_batches().where(PostBatch.id == batch_id)).first()
    return BatchView(*row) if row else None


def of_round(round_id: int) -> list[BatchView]:
    """List the batches of a round, those of the latest day first."""
    query = _batches().where(PostBatch.round_id == round_id)
    ordered = query.order_by(PostBatch.day.desc(), Unit.code, PostBatch.id)
    return [BatchView(*row) for row in db.session.execute(ordered)]


def seed(round_id: int) -> str:
    """Give the seed of a round's draw; "" as long as there is none. For the worker alone."""
    return db.session.scalar(select(FrameDraw.seed).where(FrameDraw.round_id == round_id)) or ""


def turn(
    round_id: int, unit_id: int, first: date, last: date, leaving: Collection[int] = ()
) -> int:
    """Count the drawn dossiers of a unit whose first slip was handed out within some days.

    Whoever has answered is counted too; whoever staff noted something of, or another batch has
    a form for, is not.

    Parameters
    ----------
    leaving : collection of int
        Cells of strata that are left out.
    """
    slips = (
        select(Token.ballot_id, func.min(SlipRun.day).label("day"))
        .join(SlipRun, SlipRun.id == Token.slip_run_id)
        .where(SlipRun.round_id == round_id)
        .group_by(Token.ballot_id)
        .subquery()
    )
    noted = select(DrawnCase.id).where(
        DrawnCase.round_id == round_id, DrawnCase.dossier_id == Ballot.dossier_id
    )
    out = select(Token.hash).where(Token.ballot_id == Ballot.id, Token.door == Door.POST)
    query = (
        select(func.count(Ballot.id))
        .join(slips, slips.c.ballot_id == Ballot.id)
        .join(Dossier, Dossier.id == Ballot.dossier_id)
        .join(Cell, Cell.id == Ballot.cell_id)
        .where(Ballot.round_id == round_id, Ballot.drawn == DRAWN, Dossier.unit_id == unit_id)
        .where(STRATUM.not_in(leaving))
        .where(slips.c.day >= first, slips.c.day <= last, ~noted.exists(), ~out.exists())
    )
    return db.session.scalar(query) or 0


def dossiers(ids: Collection[int], unit_id: int | None = None) -> list[SlipDossier]:
    """Find dossiers by number, of one unit if it is given, sorted by code."""
    found: list[SlipDossier] = []
    for some in _parts(sorted(ids)):
        query = (
            select(Dossier.id, Dossier.code, Unit.id, Unit.code.label("unit_code"), Unit.name)
            .join(Unit, Unit.id == Dossier.unit_id)
            .where(Dossier.id.in_(some))
        )
        if unit_id is not None:
            query = query.where(Dossier.unit_id == unit_id)
        found += [SlipDossier(*row) for row in db.session.execute(query)]
    return sorted(found, key=lambda dossier: dossier.code)


def ballots(round_id: int, dossier_ids: Collection[int]) -> dict[int, int]:
    """Give the ballots of dossiers, by dossier."""
    found: dict[int, int] = {}
    for some in _parts(sorted(dossier_ids)):
        query = select(Ballot.dossier_id, Ballot.id).where(
            Ballot.round_id == round_id, Ballot.dossier_id.in_(some)
        )
        found |= {row[0]: row[1] for row in db.session.execute(query) if row[0] is not None}
    return found


def held(round_id: int, dossier_ids: Collection[int]) -> set[int]:
    """Tell which of some dossiers have a form that is out with a carrier."""
    found: set[int] = set()
    for some in _parts(sorted(dossier_ids)):
        query = (
            select(Ballot.dossier_id)
            .join(Token, Token.ballot_id == Ballot.id)
            .where(Ballot.round_id == round_id, Ballot.dossier_id.in_(some))
            .where(Token.door == Door.POST)
        )
        found |= {number for number in db.session.scalars(query) if number is not None}
    return found


def _parts(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]


def _batches() -> Select[*tuple[Any, ...]]:
    names = (
        *("carrier", "day", "state", "forms", "price", "share"),
        *("valid", "invalid", "not_reached", "refused", "unused"),
        *("checker", "rechecks", "confirmed", "not_visited", "another", "absent", "unclaimed"),
        *("lower", "upper", "made_by", "returned_by", "checked_by"),
    )
    return select(
        PostBatch.id,
        PostBatch.round_id,
        PostBatch.unit_id,
        Unit.code,
        Unit.name,
        *(getattr(PostBatch, name) for name in names),
        PostBatch.sealed.is_not(None),
    ).join(Unit, Unit.id == PostBatch.unit_id)
